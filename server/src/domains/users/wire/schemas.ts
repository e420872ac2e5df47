import Type, { type TSchema } from 'typebox';
import { AnyOfTypes, Id, named } from '../../../api/schema.ts';
import { roleNames } from '../../access/permissions.ts';

export const LocationPath = Type.Object({ location_id: Id('location id') });
export const UserPath = Type.Object({ location_id: Id('location id'), user_id: Id('user id') });

const SlugType = named(
  'UserPermissionType',
  Type.Object({
    slug: Type.String({
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
    all_access_value: AnyOfTypes<string | number | boolean | null>(['string', 'number', 'boolean', 'null'], {
      description: 'the value for full access; null if it is a list',
    }),
    no_access_value: AnyOfTypes<string | number | boolean | null>(['string', 'number', 'boolean', 'null'], {
      description: 'the value for no access; null if there is none',
    }),
  }),
);

const Option = named(
  'UserPermissionOption',
  Type.Object({ title: Type.String(), value: Type.Number(), is_disabled: Type.Boolean({ description: 'cannot be chosen' }) }),
);

const permission = <Children extends TSchema>(children: Children) =>
  Type.Object({
    slug: Type.String(),
    title: Type.String(),
    type: SlugType,
    options: Type.Union([Type.Array(Option), Type.Null()]),
    hint: Type.String(),
    is_recommended: Type.Boolean({ description: 'the role has it by default' }),
    is_editable: Type.Boolean({ description: 'you may give and take it' }),
    default_value: AnyOfTypes<string | number | boolean | null>(['string', 'number', 'boolean', 'null'], {
      description: 'the value in the role; null for a list',
    }),
    entity_name: AnyOfTypes<string | null>(['string', 'null'], { description: 'the kind of object that its ids are of' }),
    is_paid: Type.Boolean({ description: 'it changes something, so a person who has it is a paid user' }),
    is_paid_only: Type.Boolean({ description: 'only for paid users; this server has no paid users' }),
    children: Type.Union([Type.Array(children), Type.Null()]),
  });

// Blocks have limits, and limits have lists.
const List = named('UserPermissionOfLimit', permission(Type.Null()));
const InBlock = named('UserPermissionOfBlock', permission(List));

export const UserRole = named(
  'UserRoleWithSalonAndUser',
  Type.Object({
    slug: Type.String({ enum: [...roleNames] }),
    title: Type.String(),
    description: Type.String(),
    weight: Type.Number({ description: 'the rank by the number of permissions, 1 the lowest' }),
    user_permissions: Type.Union([Type.Array(named('UserPermissionWithChildren', permission(InBlock))), Type.Null()]),
  }),
);

const SlugValue = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.Any()), Type.Null()]);

const PermissionValue = named('UserPermissionValue', Type.Object({ slug: Type.String({ maxLength: 100 }), value: SlugValue }));

/** Permissions to change. The values keep their types: one list of types, and no alternatives to convert them to. */
export const GivenPermissions = Type.Array(
  named(
    'GivenUserPermission',
    Type.Object({
      slug: Type.String({ maxLength: 100 }),
      value: Type.Unsafe<unknown>({ type: ['string', 'number', 'boolean', 'array', 'null'], items: {} }),
    }),
  ),
  { maxItems: 500 },
);

export const UserRolePermissions = named(
  'UserRolePermissions',
  Type.Object({
    user_role: Type.String({ enum: [...roleNames] }),
    staff_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'the team member that the user is' }),
    is_editable: Type.Boolean({ description: 'you may change the role and the permissions' }),
    has_any_paid_permission: AnyOfTypes<boolean | null>(['boolean', 'null'], {
      description: 'null: this server does not count paid users',
    }),
    user_permissions: Type.Array(PermissionValue),
  }),
);
