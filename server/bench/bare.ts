/**
 * The cost of the measured operations without this server: plain Fastify and a pool of the same size, the same statements as named prepared
 * ones, rows converted to the wire form by hand, the same answers. No tokens, no permissions, no validation. It listens on a free port of
 * 127.0.0.1 and prints its address.
 */
import { randomBytes } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';
import type { Location } from '../src/api/access.ts';
import { answerSchema } from '../src/api/envelope.ts';
import type { Operation } from '../src/api/operation.ts';
import type { Write } from '../src/api/write.ts';
import { appointmentsOperations } from '../src/domains/appointments/wire/operations.appointments.v1.ts';
import { servicesOperations } from '../src/domains/catalog/wire/operations.services.v1.ts';
import { containsPattern } from '../src/domains/clients/search-text.ts';
import {
  createClientComment,
  getClientList,
  getClientOperation,
  listClientComments,
} from '../src/domains/clients/wire/operations.v1.ts';
import { numberDocument } from '../src/domains/inventory/document.ts';
import { linesById } from '../src/domains/inventory/line-list.ts';
import { createOperation } from '../src/domains/inventory/operation.ts';
import { withAmounts } from '../src/domains/inventory/storage-amounts.ts';
import { phoneNumberFormatCheck } from '../src/domains/locations/wire/operations.v1.ts';
import { listAccounts } from '../src/domains/money/account.ts';
import { balancesOf } from '../src/domains/money/balance.ts';
import { listProducts } from '../src/domains/products/product.ts';
import { dayEndReport } from '../src/domains/reports/day-end.ts';
import { payIntoAccount } from '../src/domains/sales/payment.ts';
import { getSale } from '../src/domains/sales/sale.ts';
import { getTeamMemberScheduleList } from '../src/domains/schedule/wire/operations.v1.ts';
import { loadCatalog, loadRules, loadRuns, teamFor } from '../src/domains/slots/load.ts';
import { allCalendars } from '../src/domains/team/calendars.ts';
import { listTeamMembers } from '../src/domains/team/team-member.ts';
import { startOfDay, today } from '../src/platform/clock.ts';
import { openPostgres } from '../src/platform/database.ts';
import { isValidPhone } from '../src/platform/phone.ts';
import { toQuantity } from '../src/platform/quantity.ts';
import { fold } from '../src/platform/text.ts';
import { begin, beginAlone } from '../src/surfaces/changes.ts';
import { seeded } from './database.ts';
import { soldProducts } from './operations.ts';
import { recordRun, replay, replayTransaction } from './replay.ts';
import { positionsOf, type Recorded, recordStatements } from './statements.ts';
import { stores } from './stores.ts';

type Row = Record<string, unknown>;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const recorded = await recordStatements();

/** Sends a recorded statement under a name. */
function statement(name: string, statements: Recorded[], position = 0) {
  const { text, bind } = statements[position] as Recorded;
  return {
    rows: async (values: Row, on: pg.Pool | pg.ClientBase = pool) =>
      (await on.query<Row>({ name, text, values: bind(values) })).rows,
    arrays: async (values: Row, on: pg.Pool | pg.ClientBase = pool) =>
      (await on.query<unknown[]>({ name, text, values: bind(values), rowMode: 'array' })).rows,
  };
}

const selectComments = statement('comments', recorded.comments);
const insertComment = statement('new_comment', recorded.newComment);
const selectAuthor = statement('author', recorded.newComment, 1);
const selectClient = statement('client', recorded.client);
const selectServices = statement('services', recorded.services);
const selectDays = statement('days', recorded.schedule);
const searchPage = statement('search_page', recorded.search);
const searchCount = statement('search_count', recorded.search, 1);

const offsets = new Map<number, { ms: number; text: string }>();
const zone = new Intl.DateTimeFormat('en', { timeZone: seeded.timeZone, timeZoneName: 'longOffset' });

