import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { currencyDigits, type Money } from '../../platform/money.ts';
import type { Quantity } from '../../platform/quantity.ts';
import { type LineBatch, postLines, type Stock } from '../inventory/line-batch.ts';

type Place = Pick<Location, 'id' | 'currency'>;

/** Where the lines of an appointment differ from what it uses up. */
type Difference = {
  appointmentId: number;
  /** Null for an appointment whose consumables were never written off. */
  documentId: number | null;
  at: string;
  productId: number;
  storageId: number;
} & (
  | { consumableId: number; lineId: number | null; serviceId: number; amount: Quantity; cost: Money }
  | { consumableId: null; lineId: number }
);

/**
 * Finds where the lines of appointments differ from what they use up: an appointment whose client has arrived has a line for each consumable, with its amount and
 * price for every unit of the service, and another one has none. After a change of units, a line and the parts that it is made of are
 * rounded by themselves, so a difference within this rounding is none.
 */
const differencesOf = (db: Read, location: Place, ids: readonly number[]): Promise<Difference[]> =>
  rowsOf<Difference>(
    db,
    sql`
    with changed as (
      select location_id, id, consumables_document_id, starts_at, attendance = 1 and deleted_at is null as has_arrived
      from appointments where location_id = ${location.id} and id = any(${sql.param([...ids])}::int[])),
    wanted as (
      select changed.id as appointment_id, changed.consumables_document_id, changed.starts_at, used.id, used.line_id, used.service_id, used.product_id,
        used.storage_id, used.amount * units.count as amount, round(used.price * units.count, ${currencyDigits(location.currency)}::int) as cost,
        units.count * 1e-9 as rounding
      from changed
      join appointment_consumables used on used.location_id = changed.location_id and used.appointment_id = changed.id
      cross join lateral (
        select sum(services.amount) as count from appointment_services services
        where services.location_id = changed.location_id and services.appointment_id = changed.id
          and services.service_id = used.service_id) as units
      where changed.has_arrived and units.count > 0),
    written as (
      select changed.id as appointment_id, changed.consumables_document_id, changed.starts_at, lines.id, lines.product_id, lines.storage_id, lines.amount,
        lines.cost, lines.at
      from changed
      join document_lines lines on lines.location_id = changed.location_id and lines.document_id = changed.consumables_document_id
        and lines.deleted_at is null)
    select coalesce(wanted.appointment_id, written.appointment_id) as "appointmentId",
      coalesce(wanted.consumables_document_id, written.consumables_document_id) as "documentId",
      coalesce(wanted.starts_at, written.starts_at) as at,
      wanted.id as "consumableId", written.id as "lineId", wanted.service_id as "serviceId",
      coalesce(wanted.product_id, written.product_id) as "productId", coalesce(wanted.storage_id, written.storage_id) as "storageId",
      wanted.amount::text, wanted.cost::text
    from wanted
    full join written on written.id = wanted.line_id and written.product_id = wanted.product_id and written.storage_id = wanted.storage_id
    where wanted.id is null or written.id is null or abs(wanted.amount + written.amount) >= wanted.rounding
      or wanted.cost <> written.cost
    order by "appointmentId", wanted.id, written.id`,
  );

/** Gives appointments a document for their consumables. @returns their documents, by appointment */
async function openDocuments(write: Write, location: Place, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map();
  const rows = await rowsOf<{ id: number; documentId: number }>(
    write,
    sql`
    with input as (
      select id, starts_at, nextval(pg_get_serial_sequence('documents', 'id'))::int as document_id from appointments
      where location_id = ${location.id} and id = any(${sql.param([...ids])}::int[]) and consumables_document_id is null),
    opened as (
      insert into documents (location_id, id, type, user_id, at)
      select ${location.id}, document_id, 8, ${write.author.userId}::int, starts_at from input)
    update appointments set consumables_document_id = input.document_id from input
    where appointments.location_id = ${location.id} and appointments.id = input.id
    returning appointments.id, input.document_id as "documentId"`,
  );
  write.made(
    'document',
    rows.map(({ documentId }) => documentId),
  );
  return new Map(rows.map(({ id, documentId }) => [id, documentId]));
}

/** What `writeOff` will lock for these appointments. */
export async function stockOf(db: Read, location: Place, appointmentIds: readonly number[]): Promise<Stock> {
  const found = await differencesOf(db, location, appointmentIds);
  return { documentIds: found.flatMap(({ documentId }) => documentId ?? []), places: found };
}

/**
 * Makes the lines of appointments equal to what they use up. When the client arrives, consumables are written off in the appointment's own
 * document. When the client has not come after all, or the appointment is deleted, they return to their storage. Calling it twice changes
 * nothing. A product or a storage that was archived meanwhile is used up like any other. The appointments are locked.
 * @param besides `sold`: lines of other documents that are deleted with them; `documents`: others whose lines the caller will change next
 * @throws Invalid for `amount`, naming the product, if a storage has too little and the location forbids that
 */
export async function writeOff(
  write: Write,
  location: Place,
  appointmentIds: readonly number[],
  { sold = [], documents = [] }: { sold?: readonly number[]; documents?: readonly number[] } = {},
): Promise<void> {
  const found = await differencesOf(write, location, appointmentIds);
  const removed = found.flatMap((each) => (each.consumableId === null ? [each.lineId] : []));
  const wanted = found.flatMap((each) => (each.consumableId === null ? [] : [{ ...each, at: new Date(each.at) }]));
  const changed = wanted.flatMap(({ lineId, ...each }) => (lineId === null ? [] : [{ ...each, id: lineId }]));
  const added = wanted.filter(({ lineId }) => lineId === null);
  if (removed.length + wanted.length + sold.length === 0) return;
  const without = added.flatMap(({ documentId, appointmentId }) => (documentId === null ? [appointmentId] : []));
  const opened = await openDocuments(write, location, without);
  const batch: LineBatch = {
    added: added.map((line) => ({ ...line, documentId: line.documentId ?? (opened.get(line.appointmentId) as number) })),
    changed,
    removed: [...removed, ...sold],
  };
  const lineIds = await postLines(write, location, batch, documents);
  if (removed.length + added.length === 0) return;
  const now = JSON.stringify(added.map(({ consumableId }, index) => ({ id: consumableId, line: lineIds[index] })));
  await write.execute(sql`
    update appointment_consumables used set line_id = posted.line
    from appointment_consumables before left join jsonb_to_recordset(${now}::jsonb) as posted(id int, line int) on posted.id = before.id
    where used.location_id = ${location.id} and used.appointment_id = any(${sql.param([...appointmentIds])}::int[])
      and before.location_id = used.location_id and before.id = used.id
      and (posted.id is not null or used.line_id = any(${sql.param(removed)}::int[]))`);
}
