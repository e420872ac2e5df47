import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Forbidden, Invalid } from '../../../api/errors.ts';
import { ok, operation } from '../../../api/operation.ts';
import { AnyOfTypes, DateTime, Id, maxId, NullableDate, named } from '../../../api/schema.ts';
import { MasterWithPosition, Titled } from '../../../wire/schemas.ts';
import { allowedStorages } from '../../access/limits.ts';
import type { AppointmentRow } from '../../appointments/appointment.ts';
import { paymentStatusOf } from '../../appointments/payment.ts';
import { type Authorized, dateOf, viewFor } from '../../appointments/wire/caller.ts';
import { appointmentSpelling } from '../../appointments/wire/spelling.ts';
import { linesOfDocuments } from '../../inventory/line-list.ts';
import { allowedTypes, seenSince } from '../../inventory/wire/caller.ts';
import { stockViewOf } from '../../inventory/wire/present.ts';
import { dueByDocument } from '../../sales/payment.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { teamMemberCards } from '../../team/team-member.ts';
import { type SalesSeen, visitHistory } from '../client-history.ts';
import { presentHistoryRecord, presentHistorySale } from './present.ts';

const ClientVisitsHistoryGoodsTransactionGood = named(
  'ClientVisitsHistoryGoodsTransactionGood',
  Type.Object({
    id: Type.Integer({ description: 'product id' }),
    title: Type.String(),
    amount: Type.Number({ description: 'negative for a sale' }),
    unit: Type.String({ description: 'measure name' }),
    cost_per_unit: Type.Number({ description: 'before discount' }),
    first_cost: Type.Number({ description: 'total before the discount' }),
    discount_percent: Type.Number(),
    cost_to_pay: Type.Number({ description: 'after discount' }),
    paid_sum: Type.Number({ description: 'what was paid' }),
    payment_status: Type.String({
      description: 'visit: none / partial / full / overpaid',
      enum: ['not_paid', 'paid_not_full', 'paid_full', 'paid_over'],
    }),
  }),
);

const ClientVisitsHistoryGoodsTransaction = named(
  'ClientVisitsHistoryGoodsTransaction',
  Type.Object({
    id: Type.Integer({ description: 'product sale transaction id' }),
    comment: Type.String(),
    date: DateTime('when it was sold'),
    visit_id: Type.Integer({ description: '0 when no visit' }),
    record_id: Type.Integer({ description: 'appointment id, 0 when none' }),
    goods: Type.Array(ClientVisitsHistoryGoodsTransactionGood),
    staff: MasterWithPosition,
    company: Titled,
  }),
);

const ClientVisitsHistoryRecordServiceConsumable = named(
  'ClientVisitsHistoryRecordServiceConsumable',
  Type.Object({
    title: Type.String(),
    amount: Type.Number({ description: 'in user-chosen unit' }),
    cost_per_unit: Type.Number(),
    unit: Type.String({ description: 'measure name' }),
  }),
);

const ClientVisitsHistoryRecordService = named(
  'ClientVisitsHistoryRecordService',
  Type.Object({
    id: Type.Integer({ description: 'service id' }),
    title: Type.String(),
    first_cost: Type.Number({ description: 'before discount' }),
    discount_percent: Type.Number(),
    cost_to_pay: Type.Number({ description: 'after discount' }),
    paid_sum: Type.Number({ description: 'paid by client' }),
    payment_status: Type.String({
      description: 'visit: none / partial / full / overpaid',
      enum: ['not_paid', 'paid_not_full', 'paid_full', 'paid_over'],
    }),
    consumables: Type.Array(ClientVisitsHistoryRecordServiceConsumable),
  }),
);

const TipsReduce = named(
  'TipsReduce',
  Type.Object({
    has_tips: Type.Boolean(),
    sum: AnyOfTypes<number | null>(['number', 'null'], {
      description: "always null: caller is not the appointment's team member",
    }),
  }),
);

const Comer = named(
  'Comer',
  Type.Object({
    id: Type.Integer({ description: 'visitor id' }),
    title: Type.String(),
    slug: Type.String({ description: 'visitor type', enum: ['person', 'pet', 'vehicle'] }),
  }),
);

const ClientVisitsHistoryRecord = named(
  'ClientVisitsHistoryRecord',
  Type.Object({
    id: Type.Integer({ description: 'appointment id' }),
    comment: Type.String(),
    date: DateTime('start'),
    visit_id: Type.Integer(),
    attendance: Type.Number({ description: 'appointment status in visit' }),
    services: Type.Array(ClientVisitsHistoryRecordService),
    staff: MasterWithPosition,
    company: Titled,
    tips: Type.Union([TipsReduce, TipsReduce]),
    comer: Comer,
  }),
);

const ClientVisitsHistory = named(
  'ClientVisitsHistory',
  Type.Object({
    goods_transactions: Type.Array(ClientVisitsHistoryGoodsTransaction),
    records: Type.Array(ClientVisitsHistoryRecord),
  }),
);

const DateCursorPage = named(
  'DateCursorPage',
  Type.Object({
    to: NullableDate('the last date; paging runs newest first'),
    from: NullableDate('the first date'),
    count: AnyOfTypes<number | null>(['number', 'null'], { description: 'items on page' }),
  }),
);

const ResponseMetaDatePaginator = named(
  'ResponseMetaDatePaginator',
  Type.Object({
    dateCursor: Type.Object({
      previous: DateCursorPage,
      current: DateCursorPage,
      next: DateCursorPage,
    }),
  }),
);

const date = (description: string) => AnyOfTypes<string | null>(['string', 'null'], { maxLength: 40, description });

