import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  type InferSelectModel,
  inArray,
  isNull,
  or,
  type Placeholder,
  type SQL,
  sql,
} from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { prepared } from '../../platform/database.ts';
import { compare, type Exact } from '../../platform/exact.ts';
import { type Money, noMoney } from '../../platform/money.ts';
import { imageGroupOf } from '../images/image-group.ts';
import { livingMembers } from '../team/team-member.ts';
import { getCategory, lockCategory } from './category.ts';
import { giversOfService, isGivenBy } from './givers.ts';
import { replaceMembers } from './service-link.ts';
import { serviceParts, services } from './tables.ts';

/** A team member who can be chosen for a service. */
export interface ServiceMember {
  id: number;
  /** seconds */
  duration: number;
  /** Null for a composite service, whose parts have theirs. */
  billId: number | null;
}

/** Plain names: Drizzle drops the table from columns here. */
const membersOfService = sql<ServiceMember[]>`(
  select coalesce(json_agg(json_build_object('id', given.team_member_id, 'duration', given.duration, 'billId', given.bill_id)
    order by given.team_member_id), '[]'::json)
  from ${giversOfService} as given)`;

const resourcesOfService = sql<{ id: number; title: string }[]>`(
  select coalesce(json_agg(json_build_object('id', resources.id, 'title', resources.title) order by resources.id), '[]'::json)
  from service_resources as link join resources on resources.location_id = link.location_id and resources.id = link.resource_id
  where link.location_id = services.location_id and link.service_id = services.id)`;

const partsOfService = sql<number[]>`(
  select coalesce(json_agg(held.service_id order by held.position), '[]'::json) from service_parts as held
  where held.location_id = services.location_id and held.composite_id = services.id)`;

/** What a composite service takes: the sums of its parts, by their own terms. */
export interface PartsTogether {
  /** seconds */
  duration: number;
  priceMin: Money;
  priceMax: Money;
  /** Seconds: the longest of the parts. */
  technicalBreak: number | null;
}

const partsTogether = sql<PartsTogether | null>`(
  select json_build_object('duration', sum(part.duration), 'priceMin', sum(part.price_min)::text, 'priceMax', sum(part.price_max)::text,
    'technicalBreak', max(part.technical_break))
  from service_parts as held join services as part on part.location_id = held.location_id and part.id = held.service_id
  where held.location_id = services.location_id and held.composite_id = services.id having count(*) > 0)`;

const selectServices = (db: Read, locationId: number | Placeholder, where?: SQL) =>
  db
    .select({
      ...getTableColumns(services),
      members: membersOfService.as('members'),
      resources: resourcesOfService.as('needed'),
      partIds: partsOfService.as('part_ids'),
      whole: partsTogether.as('whole'),
      picture: imageGroupOf('service', 'services').as('picture'),
    })
    .from(services)
    .where(and(eq(services.locationId, locationId), isNull(services.deletedAt), where))
    .orderBy(desc(services.weight), asc(services.id));

/** Everything that a location sells: the list that integrations read most. */
const allServices = prepared((db) => selectServices(db, sql.placeholder('location')).prepare('all_services'));

/** A service with its team members, resources and picture. */
export type ServiceRow = Awaited<ReturnType<typeof selectServices>>[number];

/** The price and the duration of a service as they are shown: those of its parts, if it is a composite one. */
export const shownTerms = (row: ServiceRow): PartsTogether => row.whole ?? row;

type Columns = Partial<Omit<InferSelectModel<typeof services>, 'locationId' | 'id' | 'linkId'>>;

/** The fields of a service. An undefined field stays unchanged. */
export type ServiceFields = {
  [Name in
    | 'title'
    | 'bookingTitle'
    | 'comment'
    | 'apiId'
    | 'categoryId'
    | 'priceMin'
    | 'priceMax'
    | 'discount'
    | 'duration'
    | 'technicalBreak'
    | 'weight'
    | 'isActive'
    | 'isGroup'
    | 'taxVariant'
    | 'vatId'
    | 'isDateLimited'
    | 'dateFrom'
    | 'dateTo'
    | 'searchFrom'
    | 'searchTo'
    | 'searchStep'
    | 'displayStep'
    | 'isAutoDebited'
    | 'autoDebitLead'
    | 'needsMembership']?: Columns[Name];
} & {
  /** Replaces the team members. A member without a duration gets the service's duration. */
  members?: { id: number; duration?: number | undefined }[] | undefined;
};

