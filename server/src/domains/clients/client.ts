import { and, eq, getTableColumns, type InferSelectModel, inArray, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { type FieldErrors, Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { dateOfUnixSeconds, parseDate } from '../../platform/clock.ts';
import { postgresError, prepared, rowsOf } from '../../platform/database.ts';
import { type Money, minus, type Percent } from '../../platform/money.ts';
import { batches, isLong, pause } from '../../platform/pause.ts';
import { normalizePhone, phoneDigits } from '../../platform/phone.ts';
import { type CustomFieldRow, listCustomFields } from '../custom-fields/custom-field.ts';
import { type CustomValues, checkCustomValues } from '../custom-fields/values.ts';
import { releaseFiles } from '../files/stored.ts';
import { tags } from '../tags/tables.ts';
import { searchText } from './search-text.ts';
import { clientFiles, clients, clientTags } from './tables.ts';

export interface Tag {
  id: number;
  title: string;
  color: string;
}

const {
  search: _search,
  locationId: _locationId,
  createdAt: _createdAt,
  openingBalance: _openingBalance,
  ...stored
} = getTableColumns(clients);
/** The database computes the balance, because this is cheaper for a list. */
const balance = sql<Money>`${clients.openingBalance} + ${clients.paid} - ${clients.spent}`;

/** A client with its tags, as every presenter takes it. */
export type ClientRow = Pick<InferSelectModel<typeof clients>, keyof typeof stored> & { balance: Money; tags: Tag[] };

/** A single client, without the timestamps that only searches show. */
export type ClientCard = Omit<ClientRow, 'firstVisitAt' | 'lastVisitAt'>;

/** The tags of the client of the outer row, by id, in the same statement. Plain names: Drizzle drops the table from columns here. */
const tagsOfClient = sql<Tag[]>`(
  select coalesce(json_agg(json_build_object('id', tags.id, 'title', tags.title, 'color', tags.color) order by tags.id), '[]'::json)
  from client_tags join tags on tags.location_id = client_tags.location_id and tags.id = client_tags.tag_id and tags.deleted_at is null
  where client_tags.location_id = clients.location_id and client_tags.client_id = clients.id)`;

export const clientColumns = { ...stored, balance: balance.as('balance'), tags: tagsOfClient.as('tags') };
const { firstVisitAt: _first, lastVisitAt: _last, ...cardColumns } = clientColumns;

/** The optional parts of a client that a query can select. */
export type ClientColumn = keyof typeof clientColumns;

/** The fields of a client. An undefined field stays unchanged. */
export interface ClientFields {
  name?: string | undefined;
  surname?: string | undefined;
  middleName?: string | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  gender?: number | undefined;
  importance?: number | undefined;
  discount?: Percent | undefined;
  card?: string | undefined;
  /** yyyy-mm-dd or unix seconds, as the published examples send it; empty for none. */
  birthDate?: string | undefined;
  comment?: string | undefined;
  spent?: Money | undefined;
  openingBalance?: Money | undefined;
  birthdaySms?: boolean | undefined;
  noMailings?: boolean | undefined;
  customFields?: Record<string, unknown> | undefined;
  tagIds?: number[] | undefined;
}

export const duplicatePhone = 'The client with the specified phone number already exists in the database';
const nameMissing = 'Client name not specified';
const phoneMissing = 'Customer phone number cannot be empty';
const phoneWrong = 'Phone must contain 9 to 15 digits';

type ClientColumns = Partial<Omit<InferSelectModel<typeof clients>, 'locationId' | 'id' | 'search'>>;

/**
 * Checks the fields of a client and converts them to their stored form. The messages are those of bulk_create_clients.
 * @param custom the custom fields of clients, and their stored values
 * @returns the columns, or the messages by wire field
 */
export function clientColumnsOf(
  fields: ClientFields,
  countryCode: string,
  custom: { fields: readonly CustomFieldRow[]; current?: CustomValues } = { fields: [] },
): { columns: ClientColumns } | { errors: FieldErrors } {
  const errors: FieldErrors = {};
  const columns: ClientColumns = {};
  for (const key of ['surname', 'middleName', 'email', 'card', 'comment'] as const) {
    const value = fields[key];
    if (value !== undefined) columns[key] = value.trim();
  }
  for (const key of [
    'gender',
    'importance',
    'discount',
    'spent',
    'openingBalance',
    'birthdaySms',
    'noMailings',
    'customFields',
  ] as const) {
    if (fields[key] !== undefined) Object.assign(columns, { [key]: fields[key] });
  }
  if (fields.name !== undefined) {
    columns.name = fields.name.trim();
    if (columns.name === '') errors.name = [nameMissing];
  }
  if (fields.phone !== undefined) {
    const phone = normalizePhone(fields.phone, countryCode);
    if (fields.phone.trim() === '') errors.phone = [phoneMissing];
    else if (!phone) errors.phone = [phoneWrong];
    else columns.phone = phone;
  }
  if (fields.birthDate !== undefined) {
    const birthDate = parseBirthDate(fields.birthDate);
    if (birthDate === undefined) errors.birthDate = ['must be a date yyyy-mm-dd'];
    else columns.birthDate = birthDate;
  }
  if (fields.customFields) {
    const checked = checkCustomValues(custom.fields, fields.customFields, custom.current ?? {});
    columns.customFields = checked.values;
    Object.assign(errors, checked.errors);
  }
  return Object.keys(errors).length ? { errors } : { columns };
}

/** The custom fields of a location's clients, looked up only when some of the clients bring values. */
const customFieldsFor = async (db: Read, location: Location, all: readonly ClientFields[]): Promise<CustomFieldRow[]> =>
  all.some(({ customFields }) => customFields) ? listCustomFields(db, location.id, 'client') : [];

function parseBirthDate(text: string): string | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^-?\d{1,12}$/.test(trimmed) ? dateOfUnixSeconds(Number(trimmed)) : parseDate(trimmed);
}

declare module '../../api/write.ts' {
  interface ChangeKinds {
    client: ClientCard;
  }
}

export const clientsById = (db: Read, locationId: number, ids: readonly number[]): Promise<ClientCard[]> =>
  db
    .select(cardColumns)
    .from(clients)
    .where(and(eq(clients.locationId, locationId), inArray(clients.id, [...ids])));

/** @throws NotFound */
export async function getClient(db: Read, locationId: number, id: number): Promise<ClientCard> {
  const [row] = await clientById(db).execute({ location: locationId, client: id });
  if (!row) throw new NotFound();
  return row;
}

const clientById = prepared((db) =>
  db
    .select(cardColumns)
    .from(clients)
    .where(and(eq(clients.locationId, sql.placeholder('location')), eq(clients.id, sql.placeholder('client'))))
    .prepare('client_by_id'),
);

/** @throws Invalid for fields that break a rule and for a phone number that another client of the location has */
export async function createClient(write: Write, location: Location, fields: ClientFields): Promise<ClientRow> {
  const { created, errors } = await createClients(write, location, [fields]);
  const [failed] = errors;
  if (failed) throw new Invalid(failed.errors);
  return created[0] as ClientRow;
}

/**
 * The client of the location with a phone number, or a new one. Of two simultaneous requests with one new number, one adds the client and
 * the other finds it.
 * @param mayAdd whether a new client may be added; otherwise an unknown number is refused
 * @throws Invalid for invalid fields, Forbidden if a client would have to be added without the right
 */
export async function findOrCreateClient(
  write: Write,
  location: Location,
  fields: ClientFields & { phone: string },
  mayAdd: boolean,
): Promise<{ id: number; created?: ClientRow }> {
  const phone = normalizePhone(fields.phone, location.countryCode);
  if (!phone) throw new Invalid({ phone: [fields.phone.trim() === '' ? phoneMissing : phoneWrong] });
  const find = () => clientOfPhone(write, location.id, phone);
  const known = await find();
  if (known) return known;
  if (!mayAdd) throw new Forbidden('You may not add clients.');
  const { created, errors } = await createClients(write, location, [fields]);
  if (created[0]) return { id: created[0].id, created: created[0] };
  const added = await find();
  if (added) return added;
  throw new Invalid(errors[0]?.errors ?? {});
}

const clientByPhone = prepared((db) =>
  db
    .select({ id: clients.id })
    .from(clients)
    .where(and(eq(clients.locationId, sql.placeholder('location')), eq(clients.phone, sql.placeholder('phone'))))
    .prepare('client_by_phone'),
);

/** The client of a location with a phone number in its stored form. Undefined for an unknown or an empty one. */
export async function clientOfPhone(db: Read, locationId: number, phone: string): Promise<{ id: number } | undefined> {
  const [row] = await clientByPhone(db).execute({ location: locationId, phone });
  return row;
}

export interface FailedClient {
  fields: ClientFields;
  errors: FieldErrors;
}

/** The number of clients in one statement. Other requests wait while it runs. */
export const clientsAtOnce = 500;

/**
 * Adds clients, some hundreds per statement. Invalid ones are reported, the others are added. Of two with the same phone number, the first
 * is added. Tags that the location does not have for clients are ignored, as in the published examples.
 */
export async function createClients(
  write: Write,
  location: Location,
  all: ClientFields[],
): Promise<{ created: ClientRow[]; errors: FailedClient[] }> {
  const errors: FailedClient[] = [];
  const custom = { fields: await customFieldsFor(write, location, all) };
  const byPhone = new Map<string, { fields: ClientFields; columns: ClientColumns }>();
  for (const fields of all) {
    if (isLong()) await pause();
    const given = { ...fields, name: fields.name ?? '', phone: fields.phone ?? '' };
    const checked = clientColumnsOf(given, location.countryCode, custom);
    if ('errors' in checked) errors.push({ fields, errors: checked.errors });
    else if (byPhone.has(checked.columns.phone as string)) errors.push({ fields, errors: { phone: [duplicatePhone] } });
    else byPhone.set(checked.columns.phone as string, { fields, columns: checked.columns });
  }
  if (byPhone.size === 0) return { created: [], errors };

  // In the order of their phones, so that two bulk requests with the same numbers wait for each other instead of deadlocking.
  const rows = [...byPhone.values()]
    .map(({ columns }) => columns)
    .sort((a, b) => ((a.phone as string) < (b.phone as string) ? -1 : 1));
  const idByPhone = new Map<string, number>();
  for (const some of batches(rows, clientsAtOnce)) {
    for (const { phone, id } of await insertClients(write, location.id, some)) idByPhone.set(phone, id);
    await pause();
  }
  const links: { clientId: number; tagId: number }[] = [];
  const order: number[] = [];
  for (const [phone, { fields }] of byPhone) {
    if (isLong()) await pause();
    const id = idByPhone.get(phone);
    if (id === undefined) {
      errors.push({ fields, errors: { phone: [duplicatePhone] } });
      continue;
    }
    order.push(id);
    for (const tagId of fields.tagIds ?? []) links.push({ clientId: id, tagId });
  }
  if (order.length === 0) return { created: [], errors };
  for (const some of batches(links, linksAtOnce)) {
    await linkTags(write, location.id, some);
    await pause();
  }
  const byId = new Map<number, ClientRow>();
  for (const some of batches(order, clientsAtOnce)) {
    const created = await write
      .select(clientColumns)
      .from(clients)
      .where(and(eq(clients.locationId, location.id), sql`${clients.id} = any(${sql.param(some)}::int[])`));
    for (const row of created) byId.set(row.id, row);
    await pause();
  }
  const created = order.map((id) => byId.get(id) as ClientRow);
  for (const row of created) write.changed('client', location.id, row.id, 'create', row);
  return { created, errors };
}

/** Tags of clients that are written by one statement. */
const linksAtOnce = 5000;

/** One statement for many rows: they travel as one JSON parameter, beyond the 65,535 parameters of a statement. */
async function insertClients(write: Write, locationId: number, rows: ClientColumns[]): Promise<{ id: number; phone: string }[]> {
  const input = rows.map((row) => ({
    name: row.name,
    surname: row.surname ?? '',
    middle_name: row.middleName ?? '',
    phone: row.phone,
    email: row.email ?? '',
    gender: row.gender ?? 0,
    importance: row.importance ?? 0,
    discount: row.discount ?? 0,
    card: row.card ?? '',
    birth_date: row.birthDate ?? null,
    comment: row.comment ?? '',
    birthday_sms: row.birthdaySms ?? false,
    no_mailings: row.noMailings ?? false,
    custom_fields: row.customFields ?? {},
    spent: row.spent ?? 0,
    opening_spent: row.spent ?? 0,
    opening_balance: row.openingBalance ?? 0,
    search: searchText(row),
  }));
  const columns = sql.raw(Object.keys(input[0] as object).join(', '));
  return rowsOf<{ id: number; phone: string }>(
    write,
    sql`
    insert into clients (location_id, ${columns})
    select ${locationId}, ${columns} from jsonb_to_recordset(${JSON.stringify(input)}::jsonb) as input(
      name text, surname text, middle_name text, phone text, email text, gender smallint, importance smallint, discount numeric,
      card text, birth_date date, comment text, birthday_sms boolean, no_mailings boolean, custom_fields jsonb, spent numeric,
      opening_spent numeric, opening_balance numeric, search text)
    on conflict (location_id, phone) do nothing
    returning id, phone`,
  );
}

async function linkTags(write: Write, locationId: number, links: { clientId: number; tagId: number }[]): Promise<void> {
  await write.execute(sql`
    insert into client_tags (location_id, client_id, tag_id)
    select ${tags.locationId}, link."clientId", ${tags.id}
    from jsonb_to_recordset(${JSON.stringify(links)}::jsonb) as link("clientId" int, "tagId" bigint)
    join ${tags} on ${tags.locationId} = ${locationId} and ${tags.id} = link."tagId" and ${tags.deletedAt} is null and ${tags.entity} in (0, 1)
    on conflict do nothing`);
}

/**
 * Changes the fields that are given; tags are replaced as a whole.
 * @throws NotFound, and Invalid as createClient
 */
export async function updateClient(write: Write, location: Location, id: number, fields: ClientFields): Promise<ClientCard> {
  const own = and(eq(clients.locationId, location.id), eq(clients.id, id));
  const [current] = await write.lock('client', write.select().from(clients).where(own), 'update');
  if (!current) throw new NotFound();
  // Answers have a number without its plus sign. If a caller writes it back unchanged, it stays the same, even if it could be read as
  // another number.
  const isSamePhone = fields.phone !== undefined && current.phone === `+${phoneDigits(fields.phone)}`;
  const given = isSamePhone ? { ...fields, phone: current.phone ?? '' } : fields;
  const custom = { fields: await customFieldsFor(write, location, [fields]), current: current.customFields };
  const checked = clientColumnsOf(given, location.countryCode, custom);
  if ('errors' in checked) throw new Invalid(checked.errors);
  // What was sold to the client in appointments stays.
  const { spent } = checked.columns;
  const opening = spent === undefined ? {} : { openingSpent: minus(spent, minus(current.spent, current.openingSpent)) };
  try {
    await write
      .update(clients)
      .set({ ...checked.columns, ...opening, search: searchText({ ...current, ...checked.columns }), changedAt: new Date() })
      .where(own);
  } catch (error) {
    if (postgresError(error)?.constraint === 'clients_phone') throw new Invalid({ phone: [duplicatePhone] });
    throw error;
  }
  if (fields.tagIds) {
    await write.delete(clientTags).where(and(eq(clientTags.locationId, location.id), eq(clientTags.clientId, id)));
    await linkTags(
      write,
      location.id,
      fields.tagIds.map((tagId) => ({ clientId: id, tagId })),
    );
  }
  const row = await getClient(write, location.id, id);
  write.changed('client', location.id, id, 'update', row);
  return row;
}

/**
 * Deletes a client with its comments and files.
 * @returns the storage keys of the files; remove their contents after the commit
 * @throws NotFound
 */
export async function deleteClient(write: Write, locationId: number, id: number): Promise<string[]> {
  const own = and(eq(clients.locationId, locationId), eq(clients.id, id));
  const [client] = await write.lock('client', write.select(cardColumns).from(clients).where(own), 'update');
  if (!client) throw new NotFound();
  const files = await write
    .delete(clientFiles)
    .where(and(eq(clientFiles.locationId, locationId), eq(clientFiles.clientId, id)))
    .returning({ storageKey: clientFiles.storageKey });
  const keys = files.map((file) => file.storageKey);
  await releaseFiles(write, keys);
  await write.delete(clients).where(own);
  write.changed('client', locationId, id, 'delete', client);
  return keys;
}