/** `2026-02-01T12:00:00-0500`; the offset is looked up once an hour. */
function compactTime(at: Date): string {
  const hour = Math.floor(at.getTime() / 3_600_000);
  let offset = offsets.get(hour);
  if (!offset) {
    const [, sign = '+', hours = '00', minutes = '00'] = /GMT([+-])(\d\d):(\d\d)/.exec(zone.format(at)) ?? [];
    const ms = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
    offset = { ms, text: `${sign}${hours}${minutes}` };
    offsets.set(hour, offset);
  }
  return new Date(at.getTime() + offset.ms).toISOString().slice(0, 19) + offset.text;
}

/** `2026-02-01T12:00:00-05:00`. */
function localTime(at: Date): string {
  const compact = compactTime(at);
  return `${compact.slice(0, 22)}:${compact.slice(22)}`;
}

const genders = ['unknown', 'Male', 'Female'];
const importances = ['No importance class', 'Bronze', 'Silver', 'Gold'];

const wireClient = (row: Row) => ({
  id: row.id,
  name: row.name,
  surname: row.surname,
  middle_name: row.middle_name,
  phone: row.phone ? Number((row.phone as string).slice(1)) : null,
  email: row.email,
  categories: row.tags,
  gender_id: row.gender,
  gender: genders[row.gender as number],
  discount: Number(row.discount),
  importance_id: row.importance,
  importance: importances[row.importance as number],
  birth_date: row.birth_date,
  comment: row.comment,
  sms_check: row.birthday_sms ? 1 : 0,
  sms_not: row.no_mailings ? 1 : 0,
  spent: Number(row.spent),
  balance: Number(row.balance),
  visits: row.visits,
  last_change_date: compactTime(row.changed_at as Date),
  custom_fields: Object.keys(row.custom_fields as object).length ? row.custom_fields : [],
  card: row.card,
});

/** The fields that the benchmark asks for. */
const foundFields: Record<string, (row: Row) => unknown> = {
  id: (row) => row.id,
  name: (row) => row.name,
  surname: (row) => row.surname,
  phone: (row) => (row.phone ? Number((row.phone as string).slice(1)) : null),
  email: (row) => row.email,
  visits_count: (row) => row.visits,
  last_visit_date: (row) => (row.last_visit_at ? localTime(row.last_visit_at as Date) : null),
};

function foundClient(row: Row, wanted: string[]) {
  const found: Row = {};
  for (const field of wanted) found[field] = foundFields[field]?.(row);
  return found;
}

const wireComment = (comment: Row, user: Row | null) => ({
  id: comment.id,
  create_date: localTime(comment.created_at as Date),
  update_date: localTime(comment.updated_at as Date),
  type: comment.type,
  text: comment.text,
  files: [],
  user,
});

/** By position: three columns of this statement are called `id`. */
function listedComment(row: unknown[]) {
  const [id, type, text, created_at, updated_at, userId, name, avatar] = row;
  return wireComment({ id, type, text, created_at, updated_at }, userId === null ? null : { id: userId, name, avatar });
}

const getServiceListOperation = servicesOperations.find(({ id }) => id === 'get_service_list') as Operation;
// Dates are compared and written as they are.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

const app = Fastify();
const answers = (operation: Operation) => ({ schema: { response: { [operation.success.status]: answerSchema(operation) } } });

app.get<{ Params: { phone: string } }>(
  '/api/v1/validation/validate_phone/:phone',
  answers(phoneNumberFormatCheck),
  async (request) => ({ success: true, data: { is_valid: isValidPhone(request.params.phone) }, meta: [] }),
);

app.get<{ Params: { location: string; client: string } }>(
  '/api/v1/clients/:location/clients/:client/comments',
  answers(listClientComments),
  async ({ params }) => {
    const rows = await selectComments.arrays({ location: Number(params.location), client: Number(params.client) });
    const data = rows.map(listedComment);
    return { success: true, data, meta: { count: data.length } };
  },
);

app.post<{ Params: { location: string; client: string }; Body: { text: string } }>(
  '/api/v1/clients/:location/clients/:client/comments',
  answers(createClientComment),
  async ({ params, body }, reply) => {
    const connection = await pool.connect();
    try {
      await connection.query('begin');
      const author = 1;
      const values = { location: Number(params.location), client: Number(params.client), author, text: body.text };
      const [comment] = await insertComment.rows(values, connection);
      const [user] = await selectAuthor.rows({ author }, connection);
      await connection.query('commit');
      return reply.code(201).send({ success: true, data: wireComment(comment as Row, user as Row), meta: [] });
    } finally {
      connection.release();
    }
  },
);

