import { and, asc, desc, eq, getTableColumns, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { livingMembers } from '../team/team-member.ts';
import { giversOfService } from './givers.ts';
import { serviceCategories, serviceCategoryTeamMembers, services } from './tables.ts';

/**
 * Team members who are linked to the category, or can be chosen for a service of it. Table names are written as text, because Drizzle drops
 * the table from columns here.
 */
const membersOfCategory = sql<number[]>`(
  select coalesce(json_agg(linked.member order by linked.member), '[]'::json) from (
    select link.team_member_id as member from service_category_team_members as link
    where link.location_id = service_categories.location_id and link.category_id = service_categories.id
    union
    select provider.team_member_id from services cross join lateral ${giversOfService} as provider
    where services.location_id = service_categories.location_id and services.category_id = service_categories.id
      and services.deleted_at is null
  ) as linked
  join team_members on team_members.location_id = service_categories.location_id and team_members.id = linked.member
    and team_members.deleted_at is null)`;

const selectCategories = (db: Read, locationId: number, where?: SQL) =>
  db
    .select({ ...getTableColumns(serviceCategories), memberIds: membersOfCategory.as('member_ids') })
    .from(serviceCategories)
    .where(and(eq(serviceCategories.locationId, locationId), isNull(serviceCategories.deletedAt), where))
    .orderBy(desc(serviceCategories.weight), asc(serviceCategories.id));

/** A category with the ids of the team members who provide it. */
export type CategoryRow = Awaited<ReturnType<typeof selectCategories>>[number];

/** The fields of a category. An undefined field stays unchanged. */
export interface CategoryFields {
  title?: string | undefined;
  apiId?: string | undefined;
  weight?: number | undefined;
  /** Replaces the links of the category itself. The links of its services stay. */
  memberIds?: number[] | undefined;
}

/**
 * The categories of a location, by weight (highest first), then by id.
 * @param memberId only categories that this team member provides
 * @throws NotFound if there is no such team member
 */
export async function listCategories(db: Read, locationId: number, memberId?: number): Promise<CategoryRow[]> {
  if (memberId !== undefined && !(await livingMembers(db, locationId, [memberId])).has(memberId)) {
    throw new NotFound('Team Member not found.');
  }
  const rows = await selectCategories(db, locationId);
  return memberId === undefined ? rows : rows.filter((row) => row.memberIds.includes(memberId));
}

declare module '../../api/write.ts' {
  interface ChangeKinds {
    'service category': CategoryRow;
  }
}

export const categoriesById = (db: Read, locationId: number, ids: readonly number[]) =>
  selectCategories(db, locationId, inArray(serviceCategories.id, [...ids]));

/** @throws NotFound */
export async function getCategory(db: Read, locationId: number, id: number): Promise<CategoryRow> {
  const [row] = await selectCategories(db, locationId, eq(serviceCategories.id, id));
  if (!row) throw new NotFound('Service category does not exist.');
  return row;
}

/** @throws Invalid */
export async function createCategory(
  write: Write,
  locationId: number,
  fields: CategoryFields & { title: string },
): Promise<CategoryRow> {
  const { memberIds, ...columns } = fields;
  const [row] = await write
    .insert(serviceCategories)
    .values({ ...given(columns), locationId, title: columns.title.trim() })
    .returning({ id: serviceCategories.id });
  const { id } = row as { id: number };
  if (memberIds) await linkMembers(write, locationId, id, memberIds);
  return told(write, locationId, id, 'create');
}

/** @throws NotFound, Invalid */
export async function updateCategory(write: Write, locationId: number, id: number, fields: CategoryFields): Promise<CategoryRow> {
  const { memberIds, ...columns } = fields;
  const changed = await write
    .update(serviceCategories)
    .set({ ...given(columns), changedAt: new Date() })
    .where(own(locationId, id))
    .returning({ id: serviceCategories.id });
  if (changed.length === 0) throw new NotFound('Service category does not exist.');
  if (memberIds) await linkMembers(write, locationId, id, memberIds);
  return told(write, locationId, id, 'update');
}

/** Reports a change of a category. @returns it as it is now */
async function told(write: Write, locationId: number, id: number, status: 'create' | 'update'): Promise<CategoryRow> {
  const row = await getCategory(write, locationId, id);
  write.changed('service category', locationId, id, status, row);
  return row;
}

/** The category keeps its row, for the history. @throws NotFound, and Forbidden while it has services */
export async function deleteCategory(write: Write, locationId: number, id: number): Promise<void> {
  await write.lock(
    'service category',
    write.select({ id: serviceCategories.id }).from(serviceCategories).where(own(locationId, id)),
    'update',
  );
  const row = await getCategory(write, locationId, id);
  const inCategory = and(eq(services.locationId, locationId), eq(services.categoryId, id), isNull(services.deletedAt));
  const [service] = await write.select({ id: services.id }).from(services).where(inCategory).limit(1);
  if (service) throw new Forbidden('The category has services.');
  const now = new Date();
  await write.update(serviceCategories).set({ deletedAt: now, changedAt: now }).where(own(locationId, id));
  write.changed('service category', locationId, id, 'delete', row);
}

/** Prevents the deletion of a category while a service moves into it. @throws Invalid if there is no such category */
export async function lockCategory(write: Write, locationId: number, id: number): Promise<void> {
  const [category] = await write.lock(
    'service category',
    write.select({ id: serviceCategories.id }).from(serviceCategories).where(own(locationId, id)),
    'share',
  );
  if (!category) throw new Invalid({ categoryId: ['must be a service category of this location'] });
}

const own = (locationId: number, id: number) =>
  and(eq(serviceCategories.locationId, locationId), eq(serviceCategories.id, id), isNull(serviceCategories.deletedAt));

function given({ title, apiId, weight }: Omit<CategoryFields, 'memberIds'>) {
  return {
    ...(title === undefined ? {} : { title: title.trim() }),
    ...(apiId === undefined ? {} : { apiId: apiId.trim() }),
    ...(weight === undefined ? {} : { weight }),
  };
}

async function linkMembers(write: Write, locationId: number, categoryId: number, memberIds: number[]): Promise<void> {
  const wanted = [...new Set(memberIds)];
  const known = await livingMembers(write, locationId, wanted);
  const unknown = wanted.find((id) => !known.has(id));
  if (unknown !== undefined) throw new Invalid({ memberIds: [`${unknown} is no team member of this location`] });
  const links = and(eq(serviceCategoryTeamMembers.locationId, locationId), eq(serviceCategoryTeamMembers.categoryId, categoryId));
  await write.delete(serviceCategoryTeamMembers).where(links);
  if (wanted.length) {
    await write
      .insert(serviceCategoryTeamMembers)
      .values(wanted.map((teamMemberId) => ({ locationId, categoryId, teamMemberId })))
      .onConflictDoNothing();
  }
}
