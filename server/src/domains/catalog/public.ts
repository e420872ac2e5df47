import { sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { publicMemberIds } from '../team/team-member.ts';
import { type CategoryRow, getCategory, listCategories } from './category.ts';
import { getService, listServices, type ServiceRow } from './service.ts';
import { services } from './tables.ts';

/** The public part of the catalog: services that can be booked online, and their team members, without hidden and dismissed ones. */
const asPublic = (row: ServiceRow, shown: ReadonlySet<number>): ServiceRow => ({
  ...row,
  members: row.members.filter(({ id }) => shown.has(id)),
});

/** Ordered and filtered like listServices. @throws NotFound if the filter names something that is not public */
export async function listPublicServices(
  db: Read,
  locationId: number,
  filter: { memberId?: number | undefined; categoryId?: number | undefined } = {},
): Promise<ServiceRow[]> {
  const shown = await publicMemberIds(db, locationId);
  if (filter.memberId !== undefined && !shown.has(filter.memberId)) throw new NotFound('Team Member not found.');
  if (filter.categoryId !== undefined) await getPublicCategory(db, locationId, filter.categoryId);
  const rows = await listServices(db, locationId, filter);
  return rows.filter((row) => row.isActive).map((row) => asPublic(row, shown));
}

/** @throws NotFound for one that cannot be booked online too */
export async function getPublicService(db: Read, locationId: number, id: number): Promise<ServiceRow> {
  const row = await getService(db, locationId, id);
  if (!row.isActive) throw new NotFound('Service not found.');
  return asPublic(row, await publicMemberIds(db, locationId));
}

/** The categories that have services, but none that can be booked online. */
async function closedCategories(db: Read, locationId: number): Promise<Set<number>> {
  const rows = await db
    .select({ id: services.categoryId })
    .from(services)
    .where(sql`${services.locationId} = ${locationId} and ${services.deletedAt} is null`)
    .groupBy(services.categoryId)
    .having(sql`not bool_or(${services.isActive})`);
  return new Set(rows.map((row) => row.id));
}

/** Ordered like listCategories. A category without any service is included, because it hides nothing. */
export async function listPublicCategories(db: Read, locationId: number): Promise<CategoryRow[]> {
  const [shown, closed] = [await publicMemberIds(db, locationId), await closedCategories(db, locationId)];
  const rows = (await listCategories(db, locationId)).filter((row) => !closed.has(row.id));
  return rows.map((row) => ({ ...row, memberIds: row.memberIds.filter((id) => shown.has(id)) }));
}

/** One category, in the form of listPublicCategories. @throws NotFound */
export async function getPublicCategory(db: Read, locationId: number, id: number): Promise<CategoryRow> {
  const row = await getCategory(db, locationId, id);
  if ((await closedCategories(db, locationId)).has(id)) throw new NotFound('Service category does not exist.');
  const shown = await publicMemberIds(db, locationId);
  return { ...row, memberIds: row.memberIds.filter((member) => shown.has(member)) };
}