/** The parts of a service that the user may change. */
export interface ServiceRights {
  title: boolean;
  category: boolean;
  price: boolean;
  members: boolean;
  times: boolean;
}

/**
 * The services of a location, heavier ones first, then by id, in one statement. With a team member, only those for which they can be chosen.
 * @throws NotFound when the filter names a team member or category that the location does not have
 */
export async function listServices(
  db: Read,
  locationId: number,
  filter: { memberId?: number | undefined; categoryId?: number | undefined } = {},
): Promise<ServiceRow[]> {
  const { memberId, categoryId } = filter;
  if (memberId !== undefined && !(await livingMembers(db, locationId, [memberId])).has(memberId)) {
    throw new NotFound('Team Member not found.');
  }
  if (categoryId !== undefined) await getCategory(db, locationId, categoryId);
  if (memberId === undefined && categoryId === undefined) return allServices(db).execute({ location: locationId });
  return selectServices(
    db,
    locationId,
    and(
      categoryId === undefined ? undefined : eq(services.categoryId, categoryId),
      memberId === undefined ? undefined : isGivenBy(locationId, memberId),
    ),
  );
}

/** A page of the services of a location, in the order of listServices. @param ids only these; unknown ones are passed over */
export const pageOfServices = (
  db: Read,
  locationId: number,
  ids: readonly number[] | undefined,
  { offset, limit }: { offset: number; limit: number },
): Promise<ServiceRow[]> =>
  selectServices(db, locationId, ids && inArray(services.id, [...ids]))
    .limit(limit)
    .offset(offset);

declare module '../../api/write.ts' {
  interface ChangeKinds {
    service: ServiceRow;
  }
}

export const servicesById = (db: Read, locationId: number, ids: readonly number[]) =>
  selectServices(db, locationId, inArray(services.id, [...ids]));

/** @throws NotFound */
export async function getService(db: Read, locationId: number, id: number): Promise<ServiceRow> {
  const [row] = await selectServices(db, locationId, eq(services.id, id));
  if (!row) throw new NotFound('Service not found.');
  return row;
}

const own = (locationId: number, id: number) =>
  and(eq(services.locationId, locationId), eq(services.id, id), isNull(services.deletedAt));

/** Locks a service for a change. @throws NotFound */
export async function lockService(write: Write, locationId: number, id: number) {
  const [row] = await write.lock('service', write.select().from(services).where(own(locationId, id)));
  if (!row) throw new NotFound('Service not found.');
  return row;
}

/** Locks services for a change, those that exist. */
export const lockServices = (write: Write, locationId: number, ids: readonly number[]) =>
  write.lock(
    'service',
    write
      .select()
      .from(services)
      .where(and(eq(services.locationId, locationId), inArray(services.id, [...new Set(ids)]), isNull(services.deletedAt))),
  );

/** @throws Invalid */
export async function createService(
  write: Write,
  locationId: number,
  fields: ServiceFields & { title: string; categoryId: number },
): Promise<ServiceRow> {
  const { members, ...rest } = fields;
  const columns = checked(
    { priceMax: fields.priceMin ?? noMoney, ...defined(rest) },
    { priceMin: noMoney, priceMax: noMoney, dateFrom: null, dateTo: null },
  );
  await lockCategory(write, locationId, fields.categoryId);
  const [row] = await write
    .insert(services)
    .values({ ...columns, locationId, title: columns.title as string, categoryId: fields.categoryId })
    .returning({ id: services.id, duration: services.duration });
  const { id, duration } = row as { id: number; duration: number };
  if (members) await replaceMembers(write, locationId, id, withDuration(members, duration));
  return told(write, locationId, id, 'create');
}

/**
 * Changes the given fields.
 * @throws NotFound, Invalid, and Forbidden for a change without the permission
 */
export async function updateService(
  write: Write,
  locationId: number,
  id: number,
  fields: ServiceFields,
  may: ServiceRights,
): Promise<ServiceRow> {
  const current = await lockService(write, locationId, id);
  const { members, ...rest } = fields;
  const columns = checked(defined(rest), current);
  expectRights(columns, members !== undefined, current, may);
  if (columns.isGroup && !current.isGroup) await expectNoParts(write, locationId, id);
  if (columns.categoryId !== undefined && columns.categoryId !== current.categoryId) {
    await lockCategory(write, locationId, columns.categoryId);
  }
  await write
    .update(services)
    .set({ ...columns, changedAt: new Date() })
    .where(own(locationId, id));
  if (members) await replaceMembers(write, locationId, id, withDuration(members, columns.duration ?? current.duration));
  return told(write, locationId, id, 'update');
}

