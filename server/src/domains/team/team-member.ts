import {
  and,
  asc,
  desc,
  eq,
  exists,
  getTableColumns,
  type InferSelectModel,
  inArray,
  isNotNull,
  isNull,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError, prepared } from '../../platform/database.ts';
import { normalizePhone } from '../../platform/phone.ts';
import { fold } from '../../platform/text.ts';
import type { Permissions } from '../access/permissions.ts';
import { users } from '../access/tables.ts';
import { imageGroupOf } from '../images/image-group.ts';
import { findOrDescribeUser, shownUser } from '../locations/location-user.ts';
import { locationUsers } from '../locations/tables.ts';
import { positions, teamMembers } from './tables.ts';

const selectMembers = (db: Read, where: SQL | undefined) =>
  db
    .select({
      ...getTableColumns(teamMembers),
      position: { id: positions.id, title: positions.title },
      // The account of a person who has not accepted an invitation yet is not shown to the location.
      user: { id: shownUser.id, name: shownUser.name, avatar: shownUser.avatar },
      picture: imageGroupOf('team_member', 'team_members'),
    })
    .from(teamMembers)
    .leftJoin(positions, eq(positions.id, teamMembers.positionId))
    .leftJoin(
      locationUsers,
      and(
        eq(locationUsers.locationId, teamMembers.locationId),
        eq(locationUsers.userId, teamMembers.userId),
        eq(locationUsers.isApproved, true),
      ),
    )
    .leftJoin(users, eq(users.id, locationUsers.userId))
    .where(where)
    .orderBy(desc(teamMembers.weight), asc(teamMembers.id));

/** A team member with its related rows, as every presenter takes it. */
export type TeamMemberRow = Awaited<ReturnType<typeof selectMembers>>[number];

/** Filters team members. An undefined property does not filter. */
export interface TeamMemberFilter {
  /** A part of the name. Letter case and accents are ignored. */
  name?: string | undefined;
  /** null for members without a position. */
  positionId?: number | null | undefined;
  /** A part of the position's title. */
  positionTitle?: string | undefined;
  isFired?: boolean | undefined;
  isHidden?: boolean | undefined;
  isDeleted?: boolean | undefined;
  hasUser?: boolean | undefined;
  isPaid?: boolean | undefined;
  hasSchedule?: boolean | undefined;
}

const isSet = (column: typeof teamMembers.userId | typeof teamMembers.deletedAt, wanted: boolean) =>
  wanted ? isNotNull(column) : isNull(column);

/**
 * The team members of a location, by weight (highest first), then by id. A location has few, so names are compared here, where folding does
 * not depend on the database.
 */
export async function listTeamMembers(
  db: Read,
  locationId: number,
  filter: TeamMemberFilter = { isDeleted: false },
): Promise<TeamMemberRow[]> {
  const { positionId, isFired, isHidden, isDeleted, hasUser, isPaid, hasSchedule } = filter;
  const rows = await selectMembers(
    db,
    and(
      eq(teamMembers.locationId, locationId),
      positionId === null
        ? isNull(teamMembers.positionId)
        : positionId === undefined
          ? undefined
          : eq(teamMembers.positionId, positionId),
      isFired === undefined ? undefined : eq(teamMembers.isFired, isFired),
      isHidden === undefined ? undefined : eq(teamMembers.isHidden, isHidden),
      isDeleted === undefined ? undefined : isSet(teamMembers.deletedAt, isDeleted),
      hasUser === undefined ? undefined : isSet(teamMembers.userId, hasUser),
      isPaid === undefined ? undefined : eq(teamMembers.isPaid, isPaid),
      hasSchedule === undefined ? undefined : eq(teamMembers.hasSchedule, hasSchedule),
    ),
  );
  const contains = (text: string | undefined, part: string | undefined) =>
    part === undefined || fold(text ?? '').includes(fold(part));
  return rows.filter((row) => contains(row.name, filter.name) && contains(row.position?.title, filter.positionTitle));
}

