import { and, asc, eq, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare } from '../../platform/exact.ts';
import { isRounded, type Money, noMoney } from '../../platform/money.ts';
import { fold } from '../../platform/text.ts';
import { digitsOfChain, expectOfChain, locationsOfChain } from '../locations/of-chain.ts';
import { findItems } from '../loyalty/items.ts';
import { followType, prepareCategories } from '../loyalty/products.ts';
import { products } from '../products/tables.ts';
import { membershipTypeLocations, membershipTypeServices, membershipTypes } from './tables.ts';

type Columns = typeof membershipTypes.$inferSelect;

/** The fields of a type. All of them are set; those of a type that was sold already stay as they are, see `frozenFields`. */
export type TypeFields = Omit<Columns, 'chainId' | 'id' | 'weight' | 'createdAt' | 'changedAt' | 'archivedAt' | 'deletedAt'> & {
  isArchived: boolean;
  locationIds: readonly number[];
  /** The visits by service, and by category of services. Undefined for those that the type has, or that share their visits. */
  services: ReadonlyMap<number, number | undefined>;
  serviceCategories: ReadonlyMap<number, number | undefined>;
};

/** What a type pays: a service, or a category of services. If several locations share it, this is the one of the first. */
export interface TypeLink {
  typeId: number;
  serviceId: number | null;
  serviceCategoryId: number | null;
  title: string;
  bookingTitle: string;
  isChain: boolean;
  priceMin: Money;
  priceMax: Money;
  /** The category of a service. */
  category: { id: number; title: string; isChain: boolean } | null;
  /** Of memberships whose services do not share them. */
  visits: number;
}

const locationIds = sql<number[]>`(
  select coalesce(json_agg(attached.location_id order by attached.location_id), '[]'::json) from membership_type_locations attached
  where attached.chain_id = membership_types.chain_id and attached.type_id = membership_types.id)`;

const soldCount = sql<number>`(
  select count(*)::int from memberships issued
  where issued.chain_id = membership_types.chain_id and issued.type_id = membership_types.id and issued.deleted_at is null)`;

const selectTypes = (db: Read) =>
  db
    .select({ type: membershipTypes, locationIds: locationIds.as('location_ids'), soldCount: soldCount.as('sold_count') })
    .from(membershipTypes);

/** A type with the locations that sell it, what it pays, and how many were sold. */
export type TypeRow = Columns & { locationIds: number[]; soldCount: number; links: TypeLink[] };

/** The services and categories that types pay, in the order in which they were named. */
export const linksOf = async (db: Read, chainId: number, typeIds: readonly number[]): Promise<TypeLink[]> => {
  if (typeIds.length === 0) return [];
  return rowsOf<TypeLink>(
    db,
    sql`
    select distinct on (links.type_id, links.service_category_id, links.service_id)
      links.type_id as "typeId", links.service_id as "serviceId", links.service_category_id as "serviceCategoryId", links.visits,
      coalesce(services.title, categories.title) as title, coalesce(services.booking_title, '') as "bookingTitle",
      coalesce(services.is_chain, categories.is_chain) as "isChain",
      coalesce(services.price_min, 0)::text as "priceMin", coalesce(services.price_max, 0)::text as "priceMax",
      case when services.id is not null
        then json_build_object('id', categories.id, 'title', categories.title, 'isChain', categories.is_chain) end as category
    from membership_type_services links
    left join services on services.location_id = links.location_id and services.id = links.service_id
    left join service_categories categories on categories.location_id = links.location_id
      and categories.id = coalesce(links.service_category_id, services.category_id)
    where links.chain_id = ${chainId} and links.type_id = any(${sql.param([...typeIds])}::int[])
    order by links.type_id, links.service_category_id, links.service_id, links.location_id`,
  );
};

async function withLinks(db: Read, chainId: number, rows: Awaited<ReturnType<typeof selectTypes>>): Promise<TypeRow[]> {
  const links = await linksOf(
    db,
    chainId,
    rows.map(({ type }) => type.id),
  );
  return rows.map(({ type, ...counted }) => ({ ...type, ...counted, links: links.filter(({ typeId }) => typeId === type.id) }));
}