interface SearchBody {
  page_size: number;
  fields: string[];
  filters: [{ state: { value: string } }];
}

app.post<{ Params: { location: string }; Body: SearchBody }>(
  '/api/v1/company/:location/clients/search',
  answers(getClientList),
  async ({ params, body }) => {
    const pattern = containsPattern(fold(body.filters[0].state.value));
    const values = { location: Number(params.location), pattern, limit: body.page_size };
    const rows = await searchPage.rows(values);
    const total = rows.length < body.page_size ? rows.length : (await searchCount.rows(values))[0]?.count;
    return { success: true, data: rows.map((row) => foundClient(row, body.fields)), meta: { total_count: total } };
  },
);

app.get<{ Params: { location: string; client: string } }>(
  '/api/v1/client/:location/:client',
  answers(getClientOperation),
  async ({ params }) => {
    const [row] = await selectClient.rows({ location: Number(params.location), client: Number(params.client) });
    return { success: true, data: wireClient(row as Row), meta: [] };
  },
);

interface Member {
  id: number;
  duration: number;
}
interface Picture {
  id: number;
  entityId: number;
  images: { id: number; version: string; path: string; width: number; height: number; type: string }[];
}

function wirePicture(picture: Picture) {
  const images: Row = {};
  for (const { id, version, path, width, height, type } of picture.images) {
    const size = { width: String(width), height: String(height) };
    images[version] = { id, path: process.env.PUBLIC_URL + path, ...size, type, image_group_id: picture.id, version };
  }
  return { id: picture.id, entity: 'settings_service', entity_id: picture.entityId, images };
}

const wireService = (row: Row) => ({
  id: row.id,
  salon_service_id: row.link_id,
  title: row.title,
  booking_title: row.booking_title || row.title,
  category_id: row.category_id,
  price_min: Number(row.price_min),
  price_max: Number(row.price_max),
  duration: row.duration,
  technical_break_duration: row.technical_break,
  discount: Number(row.discount),
  comment: row.comment,
  weight: row.weight,
  active: row.is_active ? 1 : 0,
  api_id: row.api_id,
  is_online: row.is_active,
  staff: (row.members as Member[]).map(({ id, duration }) => ({ id, seance_length: duration })),
  ...(row.picture ? { image_group: wirePicture(row.picture as Picture) } : {}),
});

app.get<{ Params: { location: string } }>('/api/v1/services/:location', answers(getServiceListOperation), async ({ params }) => {
  const rows = await selectServices.rows({ location: Number(params.location) });
  return { success: true, data: rows.map(wireService), meta: [] };
});

const twoDigits = (value: number) => (value < 10 ? `0${value}` : String(value));
const clock = (seconds: number) => `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor((seconds % 3600) / 60))}`;
const wireSlots = (range: string) =>
  range
    .slice(2, -2)
    .split('),[')
    .map((slot) => slot.split(','))
    .map(([from, to]) => ({ from: clock(Number(from)), to: clock(Number(to)) }));

app.get<{ Params: { location: string }; Querystring: { start_date: string; end_date: string } }>(
  '/api/v1/company/:location/staff/schedule',
  answers(getTeamMemberScheduleList),
  async ({ params, query }) => {
    const values = { location: Number(params.location), first: query.start_date, last: query.end_date };
    const data = (await selectDays.arrays(values)).map(([id, date, slots]) => ({
      staff_id: id,
      team_member_id: id,
      date,
      slots: wireSlots(slots as string),
    }));
    return { success: true, data, meta: { count: data.length } };
  },
);

