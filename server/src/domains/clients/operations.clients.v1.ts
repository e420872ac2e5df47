import Type from 'typebox';
import { locationUser } from '../../api/access.ts';
import { answer, operation } from '../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../api/schema.ts';
import { IdAndTitle, MasterWithPosition } from '../../wire/schemas.ts';

const ClientVisitsHistoryGoodsTransactionGood = named(
  'ClientVisitsHistoryGoodsTransactionGood',
  Type.Object({
    id: Type.Optional(Type.Integer({ description: 'product id' })),
    title: Type.Optional(Type.String()),
    amount: Type.Optional(Type.Number({ description: 'negative for a sale' })),
    unit: Type.Optional(Type.String({ description: 'measure name' })),
    cost_per_unit: Type.Optional(Type.Number({ description: 'before discount' })),
    first_cost: Type.Optional(Type.Number({ description: 'total before discount; negative in example' })),
    discount_percent: Type.Optional(Type.Number()),
    cost_to_pay: Type.Optional(Type.Number({ description: 'after discount' })),
    paid_sum: Type.Optional(Type.Number({ description: 'described as price after discount' })),
    payment_status: Type.Optional(
      Type.String({
        description: 'visit: none / partial / full / overpaid',
        enum: ['not_paid', 'paid_not_full', 'paid_full', 'paid_over'],
      }),
    ),
  }),
);

const ClientVisitsHistoryGoodsTransaction = named(
  'ClientVisitsHistoryGoodsTransaction',
  Type.Object({
    id: Type.Optional(Type.Integer({ description: 'product sale transaction id' })),
    comment: Type.Optional(Type.String()),
    date: Type.Optional(Type.String({ description: 'date-time; sale time' })),
    visit_id: Type.Optional(Type.Integer({ description: '0 when no visit' })),
    record_id: Type.Optional(Type.Integer({ description: 'appointment id, 0 when none' })),
    goods: Type.Optional(Type.Array(ClientVisitsHistoryGoodsTransactionGood)),
    staff: Type.Optional(MasterWithPosition),
    company: Type.Optional(IdAndTitle),
  }),
);

const ClientVisitsHistoryRecordServiceConsumable = named(
  'ClientVisitsHistoryRecordServiceConsumable',
  Type.Object({
    title: Type.Optional(Type.String()),
    amount: Type.Optional(Type.Number({ description: 'in user-chosen unit' })),
    cost_per_unit: Type.Optional(Type.Number()),
    unit: Type.Optional(Type.String({ description: 'measure name' })),
  }),
);

const ClientVisitsHistoryRecordService = named(
  'ClientVisitsHistoryRecordService',
  Type.Object({
    id: Type.Optional(Type.Integer({ description: 'service id' })),
    title: Type.Optional(Type.String()),
    first_cost: Type.Optional(Type.Number({ description: 'before discount' })),
    discount_percent: Type.Optional(Type.Number()),
    cost_to_pay: Type.Optional(Type.Number({ description: 'after discount' })),
    paid_sum: Type.Optional(Type.Number({ description: 'paid by client' })),
    payment_status: Type.Optional(
      Type.String({
        description: 'visit: none / partial / full / overpaid',
        enum: ['not_paid', 'paid_not_full', 'paid_full', 'paid_over'],
      }),
    ),
    consumables: Type.Optional(Type.Array(ClientVisitsHistoryRecordServiceConsumable)),
  }),
);

const TipsReduce = named(
  'TipsReduce',
  Type.Object({
    has_tips: Type.Optional(Type.Boolean()),
    sum: Type.Optional(
      AnyOfTypes<number | null>(['number', 'null'], { description: "always null: caller is not the appointment's team member" }),
    ),
  }),
);

const Comer = named(
  'Comer',
  Type.Object({
    id: Type.Optional(Type.Integer({ description: 'visitor id' })),
    title: Type.Optional(Type.String()),
    slug: Type.Optional(Type.String({ description: 'visitor type', enum: ['person', 'pet', 'vehicle'] })),
  }),
);

const ClientVisitsHistoryRecord = named(
  'ClientVisitsHistoryRecord',
  Type.Object({
    id: Type.Optional(Type.Integer({ description: 'appointment id' })),
    comment: Type.Optional(Type.String()),
    date: Type.Optional(Type.String({ description: 'date-time' })),
    visit_id: Type.Optional(Type.Integer()),
    attendance: Type.Optional(Type.Number({ description: 'appointment status in visit' })),
    services: Type.Optional(Type.Array(ClientVisitsHistoryRecordService)),
    staff: Type.Optional(MasterWithPosition),
    company: Type.Optional(IdAndTitle),
    tips: Type.Optional(Type.Union([TipsReduce, TipsReduce])),
    comer: Type.Optional(Comer),
  }),
);

const ClientVisitsHistory = named(
  'ClientVisitsHistory',
  Type.Object({
    goods_transactions: Type.Optional(Type.Array(ClientVisitsHistoryGoodsTransaction)),
    records: Type.Optional(Type.Array(ClientVisitsHistoryRecord)),
  }),
);

const DateCursorPage = named(
  'DateCursorPage',
  Type.Object({
    to: Type.Optional(
      AnyOfTypes<string | null>(['string', 'null'], {
        description: 'date; inclusive upper date; paging runs newest first',
      }),
    ),
    from: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'date' })),
    count: Type.Optional(AnyOfTypes<number | null>(['number', 'null'], { description: 'items on page' })),
  }),
);

const ResponseMetaDatePaginator = named(
  'ResponseMetaDatePaginator',
  Type.Object({
    dateCursor: Type.Optional(
      Type.Object({
        previous: Type.Optional(DateCursorPage),
        current: Type.Optional(DateCursorPage),
        next: Type.Optional(DateCursorPage),
      }),
    ),
  }),
);

const searchClientVisits = operation({
  id: 'search_client_visits',
  method: 'POST',
  path: '/company/{location_id}/clients/visits/search',
  tag: 'Clients',
  summary: 'Visit history of a client (appointments and product sales)',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: Type.Object({
    client_id: AnyOfTypes<number | null>(['integer', 'null']),
    client_phone: AnyOfTypes<string | null>(['string', 'null']),
    from: AnyOfTypes<string | null>(['string', 'null'], { description: 'date' }),
    to: AnyOfTypes<string | null>(['string', 'null'], { description: 'date' }),
    payment_statuses: Type.Array(Type.String({ enum: ['not_paid', 'paid_not_full', 'paid_full', 'paid_over'] })),
    attendance: AnyOfTypes<number | null>(['integer', 'null'], { enum: [-1, 0, 1, 2, null] }),
  }),
  success: answer(200, ClientVisitsHistory, ResponseMetaDatePaginator),
  errors: [404, 422],
  example: {
    body: {
      client_id: 123,
      client_phone: '13155550184',
      from: '2022-01-31',
      to: '2022-02-01',
      payment_statuses: [],
      attendance: null,
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const clientsOperations = [searchClientVisits];
