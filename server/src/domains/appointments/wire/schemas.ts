import Type, { type Static } from 'typebox';
import { PageAndCount } from '../../../api/pagination.ts';
import {
  AnyOfTypes,
  CompactDateTime,
  DateTime,
  EmptyList,
  Id,
  LocalDateTime,
  Money,
  NullableString,
  named,
} from '../../../api/schema.ts';
import { CustomFieldValues, IdAndName, LoyaltyTransaction, Person, RecordLabel, Titled } from '../../../wire/schemas.ts';

export const AppointmentPath = Type.Object({
  location_id: Id('location id'),
  record_id: { ...Id('appointment id'), examples: [4] },
});
export const LocationOnly = Type.Object({ location_id: Id('location id') });

const id = (description: string) => Type.Integer({ description });
const flag = (description: string) => Type.Integer({ description, minimum: 0, maximum: 1 });

const Attendance = Type.Integer({
  description: '-1 did not come, 0 is waited for, 1 came, 2 has confirmed',
  minimum: -1,
  maximum: 2,
});

const AppointmentService = named(
  'AppointmentService',
  Type.Object({
    id: id('service id'),
    title: Type.String(),
    cost: Type.Number({ description: 'of all units, after the discount' }),
    cost_to_pay: Type.Number({ description: 'amount that the client still has to pay' }),
    manual_cost: Type.Number({ description: 'the price as it was set' }),
    cost_per_unit: Type.Number(),
    discount: Type.Number({ description: 'percent' }),
    first_cost: Type.Number({ description: 'of all units, before the discount' }),
    amount: Type.Integer({ description: 'units' }),
    assistants: Type.Null({ description: 'nobody assists' }),
    staff_service_link: Type.Object({ length: Type.Integer({ description: 'seconds the team member needs' }) }),
    company_service_link: Type.Object({ price_min: Type.Number(), price_max: Type.Number() }),
  }),
);

export const AppointmentStaffPosition = named(
  'AppointmentStaffPosition',
  Type.Object({
    id: id('0 for none'),
    title: Type.String(),
    services_binding_type: Type.Integer({ description: '0 services are not bound to the position, 1 softly, 2 strictly' }),
  }),
);

const staffFields = {
  id: id('team member id'),
  api_id: NullableString({ description: 'id of an integration' }),
  name: Type.String(),
  specialization: Type.String(),
  position: AppointmentStaffPosition,
  avatar: Type.String({ description: 'address of the picture, or empty' }),
  avatar_big: Type.String(),
  rating: Type.Number({ description: '0 to 5' }),
  votes_count: Type.Integer(),
};
const AppointmentStaff = named('AppointmentStaff', Type.Object(staffFields));

const AppointmentClient = named(
  'AppointmentClient',
  Type.Object({
    id: id('client id; 0 for a person of whom only a name is known'),
    name: Type.String(),
    surname: Type.String(),
    middle_name: Type.String(),
    patronymic: Type.String({ description: 'same as middle_name' }),
    display_name: Type.String(),
    comment: Type.String(),
    phone: Type.String({ description: 'E.164; empty when you may not see it', examples: ['+13155550175'] }),
    card: Type.String(),
    email: Type.String(),
    success_visits_count: Type.Integer({ description: 'visits the client came to' }),
    fail_visits_count: Type.Integer({ description: 'visits the client did not come to' }),
    discount: Type.Number({ description: 'percent' }),
    is_new: Type.Boolean({ description: 'has not come yet' }),
    custom_fields: Type.Array(Type.Object({ code: Type.String(), value: Type.Any() })),
    gender: Type.Integer({ description: '0 unknown, 1 male, 2 female' }),
    sex: Type.Integer({ description: 'same as gender' }),
    birthday: Type.String({ description: 'yyyy-mm-dd, or empty', examples: ['1990-02-28'] }),
    client_tags: Type.Array(RecordLabel),
    phone_country_id: Type.Integer(),
  }),
);