const inOrder = [asc(membershipTypes.weight), asc(membershipTypes.id)];
const ofChain = (chainId: number) => eq(membershipTypes.chainId, chainId);
const one = (chainId: number, id: number) => and(ofChain(chainId), eq(membershipTypes.id, id));
const archived = (isArchived: boolean) => (isArchived ? isNotNull : isNull)(membershipTypes.archivedAt);

/** The types of a chain that are not deleted: those that are sold, or the archived ones. */
export const listTypes = async (db: Read, chainId: number, isArchived: boolean): Promise<TypeRow[]> =>
  withLinks(
    db,
    chainId,
    await selectTypes(db)
      .where(and(ofChain(chainId), isNull(membershipTypes.deletedAt), archived(isArchived)))
      .orderBy(...inOrder),
  );

/** A type, which may be deleted. @throws NotFound */
export async function getType(db: Read, chainId: number, id: number): Promise<TypeRow> {
  const [row] = await withLinks(db, chainId, await selectTypes(db).where(one(chainId, id)));
  if (!row) throw new NotFound();
  return row;
}

/** Whether a location sells a type. */
export const isAttachedTo = (locationId: number): SQL => sql`exists (
  select from membership_type_locations attached where attached.chain_id = ${membershipTypes.chainId}
    and attached.type_id = ${membershipTypes.id} and attached.location_id = ${locationId})`;

/** How many types a location sells online. */
export const countSoldOnline = (db: Read, { id, chainId }: { id: number; chainId: number }): Promise<number> =>
  db.$count(
    membershipTypes,
    and(
      eq(membershipTypes.chainId, chainId),
      eq(membershipTypes.isSoldOnline, true),
      isNull(membershipTypes.archivedAt),
      isNull(membershipTypes.deletedAt),
      isAttachedTo(id),
    ),
  );

/**
 * The types that a location sells.
 * @param filter.title a part of the title, whatever its case and accents
 */
export async function listTypesIn(
  db: Read,
  location: { id: number; chainId: number },
  filter: { title?: string | undefined; ids?: readonly number[] | undefined },
): Promise<Columns[]> {
  const rows = await db
    .select()
    .from(membershipTypes)
    .where(
      and(
        ofChain(location.chainId),
        isNull(membershipTypes.deletedAt),
        isNull(membershipTypes.archivedAt),
        isAttachedTo(location.id),
        filter.ids && inArray(membershipTypes.id, [...filter.ids]),
      ),
    )
    .orderBy(...inOrder);
  const wanted = fold(filter.title ?? '');
  return rows.filter(({ title }) => fold(title).includes(wanted));
}

/** The fields that silently stay after the first sale: clients have bought them. Source: the vendor's client. */
const frozenFields = [
  'price',
  'period',
  'periodUnit',
  'activation',
  'activationDate',
  'autoactivation',
  'autoactivationUnit',
  'isPersonal',
  'isShared',
  'isUnlimited',
  'sharedVisits',
] as const satisfies readonly (keyof TypeFields)[];

/** No calendar needs longer periods. */
const longest = { day: 300_000, week: 40_000, month: 10_000, year: 800 } as const;

export function expectPeriod({ period, periodUnit }: Pick<TypeFields, 'period' | 'periodUnit'>, name = 'period'): void {
  if (period < 0 || period > longest[periodUnit]) throw new Invalid({ [name]: [`must be from 0 to ${longest[periodUnit]}`] });
}

type Links = Map<string, { serviceId: number | null; serviceCategoryId: number | null; visits: number }>;