const own = (locationId: number, id: number) =>
  and(eq(teamMembers.locationId, locationId), eq(teamMembers.id, id), isNull(teamMembers.deletedAt));

/** The team members with these ids, without deleted ones and those of other locations. */
export async function livingMembers(db: Read, locationId: number, ids: number[]): Promise<Set<number>> {
  const rows = await db
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(
      and(
        eq(teamMembers.locationId, locationId),
        sql`${teamMembers.id} = any(${sql.param(ids)}::int[])`,
        isNull(teamMembers.deletedAt),
      ),
    );
  return new Set(rows.map((row) => row.id));
}

declare module '../../api/write.ts' {
  interface ChangeKinds {
    'team member': TeamMemberRow;
  }
}

export const teamMembersById = (db: Read, locationId: number, ids: readonly number[]) =>
  selectMembers(
    db,
    and(eq(teamMembers.locationId, locationId), inArray(teamMembers.id, [...ids]), isNull(teamMembers.deletedAt)),
  );

/** @throws NotFound for a deleted team member too */
export async function getTeamMember(db: Read, locationId: number, id: number): Promise<TeamMemberRow> {
  const [row] = await selectMembers(db, own(locationId, id));
  if (!row) throw new NotFound(`Team Member with ID ${id} was not found in branch ${locationId}.`);
  return row;
}

const asPublic = (row: TeamMemberRow): TeamMemberRow => ({ ...row, userId: null, user: null });

/** The public team members: neither hidden nor dismissed, and without the account of the person. Ordered like listTeamMembers. */
export const listPublicMembers = async (db: Read, locationId: number): Promise<TeamMemberRow[]> =>
  (await listTeamMembers(db, locationId, { isDeleted: false, isFired: false, isHidden: false })).map(asPublic);

/** One member, in the form of listPublicMembers. @throws NotFound */
export async function getPublicMember(db: Read, locationId: number, id: number): Promise<TeamMemberRow> {
  const row = await getTeamMember(db, locationId, id);
  if (row.isHidden || row.isFired) throw new NotFound(`Team Member with ID ${id} was not found in branch ${locationId}.`);
  return asPublic(row);
}

/** The ids of the public team members. */
export async function publicMemberIds(db: Read, locationId: number): Promise<Set<number>> {
  const rows = await db
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(
      and(
        eq(teamMembers.locationId, locationId),
        isNull(teamMembers.deletedAt),
        eq(teamMembers.isHidden, false),
        eq(teamMembers.isFired, false),
      ),
    );
  return new Set(rows.map((row) => row.id));
}

/** The fields of a team member. An undefined field stays unchanged. */
export interface TeamMemberFields {
  name?: string | undefined;
  specialization?: string | undefined;
  /** null for none. */
  positionId?: number | null | undefined;
  /** null for none. */
  userId?: number | null | undefined;
  information?: string | undefined;
  apiId?: string | undefined;
  weight?: number | undefined;
  isHidden?: boolean | undefined;
  isFired?: boolean | undefined;
  hasSchedule?: boolean | undefined;
  isPaid?: boolean | undefined;
  inPaymentPolicy?: boolean | undefined;
  /** Whether clients see the rating. */
  showRating?: boolean | undefined;
}

/** Rights of the user besides writing team members. */
export interface TeamMemberRights {
  dismiss: boolean;
  paymentPolicy: boolean;
}

type Columns = Partial<Omit<InferSelectModel<typeof teamMembers>, 'locationId' | 'id'>>;

/**
 * The fields in their stored form.
 * @throws Forbidden for a change that needs another right, and Invalid
 */