const pageOf = (name: string, statements: Recorded[]) => ({
  page: statement(name, statements),
  count: statement(`${name}_count`, statements, 1),
});
const firstPage = pageOf('appointments', recorded.appointments);
const laterPage = pageOf('later_appointments', recorded.laterAppointments);
const firstChanges = pageOf('changes', recorded.changes);
const laterChanges = pageOf('later_changes', recorded.laterChanges);
const selectMembers = statement('members', recorded.appointments, 2);
const [selectTerms, lockMember, selectBusy, selectByPhone, insertVisit, insertAppointment, writeTime] =
  recorded.newAppointment.map((each, index) => statement(`new_appointment_${index}`, [each])) as [
    Statement,
    Statement,
    Statement,
    Statement,
    Statement,
    Statement,
    Statement,
  ];
const selectAppointment = statement('appointment', recorded.appointment);
const insertOutbox = statement('outbox', recorded.outbox);

type Statement = ReturnType<typeof statement>;
interface Tag {
  id: number;
  title: string;
  color: string;
  icon: string;
}
interface Provided {
  id: number;
  title: string;
  cost: number;
  costPerUnit: number;
  discount: number;
  firstCost: number;
  amount: number;
  duration: number;
  priceMin: number;
  priceMax: number;
}

const fontColor = (hex: string) => {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  return part(0) * 0.299 + part(2) * 0.587 + part(4) * 0.114 > 160 ? '#000000' : '#ffffff';
};
const wireTag = (tag: Tag) => ({ ...tag, font_color: fontColor(tag.color.slice(1)) });

const wireProvided = (service: Provided) => ({
  id: service.id,
  title: service.title,
  cost: service.cost,
  cost_to_pay: service.cost,
  manual_cost: service.cost,
  cost_per_unit: service.costPerUnit,
  discount: service.discount,
  first_cost: service.firstCost,
  amount: service.amount,
  assistants: null,
  staff_service_link: { length: service.duration },
  company_service_link: { price_min: service.priceMin, price_max: service.priceMax },
});

/** Of members without pictures and positions. */
function wireMember([id, , name, specialization, apiId, rating, , votes]: unknown[]) {
  return {
    id,
    api_id: apiId || null,
    name,
    specialization,
    position: { id: 0, title: '', services_binding_type: 0 },
    avatar: '',
    avatar_big: '',
    rating: Number(rating),
    votes_count: votes,
  };
}

/** The columns that are answered. Those of clients begin with `clients.`, because both tables use the same names. */
const appointmentColumns = [
  'id',
  'team_member_id',
  'visit_id',
  'event_id',
  'starts_at',
  'duration',
  'technical_break',
  'attendance',
  'seats',
  'comment',
  'api_id',
  'color',
  'resource_instance_ids',
  'is_online',
  'is_member_chosen',
  'sms_reminder',
  'email_reminder',
  'booking_form_id',
  'device',
  'from_url',
  'hash',
  'created_by',
  'document_id',
  'created_at',
  'changed_at',
  'deleted_at',
  'services',
  'labels',
  'visit_attendance',
  'clients.id',
  'clients.name',
  'clients.surname',
  'clients.middle_name',
  'clients.phone',
  'clients.email',
  'clients.card',
  'clients.comment',
  'clients.gender',
  'clients.birth_date',
  'clients.discount',
  'clients.visits',
  'clients.missed_visits',
  'client_tags',
] as const;
/** Their positions, which move when the server reads more. */
const at = positionsOf((recorded.appointment[0] as Recorded).text, appointmentColumns);

