import { and, asc, between, desc, eq, gte, ilike, like, lte, or, type SQL, sql } from 'drizzle-orm';
import { BadRequest } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { parseDate, parseDateTime } from '../../platform/clock.ts';
import { prepared } from '../../platform/database.ts';
import { type Money, toMoney } from '../../platform/money.ts';
import { fold } from '../../platform/text.ts';
import { isClientOf } from '../appointments/visible-clients.ts';
import { type ClientColumn, type ClientRow, clientColumns } from '../clients/client.ts';
import { containsPattern, phonePart } from '../clients/search-text.ts';
import { clients, clientTags } from '../clients/tables.ts';
import { memberships, usableUntil } from '../memberships/tables.ts';
import { tags } from '../tags/tables.ts';

export interface Range<Value> {
  from?: Value | undefined;
  to?: Value | undefined;
}

/** The conditions for an appointment of the client; see `appointmentCondition`. */
export interface AppointmentFilter {
  staff?: { value: number[] } | undefined;
  service?: { value: number[] } | undefined;
  service_category?: { value: number[] } | undefined;
  status?: { value: number[] } | undefined;
  created?: Range<string> | undefined;
  records_count?: Range<number> | undefined;
  sold_amount?: Range<number> | undefined;
}

/** A filter of clients/search, as the wire has it. */
export type ClientFilter =
  | { type: 'id'; state: { value: number[] } }
  | { type: 'sold_amount'; state: Range<number> }
  | { type: 'quick_search'; state: { value: string } }
  | { type: 'importance'; state: { value: number[] } }
  | { type: 'has_mobile_app'; state: { value: boolean } }
  | { type: 'category'; state: { value: number[] } }
  | { type: 'has_passteam_card'; state: { value: boolean } }
  | { type: 'passteam_card_ids'; state: { value: string[] } }
  | { type: 'birthday'; state: Range<string> }
  | { type: 'gender'; state: { value: number[] } }
  | { type: 'record'; state: AppointmentFilter }
  | { type: 'client'; state: { id?: { value: number[] } | undefined; birthday?: Range<string> | undefined } }
  | { type: 'sale'; state: { abonement_balance?: Range<number> | undefined } };

export type ClientOrder =
  | 'id'
  | 'name'
  | 'phone'
  | 'email'
  | 'discount'
  | 'first_visit_date'
  | 'last_visit_date'
  | 'sold_amount'
  | 'visit_count';

export interface ClientSearch {
  operation: 'AND' | 'OR';
  filters: ClientFilter[];
  orderBy: ClientOrder;
  direction: 'ASC' | 'DESC';
  page: { offset: number; limit: number };
  searches: SearchedContacts;
  timeZone: string;
  /** Only the clients of this team member; 0 for everyone's. */
  visitedMember: number;
  /** The requested parts of a client. Tags cost an extra look-up. */
  columns: readonly ClientColumn[];
}

/** Callers who may not see phone numbers or e-mails cannot search by them either. */
export interface SearchedContacts {
  phone: boolean;
  email: boolean;
}

/** A page of the matching clients, and their total number. */
export async function searchClients(
  db: Read,
  locationId: number,
  search: ClientSearch,
): Promise<{ rows: Partial<ClientRow>[]; total: number }> {
  const pattern = quickPattern(search);
  const statements = pattern === undefined ? undefined : quickStatements(search);
  if (statements) {
    const values = { location: locationId, pattern, ...search.page };
    return pageAndTotal(
      search.page,
      () => statements.page(db).execute(values),
      () => statements.count(db).execute(values),
    );
  }
  const conditions = search.filters.map((filter) => filterCondition(filter, { ...search, locationId }));
  const filters = search.operation === 'OR' && conditions.length ? or(...conditions) : and(...conditions);
  return pageOfClients(
    db,
    and(eq(clients.locationId, locationId), filters, search.visitedMember ? isClientOf(search.visitedMember) : undefined),
    orderOf(search.orderBy, search.direction),
    search.page,
    columnsNamed(search.columns),
  );
}

/** A page of the matching clients, and their total number. */
const pageOfClients = <Columns extends Partial<typeof clientColumns>>(
  db: Read,
  where: SQL | undefined,
  order: SQL[],
  page: { offset: number; limit: number },
  columns: Columns,
) =>
  pageAndTotal(
    page,
    () =>
      db
        .select(columns as typeof clientColumns)
        .from(clients)
        .where(where)
        .orderBy(...order)
        .offset(page.offset)
        .limit(page.limit),
    () => db.select({ count }).from(clients).where(where),
  );

const count = sql<number>`count(*)::int`;