async function columnsOf(
  write: Write,
  locationId: number,
  fields: TeamMemberFields,
  current: { isFired: boolean; inPaymentPolicy: boolean },
  may: TeamMemberRights,
): Promise<Columns> {
  const changes = (name: 'isFired' | 'inPaymentPolicy') => fields[name] !== undefined && fields[name] !== current[name];
  if (changes('isFired') && !may.dismiss) throw new Forbidden();
  if (changes('inPaymentPolicy') && !may.paymentPolicy) throw new Forbidden();

  // Ignored while there is no payment policy (note of update_team_member).
  const { inPaymentPolicy: _, ...given } = fields;
  const columns = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value.trim() : value]],
    ),
  ) as Columns;
  if (columns.name === '') throw new Invalid({ name: ['must not be empty'] });
  if (columns.userId) await expectMembership(write, locationId, columns.userId);
  return columns;
}

const lockMembership = (write: Write, locationId: number, userId: number) =>
  write.lock(
    'location user',
    write
      .select({ id: locationUsers.userId })
      .from(locationUsers)
      .where(and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, userId))),
    'key share',
  );

/** Prevents the removal of a user from the location while they become a team member. */
async function expectMembership(write: Write, locationId: number, userId: number): Promise<void> {
  const [member] = await lockMembership(write, locationId, userId);
  if (!member) throw new Invalid({ userId: ['must be a user of this location'] });
}

/** Converts errors of constraints to errors that name the field. */
async function written<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const refused = postgresError(error);
    if (refused?.constraint === 'team_members_user') {
      throw new Invalid({ userId: ['belongs to another team member of this location'] });
    }
    // The user is locked and the location exists, so only the position can be missing.
    if (refused?.code === '23503') throw new Invalid({ positionId: ['must be a position of this location'] });
    throw error;
  }
}

async function insertMember(write: Write, locationId: number, columns: Columns): Promise<TeamMemberRow> {
  const values = { ...columns, locationId, name: columns.name as string };
  const [row] = await written(write.insert(teamMembers).values(values).returning({ id: teamMembers.id }));
  return told(write, locationId, (row as { id: number }).id, 'create');
}

/** Reports a change of a team member. @returns the team member as it is now */
async function told(write: Write, locationId: number, id: number, status: 'create' | 'update'): Promise<TeamMemberRow> {
  const row = await getTeamMember(write, locationId, id);
  write.changed('team member', locationId, id, status, row);
  return row;
}

/** @throws Invalid, and Forbidden when the fields need a right that the user lacks */
export async function createTeamMember(
  write: Write,
  locationId: number,
  fields: TeamMemberFields & { name: string },
  may: TeamMemberRights,
): Promise<TeamMemberRow> {
  const columns = await columnsOf(write, locationId, fields, { isFired: false, inPaymentPolicy: true }, may);
  return insertMember(write, locationId, columns);
}

/**
 * Changes the fields that are given.
 * @throws NotFound, and as createTeamMember
 */
export async function updateTeamMember(
  write: Write,
  locationId: number,
  id: number,
  fields: TeamMemberFields,
  may: TeamMemberRights,
): Promise<TeamMemberRow> {
  if (fields.userId) await lockMembership(write, locationId, fields.userId);
  const [current] = await write.lock('team member', write.select().from(teamMembers).where(own(locationId, id)));
  if (!current) throw new NotFound();
  const columns = await columnsOf(write, locationId, fields, current, may);
  await written(
    write
      .update(teamMembers)
      .set({ ...columns, changedAt: new Date() })
      .where(own(locationId, id)),
  );
  return told(write, locationId, id, 'update');
}

/** The team member keeps their row, for the history. The account is free for another one. @throws NotFound */
export async function deleteTeamMember(write: Write, locationId: number, id: number): Promise<void> {
  await write.lock('team member', write.select({ id: teamMembers.id }).from(teamMembers).where(own(locationId, id)));
  const row = await getTeamMember(write, locationId, id);
  const now = new Date();
  await write.update(teamMembers).set({ deletedAt: now, changedAt: now, userId: null }).where(own(locationId, id));
  write.changed('team member', locationId, id, 'delete', row);
}

/**
 * Makes a user of the location one of its team members, and no other one any more. Give the user's link locked.
 * @param memberId null for no team member
 * @throws Invalid if there is no such team member, or if it is another user
 */
