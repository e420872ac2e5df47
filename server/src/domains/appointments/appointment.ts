import { and, asc, desc, eq, getTableColumns, isNull, type Placeholder, type SQL, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { prepared, preparedSql } from '../../platform/database.ts';
import type { Money, Percent } from '../../platform/money.ts';
import type { Quantity } from '../../platform/quantity.ts';
import { clients } from '../clients/tables.ts';
import { type Calendars, inCalendars, isInCalendars } from '../team/calendars.ts';
import { type TeamMemberCard, teamMemberCards } from '../team/team-member.ts';
import { countOfChanges, pageOfChanges, settleChanges } from './changes.ts';
import { type Attendance, appointmentChanges, appointments } from './tables.ts';

/** A service of an appointment, with its name. */
export interface AppointmentService {
  id: number;
  title: string;
  categoryId: number;
  amount: number;
  costPerUnit: Money;
  firstCost: Money;
  discount: Percent;
  cost: Money;
  /** How long the team member needs, seconds. */
  duration: number;
  priceMin: Money;
  priceMax: Money;
}

/** A product that was sold in an appointment. */
export interface AppointmentProduct {
  /** The id of the document line. */
  id: number;
  productId: number;
  title: string;
  barcode: string;
  article: string;
  /** Negative, because it left the storage. */
  amount: Quantity;
  isInSaleUnits: boolean;
  costPerUnit: Money;
  discount: Percent;
  cost: Money;
  teamMemberId: number | null;
  storageId: number;
}

export interface Label {
  id: number;
  title: string;
  /** #rrggbb */
  color: string;
  icon: string;
}

/* Plain names: Drizzle drops the table from columns in subqueries. */
const servicesOf = sql<AppointmentService[]>`(
  select coalesce(json_agg(json_build_object(
      'id', used.service_id, 'title', services.title, 'categoryId', services.category_id, 'amount', used.amount,
      'costPerUnit', used.cost_per_unit::text, 'firstCost', used.first_cost::text, 'discount', used.discount::text, 'cost', used.cost::text,
      'duration', coalesce(link.duration, services.duration), 'priceMin', services.price_min::text, 'priceMax', services.price_max::text)
    order by used.position), '[]'::json)
  from appointment_services used
  join services on services.location_id = used.location_id and services.id = used.service_id
  left join service_team_members link on link.location_id = used.location_id and link.service_id = used.service_id
    and link.team_member_id = appointments.team_member_id
  where used.location_id = appointments.location_id and used.appointment_id = appointments.id)`;

const productsOf = sql<AppointmentProduct[]>`case when appointments.goods_cost is null then '[]'::json else (
  select coalesce(json_agg(json_build_object(
      'id', line.id, 'productId', line.product_id, 'title', products.title, 'barcode', products.barcode, 'article', products.article,
      'amount', line.amount::text, 'isInSaleUnits', line.is_in_sale_units, 'costPerUnit', line.cost_per_unit::text,
      'discount', line.discount::text, 'cost', line.cost::text, 'teamMemberId', line.team_member_id, 'storageId', line.storage_id)
    order by line.id), '[]'::json)
  from document_lines line
  join products on products.location_id = line.location_id and products.id = line.product_id
  where line.location_id = appointments.location_id and line.document_id = appointments.document_id and line.type = 1
    and line.deleted_at is null) end`;

const labelsOf = sql<Label[]>`(
  select coalesce(json_agg(json_build_object('id', tags.id, 'title', tags.title, 'color', tags.color, 'icon', tags.icon) order by tags.id), '[]'::json)
  from appointment_tags join tags on tags.location_id = appointment_tags.location_id and tags.id = appointment_tags.tag_id and tags.deleted_at is null
  where appointment_tags.location_id = appointments.location_id and appointment_tags.appointment_id = appointments.id)`;

/**
 * The state of the whole visit, by the first that applies: someone came, someone confirmed, someone is expected, nobody came. Deleted
 * appointments count only if there are no others.
 */
const visitAttendance = sql<Attendance>`(
  select case max(case others.attendance when 1 then 3 when 2 then 2 when 0 then 1 else 0 end + case when others.deleted_at is null then 10 else 0 end) % 10
    when 3 then 1 when 2 then 2 when 1 then 0 else -1 end
  from appointments others
  where others.location_id = appointments.location_id and others.visit_id = appointments.visit_id)`;

const clientTagsOf = sql<Label[]>`(
  select coalesce(json_agg(json_build_object('id', tags.id, 'title', tags.title, 'color', tags.color, 'icon', tags.icon) order by tags.id), '[]'::json)
  from client_tags join tags on tags.location_id = client_tags.location_id and tags.id = client_tags.tag_id and tags.deleted_at is null
  where client_tags.location_id = appointments.location_id and client_tags.client_id = appointments.client_id)`;

const { partnerId: _partnerId, locationId: _locationId, deletedAt, ...columns } = getTableColumns(appointments);

const changeOfAppointment = and(
  eq(appointmentChanges.locationId, appointments.locationId),
  eq(appointmentChanges.appointmentId, appointments.id),
) as SQL;
/** A transaction that creates an appointment may read it before the time of the change is written. */
const lastChange = sql<Date>`coalesce(${appointmentChanges.at}, ${appointments.createdAt})`.mapWith(appointmentChanges.at);

const selectAppointments = (db: Read, where: SQL | undefined) =>
  db
    .select({
      ...columns,
      changedAt: lastChange.as('changed_at'),
      deletedAt,
      services: servicesOf.as('services'),
      products: productsOf.as('products'),
      labels: labelsOf.as('labels'),
      visitAttendance: visitAttendance.as('visit_attendance'),
      client: {
        id: clients.id,
        name: clients.name,
        surname: clients.surname,
        middleName: clients.middleName,
        phone: clients.phone,
        email: clients.email,
        card: clients.card,
        comment: clients.comment,
        gender: clients.gender,
        birthDate: clients.birthDate,
        discount: clients.discount,
        customFields: clients.customFields,
        visits: clients.visits,
        missedVisits: clients.missedVisits,
      },
      clientTags: clientTagsOf.as('client_tags'),
    })
    .from(appointments)
    .leftJoin(appointmentChanges, changeOfAppointment)
    .leftJoin(clients, and(eq(clients.locationId, appointments.locationId), eq(clients.id, appointments.clientId)))
    .where(where);

type Selected = Awaited<ReturnType<typeof selectAppointments>>[number];

/** An appointment with its related rows, as every presenter takes it. */
export interface AppointmentRow extends Selected {
  locationId: number;
  teamMember: TeamMemberCard;
}

async function withMembers(db: Read, locationId: number, rows: Selected[]): Promise<AppointmentRow[]> {
  const members = await teamMemberCards(
    db,
    locationId,
    rows.map((row) => row.teamMemberId),
  );
  return rows.map((row) => ({ ...row, locationId, teamMember: members.get(row.teamMemberId) as TeamMemberCard }));
}

/** A stretch of time; a bound that is undefined is open, `from` is included and `to` is not. */
export interface Period {
  from?: Date | undefined;
  to?: Date | undefined;
}

/** Filters appointments. An undefined property does not filter. */
export interface AppointmentFilter {
  teamMemberId?: number | undefined;
  clientId?: number | undefined;
  eventId?: number | undefined;
  visitId?: number | undefined;
  createdBy?: number | undefined;
  starts?: Period | undefined;
  created?: Period | undefined;
  /** `from` itself is left out here: later than. */
  changed?: Period | undefined;
  /** Appointments that overlap the span. */
  intersects?: { start: Date; end: Date } | undefined;
  withDeleted: boolean;
  /** The calendars of the caller. */
  calendars: Calendars;
}

const later = (one: Date | undefined, other: Date | undefined) => (one && other && one > other ? one : (other ?? one));

/** Values of filters by the names of their placeholders. An undefined value does not filter. */
function valuesOf(locationId: number, filter: AppointmentFilter) {
  const { starts, created, changed, intersects, withDeleted: _, calendars, ...ids } = filter;
  const { memberIds, since } = calendars;
  // A single calendar is filtered like a single member, because the index has it in the order of the list.
  const isOne = memberIds?.length === 1 && ids.teamMemberId === undefined;
  const values = {
    location: locationId,
    ...ids,
    ...(isOne ? { teamMemberId: memberIds[0] } : { memberIds }),
    startsFrom: later(starts?.from, since),
    startsTo: starts?.to,
    createdFrom: created?.from,
    createdTo: created?.to,
    changedFrom: changed?.from,
    changedTo: changed?.to,
    spanStart: intersects?.start,
    spanEnd: intersects?.end,
  };
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]));
}

