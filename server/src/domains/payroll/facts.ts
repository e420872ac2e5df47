import { type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { dateIn, localDateTime, startOfDay } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import { currencyDigits, type Money, minus, noMoney, type Percent, roundMoney, share, sum } from '../../platform/money.ts';
import type { Quantity } from '../../platform/quantity.ts';
import { grouped, type Paid, type Part } from './engine.ts';

type Place = Pick<Location, 'id' | 'timeZone' | 'currency'>;

/** Whose work, and when. */
export interface Asked {
  /** Dates of the location's calendar, both included. */
  first: string;
  last: string;
  /** Undefined for everyone. */
  memberIds: readonly number[] | undefined;
  /** Appointments and documents that count wherever they are now. */
  also?: { appointmentIds: readonly number[]; documentIds: readonly number[] };
}

interface Row {
  kind: 'service' | 'product';
  documentId: number;
  eventId: number | null;
  appointmentId: number | null;
  clientId: number | null;
  teamMemberId: number;
  at: string;
  targetId: number;
  lineId: number | null;
  categoryId: number;
  title: string;
  amount: Quantity;
  firstCost: Money;
  cost: Money;
  primeCost: Money | null;
  assistants: [number, Percent][] | null;
}

const ints = (ids: readonly number[]) => sql`${sql.param([...ids])}::int[]`;

/** Whoever does a service, or helps with it. */
const isOfMember = (memberIds: readonly number[] | undefined) =>
  memberIds === undefined
    ? sql`true`
    : sql`(booked.team_member_id = any(${ints(memberIds)}) or exists (
        select from appointment_assistants helping where helping.location_id = booked.location_id
          and helping.appointment_id = booked.id and helping.team_member_id = any(${ints(memberIds)})))`;

/** In the period, or one of those that count anyhow. */
function within(
  at: SQL,
  id: SQL,
  { timeZone, first, last, also }: { timeZone: string; first: string; last: string; also: readonly number[] | undefined },
): SQL {
  const [from, until] = [startOfDay(first, timeZone).toISOString(), startOfDay(last, timeZone, 1).toISOString()];
  const inPeriod = sql`${at} >= ${from} and ${at} < ${until}`;
  return also?.length ? sql`(${inPeriod} or ${id} = any(${ints(also)}))` : inPeriod;
}

/** The services of appointments to which the client came. */
const servicesIn = (db: Read, { id, timeZone }: Place, { first, last, memberIds, also }: Asked): Promise<Row[]> =>
  rowsOf<Row>(
    db,
    sql`
    select 'service' as kind, booked.document_id as "documentId", booked.event_id as "eventId", booked.id as "appointmentId",
      booked.client_id as "clientId", booked.team_member_id as "teamMemberId", booked.starts_at as at, used.service_id as "targetId",
      null::int as "lineId", services.category_id as "categoryId", services.title, used.amount::text as amount,
      used.first_cost::text as "firstCost", used.cost::text as cost, null::text as "primeCost",
      (select json_agg(json_build_array(helping.team_member_id, helping.share::text) order by helping.team_member_id)
        from appointment_assistants helping
        where helping.location_id = booked.location_id and helping.appointment_id = booked.id) as assistants
    from appointments booked
    join appointment_services used on used.location_id = booked.location_id and used.appointment_id = booked.id
    join services on services.location_id = used.location_id and services.id = used.service_id
    where booked.location_id = ${id} and booked.attendance = 1 and booked.deleted_at is null and ${isOfMember(memberIds)}
      and ${within(sql`booked.starts_at`, sql`booked.id`, { timeZone, first, last, also: also?.appointmentIds })}
    order by booked.starts_at, booked.id, used.position`,
  );

/**
 * The products that a team member sold, in appointments to which the client came and without one. Their prime cost is that of the latest
 * arrival before the sale, so a later arrival does not change what was earned.
 */
const productsIn = (db: Read, { id, timeZone, currency }: Place, { first, last, memberIds, also }: Asked): Promise<Row[]> =>
  rowsOf<Row>(
    db,
    sql`
    select 'product' as kind, lines.document_id as "documentId", null::int as "eventId", booked.id as "appointmentId",
      coalesce(booked.client_id, lines.client_id) as "clientId", lines.team_member_id as "teamMemberId", lines.at,
      lines.product_id as "targetId", lines.id as "lineId", products.category_id as "categoryId", products.title,
      abs(lines.amount)::text as amount, (abs(lines.amount) * lines.cost_per_unit)::text as "firstCost", lines.cost::text as cost,
      round(coalesce(arrived.price, products.cost_price) * abs(lines.amount)
        / case when lines.is_in_sale_units then 1 else lines.unit_ratio end, ${currencyDigits(currency)}::int)::text as "primeCost",
      null::json as assistants
    from document_lines lines
    join documents on documents.location_id = lines.location_id and documents.id = lines.document_id and documents.deleted_at is null
    join products on products.location_id = lines.location_id and products.id = lines.product_id
    left join appointments booked on booked.location_id = lines.location_id and booked.document_id = lines.document_id
      and booked.deleted_at is null
    left join lateral (
      select round(arrival.cost * case when arrival.is_in_sale_units then 1 else arrival.unit_ratio end / arrival.amount,
        ${currencyDigits(currency)}::int) as price
      from document_lines arrival
      where arrival.location_id = lines.location_id and arrival.product_id = lines.product_id and arrival.type = 3
        and arrival.deleted_at is null and arrival.at <= lines.at
      order by arrival.at desc, arrival.id desc limit 1) as arrived on true
    where lines.location_id = ${id} and lines.type = 1 and lines.deleted_at is null and lines.team_member_id is not null
      and (documents.type = 1 or booked.attendance = 1)
      and ${memberIds ? sql`lines.team_member_id = any(${ints(memberIds)})` : sql`true`}
      and ${within(sql`lines.at`, sql`lines.document_id`, { timeZone, first, last, also: also?.documentIds })}
    order by lines.at, lines.id`,
  );

type CoverKind = 'discount' | 'points' | 'byGiftCard' | 'byMembership' | 'clientAccounts' | 'prime';

interface Cover {
  documentId: number;
  serviceId: number | null;
  lineId: number | null;
  kind: CoverKind;
  amount: Money;
}

/** What loyalty and accounts of clients pay in documents, and what their services used up. */
const coversOf = (db: Read, { id }: Place, documentIds: readonly number[]): Promise<Cover[]> =>
  rowsOf<Cover>(
    db,
    sql`
    select document_id as "documentId", service_id as "serviceId", line_id as "lineId", kind, sum(amount)::text as amount
    from (
      select document_id, service_id, line_id, amount,
        case type when 3 then 'points' when 8 then 'byGiftCard' when 9 then 'byMembership' else 'discount' end as kind
      from loyalty_transactions
      where location_id = ${id} and document_id = any(${ints(documentIds)}) and type in (1, 3, 8, 9, 10) and cancelled_at is null
      union all
      select document_id, service_id, line_id, -amount, 'clientAccounts'
      from client_account_transactions
      where location_id = ${id} and document_id = any(${ints(documentIds)}) and amount < 0 and deleted_at is null
      union all
      select booked.document_id, lines.service_id, null, lines.cost, 'prime'
      from appointments booked
      join document_lines lines on lines.location_id = booked.location_id and lines.document_id = booked.consumables_document_id
        and lines.type = 2 and lines.deleted_at is null and lines.service_id is not null
      where booked.location_id = ${id} and booked.document_id = any(${ints(documentIds)})) as covers
    group by document_id, service_id, line_id, kind`,
  );

/**
 * What team members have done and sold: services of appointments to which the client came, and products with a seller. It reads an index
 * range, in three statements for any number of members.
 */
export async function partsIn(db: Read, location: Place, asked: Asked): Promise<Part[]> {
  const rows = [...(await servicesIn(db, location, asked)), ...(await productsIn(db, location, asked))];
  if (rows.length === 0) return [];
  const digits = currencyDigits(location.currency);
  const documentIds = [...new Set(rows.map(({ documentId }) => documentId))];
  const covers = grouped(await coversOf(db, location, documentIds), (cover) => [
    coverKey(cover.documentId, cover.serviceId, cover.lineId),
  ]);
  const alike = grouped(rows, (row) => [keyOf(row)]);
  return rows.map((row) => {
    const same = alike.get(keyOf(row)) as Row[];
    const own = (kind: CoverKind): Money => {
      const found = covers.get(keyOf(row))?.find((cover) => cover.kind === kind);
      if (!found) return noMoney;
      if (same.length === 1) return found.amount;
      // A service that an appointment has twice shares what pays it.
      return share(
        found.amount,
        same.map(({ cost }) => cost),
        digits,
      )[same.indexOf(row)] as Money;
    };
    return partOf(location, row, own);
  });
}

const coverKey = (documentId: number, serviceId: number | null, lineId: number | null) =>
  `${documentId} ${lineId === null ? `service ${serviceId}` : `line ${lineId}`}`;
const keyOf = (row: Row) => coverKey(row.documentId, row.kind === 'service' ? row.targetId : null, row.lineId);

function partOf({ timeZone, currency }: Place, row: Row, own: (kind: CoverKind) => Money): Part {
  const at = new Date(row.at);
  const cost = roundMoney(row.firstCost, currencyDigits(currency));
  const [points, byGiftCard, byMembership, clientAccounts] = [
    own('points'),
    own('byGiftCard'),
    own('byMembership'),
    own('clientAccounts'),
  ];
  const discount = sum([minus(cost, row.cost), own('discount')]);
  const others = sum([discount, points, byGiftCard, byMembership, clientAccounts]);
  const paid: Paid = { money: minus(cost, others), discount, points, byGiftCard, byMembership, clientAccounts };
  const { kind, appointmentId, eventId, documentId } = row;
  const place =
    kind === 'product'
      ? { type: 'sale' as const, key: `sale ${documentId}`, itemId: documentId }
      : eventId === null
        ? { type: 'record' as const, key: `record ${appointmentId}`, itemId: appointmentId as number }
        : { type: 'activity' as const, key: `record ${appointmentId}`, itemId: eventId };
  return {
    ...place,
    kind,
    appointmentId,
    clientId: row.clientId,
    teamMemberId: row.teamMemberId,
    date: dateIn(at, timeZone),
    time: localDateTime(at, timeZone).slice(11, 16),
    targetId: row.targetId,
    categoryId: row.categoryId,
    title: row.title,
    amount: row.amount,
    cost,
    paid,
    primeCost: kind === 'service' ? own('prime') : (row.primeCost ?? noMoney),
    // Whoever does the service now may have been an assistant before.
    assistants: (row.assistants ?? [])
      .filter(([teamMemberId]) => teamMemberId !== row.teamMemberId)
      .map(([teamMemberId, portion]) => ({ teamMemberId, share: portion })),
  };
}