/** By position: columns of two tables bear the same names. */
function wireAppointment(row: unknown[], location: number, members: Map<unknown, object>, isListed: boolean) {
  const start = localTime(row[at.starts_at] as Date);
  const color = row[at.color] as string;
  const [name, surname] = [row[at['clients.name']] as string, row[at['clients.surname']] as string];
  return {
    id: row[at.id],
    company_id: location,
    staff_id: row[at.team_member_id],
    services: (row[at.services] as Provided[]).map(wireProvided),
    goods_transactions: [],
    staff: members.get(row[at.team_member_id]),
    client: {
      id: row[at['clients.id']],
      name,
      surname,
      middle_name: row[at['clients.middle_name']],
      patronymic: row[at['clients.middle_name']],
      display_name: surname ? `${name} ${surname}` : name,
      comment: row[at['clients.comment']],
      phone: row[at['clients.phone']] ?? '',
      card: row[at['clients.card']],
      email: row[at['clients.email']],
      success_visits_count: row[at['clients.visits']],
      fail_visits_count: row[at['clients.missed_visits']],
      discount: Number(row[at['clients.discount']]),
      is_new: row[at['clients.visits']] === 0,
      custom_fields: [],
      gender: row[at['clients.gender']],
      sex: row[at['clients.gender']],
      birthday: row[at['clients.birth_date']] ?? '',
      client_tags: (row[at.client_tags] as Tag[]).map(wireTag),
      phone_country_id: 0,
    },
    clients_count: row[at.seats],
    date: start,
    datetime: start,
    create_date: compactTime(row[at.created_at] as Date),
    comment: row[at.comment],
    online: row[at.is_online],
    visit_attendance: row[at.visit_attendance],
    attendance: row[at.attendance],
    confirmed: 1,
    seance_length: row[at.duration],
    length: row[at.duration],
    technical_break_duration: row[at.technical_break],
    sms_before: row[at.sms_reminder],
    sms_now: 0,
    sms_now_text: '',
    email_now: 0,
    notified: 0,
    master_request: row[at.is_member_chosen] ? 1 : 0,
    api_id: row[at.api_id],
    from_url: row[at.from_url],
    review_requested: 0,
    is_remind_sms_sent: false,
    visit_id: row[at.visit_id],
    created_user_id: row[at.created_by] ?? 0,
    deleted: row[at.deleted_at] !== null,
    paid_full: 0,
    payment_status: 0,
    prepaid: false,
    prepaid_confirmed: false,
    is_update_blocked: false,
    last_change_date: compactTime(row[at.changed_at] as Date),
    custom_color: color,
    custom_font_color: color && fontColor(color),
    record_labels: (row[at.labels] as Tag[]).map(wireTag),
    activity_id: row[at.event_id] ?? 0,
    custom_fields: [],
    documents: [
      {
        id: row[at.document_id],
        type_id: 7,
        storage_id: 0,
        user_id: row[at.created_by] ?? 0,
        company_id: location,
        number: row[at.document_id],
        comment: '',
        date_created: isListed
          ? localTime(row[at.created_at] as Date)
              .slice(0, 19)
              .replace('T', ' ')
          : localTime(row[at.created_at] as Date),
        category_id: 0,
        visit_id: row[at.visit_id],
        record_id: row[at.id],
        type_title: 'Visit',
        is_sale_bill_printed: false,
      },
    ],
    sms_remain_hours: row[at.sms_reminder],
    email_remain_hours: row[at.email_reminder],
    bookform_id: row[at.booking_form_id],
    record_from: '',
    is_mobile: row[at.device],
    is_sale_bill_printed: false,
    consumables: [],
    finance_transactions: [],
    acceptance_free: null,
    comer: null,
    comer_person_info: null,
    resource_instance_ids: row[at.resource_instance_ids],
    short_link: `${process.env.PUBLIC_URL}/api/v1/master_record_review/${(row[at.id] as number).toString(36)}-${(row[at.hash] as string).slice(0, 16)}`,
  };
}

async function membersOf(rows: unknown[][], location: number, on: pg.Pool | pg.ClientBase): Promise<Map<unknown, object>> {
  const ids = [...new Set(rows.map((row) => row[at.team_member_id]))];
  return new Map((await selectMembers.arrays({ location, author: ids }, on)).map((row) => [row[0], wireMember(row)]));
}

async function wireAppointments(rows: unknown[][], location: number, on: pg.Pool | pg.ClientBase = pool) {
  const members = await membersOf(rows, location, on);
  return rows.map((row) => wireAppointment(row, location, members, true));
}

const [listAppointments, newAppointment] = ['get_appointment_list', 'create_appointment'].map((wanted) =>
  appointmentsOperations.find(({ id }) => id === wanted),
) as [Operation, Operation];
/** The instant of a local time; whether the offset changes within the hours around it does not matter here. */
function instant(local: string): Date {
  const guess = new Date(`${local}Z`);
  const [, sign, hours = '0'] = /([+-])(\d\d)\d\d$/.exec(compactTime(guess)) ?? [];
  return new Date(guess.getTime() + Number(hours) * 3_600_000 * (sign === '-' ? 1 : -1));
}