/** Counts only if the page does not show the total. Most searches take one statement. */
async function pageAndTotal<Row>(
  page: { offset: number; limit: number },
  findPage: () => Promise<Row[]>,
  countAll: () => Promise<{ count: number }[]>,
): Promise<{ rows: Row[]; total: number }> {
  const rows = await findPage();
  const isLastPage = rows.length > 0 && rows.length < page.limit;
  return { rows, total: isLastPage ? page.offset + rows.length : ((await countAll())[0]?.count ?? 0) };
}

/**
 * The text of a search that has only a quick search, by a caller who may search everything. This is the usual search at a front desk.
 * Undefined for any other search.
 */
function quickPattern(search: ClientSearch): string | undefined {
  const [filter, ...others] = search.filters;
  if (
    filter?.type !== 'quick_search' ||
    others.length ||
    !search.searches.phone ||
    !search.searches.email ||
    search.visitedMember
  )
    return undefined;
  const wanted = fold(filter.state.value);
  const part = phonePart(filter.state.value);
  return wanted === '' || (part && part !== wanted) ? undefined : containsPattern(wanted);
}

interface QuickStatements {
  page: (db: Read) => { execute(values: Record<string, unknown>): Promise<Partial<ClientRow>[]> };
  count: (db: Read) => { execute(values: Record<string, unknown>): Promise<{ count: number }[]> };
}

const quickWhere = and(eq(clients.locationId, sql.placeholder('location')), like(clients.search, sql.placeholder('pattern')));
const quickCount = prepared((db) => db.select({ count }).from(clients).where(quickWhere).prepare('quick_search_count'));
const quickShapes = new Map<string, QuickStatements>();
/** Connections keep their prepared statements. Without a limit, callers could make them keep any number. */
const maxQuickShapes = 50;

/** The prepared statements of quick searches with these fields; undefined when there are too many shapes already. */
function quickStatements({ columns: asked, orderBy, direction }: ClientSearch): QuickStatements | undefined {
  const columns = asked.toSorted();
  const shape = JSON.stringify([orderBy, direction, columns]);
  const known = quickShapes.get(shape);
  if (known || quickShapes.size === maxQuickShapes) return known;
  const name = `quick_search_${quickShapes.size}`;
  const page = prepared((db) =>
    db
      .select(columnsNamed(columns))
      .from(clients)
      .where(quickWhere)
      .orderBy(...orderOf(orderBy, direction))
      .offset(sql.placeholder('offset'))
      .limit(sql.placeholder('limit'))
      .prepare(name),
  );
  const statements = { page, count: quickCount };
  quickShapes.set(shape, statements);
  return statements;
}

const columnsNamed = (names: readonly ClientColumn[]) =>
  Object.fromEntries(names.map((name) => [name, clientColumns[name]])) as unknown as typeof clientColumns;

const orderColumns = {
  id: clients.id,
  name: clients.name,
  phone: clients.phone,
  email: clients.email,
  discount: clients.discount,
  first_visit_date: clients.firstVisitAt,
  last_visit_date: clients.lastVisitAt,
  sold_amount: clients.spent,
  visit_count: clients.visits,
} as const;

/** Sorting by id last makes the order unique, so that pages neither overlap nor leave anyone out. */
function orderOf(by: ClientOrder, direction: 'ASC' | 'DESC'): SQL[] {
  const way = direction === 'DESC' ? desc : asc;
  return [way(orderColumns[by]), way(clients.id)];
}

function filterCondition(
  filter: ClientFilter,
  search: Pick<ClientSearch, 'searches' | 'timeZone'> & { locationId: number },
): SQL | undefined {
  switch (filter.type) {
    case 'id':
      return anyOf(clients.id, filter.state.value);
    case 'sold_amount':
      return inRange(clients.spent, amounts(filter.state));
    case 'quick_search':
      return quickSearch(filter.state.value, search.searches);
    case 'importance':
      return anyOf(clients.importance, filter.state.value);
    case 'gender':
      return anyOf(clients.gender, filter.state.value);
    case 'category':
      return sql`exists (select 1 from ${clientTags} join ${tags} on ${tags.locationId} = ${clientTags.locationId} and ${tags.id} = ${clientTags.tagId} and ${tags.deletedAt} is null where ${clientTags.locationId} = ${clients.locationId} and ${clientTags.clientId} = ${clients.id} and ${clientTags.tagId} = any(${sql.param(filter.state.value)}::bigint[]))`;
    case 'birthday':
      return inRange(clients.birthDate, dates(filter.state, search.timeZone));
    case 'client':
      return and(
        filter.state.id ? anyOf(clients.id, filter.state.id.value) : sql`true`,
        filter.state.birthday ? inRange(clients.birthDate, dates(filter.state.birthday, search.timeZone)) : sql`true`,
      );
    case 'has_mobile_app':
    case 'has_passteam_card':
    case 'passteam_card_ids':
      return conditionOnAbsentData(filter);
    case 'sale':
      return filter.state.abonement_balance ? visitsCondition(search.locationId, filter.state.abonement_balance) : sql`true`;
    case 'record':
      return appointmentCondition(filter.state, search.timeZone);
  }
}