/** Clients of the older API send only some of the filters. */
const VisitSearch = named(
  'ClientVisitSearch',
  Type.Object({
    client_id: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], { minimum: 1, maximum: maxId, description: 'client id' }),
    ),
    client_phone: Type.Optional(
      AnyOfTypes<string | null>(['string', 'null'], { maxLength: 50, description: 'in place of client_id' }),
    ),
    from: Type.Optional(date('first date, YYYY-MM-DD')),
    to: Type.Optional(date('last date, YYYY-MM-DD')),
    payment_statuses: Type.Optional(
      Type.Array(Type.String({ enum: ['not_paid', 'paid_not_full', 'paid_full', 'paid_over'] }), {
        maxItems: 4,
        description: 'none for any',
      }),
    ),
    attendance: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], { enum: [-1, 0, 1, 2, null], description: 'state of the appointment' }),
    ),
  }),
);

const blind = 'You may not search by phone numbers.';

/** The sales of products without a visit that the caller sees; undefined for none. */
function salesSeen(caller: Authorized): SalesSeen | undefined {
  const types = allowedTypes(caller);
  if (!caller.can('storages_transactions_access') || !(types?.includes(1) ?? true)) return undefined;
  return { since: seenSince(caller), storageIds: allowedStorages(caller) };
}

/** The products of appointments, for callers who see them. */
async function soldIn({ db, location, can }: Authorized, rows: readonly AppointmentRow[]) {
  const sold = new Map(rows.filter(({ products }) => products.length > 0).map((row) => [row.documentId, row]));
  if (!can('records_goods_access') || sold.size === 0) return [];
  const lines = await linesOfDocuments(db, location.id, [...sold.keys()]);
  return lines.map((line) => ({ line, appointment: sold.get(line.documentId) }));
}

const searchClientVisits = operation({
  id: 'search_client_visits',
  method: 'POST',
  path: '/company/{location_id}/clients/visits/search',
  tag: 'Clients',
  summary: 'Visit history of a client (appointments and product sales)',
  description:
    'Latest visits first, 25 per page. For the next page, send `from` and `to` of `meta.dateCursor.next`. A page has fewer if only some states of payment are wanted. Product sales without a visit are among them for callers who see stock transactions, unless a state of the appointment is wanted. A caller who may not see phone numbers must name the client by id.',
  access: locationUser('clients_show_attendance_history_access'),
  params: Type.Object({ location_id: Id('location id') }),
  body: VisitSearch,
  transaction: 'read',
  spelling: appointmentSpelling,
  success: ok(ClientVisitsHistory, ResponseMetaDatePaginator),
  example: { body: { client_id: 3, client_phone: null, from: null, to: null, payment_statuses: [], attendance: null } },
  handle: async (context) => {
    const { db, location, body, can } = context;
    const { client_id, client_phone } = body;
    // A caller who may not see phone numbers must not learn whose they are, nor whether anybody has one.
    if (client_id == null && client_phone && !can('clients_phones_access')) throw new Forbidden(blind);
    if (client_id == null && !client_phone) throw new Invalid({ client_id: ['is required, unless client_phone is given'] });
    const bound = (name: 'from' | 'to') => (body[name] ? dateOf(body[name], name) : undefined);
    const range = { from: bound('from'), to: bound('to') };
    const { rows, sold, next, title } = await visitHistory(
      db,
      location,
      { id: client_id ?? undefined, phone: client_phone ?? undefined, visitedMember: context.limit('clients_visit_master_id') },
      { ...range, attendance: body.attendance ?? undefined },
      await calendarsOf(context),
      salesSeen(context),
    );
    const view = viewFor(context);
    const { costPrice } = stockViewOf(context).sees;
    const none = { to: null, from: null, count: null };
    const wanted = body.payment_statuses ?? [];
    const shown = wanted.length ? rows.filter((row) => wanted.includes(paymentStatusOf([row]))) : rows;
    const lines = [...(await soldIn(context, shown)), ...sold.map((line) => ({ line, appointment: undefined }))];
    const documentIds = new Set([...shown, ...sold].map(({ documentId }) => documentId));
    const due = await dueByDocument(db, location, [...documentIds]);
    const sellers = await teamMemberCards(
      db,
      location.id,
      lines.flatMap(({ line }) => line.teamMemberId ?? []),
    );
    const products = lines
      .map(({ line, appointment }) => {
        const seller = (line.teamMemberId === null ? undefined : sellers.get(line.teamMemberId)) ?? appointment?.teamMember;
        return presentHistorySale({ line, appointment, seller }, title, due.get(line.documentId) ?? [], view);
      })
      .filter(({ goods }) => wanted.length === 0 || goods.some(({ payment_status }) => wanted.includes(payment_status)));
    const usedDocuments = shown.flatMap(({ consumablesDocumentId }) => consumablesDocumentId ?? []);
    const used = usedDocuments.length ? await linesOfDocuments(db, location.id, usedDocuments) : [];
    const usedIn = (row: AppointmentRow) => used.filter(({ documentId }) => documentId === row.consumablesDocumentId);
    return {
      data: {
        goods_transactions: products,
        records: shown.map((row) =>
          presentHistoryRecord(row, title, due.get(row.documentId) ?? [], usedIn(row), view, costPrice),
        ),
      },
      meta: {
        dateCursor: {
          previous: none,
          current: { to: range.to ?? null, from: range.from ?? null, count: shown.length },
          next: next ? { to: next, from: range.from ?? null, count: null } : none,
        },
      },
    };
  },
});

/** The operations of the tag that need appointments. */
export const clientVisitsOperations = [searchClientVisits];