interface ListQuery {
  page: string;
  count: string;
  start_date?: string;
  end_date?: string;
  changed_after?: string;
}

app.get<{ Params: { location: string }; Querystring: ListQuery }>(
  '/api/v1/records/:location',
  answers(listAppointments),
  async ({ params, query }) => {
    const [location, page, limit] = [Number(params.location), Number(query.page), Number(query.count)];
    const isOfChanges = query.changed_after !== undefined;
    const from = instant(query.changed_after ?? `${query.start_date}T00:00:00`).toISOString();
    const end = isOfChanges ? undefined : instant(`${query.end_date}T00:00:00`);
    const to = end && new Date(end.getTime() + 86_400_000).toISOString();
    const values = { location, from, to, limit, offset: (page - 1) * limit };
    const [first, later] = isOfChanges ? [firstChanges, laterChanges] : [firstPage, laterPage];
    const statements = page === 1 ? first : later;
    const rows = await statements.page.arrays(values);
    const isWhole = page === 1 && rows.length < limit;
    const total = isWhole ? rows.length : Number((await statements.count.arrays(values))[0]?.[0]);
    return { success: true, data: await wireAppointments(rows, location), meta: { page, total_count: total } };
  },
);

interface NewAppointment {
  staff_id: number;
  services: { id: number }[];
  client: { phone: string };
  datetime: string;
  seance_length: number;
  comment: string;
}

app.post<{ Params: { location: string }; Body: NewAppointment }>(
  '/api/v1/records/:location',
  answers(newAppointment),
  async ({ params, body }, reply) => {
    const location = Number(params.location);
    const { staff_id: member, services, client, seance_length: duration, datetime } = body;
    const startsAt = instant(datetime);
    const [from, to] = [startsAt.toISOString(), new Date(startsAt.getTime() + duration * 1000).toISOString()];
    const date = datetime.slice(0, 10);
    const connection = await pool.connect();
    try {
      await connection.query('begin');
      const known = { location, member: [member], author: 1, partner: 1, from, to };
      const [terms] = await selectTerms.arrays({ ...known, member, service: services.map(({ id }) => id) }, connection);
      await lockMember.rows(known, connection);
      const second = Number(datetime.slice(11, 13)) * 3600 + Number(datetime.slice(14, 16)) * 60;
      const parts = JSON.stringify([{ date, from: second, to: second + duration }]);
      const [free] = await selectBusy.rows({ ...known, member, json: parts }, connection);
      if (!free?.works || (free.busy as unknown[]).length) throw new Error('The time is taken');
      const [person] = await selectByPhone.rows({ ...known, phone: client.phone }, connection);
      const [visit] = await insertVisit.rows({ ...known, client: [person?.id], date: [date] }, connection);
      const row = {
        hash: randomBytes(20).toString('hex'),
        team_member_id: member,
        client_id: person?.id,
        visit_id: visit?.id,
        event_id: null,
        client_series_id: null,
        starts_at: from,
        duration,
        technical_break: 0,
        attendance: 0,
        seats: 1,
        comment: body.comment,
        api_id: '',
        color: '',
        custom_fields: {},
        resource_instance_ids: [],
        is_member_chosen: true,
        guest_name: '',
        guest_email: '',
        sms_reminder: 0,
        email_reminder: 0,
        tag_ids: [],
        services: services.map(({ id }, position) => ({ id, position, amount: 1, price: Number(terms?.[2]) })),
        occupations: [{ teamMemberId: member, resourceInstanceId: null, isExclusive: true }],
      };
      const [added] = await insertAppointment.rows({ ...known, json: JSON.stringify([row]) }, connection);
      const rows = await selectAppointment.arrays({ location, appointment: [added?.id] }, connection);
      const found = await membersOf(rows, location, connection);
      const [time] = await writeTime.rows({ location, appointment: [added?.id] }, connection);
      const data = rows.map((row) => wireAppointment(row.with(at.changed_at, time?.at), location, found, false));
      const changes = [{ resource: 'record', resourceId: added?.id, status: 'create', data: data[0] }];
      await insertOutbox.rows({ ...known, json: JSON.stringify(changes) }, connection);
      await connection.query('commit');
      return reply.code(201).send({ success: true, data, meta: { page: 1, total_count: 1 } });
    } catch (error) {
      await connection.query('rollback');
      throw error;
    } finally {
      connection.release();
    }
  },
);