/** Fields that sales, inventory and payments will add to an appointment. */
const VisitDocument = named(
  'VisitDocument',
  Type.Object({
    id: Type.Integer(),
    type_id: Type.Integer({ description: 'such as 7, a visit' }),
    storage_id: Type.Integer(),
    user_id: Type.Integer({ description: 'creator' }),
    company_id: Type.Integer(),
    number: Type.Number({ description: 'document number' }),
    comment: Type.String(),
    date_created: DateTime('when it was made'),
    category_id: Type.Integer({ description: 'product category' }),
    visit_id: Type.Integer(),
    record_id: Type.Integer({ description: 'appointment id' }),
    type_title: Type.String({ description: 'e.g. Visit' }),
    is_sale_bill_printed: Type.Boolean(),
  }),
);

const FinanceTransaction = named(
  'FinanceTransaction',
  Type.Object({
    id: Type.Integer(),
    document_id: Type.Integer(),
    date: DateTime('when it was paid'),
    type_id: Type.Integer({ description: 'payment item type, such as 5' }),
    expense_id: Type.Integer({ description: 'payment item id' }),
    account_id: Type.Integer({ description: 'location account id' }),
    amount: Type.Number(),
    client_id: Type.Integer(),
    master_id: Type.Integer(),
    supplier_id: Type.Integer(),
    comment: Type.String(),
    item_id: Type.Integer({ description: '0 if item is a category' }),
    target_type_id: Type.Integer(),
    record_id: Type.Integer({ description: 'appointment id' }),
    goods_transaction_id: Type.Integer(),
    expense: Titled,
    account: Titled,
    client: Person,
    master: Type.Array(IdAndName),
    supplier: Type.Array(Titled),
  }),
);

const AppointmentProduct = named(
  'AppointmentProduct',
  Type.Object({
    id: id('product transaction id'),
    title: Type.String(),
    barcode: Type.String(),
    article: Type.String({ description: 'the stock keeping unit' }),
    amount: Type.Number({ description: 'negative, because it left the storage' }),
    cost_per_unit: Type.Number(),
    price: Type.Number({ description: 'same as cost_per_unit' }),
    cost: Type.Number({ description: 'of all units, after the discount' }),
    operation_unit_type: Type.Integer({ description: '1 sale unit, 2 write-off unit' }),
    master_id: id('team member who sold it; 0 for none'),
    storage_id: id('storage id'),
    good_id: id('product id'),
    discount: Type.Number({ description: 'percent' }),
  }),
);

const AppointmentConsumable = named(
  'AppointmentConsumable',
  Type.Object({
    id: Type.Integer({ description: 'transaction id' }),
    document_id: Type.Integer(),
    type_id: Type.Integer({ description: 'transaction type, such as 2' }),
    company_id: Type.Integer(),
    good_id: Type.Integer({ description: 'product id' }),
    amount: Type.Number({ description: 'negative for used products' }),
    cost_per_unit: Type.Number(),
    discount: Type.Number(),
    cost: Type.Number({ description: 'total' }),
    unit_id: Type.Integer(),
    operation_unit_type: Type.Number({ description: '1 sale unit, 2 write-off unit' }),
    storage_id: Type.Integer(),
    supplier_id: Type.Integer({ description: '0 none' }),
    client_id: Type.Integer({ description: '0 none' }),
    master_id: Type.Integer({ description: 'team member id, 0 none' }),
    create_date: DateTime('when it was used'),
    comment: Type.String(),
    service_id: Type.Integer(),
    user_id: Type.Integer(),
    deleted: Type.Boolean(),
    pkg_amount: Type.Number({ description: 'packages' }),
  }),
);