/** @throws Invalid for what makes no sense. Source of the rules: the vendor's client. */
function expectSensible(fields: Omit<TypeFields, 'services' | 'serviceCategories'>, links: Links, digits: number): void {
  const { isUnlimited, isShared, period } = fields;
  const wrong = (name: string, message: string) => new Invalid({ [name]: [message] });
  if (fields.title === '') throw wrong('title', 'must not be empty');
  for (const name of ['price', 'onlinePrice'] as const) {
    if (compare(fields[name], noMoney) < 0) throw wrong(name, 'must not be less than 0');
    if (!isRounded(fields[name], digits)) throw wrong(name, 'has more digits than the currencies of the chain');
  }
  expectPeriod(fields, 'period');
  expectPeriod({ period: fields.autoactivation, periodUnit: fields.autoactivationUnit }, 'autoactivation');
  if (isUnlimited && !isShared) throw wrong('isUnlimited', 'needs visits that services share');
  if (isUnlimited && period === 0) throw wrong('period', 'is required, because the visits are unlimited');
  if (isUnlimited && fields.correctsPrices) throw wrong('correctsPrices', 'is not possible, because the visits are unlimited');
  if (fields.allowsFreezing && period === 0) throw wrong('period', 'is required, because {allowsFreezing} is set');
  if (fields.isSoldOnline && compare(fields.onlinePrice, noMoney) === 0) throw wrong('onlinePrice', 'must be more than 0');
  if (fields.activation === 'date' && !fields.activationDate) throw wrong('activationDate', 'is required');
  if (links.size === 0) throw wrong('serviceCategories', 'must name at least one category, or {services} one service');
  if (isShared && !isUnlimited && fields.sharedVisits < 1) throw wrong('sharedVisits', 'must be at least 1');
  if (!isShared && [...links.values()].some(({ visits }) => visits < 1))
    throw wrong('services', 'must have at least 1 visit each, as {serviceCategories}');
  for (const { intervals } of fields.times) {
    if (intervals.some(({ from, to }) => from < 0 || to > 86_400 || from >= to))
      throw wrong('times', 'must have intervals that begin before they end');
  }
}

const keyOf = ({ serviceId, serviceCategoryId }: { serviceId: number | null; serviceCategoryId: number | null }) =>
  serviceId === null ? `category ${serviceCategoryId}` : `service ${serviceId}`;

/** What a type pays after a request, by service and category. */
function chosenLinks(fields: TypeFields, current: TypeRow | undefined): Links {
  const had: Links = new Map(current?.links.map((link) => [keyOf(link), link]));
  if (fields.services.size + fields.serviceCategories.size === 0) return had;
  const links: Links = new Map();
  const add = (serviceId: number | null, serviceCategoryId: number | null, visits: number | undefined) => {
    const key = keyOf({ serviceId, serviceCategoryId });
    const count = fields.isShared ? 0 : (visits ?? (had.get(key)?.visits || fields.sharedVisits));
    links.set(key, { serviceId, serviceCategoryId, visits: count });
  };
  for (const [id, visits] of fields.services) add(id, null, visits);
  for (const [id, visits] of fields.serviceCategories) add(null, id, visits);
  if (!current?.soldCount) return links;
  // Clients have bought what it pays. Shared visits may pay for more.
  return current.isShared ? new Map([...had, ...[...links].filter(([key]) => !had.has(key))]) : had;
}

/** @param had what it pays already, which may be deleted meanwhile */
async function setLinks(write: Write, chainId: number, typeId: number, links: Links, had: readonly TypeLink[]): Promise<void> {
  const known = new Set(had.map(keyOf));
  const added = [...links].flatMap(([key, link]) => (known.has(key) ? [] : [link]));
  const rows = await findItems(write, chainId, {
    services: added.flatMap(({ serviceId }) => serviceId ?? []),
    serviceCategories: added.flatMap(({ serviceCategoryId }) => serviceCategoryId ?? []),
  });
  if (had.length) {
    const kept = JSON.stringify([...links.values()].filter((link) => known.has(keyOf(link))));
    const named = sql`from jsonb_to_recordset(${kept}::jsonb) as kept("serviceId" int, "serviceCategoryId" int, visits int)
      where kept."serviceId" is not distinct from service_id and kept."serviceCategoryId" is not distinct from service_category_id`;
    await write.execute(
      sql`delete from membership_type_services where chain_id = ${chainId} and type_id = ${typeId} and not exists (select ${named})`,
    );
    await write.execute(
      sql`update membership_type_services set visits = (select max(kept.visits) ${named}) where chain_id = ${chainId} and type_id = ${typeId}`,
    );
  }
  if (rows.length === 0) return;
  await write.insert(membershipTypeServices).values(
    rows.map(({ locationId, serviceId, serviceCategoryId }) => ({
      chainId,
      typeId,
      locationId,
      serviceId,
      serviceCategoryId,
      visits: links.get(keyOf({ serviceId, serviceCategoryId }))?.visits ?? 0,
    })),
  );
}

