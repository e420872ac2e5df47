import Type from 'typebox';
import { type Flag, type Location, locationUser } from '../../../api/access.ts';
import { Forbidden, Invalid } from '../../../api/errors.ts';
import { answer, empty, operation } from '../../../api/operation.ts';
import { type Role, roleNames } from '../../access/permissions.ts';
import { copyUser } from '../copying.ts';
import { getLink } from '../links.ts';
import { removeUser } from '../removal.ts';
import { changeUserRights, getUserRights, memberOf } from '../rights.ts';
import { presentRights, presentRole } from './present.ts';
import { GivenPermissions, LocationPath, UserPath, UserRole, UserRolePermissions } from './schemas.ts';

const tag = 'Users & Permissions';
const spelling = { memberId: 'staff_id', companyId: 'user_company_links', userId: 'user_id' };

const WithPermissions = Type.Object({ include: Type.Optional(Type.Array(Type.String({ enum: ['user_permissions'] }))) });

const listRoles = operation({
  id: 'list_roles',
  method: 'GET',
  path: '/company/{location_id}/users/roles',
  tag,
  summary: 'User roles with permissions of each role',
  description: 'Roles are the same in every location. A permission is editable if you have it.',
  access: locationUser('users_access'),
  params: LocationPath,
  query: WithPermissions,
  success: answer(200, Type.Array(UserRole)),
  errors: [403, 404],
  handle: async ({ db, location, user, query }) => {
    const { rights } = await getLink(db, location.id, user.id);
    return roleNames.map((role) => presentRole(role, rights, null, query.include !== undefined));
  },
});

const getUserRoles = operation({
  id: 'get_user_roles',
  method: 'GET',
  path: '/company/{location_id}/users/{user_id}/roles',
  tag,
  summary: 'Roles in context of one location user',
  description: 'The defaults of a worker are limited to the team member that the user is.',
  access: locationUser('users_access'),
  params: UserPath,
  query: WithPermissions,
  success: answer(200, Type.Array(UserRole)),
  errors: [403, 404],
  handle: async ({ db, location, user, params, query }) => {
    const { rights } = await getLink(db, location.id, user.id);
    const { userId } = await getLink(db, location.id, params.user_id);
    const memberId = await memberOf(db, location.id, userId);
    return roleNames.map((role) => presentRole(role, rights, memberId, query.include !== undefined));
  },
});

const getUserPermissions = operation({
  id: 'get_user_permissions',
  method: 'GET',
  path: '/company/{location_id}/users/{user_id}/permissions',
  tag,
  summary: 'Role and permission values of a user',
  description: 'Everybody may see their own permissions.',
  access: locationUser(),
  params: UserPath,
  success: answer(200, UserRolePermissions),
  errors: [403, 404],
  handle: async ({ db, location, user, params }) => presentRights(await getUserRights(db, location.id, user.id, params.user_id)),
});

const updateUserPermissions = operation({
  id: 'update_user_permissions',
  method: 'PUT',
  path: '/company/{location_id}/users/{user_id}/permissions',
  tag,
  summary: 'Change role, permissions and attached team member',
  description:
    'A new role begins with its default permissions. Only the named permissions change. You give and take only the permissions that you have, and never your own. Only an owner changes owners, and the last owner stays. `staff_id` 0 detaches the user from the team member.',
  access: locationUser('edit_users_access'),
  params: UserPath,
  body: Type.Object({
    user_role: Type.Optional(Type.String({ enum: [...roleNames] })),
    user_permissions: Type.Optional(GivenPermissions),
    staff_id: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'team member attached to user' })),
  }),
  spelling,
  success: answer(200, UserRolePermissions),
  errors: [403, 404, 422],
  example: {
    body: { user_role: 'administrator', user_permissions: [{ slug: 'auth_list_allowed_ip', value: ['192.0.2.1'] }] },
  },
  handle: async ({ write, location, user, params, body, services }) => {
    const { user_permissions: given, staff_id: staff } = body;
    const role = body.user_role as Role | undefined;
    write.afterCommit(services.forgetAccess);
    const memberId = staff === 0 ? null : staff;
    return presentRights(await changeUserRights(write, location, user.id, params.user_id, { role, given, memberId }));
  },
});

