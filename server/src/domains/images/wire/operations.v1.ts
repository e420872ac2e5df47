import Type, { type Static } from 'typebox';
import { anyone, type Flag, signedIn } from '../../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../../api/errors.ts';
import { compileFormReader } from '../../../api/input.ts';
import { answer, ok, operation, streamed } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { Id } from '../../../api/schema.ts';
import type { Write } from '../../../api/write.ts';
import { FileMissingError } from '../../../platform/files.ts';
import { ImageGroup, presentImageGroup } from '../../../wire/images.ts';
import { type ImageGroup as Group, imageContent, removeImage, replaceImage, subjectOfGroup } from '../image.ts';
import type { ImageEntity } from '../tables.ts';
import { receiveImage } from './form.ts';

/** Whether a location has something that pictures are of, which then stays until the transaction ends. */
type Hold = (write: Write, locationId: number, id: number) => Promise<boolean>;

const entities: Record<string, ImageEntity> = { service: 'service', team_member: 'team_member', master: 'team_member' };
const flags: Record<ImageEntity, Flag> = { service: 'settings_services_edit_image_access', team_member: 'master_edit' };

const fields = {
  company_id: Id('the location'),
  service_id: Type.Optional(Id('the service; needed for `service`')),
  master_id: Type.Optional(Id('the team member; needed for `team_member`')),
};
const Fields = Type.Object(fields);
const readFields = compileFormReader(Fields);

const Removed = Type.Object({ image_group_id: Id('the `id` of an image group') });
const readRemoved = compileFormReader(Removed);
const Entity = Type.String({ enum: Object.keys(entities), description: '`service`, or `team_member` (also written `master`)' });

/** The service or team member that the form names, and its location. @throws Invalid */
function subjectOf(entity: ImageEntity, form: Record<string, unknown>): { location: number; entity: ImageEntity; id: number } {
  const { company_id, service_id, master_id } = readFields(form) as Static<typeof Fields>;
  const [field, id] = entity === 'service' ? ['service_id', service_id] : ['master_id', master_id];
  if (id === undefined) throw new Invalid({ [field as string]: ['is required'] });
  return { location: company_id, entity, id: id as number };
}

/**
 * Makes the upload operation. Services and team members belong to later rooms, so their look-ups are parameters.
 */
export const uploadImage = (holds: Record<ImageEntity, Hold>) =>
  operation({
    id: 'upload_image',
    method: 'POST',
    path: '/images/{entity}',
    tag: 'Utilities',
    summary: 'Upload an image',
    description:
      'A JPEG or PNG of at most 10 MB and 10,000 pixels a side, sent as a multipart form. It becomes the picture of the service or team member, and replaces an earlier one. Everybody who knows its address can see it. It is not resized: all versions are the uploaded image.',
    access: signedIn(),
    params: Type.Object({ entity: Entity }),
    multipart: true,
    body: Type.Object({
      ...fields,
      image: Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'image/jpeg or image/png, by its content' }),
    }),
    success: ok(
      Type.Object({
        image_binded: Type.Boolean({ description: 'always true: an image without a service or team member is refused' }),
        image_group: ImageGroup,
      }),
    ),
    errors: [400, 422],
    transaction: 'manual',
    example: {
      data: {
        image_binded: true,
        image_group: {
          id: 72_256,
          entity: 'settings_service',
          entity_id: 389_927,
          images: {
            basic: {
              id: 186_826,
              path: 'https://foyer.example.com/uploads/4564/3f2504e0-4f89-41d3-9a0c-0305e82c3301.jpeg',
              width: '373',
              height: '280',
              type: 'jpeg',
              image_group_id: 72_256,
              version: 'basic',
            },
          },
        },
      },
    },
    handle: async ({ transact, conclude, gate, partner, user, params, request, services }) => {
      const form = await receiveImage(request, services.config.fileLimit);
      const subject = subjectOf(entities[params.entity] as ImageEntity, form.fields);
      const grant = await gate.userGrant(partner, user, subject.location, request.ip);
      if (!grant) throw new NotFound();
      if (!grant.can(flags[subject.entity])) throw new Forbidden();
      if (!form.image) throw new Invalid({ image: ['is required'] });
      const hold = (write: Write) => holds[subject.entity](write, subject.location, subject.id);
      const present = (group: Group) => ({
        image_binded: true,
        image_group: presentImageGroup(group, publicAddress(request, services.config)),
      });
      return present(await replaceImage({ transact, conclude }, services.files, subject, form.image, hold, present));
    },
  });

export const deleteImage = operation({
  id: 'delete_image',
  method: 'DELETE',
  path: '/images/{entity}',
  tag: 'Utilities',
  summary: 'Delete an image group',
  description:
    'Send a multipart form. The service or team member has no picture then, and the addresses of the images answer 404.',
  access: signedIn(),
  params: Type.Object({ entity: Entity }),
  multipart: true,
  body: Removed,
  success: answer(200, Type.Null()),
  errors: [400, 403, 404, 422],
  transaction: 'manual',
  handle: async ({ db, transact, conclude, gate, partner, user, params, request, services }) => {
    const form = await receiveImage(request, services.config.fileLimit);
    const { image_group_id: group } = readRemoved(form.fields) as Static<typeof Removed>;
    const subject = await subjectOfGroup(db, group);
    if (!subject || subject.entity !== entities[params.entity]) throw new NotFound();
    const grant = await gate.userGrant(partner, user, subject.location, request.ip);
    if (!grant) throw new NotFound();
    if (!grant.can(flags[subject.entity])) throw new Forbidden();
    await removeImage({ transact, conclude }, services.files, { location: subject.location, group }, () => null);
    return null;
  },
});

export const getImage = operation({
  id: 'get_image',
  method: 'GET',
  path: '/uploads/{location_id}/{image_name}',
  atRoot: true,
  tag: 'Utilities',
  summary: 'Get an image',
  description: 'Open the `path` of an image as it is. Its name cannot be guessed, and its content never changes.',
  extension: true,
  access: anyone(),
  params: Type.Object({
    location_id: Id('location id'),
    image_name: Type.String({
      pattern: '^[0-9a-f-]{36}\\.(jpeg|png)$',
      examples: ['3f2504e0-4f89-41d3-9a0c-0305e82c3301.jpeg'],
      description: 'as in the `path` of an image',
    }),
  }),
  success: streamed('The image'),
  errors: [404],
  handle: async ({ db, params, reply, services }) => {
    const { storageKey, size, mime } = await imageContent(db, params.location_id, params.image_name);
    const content = await services.files.open(storageKey).catch((error: unknown) => {
      if (error instanceof FileMissingError) throw new NotFound();
      throw error;
    });
    return (
      reply
        .type(mime)
        .header('content-length', size)
        .header('x-content-type-options', 'nosniff')
        // Web pages of the business show it, wherever they are.
        .header('cross-origin-resource-policy', 'cross-origin')
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(content)
    );
  },
});