export async function linkUser(write: Write, locationId: number, userId: number, memberId: number | null): Promise<void> {
  const isTheirs = memberId === null ? eq(teamMembers.userId, userId) : inOrder(userId, memberId);
  const rows = await write.lock(
    'team member',
    write
      .select({ id: teamMembers.id, userId: teamMembers.userId })
      .from(teamMembers)
      .where(and(eq(teamMembers.locationId, locationId), isNull(teamMembers.deletedAt), isTheirs))
      .orderBy(asc(teamMembers.id)),
  );
  const wanted = rows.find(({ id }) => id === memberId);
  if (memberId !== null && !wanted) throw new Invalid({ memberId: ['must be a team member of this location'] });
  if (wanted && wanted.userId !== null && wanted.userId !== userId) throw new Invalid({ memberId: ['belongs to another user'] });
  const former = rows.filter((row) => row.userId === userId && row.id !== memberId).map(({ id }) => id);
  await setUser(write, locationId, former, null);
  if (wanted && wanted.userId === null) await setUser(write, locationId, [wanted.id], userId);
}

/** Locks the team members that are named, and those that users are, before `linkUser` is called for several users. */
export const lockMembers = (write: Write, locationId: number, userIds: readonly number[], memberIds: readonly number[]) =>
  write.lock(
    'team member',
    write
      .select({ id: teamMembers.id })
      .from(teamMembers)
      .where(
        and(
          eq(teamMembers.locationId, locationId),
          or(inArray(teamMembers.userId, [...userIds]), inArray(teamMembers.id, [...memberIds])),
        ),
      )
      .orderBy(asc(teamMembers.id)),
  );

const inOrder = (userId: number, memberId: number) => or(eq(teamMembers.userId, userId), eq(teamMembers.id, memberId));

async function setUser(write: Write, locationId: number, ids: readonly number[], userId: number | null): Promise<void> {
  if (ids.length === 0) return;
  await write
    .update(teamMembers)
    .set({ userId, changedAt: new Date() })
    .where(and(eq(teamMembers.locationId, locationId), inArray(teamMembers.id, [...ids])));
  for (const id of ids) write.changed('team member', locationId, id, 'update');
}

/** The team members of locations that a user is are nobody any more. They stay, with their history. */
export async function unlinkUser(write: Write, locationIds: readonly number[], userId: number): Promise<void> {
  const isTheirs = and(
    inArray(teamMembers.locationId, [...locationIds]),
    eq(teamMembers.userId, userId),
    isNull(teamMembers.deletedAt),
  );
  const rows = await write.lock(
    'team member',
    write
      .select({ id: teamMembers.id, locationId: teamMembers.locationId })
      .from(teamMembers)
      .where(isTheirs)
      .orderBy(asc(teamMembers.id)),
  );
  await write.update(teamMembers).set({ userId: null, changedAt: new Date() }).where(isTheirs);
  for (const { id, locationId } of rows) write.changed('team member', locationId, id, 'update');
}

/** The contacts of a new team member. Empty if unknown. */
export interface Contacts {
  email: string;
  /** The number to sign in with. */
  phone: string;
  /** Another number of the person. */
  otherPhone: string;
  /** The person must accept first, even if the chain knows them. */
  isInvited: boolean;
}

/**
 * Adds a team member together with the location's user for that person. If they are not a user yet, they become a worker who sees only their
 * own calendar and clients. Without an e-mail address and a phone number, the team member has no user, unless the other number belongs to a
 * known user.
 * @throws Invalid, also if the person is invited without a contact, and Forbidden as findOrDescribeUser
 */
