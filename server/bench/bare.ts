/**
 * What the measured operations cost without this server: plain Fastify and a pool of the same size, the same statements as named
 * prepared ones, rows turned into the wire form by hand, the same declared answers. No tokens, no permissions, no validation.
 * It listens on a free port of 127.0.0.1 and prints its address.
 */
import Fastify from 'fastify';
import pg from 'pg';
import { answerSchema } from '../src/api/envelope.ts';
import type { Operation } from '../src/api/operation.ts';
import { servicesOperations } from '../src/domains/catalog/operations.services.v1.ts';
import {
  createClientComment,
  getClientList,
  getClientOperation,
  listClientComments,
} from '../src/domains/clients/operations.v1.ts';
import { containsPattern } from '../src/domains/clients/search-text.ts';
import { phoneNumberFormatCheck } from '../src/domains/locations/operations.v1.ts';
import { getTeamMemberScheduleList } from '../src/domains/schedule/operations.v1.ts';
import { isValidPhone } from '../src/platform/phone.ts';
import { fold } from '../src/platform/text.ts';
import { seeded } from './database.ts';
import { type Recorded, recordStatements } from './statements.ts';

type Row = Record<string, unknown>;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const recorded = await recordStatements();

/** Sends a recorded statement under a name. */
function statement(name: string, [first, second]: Recorded[], position = 0) {
  const { text, bind } = (position === 0 ? first : second) as Recorded;
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
function localTime(at: Date): string {
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
  balance: Number(row.opening_balance) + Number(row.paid) - Number(row.spent),
  visits: row.visits,
  last_change_date: localTime(row.changed_at as Date),
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

process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