const removeUserFromLocation = operation({
  id: 'remove_user_from_location',
  method: 'DELETE',
  path: '/company/{location_id}/users/{user_id}',
  tag,
  summary: 'Remove user from location',
  description:
    'The account and the team member stay. An invitation is withdrawn. You do not remove yourself, the last owner, or the user of an application.',
  access: locationUser('delete_users_access'),
  params: UserPath,
  success: empty(204),
  errors: [403, 404],
  handle: async ({ write, location, user, params, services }) => {
    write.afterCommit(services.forgetAccess);
    await removeUser(write, [location.id], user.id, params.user_id);
  },
});

const Company = Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'target location' });

const copyUserPermissionsToLocations = operation({
  id: 'copy_user_permissions_to_locations',
  method: 'POST',
  path: '/company/{location_id}/users/{user_id}/copy_to_companies',
  tag,
  summary: 'Copy user and rights to several locations',
  description:
    'To all of the locations or to none: you need the right to invite users in each. A user who is new there is active at once. An invited person must still accept. Where the rights allow certain objects of this location, they allow none in the others.',
  access: locationUser('users_access'),
  params: UserPath,
  body: Type.Object({
    user_company_links: Type.Array(Type.Object({ company_id: Company, user_permissions: Type.Optional(GivenPermissions) }), {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
    }),
  }),
  spelling,
  success: answer(200, undefined),
  errors: [403, 404, 422],
  example: { body: { user_company_links: [{ company_id: 123 }] } },
  // The rights elsewhere are read outside of the transaction, which may hold the only connection.
  transaction: 'manual',
  handle: async ({ conclude, location, user, params, body, gate, partner, request, services }) => {
    const links = body.user_company_links;
    const places = await placesOf(
      links.map((link) => link.company_id),
      (id) => gate.userGrant(partner, user, id, request.ip),
      'create_users_access',
    );
    const targets = links.map((link) => ({
      place: places.get(link.company_id) as Location,
      given: link.user_permissions,
    }));
    await conclude((write) => copyUser(write, location, targets, user.id, params.user_id));
    services.forgetAccess();
  },
});

const removeUserFromLocations = operation({
  id: 'remove_user_from_locations',
  method: 'POST',
  path: '/company/{location_id}/users/{user_id}/remove_from_companies',
  tag,
  summary: 'Remove active user from several locations',
  description: 'From all of the locations or from none: you need the right to remove users in each.',
  access: locationUser('delete_users_access'),
  params: UserPath,
  body: Type.Object({
    user_company_links: Type.Array(Type.Object({ company_id: Company }), { minItems: 1, maxItems: 100, uniqueItems: true }),
  }),
  spelling,
  success: answer(200, undefined),
  errors: [403, 404, 422],
  example: { body: { user_company_links: [{ company_id: 123 }] } },
  transaction: 'manual',
  handle: async ({ db, conclude, location, user, params, body, gate, partner, request, services }) => {
    await getLink(db, location.id, params.user_id);
    const ids = body.user_company_links.map((link) => link.company_id);
    await placesOf(ids, (id) => gate.userGrant(partner, user, id, request.ip), 'delete_users_access');
    await conclude((write) => removeUser(write, ids, user.id, params.user_id));
    services.forgetAccess();
  },
});

type Granted = { location: Location; can(flag: Flag): boolean } | undefined;

/**
 * The locations with these ids, in which the caller has a right.
 * @throws Forbidden if there is one without it, also for unknown locations, and Invalid if one is named twice
 */
async function placesOf(ids: readonly number[], grantOf: (id: number) => Promise<Granted>, flag: Flag) {
  if (new Set(ids).size < ids.length) throw new Invalid({ companyId: ['must name each location once'] });
  const places = new Map<number, Location>();
  for (const id of ids) {
    const grant = await grantOf(id);
    if (!grant?.can(flag)) throw new Forbidden();
    places.set(id, grant.location);
  }
  return places;
}

/** The operations of the tag, in the order of the published documents. */
export const usersOperations = [
  removeUserFromLocation,
  listRoles,
  getUserRoles,
  getUserPermissions,
  updateUserPermissions,
  copyUserPermissionsToLocations,
  removeUserFromLocations,
];