const { startsAt, createdAt } = appointments;
const { at: changedAt } = appointmentChanges;

/** The conditions on placeholders of these names. */
function conditionsOn(names: ReadonlySet<string>, withDeleted: boolean): SQL | undefined {
  const when = (name: string, condition: (value: Placeholder) => SQL) =>
    names.has(name) ? condition(sql.placeholder(name)) : undefined;
  return and(
    eq(appointments.locationId, sql.placeholder('location')),
    withDeleted ? undefined : isNull(appointments.deletedAt),
    when('teamMemberId', (id) => eq(appointments.teamMemberId, id)),
    when('memberIds', (ids) => sql`${appointments.teamMemberId} = any(${ids}::int[])`),
    when('clientId', (id) => eq(appointments.clientId, id)),
    when('eventId', (id) => eq(appointments.eventId, id)),
    when('visitId', (id) => eq(appointments.visitId, id)),
    when('createdBy', (id) => eq(appointments.createdBy, id)),
    when('startsFrom', (at) => sql`${startsAt} >= ${at}`),
    when('startsTo', (at) => sql`${startsAt} < ${at}`),
    when('createdFrom', (at) => sql`${createdAt} >= ${at}`),
    when('createdTo', (at) => sql`${createdAt} < ${at}`),
    when('changedFrom', (at) => sql`${changedAt} > ${at}`),
    when('changedTo', (at) => sql`${changedAt} < ${at}`),
    // No appointment is longer than a day: the first bound lets the index find them.
    when('spanStart', (at) => sql`${startsAt} > ${at}::timestamptz - interval '24 hours'`),
    when('spanStart', (at) => sql`${startsAt} + make_interval(secs => ${appointments.duration}) > ${at}`),
    when('spanEnd', (at) => sql`${startsAt} < ${at}`),
  );
}

