import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { answer, empty, operation } from '../../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../../api/schema.ts';

const UserPermissionType = named(
  'UserPermissionType',
  Type.Object({
    slug: Type.Optional(
      Type.String({
        enum: [
          'has_access',
          'has_group_access',
          'has_limited_access',
          'has_allowed_ids',
          'has_limited_today',
          'has_limited_by_own_access',
          'last_days_count',
          'allowed_ids',
          'allowed_id',
          'allowed_ip',
        ],
      }),
    ),
    all_access_value: Type.Optional(
      AnyOfTypes<string | null>(['string', 'null'], { description: 'full-access value; really number, string or boolean' }),
    ),
    no_access_value: Type.Optional(
      AnyOfTypes<string | null>(['string', 'null'], { description: 'no-access value; really number, string or boolean' }),
    ),
  }),
);

const UserPermissionOption = named(
  'UserPermissionOption',
  Type.Object({
    title: Type.Optional(Type.String()),
    value: Type.Optional(Type.Number()),
    is_disabled: Type.Optional(Type.Boolean({ description: 'option usability flag' })),
  }),
);

const UserPermissionWithChildren = named(
  'UserPermissionWithChildren',
  Type.Object({
    slug: Type.Optional(Type.String()),
    title: Type.Optional(Type.String()),
    type: Type.Optional(UserPermissionType),
    options: Type.Optional(Type.Union([Type.Array(UserPermissionOption), Type.Null()])),
    hint: Type.Optional(Type.String()),
    is_recommended: Type.Optional(Type.Boolean({ description: 'recommended or optional' })),
    is_editable: Type.Optional(Type.Boolean()),
    default_value: Type.Optional(
      AnyOfTypes<string | null>(['string', 'null'], { description: 'really number, string or boolean' }),
    ),
    entity_name: Type.Optional(
      AnyOfTypes<string | null>(['string', 'null'], { description: 'entity the permission belongs to, e.g. position' }),
    ),
    is_paid: Type.Optional(Type.Boolean({ description: 'only for paid staff members' })),
    is_paid_only: Type.Optional(
      Type.Boolean({ description: 'assignable only to paid staff; applies when is_paid_rights_model on' }),
    ),
    children: Type.Optional(
      Type.Union([
        Type.Array(Type.Record(Type.String(), Type.Any(), { description: 'permissions below this one, of the same shape' })),
        Type.Null(),
      ]),
    ),
  }),
);

const UserRoleWithSalonAndUser = named(
  'UserRoleWithSalonAndUser',
  Type.Object({
    slug: Type.Optional(
      Type.String({
        description: 'such as staff_member',
        enum: ['worker', 'administrator', 'accountant', 'manager', 'owner', 'free_readonly', 'free_readonly_admin'],
      }),
    ),
    title: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    weight: Type.Optional(Type.Number({ description: 'ranks roles by number of permissions' })),
    user_permissions: Type.Optional(Type.Union([Type.Array(UserPermissionWithChildren), Type.Null()])),
  }),
);

const UserPermissionValue = named(
  'UserPermissionValue',
  Type.Object({
    slug: Type.Optional(Type.String()),
    value: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.Any()), Type.Null()])),
  }),
);

const UserRolePermissions = named(
  'UserRolePermissions',
  Type.Object({
    user_role: Type.Optional(
      Type.String({
        enum: ['worker', 'administrator', 'accountant', 'manager', 'owner', 'free_readonly', 'free_readonly_admin'],
      }),
    ),
    staff_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'], { description: 'team member linked to user' })),
    is_editable: Type.Optional(Type.Boolean({ description: 'role and permissions editable' })),
    has_any_paid_permission: Type.Optional(
      AnyOfTypes<boolean | null>(['boolean', 'null'], { description: 'user holds at least one paid permission' }),
    ),
    user_permissions: Type.Optional(Type.Array(UserPermissionValue)),
  }),
);

const removeUserFromLocation = operation({
  id: 'remove_user_from_location',
  method: 'DELETE',
  path: '/company/{location_id}/users/{user_id}',
  tag: 'Users & Permissions',
  summary: 'Remove user from location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), user_id: Id('user id') }),
  success: empty(204),
  errors: [403, 404],
});

const listRoles = operation({
  id: 'list_roles',
  method: 'GET',
  path: '/company/{location_id}/users/roles',
  tag: 'Users & Permissions',
  summary: 'User roles with permissions of each role',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({ include: Type.Optional(Type.Array(Type.String({ enum: ['user_permissions'] }))) }),
  success: answer(200, Type.Array(UserRoleWithSalonAndUser)),
  errors: [403, 404],
});