async function setLocations(write: Write, chainId: number, typeId: number, ids: readonly number[]): Promise<void> {
  const own = and(eq(membershipTypeLocations.chainId, chainId), eq(membershipTypeLocations.typeId, typeId));
  await write.delete(membershipTypeLocations).where(own);
  if (ids.length === 0) return;
  await write.insert(membershipTypeLocations).values([...new Set(ids)].map((locationId) => ({ chainId, typeId, locationId })));
}

/** The products of the type follow it. */
const followed = (write: Write, type: TypeRow, places: readonly { id: number }[]) =>
  followType(
    write,
    {
      kind: 'membership',
      id: type.id,
      title: type.title,
      price: type.price,
      allowsEmptyCode: type.isPersonal,
      locationIds: type.locationIds,
      state: type.deletedAt ? 'deleted' : type.archivedAt ? 'archived' : 'sold',
    },
    places.map(({ id }) => id),
  );

const columnsOf = ({ isArchived, locationIds: _, services, serviceCategories, ...columns }: TypeFields) => columns;

/** Adds a type to a chain, and a product to each location that sells it. @throws Invalid */
export async function createType(write: Write, chainId: number, input: TypeFields): Promise<TypeRow> {
  const fields = { ...input, title: input.title.trim() };
  const places = await locationsOfChain(write, chainId);
  expectOfChain(places, fields.locationIds);
  const links = chosenLinks(fields, undefined);
  expectSensible(fields, links, digitsOfChain(places));
  await prepareCategories(write, 'membership', fields.locationIds);
  const [made] = await write
    .insert(membershipTypes)
    .values({ ...columnsOf(fields), chainId, archivedAt: fields.isArchived ? new Date() : null })
    .returning({ id: membershipTypes.id });
  const { id } = made as { id: number };
  write.made('membership type', [id]);
  await setLinks(write, chainId, id, links, []);
  await setLocations(write, chainId, id, fields.locationIds);
  const row = await getType(write, chainId, id);
  await followed(write, row, places);
  return row;
}

/** Locks a type for a change. @throws NotFound, also for a deleted one */
async function lockType(write: Write, chainId: number, id: number): Promise<TypeRow> {
  const own = and(one(chainId, id), isNull(membershipTypes.deletedAt));
  const [row] = await write.lock('membership type', write.select().from(membershipTypes).where(own));
  if (!row) throw new NotFound();
  return getType(write, chainId, id);
}

/** Waits for the sales of a type that have begun. Later ones see what this transaction does. */
async function holdSales(write: Write, type: TypeRow, places: readonly { id: number }[]): Promise<TypeRow> {
  const ids = places.map((place) => place.id);
  const issuing = and(inArray(products.locationId, ids), eq(products.membershipTypeId, type.id));
  await write.lock('product', write.select({ id: products.id }).from(products).where(issuing).orderBy(asc(products.id)));
  return getType(write, type.chainId, type.id);
}

/**
 * Replaces all fields of a type. After the first sale, some silently stay: see `frozenFields`. Without services and categories, it keeps
 * those that it has.
 * @throws NotFound, also for a deleted one; Invalid, also for an archived one
 */