type AbsentFilter = Extract<ClientFilter, { type: 'has_mobile_app' | 'has_passteam_card' | 'passteam_card_ids' }>;

/** Filters about data that this server does not have: no client has a mobile app or a wallet card. */
function conditionOnAbsentData(filter: AbsentFilter): SQL {
  const nobody = sql`false`;
  const everybody = sql`true`;
  switch (filter.type) {
    case 'has_mobile_app':
    case 'has_passteam_card': {
      const { value: isWanted } = filter.state;
      return isWanted ? nobody : everybody;
    }
    case 'passteam_card_ids':
      return nobody;
  }
}

/**
 * A condition on the visits that are left of the client's memberships which can be used in the location, all together: 0 without one. Unlimited
 * ones have more than any number. It reads the memberships of the chain that have not ended.
 */
function visitsCondition(locationId: number, range: Range<number>): SQL {
  const chainId = sql`(select chain_id from locations where id = ${locationId})`;
  const sums = (having: SQL) => sql`(
    select memberships.phone from memberships
    left join membership_balances held on held.chain_id = memberships.chain_id and held.membership_id = memberships.id
    left join balances on balances.chain_id = held.chain_id and balances.id = held.balance_id
    where memberships.chain_id = ${chainId} and ${usableUntil(memberships)} >= now() and memberships.deleted_at is null
      and memberships.phone is not null and exists (
        select from membership_type_locations attached
        where attached.chain_id = memberships.chain_id and attached.type_id = memberships.type_id and attached.location_id = ${locationId})
    group by memberships.phone having ${having})`;
  const sum = sql`sum(case when memberships.is_unlimited then 'infinity'::numeric else coalesce(balances.amount, 0) end)`;
  const { from = 0, to } = range;
  if (from > 0) return sql`${clients.phone} in ${sums(inRange(sum, range))}`;
  if (to === undefined) return sql`true`;
  return to < 0 ? sql`false` : sql`(${clients.phone} is null or ${clients.phone} not in ${sums(sql`${sum} > ${to}`)})`;
}

/**
 * A condition on the number and the sum of the client's appointments that match. There must be at least one if the filter names a kind of
 * appointment. Table names are written as text, because the room of appointments comes after this one.
 */
function appointmentCondition(filter: AppointmentFilter, timeZone: string): SQL {
  const { staff, service, service_category, status, created, records_count, sold_amount } = filter;
  const made = moments(created ?? {}, timeZone);
  const matchers = [
    staff?.value.length ? sql`${anyOf(sql`booked.team_member_id`, staff.value)}` : undefined,
    status?.value.length ? sql`${anyOf(sql`booked.attendance`, status.value)}` : undefined,
    service?.value.length
      ? sql`exists (select 1 from appointment_services used where used.location_id = booked.location_id and used.appointment_id = booked.id and ${anyOf(sql`used.service_id`, service.value)})`
      : undefined,
    service_category?.value.length
      ? sql`exists (select 1 from appointment_services used join services on services.location_id = used.location_id and services.id = used.service_id
          where used.location_id = booked.location_id and used.appointment_id = booked.id and ${anyOf(sql`services.category_id`, service_category.value)})`
      : undefined,
    made.from ? sql`booked.created_at >= ${made.from.toISOString()}` : undefined,
    made.to ? sql`booked.created_at <= ${made.to.toISOString()}` : undefined,
  ].filter((condition) => condition !== undefined);
  if (!matchers.length && !records_count && !sold_amount) return sql`true`;
  const atLeastOne = matchers.length ? sql`count(*) > 0` : sql`true`;
  const count = sql`${atLeastOne} and ${records_count ? inRange(sql`count(*)`, records_count) : sql`true`}`;
  const sold = sold_amount ? inRange(sql`coalesce(sum(booked.sold), 0)`, amounts(sold_amount)) : sql`true`;
  return sql`(select ${count} and ${sold} from (
    select booked.*, coalesce(booked.goods_cost, 0) + (select coalesce(sum(used.cost), 0) from appointment_services used
      where used.location_id = booked.location_id and used.appointment_id = booked.id) as sold
    from appointments booked) as booked
    where booked.location_id = ${clients.locationId} and booked.client_id = ${clients.id} and booked.deleted_at is null
    ${matchers.length ? sql`and ${sql.join(matchers, sql` and `)}` : sql``})`;
}