// The statements of the following are recorded on the data itself, and sent again as they are.
const database = await openPostgres(process.env.DATABASE_URL as string, 1);
const placeOf = (location: number): Location => ({
  id: location,
  chainId: 1,
  timeZone: seeded.timeZone,
  currency: 'USD',
  countryCode: 'US',
});
const reading = (work: (write: Write) => Promise<unknown>) => recordRun(beginAlone(database.db), work);
const answersRows = (path: string, steps: Awaited<ReturnType<typeof reading>>) =>
  app.get(path, async () => ({ success: true, data: await replay(pool, path, steps), meta: [] }));

const online = placeOf(seeded.small.location);
/** What a widget loads for any service of any member. */
const offers = (first: string, last: string) =>
  reading(async (db) => {
    await loadRules(db, online, new Date());
    await loadRuns(db, online, teamFor(await loadCatalog(db, online.id, {}), []), { first, last });
  });
const { first, last, day } = seeded.booking;
answersRows(`/api/v1/book_dates/${online.id}`, await offers(first, last));
const ofDay = await offers(day, day);
answersRows(`/api/v1/book_times/${online.id}/0/${day}`, ofDay);
answersRows(`/api/v1/book_staff/${online.id}`, [
  ...(await reading((db) => listTeamMembers(db, online.id, { isFired: false, isDeleted: false }))),
  ...ofDay,
]);

for (const { location } of [stores.small, stores.historic]) {
  const here = placeOf(location);
  answersRows(
    `/api/v1/goods/${location}`,
    await reading(async (db) => withAmounts(db, location, await listProducts(db, location, {}, { offset: 4900, limit: 100 }))),
  );
  answersRows(
    `/api/v1/company/${location}/accounts`,
    await reading(async (db) => {
      const rows = await listAccounts(db, location, { allowed: undefined, isArchived: false });
      const ids = rows.map(({ id }) => id);
      await balancesOf(db, here, today(here.timeZone), ids);
    }),
  );
  const [from, until] = [startOfDay(stores.day, here.timeZone), startOfDay(stores.day, here.timeZone, 1)];
  const period = { from, until, attendance: undefined, teamMemberId: undefined };
  answersRows(
    `/api/v1/reports/z_report/${location}`,
    await reading((db) => dayEndReport(db, here, period, { calendars: allCalendars, money: {}, clientsOf: 0 })),
  );
  const recordedSale = await recordRun(begin(database.db, { userId: 1, address: '', location: here }), async (write) => {
    const lines = soldProducts(0).map((productId) => ({ productId, amount: toQuantity(1), isInSaleUnits: true }));
    const at = new Date(`${stores.day}T16:00:00Z`);
    const fields = { type: 1 as const, storageId: stores.storage, toStorageId: null, at, lines };
    const { id, lineIds } = await createOperation(write, here, fields);
    const sale = await getSale(write, here, id);
    await payIntoAccount(write, here, sale, { accountId: stores.account });
    await numberDocument(write, location, id);
    write.remember('document line', await linesById(write, location, lineIds));
  });
  app.post<{ Body: { goods_transactions: { good_id: number }[] } }>(
    `/api/v1/storage_operations/operation/${location}`,
    async ({ body }) => {
      const sold = body.goods_transactions.map(({ good_id }, index) => [soldProducts(0)[index] as number, good_id] as const);
      await replayTransaction(pool, `sale_${location}`, recordedSale, {
        replaced: new Map(sold),
        firstNewId: stores.firstNewId,
      });
      return { success: true, data: {}, meta: [] };
    },
  );
}
await database.close();

process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