export async function updateType(write: Write, chainId: number, id: number, input: TypeFields): Promise<TypeRow> {
  const places = await locationsOfChain(write, chainId);
  expectOfChain(places, input.locationIds);
  await prepareCategories(write, 'membership', input.locationIds);
  const current = await holdSales(write, await lockType(write, chainId, id), places);
  if (current.archivedAt) throw new Invalid({ isArchived: ['must be taken back first: an archived type cannot be changed'] });
  const kept = current.soldCount > 0 ? Object.fromEntries(frozenFields.map((name) => [name, current[name]])) : {};
  const fields: TypeFields = { ...input, title: input.title.trim(), ...kept };
  const links = chosenLinks(fields, current);
  expectSensible(fields, links, digitsOfChain(places));
  await write
    .update(membershipTypes)
    .set({ ...columnsOf(fields), changedAt: new Date(), archivedAt: fields.isArchived ? new Date() : null })
    .where(one(chainId, id));
  await setLinks(write, chainId, id, links, current.links);
  await setLocations(write, chainId, id, fields.locationIds);
  const row = await getType(write, chainId, id);
  await followed(write, row, places);
  return row;
}

/** Archives a type, so that it is no longer sold, or takes that back. Memberships that were sold stay as they are. @throws NotFound */
export async function archiveType(write: Write, chainId: number, id: number, isArchived: boolean): Promise<void> {
  const places = await locationsOfChain(write, chainId);
  const current = await lockType(write, chainId, id);
  if ((current.archivedAt !== null) === isArchived) return;
  const changedAt = new Date();
  await write
    .update(membershipTypes)
    .set({ archivedAt: isArchived ? changedAt : null, changedAt })
    .where(one(chainId, id));
  await followed(write, await getType(write, chainId, id), places);
}

/** Deletes a type that was never sold. It keeps its row, and can be restored. @throws NotFound; Invalid if it was sold */
export async function deleteType(write: Write, chainId: number, id: number): Promise<void> {
  const places = await locationsOfChain(write, chainId);
  const current = await holdSales(write, await lockType(write, chainId, id), places);
  if (current.soldCount > 0) throw new Invalid({ id: ['is of memberships that were sold'] }, 'The type was sold already.');
  const now = new Date();
  await write.update(membershipTypes).set({ deletedAt: now, changedAt: now }).where(one(chainId, id));
  await followed(write, await getType(write, chainId, id), places);
}

/** Brings a deleted type back under a title. @throws NotFound; Invalid if it is not deleted */
export async function restoreType(write: Write, chainId: number, id: number, title: string): Promise<void> {
  if (title.trim() === '') throw new Invalid({ title: ['must not be empty'] });
  const places = await locationsOfChain(write, chainId);
  const before = await getType(write, chainId, id);
  await prepareCategories(write, 'membership', before.locationIds);
  const [current] = await write.lock('membership type', write.select().from(membershipTypes).where(one(chainId, id)));
  if (!current?.deletedAt) throw new Invalid({ id: ['is not deleted'] }, 'The type is not deleted.');
  await write
    .update(membershipTypes)
    .set({ deletedAt: null, title: title.trim(), changedAt: new Date() })
    .where(one(chainId, id));
  await followed(write, await getType(write, chainId, id), places);
}

/** Adds a copy of a type, with "(2)" behind its title. The copy is not archived. @throws NotFound */
export async function cloneType(write: Write, chainId: number, id: number): Promise<TypeRow> {
  const from = await getType(write, chainId, id);
  if (from.deletedAt) throw new NotFound();
  const places = await locationsOfChain(write, chainId);
  const living = new Set(places.map((place) => place.id));
  await prepareCategories(
    write,
    'membership',
    from.locationIds.filter((place) => living.has(place)),
  );
  const { links, soldCount: _, locationIds: placed, id: __, createdAt, changedAt, archivedAt, ...columns } = from;
  const [made] = await write
    .insert(membershipTypes)
    .values({ ...columns, title: `${from.title} (2)` })
    .returning({ id: membershipTypes.id });
  const copy = (made as { id: number }).id;
  write.made('membership type', [copy]);
  await write.execute(sql`
    insert into membership_type_services (chain_id, type_id, location_id, service_id, service_category_id, visits)
    select chain_id, ${copy}, location_id, service_id, service_category_id, visits from membership_type_services
    where chain_id = ${chainId} and type_id = ${id} order by id`);
  await setLocations(
    write,
    chainId,
    copy,
    placed.filter((place) => living.has(place)),
  );
  const row = await getType(write, chainId, copy);
  await followed(write, row, places);
  return row;
}
