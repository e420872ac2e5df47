import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { ResourceInstance } from '../../../wire/schemas.ts';
import { deleteInstance, deleteResource } from '../../events/resource-removal.ts';
import {
  addInstance,
  createResource,
  type ResourceInstance as InstanceRow,
  listResources,
  maxInstances,
  renameInstance,
  renameResource,
} from '../resource.ts';

const tag = 'Schedule & Resources';
const access = locationUser('settings_basis_access');

const LocationOnly = Type.Object({ location_id: Id('location id') });
const ResourcePath = Type.Object({ location_id: Id('location id'), resource_id: Id('resource id') });
const InstancePath = Type.Object({
  location_id: Id('location id'),
  resource_id: Id('resource id'),
  instance_id: Id('resource instance id'),
});

const Resource = named(
  'Resource',
  Type.Object({ id: Type.Integer(), title: Type.String(), instances: Type.Array(ResourceInstance) }),
);
const title = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S', description: '1 to 255 characters' });
const ResourceTitle = named('ResourceTitle', Type.Object({ title }));

const present = (resource: { id: number; title: string; instances: { id: number; title: string }[] }) => ({
  ...resource,
  instances: resource.instances.map((instance) => ({ ...instance, resource_id: resource.id })),
});

const presentInstance = ({ id, title: name, resourceId }: InstanceRow) => ({ id, title: name, resource_id: resourceId });

const exampleInstance = { id: 181, title: 'Pedicure chair #1', resource_id: 70 };
const example = { id: 70, title: 'Pedicure chair', instances: [exampleInstance] };

export const getResourceList = operation({
  id: 'get_resource_list',
  method: 'GET',
  path: '/resources/{location_id}',
  tag: 'Schedule & Resources',
  summary: 'Resources of a location',
  description: 'Equipment and rooms, each with the instances that appointments occupy.',
  access: locationUser(),
  params: LocationOnly,
  success: counted(Type.Array(Resource)),
  example: { data: [example], meta: { count: 1 } },
  handle: async ({ db, location }) => (await listResources(db, location.id)).map(present),
});

const createResourceOperation = operation({
  id: 'create_resource',
  method: 'POST',
  path: '/resources/{location_id}',
  tag,
  summary: 'Add a resource',
  description:
    'Its instances are numbered. Link it to the services that need it, and each of their appointments takes one instance.',
  extension: true,
  access,
  params: LocationOnly,
  body: Type.Object({
    title,
    count: Type.Optional(
      Type.Integer({ minimum: 0, maximum: maxInstances, default: 1, description: 'of instances, 1 if left out' }),
    ),
  }),
  success: created(Resource),
  errors: [403, 404],
  example: { body: { title: 'Pedicure chair', count: 1 }, data: example },
  handle: async ({ write, location, body }) =>
    present(await createResource(write, location.id, { title: body.title, count: body.count ?? 1 })),
});

const updateResource = operation({
  id: 'update_resource',
  method: 'PUT',
  path: '/resources/{location_id}/{resource_id}',
  tag,
  summary: 'Change the title of a resource',
  description: 'Its instances keep their titles.',
  extension: true,
  access,
  params: ResourcePath,
  body: ResourceTitle,
  success: ok(Resource),
  errors: [403, 404],
  example: { body: { title: 'Pedicure chair' }, data: example },
  handle: async ({ write, location, params, body }) =>
    present(await renameResource(write, location.id, params.resource_id, body.title)),
});

const deleteResourceOperation = operation({
  id: 'delete_resource',
  method: 'DELETE',
  path: '/resources/{location_id}/{resource_id}',
  tag,
  summary: 'Delete a resource with its instances',
  description:
    'Services do not need it any more. It is refused while an appointment or an event that is to come, or a series of events that has not ended, uses an instance.',
  extension: true,
  access,
  params: ResourcePath,
  success: empty(204),
  errors: [403, 404, 422],
  handle: ({ write, location, params }) => deleteResource(write, location, params.resource_id, new Date()),
});

const createResourceInstance = operation({
  id: 'create_resource_instance',
  method: 'POST',
  path: '/resources/{location_id}/{resource_id}/instances',
  tag,
  summary: 'Add an instance to a resource',
  description: `A resource has at most ${maxInstances}.`,
  extension: true,
  access,
  params: ResourcePath,
  body: ResourceTitle,
  success: created(ResourceInstance),
  errors: [403, 404],
  example: { body: { title: 'Pedicure chair #1' }, data: exampleInstance },
  handle: async ({ write, location, params, body }) =>
    presentInstance(await addInstance(write, location.id, params.resource_id, body.title)),
});

const ofPath = ({ resource_id, instance_id }: { resource_id: number; instance_id: number }) => ({
  resource: resource_id,
  instance: instance_id,
});

const updateResourceInstance = operation({
  id: 'update_resource_instance',
  method: 'PUT',
  path: '/resources/{location_id}/{resource_id}/instances/{instance_id}',
  tag,
  summary: 'Change the title of an instance',
  extension: true,
  access,
  params: InstancePath,
  body: ResourceTitle,
  success: ok(ResourceInstance),
  errors: [403, 404],
  example: { body: { title: 'Pedicure chair #1' }, data: exampleInstance },
  handle: async ({ write, location, params, body }) =>
    presentInstance(await renameInstance(write, location.id, ofPath(params), body.title)),
});

const deleteResourceInstance = operation({
  id: 'delete_resource_instance',
  method: 'DELETE',
  path: '/resources/{location_id}/{resource_id}/instances/{instance_id}',
  tag,
  summary: 'Delete an instance of a resource',
  description:
    'It is refused while an appointment or an event that is to come, or a series of events that has not ended, uses it. So is the last instance of a resource that services need: nobody could book them.',
  extension: true,
  access,
  params: InstancePath,
  success: empty(204),
  errors: [403, 404, 422],
  handle: ({ write, location, params }) => deleteInstance(write, location, ofPath(params), new Date()),
});

/** Setting up resources: the published API only reads them. */
export const resourceOperations = [
  createResourceOperation,
  updateResource,
  deleteResourceOperation,
  createResourceInstance,
  updateResourceInstance,
  deleteResourceInstance,
];