export async function createTeamMemberWithUser(
  write: Write,
  location: Location,
  fields: { name: string; specialization: string; positionId: number | null; isPaid: boolean | undefined },
  contacts: Contacts,
  by: { userId: number; mayAddUsers: boolean },
): Promise<TeamMemberRow> {
  const name = fields.name.trim();
  if (name === '') throw new Invalid({ name: ['must not be empty'] });
  const phoneOf = (field: string, text: string) => {
    if (text.trim() === '') return undefined;
    const phone = normalizePhone(text, location.countryCode);
    if (!phone) throw new Invalid({ [field]: ['must be a phone number of 9 to 15 digits'] });
    return phone;
  };
  const email = contacts.email.normalize('NFKC').trim() || undefined;
  const phone = phoneOf('phone', contacts.phone);
  const otherPhone = phoneOf('otherPhone', contacts.otherPhone);
  const { isInvited } = contacts;
  if (isInvited && !email && !phone) throw new Invalid({ email: ['is required to invite a person, unless {phone} is given'] });

  const specialization = fields.specialization.trim();
  const otherPhones = otherPhone === undefined ? [] : [otherPhone];
  const person = { name, email, phone, otherPhones, information: specialization, isInvited };
  const user = await findOrDescribeUser(write, location, person, by);
  if (user) await expectMembership(write, location.id, user.userId);
  const row = await insertMember(write, location.id, {
    name,
    specialization,
    positionId: fields.positionId,
    isPaid: fields.isPaid ?? false,
    userId: user?.userId ?? null,
  });
  if (user) await limitWorker(write, location.id, user, row.id);
  return row;
}

/**
 * Limits a worker to the calendar and the clients of the team member they are. A worker who was a user before keeps their limits, unless
 * they are limited to a deleted team member: somebody hired again would see nothing.
 */
export async function limitWorker(
  write: Write,
  locationId: number,
  { userId, isNew }: { userId: number; isNew: boolean },
  memberId: number,
): Promise<void> {
  const limits = { master_id: memberId, clients_visit_master_id: memberId } satisfies Partial<Permissions>;
  const former = write
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(
      and(
        eq(teamMembers.locationId, locationId),
        eq(teamMembers.id, sql`(${locationUsers.permissions} ->> 'master_id')::int`),
        isNotNull(teamMembers.deletedAt),
      ),
    );
  await write
    .update(locationUsers)
    .set({ permissions: sql`${locationUsers.permissions} || ${JSON.stringify(limits)}::jsonb` })
    .where(
      and(
        eq(locationUsers.locationId, locationId),
        eq(locationUsers.userId, userId),
        eq(locationUsers.role, 'worker'),
        isNew ? undefined : exists(former),
      ),
    );
}

const memberCards = (db: Read, where: SQL | undefined) =>
  db
    .select({
      id: teamMembers.id,
      locationId: teamMembers.locationId,
      name: teamMembers.name,
      specialization: teamMembers.specialization,
      apiId: teamMembers.apiId,
      rating: teamMembers.rating,
      showRating: teamMembers.showRating,
      votes: teamMembers.votes,
      comments: teamMembers.comments,
      isPaid: teamMembers.isPaid,
      prepaid: teamMembers.prepaid,
      position: { id: positions.id, title: positions.title, servicesBinding: positions.servicesBinding },
      picture: imageGroupOf('team_member', 'team_members'),
    })
    .from(teamMembers)
    .leftJoin(positions, eq(positions.id, teamMembers.positionId))
    .where(where);

/** A team member as appointments and events show them. */
export type TeamMemberCard = Awaited<ReturnType<typeof memberCards>>[number];

/** Team members by id, including deleted ones, because their history stays readable. Uses one statement. */
export async function teamMemberCards(
  db: Read,
  locationId: number,
  ids: readonly number[],
): Promise<Map<number, TeamMemberCard>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await cardsOfMembers(db).execute({ location: locationId, members: wanted });
  return new Map(rows.map((row) => [row.id, row]));
}

const cardsOfMembers = prepared((db) =>
  memberCards(
    db,
    and(
      eq(teamMembers.locationId, sql.placeholder('location')),
      sql`${teamMembers.id} = any(${sql.placeholder('members')}::int[])`,
    ),
  ).prepare('cards_of_members'),
);