const appointmentFields = {
  id: id('appointment id'),
  company_id: id('location id'),
  staff_id: id('team member id'),
  services: Type.Array(AppointmentService),
  goods_transactions: Type.Array(AppointmentProduct, { description: 'products that were sold in it' }),
  client: Type.Union([AppointmentClient, Type.Null()], { description: 'null when nobody is named, or you may not see it' }),
  clients_count: Type.Integer({ description: 'places taken in a group event; 1 otherwise' }),
  date: DateTime('start'),
  datetime: DateTime('start'),
  create_date: CompactDateTime('when it was made'),
  comment: Type.String(),
  online: Type.Boolean({ description: 'made by the client' }),
  visit_attendance: Attendance,
  attendance: Attendance,
  confirmed: flag('1: accepted by the business'),
  seance_length: Type.Integer({ description: 'seconds, with the technical break' }),
  length: Type.Integer({ description: 'same as seance_length' }),
  technical_break_duration: Type.Integer({ description: 'seconds at the end' }),
  sms_before: Type.Integer({ description: 'hours before the start a reminder is sent; 0 for none' }),
  sms_now: flag('1: the client was sent an SMS'),
  sms_now_text: Type.String(),
  email_now: flag('1: the client was sent an e-mail'),
  notified: flag('1: the client was called'),
  master_request: flag('1: this team member was chosen, 0: anyone'),
  api_id: Type.String({ description: 'id of an integration' }),
  from_url: Type.String({ description: 'page it was booked from' }),
  review_requested: flag('1: a review was asked for'),
  is_remind_sms_sent: Type.Boolean(),
  visit_id: id('the visit: all appointments of the client on this day'),
  created_user_id: id('who made it; 0 for a client'),
  deleted: Type.Boolean(),
  paid_full: flag('1: paid'),
  payment_status: flag('1: paid'),
  prepaid: Type.Boolean(),
  prepaid_confirmed: Type.Boolean(),
  is_update_blocked: Type.Boolean(),
  last_change_date: CompactDateTime('last change'),
  custom_color: Type.String({ description: 'rrggbb, or empty', examples: ['f44336'] }),
  custom_font_color: Type.String({ description: '#rrggbb, or empty', examples: ['#ffffff'] }),
  record_labels: Type.Array(RecordLabel),
  activity_id: id('group event; 0 for none'),
  custom_fields: CustomFieldValues,
  documents: Type.Array(VisitDocument, { description: 'the document of its products and payments, and that of its consumables' }),
  sms_remain_hours: Type.Integer({ description: 'hours before the start a reminder is sent; 0 for none' }),
  email_remain_hours: Type.Integer({ description: 'hours before the start a reminder is sent; 0 for none' }),
  bookform_id: id('booking form; 0 for none'),
  record_from: Type.String(),
  is_mobile: Type.Integer({ description: '0 the back office, 1 a widget on a phone, 2 a widget on a desktop' }),
  is_sale_bill_printed: Type.Boolean(),
  consumables: Type.Array(AppointmentConsumable, {
    description: 'products that were used up, with include_consumables=1 and in visits',
  }),
  finance_transactions: Type.Array(FinanceTransaction, { description: 'payments, with include_finance_transactions=1' }),
  acceptance_free: Type.Null(),
  comer: Type.Null({ description: 'nobody comes in place of the client' }),
  comer_person_info: Type.Null(),
  resource_instance_ids: Type.Array(Type.Integer()),
  short_link: Type.String(),
};

const ListedDocument = named(
  'ListedVisitDocument',
  Type.Object({ ...VisitDocument.properties, date_created: LocalDateTime('when it was made') }),
);

export const ListedAppointment = named(
  'ListedAppointment',
  Type.Object({ ...appointmentFields, documents: Type.Array(ListedDocument), staff: AppointmentStaff }),
);

export const Appointment = named('Appointment', Type.Object({ ...appointmentFields, staff: AppointmentStaff }));

/** For operations in which the published API writes all timestamps of an appointment in RFC 3339. */
const plainMoments = { create_date: DateTime('when it was made'), last_change_date: DateTime('last change') };

/** The answer of update_appointment. */
export const UpdatedAppointment = named(
  'UpdatedAppointment',
  Type.Object({
    ...appointmentFields,
    ...plainMoments,
    staff: Type.Object({ ...staffFields, spec: Type.String({ description: 'same as specialization' }) }),
  }),
);