const getUserRoles = operation({
  id: 'get_user_roles',
  method: 'GET',
  path: '/company/{location_id}/users/{user_id}/roles',
  tag: 'Users & Permissions',
  summary: 'Roles in context of one location user',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), user_id: Id('user id') }),
  query: Type.Object({ include: Type.Optional(Type.Array(Type.String({ enum: ['user_permissions'] }))) }),
  success: answer(200, Type.Array(UserRoleWithSalonAndUser)),
  errors: [403, 404],
});

const getUserPermissions = operation({
  id: 'get_user_permissions',
  method: 'GET',
  path: '/company/{location_id}/users/{user_id}/permissions',
  tag: 'Users & Permissions',
  summary: 'Role and permission values of a user',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), user_id: Id('user id') }),
  success: answer(200, UserRolePermissions),
  errors: [403, 404],
});

const updateUserPermissions = operation({
  id: 'update_user_permissions',
  method: 'PUT',
  path: '/company/{location_id}/users/{user_id}/permissions',
  tag: 'Users & Permissions',
  summary: 'Change role, permissions and attached team member',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), user_id: Id('user id') }),
  body: Type.Object({
    user_role: Type.Optional(
      Type.String({
        enum: ['worker', 'administrator', 'accountant', 'manager', 'owner', 'free_readonly', 'free_readonly_admin'],
      }),
    ),
    user_permissions: Type.Optional(Type.Array(UserPermissionValue)),
    staff_id: Type.Optional(Type.Integer({ description: 'team member attached to user' })),
  }),
  success: answer(200, UserRolePermissions),
  errors: [403, 404, 422],
});

const createUserInvitation = operation({
  id: 'create_user_invitation',
  method: 'POST',
  path: '/user/invite/{location_id}',
  tag: 'Users & Permissions',
  summary: 'Invite users to manage a location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: Type.Object({
    invites: Type.Array(
      Type.Object({
        name: Type.Optional(Type.String()),
        search: Type.Optional(Type.String({ description: 'phone or email' })),
        position: Type.Optional(AnyOfTypes<string | null>(['string', 'null'])),
        user_role: Type.Optional(
          AnyOfTypes<string | null>(['string', 'null'], {
            enum: ['worker', 'administrator', 'accountant', 'manager', 'owner', null],
          }),
        ),
        user_permissions: Type.Optional(Type.Union([Type.Array(UserPermissionValue), Type.Null()])),
        staff_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'], { description: 'team member bound to user' })),
      }),
    ),
  }),
  success: answer(202, undefined, Type.Object({ message: Type.Optional(Type.String({ description: "'Saved'" })) })),
  errors: [403, 404, 422],
  example: {
    body: {
      invites: [
        { name: 'Olivia', search: 'mail@gmail.com', position: 'Administrator', user_role: 'administrator', staff_id: 12 },
      ],
    },
  },
});

const copyUserPermissionsToLocations = operation({
  id: 'copy_user_permissions_to_locations',
  method: 'POST',
  path: '/company/{location_id}/users/{user_id}/copy_to_companies',
  tag: 'Users & Permissions',
  summary: 'Copy user and rights to several locations',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), user_id: Id('user id') }),
  body: Type.Object({
    user_company_links: Type.Array(
      Type.Object({
        company_id: Type.Integer({ description: 'target location' }),
        user_permissions: Type.Optional(Type.Array(UserPermissionValue)),
      }),
    ),
  }),
  success: answer(200, undefined),
  errors: [403, 404, 422],
  example: { body: { user_company_links: [{ company_id: 123 }] } },
});

const removeUserFromLocations = operation({
  id: 'remove_user_from_locations',
  method: 'POST',
  path: '/company/{location_id}/users/{user_id}/remove_from_companies',
  tag: 'Users & Permissions',
  summary: 'Remove active user from several locations',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), user_id: Id('user id') }),
  body: Type.Object({ user_company_links: Type.Array(Type.Object({ company_id: Type.Integer() })) }),
  success: answer(200, undefined),
  errors: [403, 404, 422],
  example: { body: { user_company_links: [{ company_id: 123 }] } },
});

/** The operations of the tag, in the order of the published documents. */
export const usersAndPermissionsOperations = [
  removeUserFromLocation,
  listRoles,
  getUserRoles,
  getUserPermissions,
  updateUserPermissions,
  createUserInvitation,
  copyUserPermissionsToLocations,
  removeUserFromLocations,
];