const shapes = new Map<string, ListStatements>();
/** Connections keep their prepared statements. Without a limit, callers could make them keep any number. */
const maxShapes = 50;

/** The statement for lists with the same filters. It is prepared, unless too many are prepared already. */
function statementsOf(values: object, filter: AppointmentFilter, isFirst: boolean): ListStatements {
  const { withDeleted, changed } = filter;
  const names = new Set(Object.keys(values));
  const shape = [...names, withDeleted, changed && (isFirst ? 'first' : 'later')].join();
  const known = shapes.get(shape);
  if (known) return known;
  const statements = listStatements(
    names,
    withDeleted,
    changed !== undefined,
    isFirst,
    shapes.size < maxShapes ? shapes.size : '',
  );
  if (shapes.size < maxShapes) shapes.set(shape, statements);
  return statements;
}

type ListStatements = ReturnType<typeof listStatements>;

function listStatements(
  names: ReadonlySet<string>,
  withDeleted: boolean,
  isOfChanges: boolean,
  isFirst: boolean,
  number: number | '',
) {
  const name = (what: string) => (number === '' ? '' : `${what}_${number}`);
  const where = conditionsOn(names, withDeleted);
  const order = isOfChanges ? [desc(changedAt), desc(appointments.id)] : [asc(startsAt), asc(appointments.id)];
  const isOfChangesOnly = [...names].every((each) => ['location', 'changedFrom', 'changedTo'].includes(each));
  const changes = { from: names.has('changedFrom'), to: names.has('changedTo'), withDeleted };
  // The ids of the page are found first, so that related rows are read only for this page.
  const page = (db: Read) =>
    isOfChanges && isOfChangesOnly
      ? pageOfChanges(changes, isFirst)
      : db
          .select({ id: appointments.id })
          .from(appointments)
          .leftJoin(appointmentChanges, changeOfAppointment)
          .where(where)
          .orderBy(...order)
          .offset(sql.placeholder('offset'))
          .limit(sql.placeholder('limit'));
  return {
    page: prepared((db) =>
      selectAppointments(
        db,
        and(eq(appointments.locationId, sql.placeholder('location')), sql`${appointments.id} in (${page(db)})`),
      )
        .orderBy(...order)
        .prepare(name('list_appointments')),
    ),
    count: preparedSql<{ count: number }>(
      name('count_appointments'),
      isOfChangesOnly
        ? countOfChanges(changes)
        : sql`select count(*)::int as count from ${appointments} left join ${appointmentChanges} on ${changeOfAppointment} where ${where}`,
    ),
  };
}