const moment = (description: string) => Type.Optional(Type.String({ maxLength: 40, description }));

export const AppointmentQuery = Type.Object({
  ...PageAndCount(50, 1000),
  team_member_id: Type.Optional(Id('team member id')),
  client_id: Type.Optional(Id('client id')),
  created_user_id: Type.Optional(Id('who made it')),
  start_date: moment('takes place on this date or later, YYYY-MM-DD'),
  end_date: moment('takes place on this date or earlier'),
  c_start_date: moment('made on this date or later'),
  c_end_date: moment('made on this date or earlier'),
  changed_after: moment('made or changed after this moment, YYYY-MM-DDTHH:MM:SS; latest changes come first then'),
  changed_before: moment('made or changed before this moment'),
  include_consumables: Type.Optional(Type.Integer({ description: '1 adds consumables' })),
  include_finance_transactions: Type.Optional(Type.Integer({ description: '1 adds finance transactions' })),
  with_deleted: Type.Optional(
    AnyOfTypes<boolean | number>(['boolean', 'integer'], { description: '1 or true: deleted ones too', examples: [true] }),
  ),
});

export const IncludeQuery = Type.Object({
  include_consumables: Type.Optional(Type.Integer({ description: '1 adds consumables' })),
  include_finance_transactions: Type.Optional(Type.Integer({ description: '1 adds finance transactions' })),
});

const money = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1e12, description }));

export const serviceInput = {
  id: Id('service id'),
  first_cost: money('of all units, before the discount; the price list by default'),
  discount: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'percent' })),
  cost: money('of all units, after the discount; follows from the others by default'),
  cost_per_unit: money('of one unit'),
  amount: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'units, 1 by default' })),
};

const ClientInput = Type.Object({
  id: Type.Optional(Id('client id, in place of a phone number')),
  phone: Type.Optional(
    Type.String({
      maxLength: 50,
      description: 'the client with the phone number, or a new one; no client if only a name is known',
    }),
  ),
  name: Type.Optional(Type.String({ maxLength: 255 })),
  surname: Type.Optional(Type.String({ maxLength: 255 })),
  patronymic: Type.Optional(Type.String({ maxLength: 255 })),
  email: Type.Optional(Type.String({ maxLength: 320 })),
});

const hours = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: 8760, description }));

export const AppointmentInput = named(
  'AppointmentInput',
  Type.Object({
    activity_id: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 2_147_483_647,
      description: 'group event to come to; 0 for an appointment of its own',
    }),
    staff_id: Type.Optional(Id('team member id; not for group events')),
    services: Type.Optional(Type.Array(Type.Object(serviceInput), { maxItems: 100, description: 'not for group events' })),
    client: ClientInput,
    clients_count: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'places in a group event' })),
    save_if_busy: Type.Optional(
      Type.Boolean({ description: 'true: book even if the time is taken, nobody works then or no place is left' }),
    ),
    datetime: Type.Optional(Type.String({ maxLength: 40, description: 'start; without an offset in the time of the location' })),
    seance_length: Type.Optional(
      Type.Integer({ minimum: 60, maximum: 86_400, description: 'seconds, with the technical break', examples: [3600] }),
    ),
    technical_break_duration: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], {
        minimum: 0,
        maximum: 3600,
        multipleOf: 300,
        description: 'seconds at the end; by default the break of the services',
        examples: [0],
      }),
    ),
    send_sms: Type.Optional(Type.Boolean({ description: 'accepted without effect: this server sends no SMS yet' })),
    comment: Type.Optional(Type.String({ maxLength: 10_000 })),
    sms_remain_hours: hours('hours before the start to send a reminder; 0 for none'),
    email_remain_hours: hours('hours before the start to send a reminder; 0 for none'),
    attendance: Type.Optional(Attendance),
    api_id: Type.Optional(Type.String({ maxLength: 255, description: 'id of an integration' })),
    custom_color: Type.Optional(Type.String({ pattern: '^(#?[0-9a-fA-F]{6})?$', description: 'rrggbb', examples: ['f44336'] })),
    record_labels: Type.Optional(
      Type.Array(Type.String({ pattern: '^[1-9]\\d{0,9}$', examples: ['7'] }), { maxItems: 100, description: 'tag ids' }),
    ),
    custom_fields: Type.Optional(
      Type.Unsafe<Record<string, unknown> | never[]>({
        type: ['object', 'array'],
        additionalProperties: true,
        maxProperties: 100,
        propertyNames: { maxLength: 100 },
        maxItems: 0,
        description: 'values by code; replace all. Ignored when you may not see and change them',
      }),
    ),
  }),
);