function moments(range: Range<string>, timeZone: string): Range<Date> {
  const at = (text: string | undefined) => {
    if (text === undefined || text === '') return undefined;
    const moment = parseDateTime(text, timeZone);
    if (!moment) throw invalidState('must be a date YYYY-MM-DD HH:MM:SS');
    return moment;
  };
  return { from: at(range.from), to: at(range.to) };
}

type Column = Parameters<typeof eq>[0] & SQL;

/** Matches any of the values. An empty list matches nobody. */
const anyOf = (column: unknown, values: number[]): SQL =>
  values.length ? sql`${column} = any(${sql.param(values)}::bigint[])` : sql`false`;

function inRange<Value>(column: unknown, { from, to }: Range<Value>): SQL {
  const value = column as Column;
  if (from !== undefined && to !== undefined) return between(value, from, to);
  if (from !== undefined) return gte(value, from);
  if (to !== undefined) return lte(value, to);
  return sql`true`;
}

const amounts = ({ from, to }: Range<number>): Range<Money> => ({ from: toMoney(from), to: toMoney(to) });

function dates(range: Range<string>, timeZone: string): Range<string> {
  const day = (text: string | undefined) => {
    if (text === undefined || text === '') return undefined;
    const date = parseDate(text) ?? (parseDateTime(text, timeZone) && parseDate(text.slice(0, 10)));
    if (!date) throw invalidState('must be a date YYYY-MM-DD HH:MM:SS');
    return date;
  };
  return { from: day(range.from), to: day(range.to) };
}

/** The error of get_client_list for an invalid filter. */
export const invalidState = (detail?: string): BadRequest =>
  new BadRequest('Invalid filter value', { filters: ['Invalid filter state value', ...(detail ? [detail] : [])] });

/** By a part of the name, the phone number or the e-mail; digits are a part of a phone number however they are grouped. */
function quickSearch(text: string, searches: SearchedContacts): SQL {
  const wanted = fold(text);
  if (wanted === '') return sql`true`;
  const pattern = containsPattern(wanted);
  const columns = [nameOf, ...(searches.phone ? [clients.phone] : []), ...(searches.email ? [emailOf] : [])];
  // The index covers the whole search text. The columns then decide.
  const byText = and(like(clients.search, pattern), or(...columns.map((column) => like(column, pattern))));
  const part = searches.phone ? phonePart(text) : undefined;
  return (part && part !== wanted ? or(byText, phoneContains(part)) : byText) as SQL;
}

const nameOf = sql`split_part(${clients.search}, E'\n', 1)`;
const emailOf = sql`split_part(${clients.search}, E'\n', 3)`;

export interface DeprecatedClientFilter {
  fullName?: string | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  card?: string | undefined;
  paidMin?: Money | undefined;
  paidMax?: Money | undefined;
  ids?: number[] | undefined;
  changedAfter?: Date | undefined;
  changedBefore?: Date | undefined;
  /** Only the clients of this team member; 0 for everyone's. */
  visitedMember: number;
  searches: SearchedContacts;
}

/** The search of the older list: every given filter must match. Newest clients come first. */
export const listClients = (
  db: Read,
  locationId: number,
  filter: DeprecatedClientFilter,
  page: { offset: number; limit: number },
) => pageOfClients(db, matchingClients(locationId, filter), [desc(clients.id)], page, clientColumns);

/** The condition for clients of a location whom every given filter matches. */
export function matchingClients(locationId: number, filter: DeprecatedClientFilter): SQL {
  const contains = (column: SQL, text: string | undefined) => {
    const pattern = text === undefined ? undefined : containsPattern(text);
    // The index covers the whole search text. The column then decides.
    return pattern === undefined ? undefined : and(like(clients.search, pattern), like(column, pattern));
  };
  return and(
    eq(clients.locationId, locationId),
    contains(nameOf, filter.fullName && fold(filter.fullName)),
    filter.phone ? (filter.searches.phone ? phoneContains(filter.phone) : sql`false`) : undefined,
    filter.email && !filter.searches.email ? sql`false` : contains(emailOf, filter.email && fold(filter.email)),
    filter.card ? ilike(clients.card, containsPattern(filter.card)) : undefined,
    filter.paidMin === undefined ? undefined : gte(clients.paid, filter.paidMin),
    filter.paidMax === undefined ? undefined : lte(clients.paid, filter.paidMax),
    filter.ids ? anyOf(clients.id, filter.ids) : undefined,
    filter.changedAfter ? gte(clients.changedAt, filter.changedAfter) : undefined,
    filter.changedBefore ? lte(clients.changedAt, filter.changedBefore) : undefined,
    filter.visitedMember ? isClientOf(filter.visitedMember) : undefined,
  ) as SQL;
}

function phoneContains(text: string): SQL {
  const part = phonePart(text);
  return part
    ? (and(like(clients.search, containsPattern(part)), like(clients.phone, containsPattern(part))) as SQL)
    : sql`false`;
}