/**
 * Appointments of a location by their time. If the time of change is filtered, they are sorted by it, latest first: a reader who pages
 * while changes happen then sees some appointments twice and misses none. Uses three statements for any number of appointments.
 */
export async function listAppointments(
  db: Read,
  locationId: number,
  filter: AppointmentFilter,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ rows: AppointmentRow[]; total: number }> {
  const values = valuesOf(locationId, filter);
  const { page, count } = statementsOf(values, filter, offset === 0);
  const rows = await page(db).execute({ ...values, offset, limit });
  const isWholeList = offset === 0 && rows.length < limit;
  const total = isWholeList ? rows.length : ((await count(db, values))[0]?.count ?? 0);
  return { rows: await withMembers(db, locationId, rows), total };
}

declare module '../../api/write.ts' {
  interface ChangeKinds {
    appointment: AppointmentRow;
  }
}

/** Appointments by id, in the order of their time; deleted ones too. */
export async function appointmentsById(db: Read, locationId: number, ids: readonly number[]): Promise<AppointmentRow[]> {
  if (ids.length === 0) return [];
  return withMembers(db, locationId, await rowsById(db).execute({ location: locationId, ids }));
}

/**
 * Like appointmentsById, for appointments that the transaction has changed and will not change again. Other rooms react to the changes
 * first, and it writes their time. Publishing then does not read the appointments again.
 */
export async function changedAppointments(write: Write, locationId: number, ids: readonly number[]): Promise<AppointmentRow[]> {
  await write.react(true);
  const read = await appointmentsById(write, locationId, ids);
  const times = await settleChanges(write);
  const rows = read.map((row) => ({ ...row, changedAt: times.get(row.id) ?? row.changedAt }));
  write.remember('appointment', rows);
  return rows;
}

const rowsById = prepared((db) =>
  selectAppointments(
    db,
    and(
      eq(appointments.locationId, sql.placeholder('location')),
      sql`${appointments.id} = any(${sql.placeholder('ids')}::int[])`,
    ),
  )
    .orderBy(asc(startsAt), asc(appointments.id))
    .prepare('appointments_by_id'),
);

/** @param withDeleted deleted ones are found too @throws NotFound, also outside of the calendars */
export async function getAppointment(
  db: Read,
  locationId: number,
  id: number,
  calendars: Calendars,
  withDeleted = true,
): Promise<AppointmentRow> {
  const [row] = await appointmentsById(db, locationId, [id]);
  if (!row || (row.deletedAt && !withDeleted) || !isInCalendars(row, calendars))
    throw new NotFound(`Appointment ${id} was not found`);
  return row;
}

/** The appointments of a visit in these calendars, without deleted ones, by time. */
export async function appointmentsOfVisit(
  db: Read,
  locationId: number,
  visitId: number,
  calendars: Calendars,
): Promise<AppointmentRow[]> {
  const rows = await selectAppointments(
    db,
    and(
      eq(appointments.locationId, locationId),
      eq(appointments.visitId, visitId),
      isNull(appointments.deletedAt),
      inCalendars(appointments, calendars),
    ),
  ).orderBy(asc(startsAt), asc(appointments.id));
  return withMembers(db, locationId, rows);
}
