import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { counted, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { ResourceInstance } from '../../../wire/schemas.ts';
import { listResources } from '../resource.ts';

export const getResourceList = operation({
  id: 'get_resource_list',
  method: 'GET',
  path: '/resources/{location_id}',
  tag: 'Schedule & Resources',
  summary: 'Resources of a location',
  description: 'Equipment and rooms, each with the instances that appointments occupy.',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  success: counted(
    Type.Array(
      named('Resource', Type.Object({ id: Type.Integer(), title: Type.String(), instances: Type.Array(ResourceInstance) })),
    ),
  ),
  example: {
    data: [{ id: 70, title: 'Pedicure chair', instances: [{ id: 181, title: 'Pedicure chair #1', resource_id: 70 }] }],
    meta: { count: 1 },
  },
  handle: async ({ db, location }) =>
    (await listResources(db, location.id)).map((resource) => ({
      ...resource,
      instances: resource.instances.map((instance) => ({ ...instance, resource_id: resource.id })),
    })),
});
