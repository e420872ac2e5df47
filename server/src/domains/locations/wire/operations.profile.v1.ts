import Type from 'typebox';
import { chainUser, locationUser } from '../../../api/access.ts';
import { ok, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { Titled } from '../../../wire/schemas.ts';
import { renameChain, updateLocation } from '../location.ts';
import { LocationPath } from './schemas.ts';

const publicTitle = { maxLength: 255, description: 'name shown to clients; empty: the title' };
const schedule = { maxLength: 500, description: 'opening hours as a text' };
const email = { maxLength: 255, description: 'empty for none' };
const logo = { maxLength: 500, description: 'address of an image, by http or https; empty for none' };

const LocationProfile = named(
  'LocationProfile',
  Type.Object({
    public_title: Type.String(publicTitle),
    schedule: Type.String(schedule),
    email: Type.String(email),
    logo: Type.String(logo),
  }),
);
const LocationProfileChanges = named(
  'LocationProfileChanges',
  Type.Object({
    public_title: Type.Optional(Type.String(publicTitle)),
    schedule: Type.Optional(Type.String(schedule)),
    email: Type.Optional(Type.String({ ...email, pattern: '^([^\\s@]+@[^\\s@]+)?$' })),
    logo: Type.Optional(Type.String({ ...logo, pattern: '^(https?://\\S+)?$' })),
  }),
);

const example = {
  public_title: 'Lavender Studio',
  schedule: 'Mo-Fr 9-20, Sa 10-18',
  email: 'hello@example.com',
  logo: 'https://example.com/logo.png',
};

/** The published change of a location lacks these fields, which published answers show. */
export const updateLocationProfile = operation({
  id: 'update_location_profile',
  method: 'PATCH',
  path: '/company/{location_id}/profile',
  tag: 'Locations',
  summary: 'Change what clients see of a location',
  description: 'Changes the fields that are sent and leaves the others.',
  extension: true,
  access: locationUser('settings_basis_access'),
  params: LocationPath,
  body: LocationProfileChanges,
  success: ok(LocationProfile),
  errors: [403, 404, 422],
  example: { body: example, data: example },
  handle: async ({ write, location, body, services }) => {
    write.afterCommit(services.forgetAccess);
    const row = await updateLocation(write, location.id, {
      publicTitle: body.public_title,
      schedule: body.schedule,
      email: body.email,
      logo: body.logo,
    });
    return { public_title: row.publicTitle, schedule: row.schedule, email: row.email, logo: row.logo };
  },
});

export const updateChain = operation({
  id: 'update_chain',
  method: 'PUT',
  path: '/group/{chain_id}',
  tag: 'Chain Management',
  summary: 'Change the title of a chain',
  extension: true,
  access: chainUser('settings_access'),
  params: Type.Object({ chain_id: Id('chain id') }),
  body: named('ChainChanges', Type.Object({ title: Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' }) })),
  success: ok(Titled),
  errors: [403, 404, 422],
  example: { body: { title: 'Lavender Studios' } },
  handle: async ({ write, chain, body, services }) => {
    write.afterCommit(services.forgetAccess);
    await renameChain(write, chain.id, body.title);
    return { id: chain.id, title: body.title };
  },
});