/** Composite services and their parts are locked when they become such, so none does meanwhile. @throws Invalid */
async function expectNoParts(db: Read, locationId: number, id: number): Promise<void> {
  const [link] = await db
    .select({ compositeId: serviceParts.compositeId })
    .from(serviceParts)
    .where(and(eq(serviceParts.locationId, locationId), or(eq(serviceParts.compositeId, id), eq(serviceParts.serviceId, id))))
    .limit(1);
  if (!link) return;
  const rule = link.compositeId === id ? 'the service has parts' : `the service is a part of the service ${link.compositeId}`;
  throw new Invalid({ isGroup: [`must be false: ${rule}`] });
}

/** Reports a change of a service. @returns it as it is now */
async function told(write: Write, locationId: number, id: number, status: 'create' | 'update'): Promise<ServiceRow> {
  const row = await getService(write, locationId, id);
  write.changed('service', locationId, id, status, row);
  return row;
}

/** The service keeps its row, for the history; a composite one loses its parts. @throws NotFound, and Forbidden for a part of another service */
export async function deleteService(write: Write, locationId: number, id: number): Promise<void> {
  await lockService(write, locationId, id);
  const [composite] = await write
    .select({ id: serviceParts.compositeId })
    .from(serviceParts)
    .where(and(eq(serviceParts.locationId, locationId), eq(serviceParts.serviceId, id)))
    .limit(1);
  if (composite) throw new Forbidden(`The service is a part of the service ${composite.id}.`);
  await write.delete(serviceParts).where(and(eq(serviceParts.locationId, locationId), eq(serviceParts.compositeId, id)));
  const row = await getService(write, locationId, id);
  const now = new Date();
  await write.update(services).set({ deletedAt: now, changedAt: now }).where(own(locationId, id));
  write.changed('service', locationId, id, 'delete', row);
}

const withDuration = (members: { id: number; duration?: number | undefined }[], duration: number) =>
  members.map((member) => ({ id: member.id, duration: member.duration ?? duration }));

const defined = (fields: ServiceFields): Columns =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value.trim() : value]],
    ),
  );

/** @throws Invalid if the new fields and the present row together are invalid */
function checked(columns: Columns, current: Pick<Columns, 'priceMin' | 'priceMax' | 'dateFrom' | 'dateTo'>): Columns {
  const after = { ...current, ...columns };
  if (columns.title === '') throw new Invalid({ title: ['must not be empty'] });
  if (compare(after.priceMax ?? noMoney, after.priceMin ?? noMoney) < 0)
    throw new Invalid({ priceMax: ['must not be less than {priceMin}'] });
  if ((after.searchTo ?? 86_400) < (after.searchFrom ?? 0)) {
    throw new Invalid({ searchTo: ['must not be before {searchFrom}'] });
  }
  if (after.isDateLimited) {
    if (!after.dateFrom) throw new Invalid({ dateFrom: ['is required when the dates are limited'] });
    if (!after.dateTo) throw new Invalid({ dateTo: ['is required when the dates are limited'] });
    if (after.dateTo < after.dateFrom) throw new Invalid({ dateTo: ['must not be before {dateFrom}'] });
  }
  return columns;
}

type ServiceColumns = InferSelectModel<typeof services>;

function expectRights(columns: Columns, changesMembers: boolean, current: ServiceColumns, may: ServiceRights): void {
  const changes = (...names: Exclude<keyof Columns, 'priceMin' | 'priceMax' | 'discount'>[]) =>
    names.some((name) => columns[name] !== undefined && columns[name] !== current[name]);
  const isOther = <Kind extends string>(given: Exact<Kind> | undefined, present: Exact<Kind>) =>
    given !== undefined && compare(given, present) !== 0;
  const changesPrice =
    isOther(columns.priceMin, current.priceMin) ||
    isOther(columns.priceMax, current.priceMax) ||
    isOther(columns.discount, current.discount);
  const isRefused =
    (!may.title && changes('title', 'bookingTitle')) ||
    (!may.category && changes('categoryId')) ||
    (!may.price && changesPrice) ||
    (!may.times && changes('isDateLimited', 'dateFrom', 'dateTo', 'searchFrom', 'searchTo', 'searchStep', 'displayStep')) ||
    (!may.members && changesMembers);
  if (isRefused) throw new Forbidden();
}
