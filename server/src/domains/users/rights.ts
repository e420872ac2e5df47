import { and, eq, isNull } from 'drizzle-orm';
import { Forbidden, Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { moreThan } from '../access/more-rights.ts';
import { applySlugs, type GivenSlug, type SlugNode, slugNodes, slugOf } from '../access/permission-slugs.ts';
import {
  differencesFrom,
  isSame,
  type PermissionName,
  type Permissions,
  permissionInfo,
  type Role,
  resolvePermissions,
} from '../access/permissions.ts';
import { locationUsers } from '../locations/tables.ts';
import { teamMembers } from '../team/tables.ts';
import { linkUser } from '../team/team-member.ts';
import { type Place, unknownIds } from './given-ids.ts';
import { expectMayTouch, getLink, type Link, lockLinks, mayTouch } from './links.ts';

/** The rights of a user in a location, as another user sees them. */
export interface UserRights {
  role: Role;
  memberId: number | null;
  rights: Permissions;
  /** Whether the caller may change them. */
  isEditable: boolean;
}

/** The team member that a user is. */
export async function memberOf(db: Read, locationId: number, userId: number): Promise<number | null> {
  const [row] = await db
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, locationId), eq(teamMembers.userId, userId), isNull(teamMembers.deletedAt)));
  return row?.id ?? null;
}

/** @throws NotFound, and Forbidden if the caller may see only their own rights */
export async function getUserRights(db: Read, locationId: number, callerId: number, userId: number): Promise<UserRights> {
  const caller = await getLink(db, locationId, callerId);
  if (userId !== callerId && !caller.rights.users_access) throw new Forbidden();
  const target = userId === callerId ? caller : await getLink(db, locationId, userId);
  return {
    role: target.role,
    memberId: await memberOf(db, locationId, userId),
    rights: target.rights,
    isEditable: caller.rights.edit_users_access && mayTouch(caller, target),
  };
}

/** Whether a user may give and take a permission: a flag that they have, and a restriction that they do not have. */
export function isEditable({ name }: Pick<SlugNode, 'name'>, own: Permissions): boolean {
  const { effect } = permissionInfo(name);
  if (effect === 'sees' || effect === 'changes') return own[name] === true;
  return effect !== 'restricts' || own[name] === false;
}

/** The permissions of a role before any differences. A worker is limited to the calendar and the clients of the team member they are. */
export const defaultsOf = (role: Role, memberId: number | null): Permissions =>
  resolvePermissions(
    role,
    role === 'worker' && memberId !== null ? { master_id: memberId, clients_visit_master_id: memberId } : {},
  );

const message = (errors: Record<string, string[]>): string[] =>
  Object.entries(errors).flatMap(([slug, texts]) => texts.map((text) => `${slug} ${text}`));

/**
 * The permissions of a user after a change.
 * @param before those that stay unless a slug names them
 * @param field the name of the slugs in the request
 * @throws Invalid for an unknown slug, a value of another type, or an id that is not of the location
 */
export async function changedRights(
  db: Read,
  place: Place,
  before: Permissions,
  given: readonly GivenSlug[],
  field = 'userPermissions',
): Promise<Permissions> {
  const { permissions, errors } = applySlugs(before, given);
  const unknown = await unknownIds(
    db,
    place,
    permissions,
    new Set(given.map(({ slug }) => slug).filter((slug) => !errors[slug])),
  );
  const texts = message({ ...errors, ...unknown });
  if (texts.length > 0) throw new Invalid({ [field]: texts });
  return permissions;
}

/**
 * Nobody gives a permission that they do not have, and nobody takes one. Only an owner makes an owner.
 * @param before undefined for a new user
 * @throws Forbidden
 */
export function expectMayGive(
  caller: Pick<Link, 'role' | 'rights'>,
  { role, rights }: { role: Role; rights: Permissions },
  before?: { role: Role; rights: Permissions },
): void {
  if (role === 'owner' && caller.role !== 'owner') throw new Forbidden('Only an owner makes an owner.');
  const had = new Set(before ? moreThan(before.rights, caller.rights) : []);
  const given = moreThan(rights, caller.rights).filter((name) => !had.has(name) || isMore(name, rights, before?.rights));
  const taken = before ? [...had].filter((name) => isFlagOf(name) && before.rights[name] && !rights[name]) : [];
  const refused = [...given, ...taken];
  if (refused.length > 0)
    throw new Forbidden(`You may give and take only the rights that you have: ${refused.map(slugOf).join(', ')}.`);
}

const isFlagOf = (name: PermissionName) => ['sees', 'changes'].includes(permissionInfo(name).effect ?? '');
const isMore = (name: PermissionName, after: Permissions, before: Permissions | undefined) =>
  before === undefined || (!isSame(after[name], before[name]) && moreThan(after, before).includes(name));

/** A change of a user's rights. An undefined property stays unchanged. */
export interface RightsChange {
  role?: Role | undefined;
  given?: readonly GivenSlug[] | undefined;
  /** null for no team member. */
  memberId?: number | null | undefined;
}

/**
 * Changes the role, the permissions and the team member of a user. A new role begins with its defaults. Forget the access after the commit.
 * @throws NotFound, Forbidden, Invalid
 */
export async function changeUserRights(
  write: Write,
  place: Place,
  callerId: number,
  userId: number,
  { role, given = [], memberId }: RightsChange,
): Promise<UserRights> {
  const links = await lockLinks(write, [place.id], [callerId, userId]);
  const caller = links.caller(place.id, callerId, 'edit_users_access');
  const target = links.get(place.id, userId);
  expectMayTouch(caller, target);
  if (role !== undefined && role !== 'owner' && links.isLastOwner(target))
    throw new Forbidden('The last owner of a location stays its owner.');
  if (memberId !== undefined) await linkUser(write, place.id, userId, memberId);
  const member = memberId === undefined ? await memberOf(write, place.id, userId) : memberId;
  const isNewRole = role !== undefined && role !== target.role;
  const start = isNewRole ? defaultsOf(role, member) : target.rights;
  const rights = await changedRights(write, place, start, given);
  expectEditable(caller, start, rights, given);
  const after = { role: role ?? target.role, rights };
  expectMayGive(caller, after, target);
  await write
    .update(locationUsers)
    .set({ role: after.role, permissions: differencesFrom(after.role, rights) })
    .where(and(eq(locationUsers.locationId, place.id), eq(locationUsers.userId, userId)));
  return { ...after, memberId: member, isEditable: mayTouch(caller, { ...target, ...after }) };
}

/** @throws Forbidden for a named permission that changes, and that the caller may not change */
export function expectEditable(
  caller: Pick<Link, 'rights'>,
  before: Permissions,
  after: Permissions,
  given: readonly GivenSlug[],
) {
  const named = new Set(given.map(({ slug }) => slug));
  const refused = slugNodes.filter(
    (node) => named.has(node.slug) && !isEditable(node, caller.rights) && !isSame(before[node.name], after[node.name]),
  );
  if (refused.length > 0)
    throw new Forbidden(`You may give and take only the rights that you have: ${refused.map(({ slug }) => slug).join(', ')}.`);
}