export type AppointmentBody = Static<typeof AppointmentInput>;

export const Visit = named(
  'Visit',
  Type.Object({
    attendance: Attendance,
    datetime: DateTime('start of the first appointment'),
    comment: Type.String(),
    records: Type.Array(
      Type.Object({
        ...appointmentFields,
        ...plainMoments,
        staff: AppointmentStaff,
        deleted: flag('always 0: deleted appointments are left out'),
        prepaid: flag('1: an online payment is possible'),
        prepaid_confirmed: flag('1: paid online'),
        events: EmptyList,
      }),
    ),
  }),
);

const CashRegisterOperations = Type.Object({
  last_operation_type: Type.Number(),
  transactions: Type.Array(
    Type.Object({
      id: Type.Integer(),
      print_date: DateTime('when it was printed'),
      printed_count: Type.Integer(),
      sum: Type.Number({ description: '2 decimals' }),
      type: Titled,
      status: Titled,
      document: Type.Object({
        id: Type.Integer(),
        type: Type.Number({ description: 'such as 7, a visit' }),
        type_title: Type.String(),
      }),
      cashier: IdAndName,
    }),
  ),
});

export const VisitDetails = named(
  'VisitDetails',
  Type.Object({
    payment_transactions: Type.Array(FinanceTransaction, { description: 'payments of the visit' }),
    loyalty_transactions: Type.Array(LoyaltyTransaction, { description: 'what loyalty took off, paid and gave' }),
    kkm_transaction_details_container: CashRegisterOperations,
    items: Type.Array(
      Type.Object({
        id: Type.Integer(),
        item_id: id('service id, or product transaction id; product id where loyalty is applied'),
        item_type_id: Type.Integer({ description: '1: a service, 2: a product, 7: a product where loyalty is applied' }),
        record_id: id('appointment id; 0 for a product where loyalty is applied'),
        item_title: Type.String(),
        amount: Type.Number(),
        first_cost: Type.Number({ description: 'before the discount' }),
        manual_cost: Type.Number({ description: 'the price as it was set' }),
        discount: Type.Number({ description: 'percent' }),
        cost: Type.Number({ description: 'after the discount' }),
        master_id: id('team member id'),
        good_id: id('product id; 0 for a service'),
        service_id: id('service id; 0 for a product'),
        event_id: id('group event; 0 for none'),
        is_service: Type.Boolean(),
        is_event: Type.Boolean(),
        is_good: Type.Boolean(),
      }),
    ),
  }),
);

/** A number, or the same as text: clients send both. */
const SentNumber = (description: string) =>
  AnyOfTypes<number | string>(['number', 'string'], { pattern: '^-?\\d{1,15}(\\.\\d{1,9})?$', maxLength: 26, description });

