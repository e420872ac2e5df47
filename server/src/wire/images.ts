/** The picture of a service or a team member on the wire: its schema, and how it is written. */
import Type, { type Static } from 'typebox';
import { named } from '../api/schema.ts';

const Image = named(
  'Image',
  Type.Object({
    id: Type.Integer(),
    path: Type.String({ description: 'the whole address' }),
    width: Type.String({ description: 'pixels' }),
    height: Type.String({ description: 'pixels' }),
    type: Type.String({ enum: ['jpeg', 'png'] }),
    image_group_id: Type.Integer(),
    version: Type.String({ enum: ['basic', 'sm', 'norm', 'origin'] }),
  }),
);

export const ImageGroup = named(
  'ImageGroup',
  Type.Object({
    id: Type.Integer(),
    entity: Type.String({
      enum: ['settings_service', 'master'],
      description: 'subject of the picture: a service or a team member',
    }),
    entity_id: Type.Integer({ description: 'service or team member id' }),
    images: Type.Object(
      { basic: Type.Optional(Image), sm: Type.Optional(Image), norm: Type.Optional(Image), origin: Type.Optional(Image) },
      { description: 'by size: `basic` of a service; `sm`, `norm` and `origin` of a team member' },
    ),
  }),
);

interface Group {
  id: number;
  entity: 'service' | 'team_member';
  entityId: number;
  images: { id: number; version: string; width: number; height: number; type: string; path: string }[];
}

/** @param address of this server, as `publicAddress` has it */
export const presentImageGroup = (group: Group, address: string): Static<typeof ImageGroup> => ({
  id: group.id,
  entity: group.entity === 'service' ? 'settings_service' : 'master',
  entity_id: group.entityId,
  images: Object.fromEntries(
    group.images.map(({ id, version, width, height, type, path }) => [
      version,
      { id, path: address + path, width: String(width), height: String(height), type, image_group_id: group.id, version },
    ]),
  ),
});