export const VisitInput = named(
  'VisitInput',
  Type.Object({
    attendance: Attendance,
    comment: Type.String({ maxLength: 10_000, description: 'of the appointment in the path' }),
    new_transactions: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.Optional(Type.Integer({ description: 'ignored: a number of the sender' })),
          amount: Money('greater than 0; more than what is due raises the balance of the client'),
          account_id: Id('account that the money goes to'),
        }),
        { maxItems: 100, description: 'payments of the visit' },
      ),
    ),
    deleted_transaction_ids: Type.Optional(
      Type.Array(Id('payment id'), { maxItems: 100, description: 'payments of the visit that are cancelled' }),
    ),
    goods_transactions: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.Optional(Type.Integer({ minimum: 0, description: 'product transaction id; 0 for a new one' })),
          title: Type.Optional(Type.String({ description: 'ignored' })),
          barcode: Type.Optional(Type.String({ description: 'ignored' })),
          article: Type.Optional(Type.String({ description: 'ignored' })),
          amount: SentNumber('with or without a minus sign'),
          cost_per_unit: Type.Optional(SentNumber('the price of the product by default')),
          price: Type.Optional(SentNumber('same as cost_per_unit')),
          cost: Type.Optional(SentNumber('of all units, after the discount')),
          operation_unit_type: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 2, description: '1 sale unit, 2 write-off unit' }),
          ),
          master_id: Type.Optional(SentNumber('team member who sold it; 0 for none')),
          storage_id: Type.Optional(SentNumber('storage id; by default the one for sale')),
          good_id: SentNumber('product id'),
          discount: Type.Optional(SentNumber('percent')),
          good_special_number: Type.Optional(
            Type.String({ maxLength: 100, description: 'code of the gift card or membership that the product issues' }),
          ),
        }),
        { maxItems: 100, description: 'the products of the appointment in the path; those that are missing are taken back' },
      ),
    ),
    services: Type.Optional(
      Type.Array(
        Type.Object({
          ...serviceInput,
          title: Type.Optional(Type.String({ description: 'ignored' })),
          record_id: Type.Optional(Id('appointment id; the one in the path by default')),
        }),
        { maxItems: 100, description: 'replace the services of the appointments they name' },
      ),
    ),
    fast_payment: Type.Optional(
      Type.Integer({
        enum: [0, 1, 2, 129, 130],
        description:
          'pays the rest: 1 in cash, 2 by card; 0 does nothing; 129 and 130 as 1 and 2, and print a fiscal receipt if the location has a cash register',
      }),
    ),
  }),
);

export const Review = named(
  'Review',
  Type.Object({
    id: Type.Integer(),
    salon_id: id('location id'),
    type: flag('1 about a team member, 0 about the location'),
    master_id: id('team member id; 0 when it is about the location'),
    text: Type.String(),
    date: DateTime('when it was written'),
    rating: Type.Integer({ minimum: 1, maximum: 5 }),
    user_id: id('0 when nobody was signed in'),
    user_name: Type.String(),
    user_avatar: Type.String(),
    record_id: id('appointment whose client was asked for it; 0 otherwise'),
  }),
);

const weekday = Type.String({ enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] });

const ids = (description: string) => Type.Optional(Type.Array(Id(description), { maxItems: 100 }));

export const seriesDayInput = {
  events_master_id: Id('team member id'),
  events_time: Type.String({
    pattern: '^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?$',
    description: 'HH:MM:SS, start in the time of the location',
    examples: ['10:00:00'],
  }),
  events_duration: Type.Integer({
    minimum: 300,
    maximum: 86_400,
    description: 'seconds, without the technical break',
    examples: [3600],
  }),
  events_capacity: Type.Integer({ minimum: 1, maximum: 10_000, description: 'places' }),
  labels_ids: ids('tag id'),
  resource_instances_ids: ids('resource instance id'),
};

export const SeriesDayInput = named('SeriesDayInput', Type.Object({ day_of_week: weekday, ...seriesDayInput }));

export const SeriesDayChanges = named(
  'SeriesDayChanges',
  Type.Object({
    force: Type.Boolean({ description: 'true: events that were changed by hand are changed too' }),
    ...(Object.fromEntries(Object.entries(seriesDayInput).map(([name, schema]) => [name, Type.Optional(schema)])) as {
      [Name in keyof typeof seriesDayInput]: Type.TOptional<(typeof seriesDayInput)[Name]>;
    }),
  }),
);
