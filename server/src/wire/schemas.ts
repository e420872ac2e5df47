/** Wire objects that the operations of several tags share, each declared once. */
import Type from 'typebox';
import {
  AnyOfTypes,
  CompactDateTime,
  DateTime,
  LocalDateTime,
  LocalIsoDateTime,
  NullableDateTime,
  named,
  UnixSeconds,
} from '../api/schema.ts';

/** The id and title of a chain, a position, or an item of a selection list. */
export const Titled = named('Titled', Type.Object({ id: Type.Integer(), title: Type.String() }));

/** For a client or an appointment: `[]` if there are none, because the published API writes empty maps so. */
export const CustomFieldValues = named(
  'CustomFieldValues',
  Type.Unsafe<Record<string, unknown> | never[]>({
    type: ['object', 'array'],
    items: {},
    maxItems: 0,
    additionalProperties: true,
    description: 'values of custom fields by code; an empty list when there are none',
  }),
);

export const Currency = named(
  'Currency',
  Type.Object({
    id: Type.Integer(),
    iso: Type.String({ description: 'ISO 4217, exactly 3 letters' }),
    name: Type.String(),
    symbol: Type.String(),
    is_symbol_after_amount: Type.Boolean({ description: 'true after amount, false before' }),
  }),
);

export const MasterWithPosition = named(
  'MasterWithPosition',
  Type.Object({
    id: Type.Integer({ description: 'team member id' }),
    name: Type.String(),
    company_id: Type.Integer({ description: 'location where member was created' }),
    specialization: Type.String(),
    avatar: Type.String({ description: 'small image link' }),
    avatar_big: Type.String({ description: 'original image link' }),
    position: Type.Union([Titled, Type.Null()]),
    is_paid_staff: Type.Boolean({ description: 'counted in licence price' }),
  }),
);

export const Tag = named(
  'Tag',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    color: Type.String({ description: '#rrggbb', examples: ['#bfd4f2'] }),
  }),
);

export const ResourceInstance = named(
  'ResourceInstance',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    resource_id: Type.Integer(),
  }),
);

export const TimetableEventScheduleEvent = named(
  'TimetableEventScheduleEvent',
  Type.Object({
    id: Type.Integer(),
    created_at: DateTime('when it was made'),
    updated_at: DateTime('last change'),
    deleted_at: NullableDateTime('when it was deleted'),
    event_status: Type.String({
      description: 'event_* = entity change pending, force overrides manual edits, entity_failed = creation failed',
      enum: [
        'stable',
        'event_created',
        'event_changed',
        'event_changed_force',
        'event_deleted',
        'entity_deleted',
        'entity_failed',
      ],
    }),
    event_datetime: DateTime('planned start'),
    event_entity_type: Type.String({ description: 'record = appointment, activity = group event', enum: ['record', 'activity'] }),
    event_entity_id: AnyOfTypes<number | null>(['integer', 'null']),
    is_entity_master_changed: Type.Boolean({ description: 'edited manually' }),
    is_entity_datetime_changed: Type.Boolean({ description: 'edited manually' }),
    is_entity_duration_changed: Type.Boolean({ description: 'edited manually' }),
    is_entity_labels_changed: Type.Boolean({ description: 'edited manually' }),
    is_entity_resource_instances_changed: Type.Boolean({ description: 'edited manually' }),
    entity_master: MasterWithPosition,
    entity_datetime: LocalDateTime('actual start'),
    entity_duration: Type.String({ description: 'actual duration in seconds' }),
    entity_labels: Type.Array(Tag),
    entity_resource_instances: Type.Array(ResourceInstance),
  }),
);

export const TimetableEventScheduleDay = named(
  'TimetableEventScheduleDay',
  Type.Object({
    id: Type.Integer(),
    created_at: DateTime('when it was made'),
    updated_at: DateTime('last change'),
    deleted_at: NullableDateTime('when it was deleted'),
    timetable_event_schedule_id: Type.Integer({ description: 'parent schedule' }),
    day_of_week: Type.String({ enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }),
    events_time: Type.String({ description: 'HH:MM:SS start', examples: ['10:00:00'] }),
    events_duration: Type.Number({ description: 'seconds, without technical break' }),
    event_technical_break_duration: Type.Number({ description: 'seconds' }),
    events_master: MasterWithPosition,
    events_labels: Type.Array(Tag),
    events_resource_instances: Type.Array(ResourceInstance),
    events: Type.Array(TimetableEventScheduleEvent),
  }),
);

export const ResourceIdentifier = named('ResourceIdentifier', Type.Object({ type: Type.String(), id: Type.String() }));

export const ToOneRelationship = named('ToOneRelationship', Type.Object({ data: Type.Union([ResourceIdentifier, Type.Null()]) }));

export const ToManyRelationship = named('ToManyRelationship', Type.Object({ data: Type.Array(ResourceIdentifier) }));

export const AppointmentResource = named(
  'AppointmentResource',
  Type.Object({
    type: Type.String({ enum: ['record'] }),
    id: Type.String({ description: 'Appointment id' }),
    attributes: Type.Object({
      company_id: Type.Integer({ description: 'Location id' }),
      external_id: Type.String(),
      visit_id: Type.Integer({ description: '0 if not linked' }),
      booking_user_id: Type.Integer({ description: 'account id or 0' }),
      bookform_id: Type.Integer({ description: 'or 0' }),
      master_id: Type.Integer({ description: 'deprecated, use staff_id' }),
      staff_id: Type.Integer(),
      client_id: Type.Integer({ description: '0 if absent' }),
      comer_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'walk-in visitor id' }),
      source: Type.Integer({ description: 'where it was made' }),
      attendance: Type.Integer({ description: 'integer; deprecated, use attendance_status_slug', enum: [-1, 0, 1, 2] }),
      attendance_status: Type.Integer({ description: 'integer; deprecated, use attendance_status_slug', enum: [-1, 0, 1, 2] }),
      attendance_status_slug: Type.String({ enum: ['absent', 'waiting', 'attended', 'confirmed'] }),
      client_fictive_name: AnyOfTypes<string | null>(['string', 'null'], { description: 'fallback name on appointment' }),
      client_fictive_phone: AnyOfTypes<string | null>(['string', 'null']),
      client_fictive_email: AnyOfTypes<string | null>(['string', 'null']),
      clients_count: Type.Integer({ minimum: 1 }),
      activity_id: Type.Integer({ description: 'event id, 0 if none' }),
      custom_color: Type.String({ description: 'hex without #, or empty' }),
      custom_font_color: Type.String({ description: 'hex without #, or empty' }),
      length: Type.Integer({ description: 'seconds; deprecated, use duration', minimum: 0 }),
      duration: Type.Integer({ description: 'seconds', minimum: 0 }),
      paid_full: Type.Integer({ description: 'integer; deprecated, use is_paid/is_overpaid', enum: [0, 1, 2] }),
      is_paid: Type.Boolean(),
      is_overpaid: Type.Boolean(),
      timestamp: UnixSeconds('start'),
      date: LocalIsoDateTime('start'),
      created_datetime: LocalIsoDateTime('when it was made'),
      from_url: Type.String({ description: 'or empty' }),
      is_mobile: Type.Integer({ description: 'mobile-origin status' }),
      comment: Type.String(),
      prepaid_status: Type.Integer(),
      record_from: Type.String({ description: 'readable source, or empty' }),
      payment_status: AnyOfTypes<number | null>(['integer', 'null'], { description: 'membership auto-payment status' }),
      is_sale_bill_printed: AnyOfTypes<boolean | null>(['boolean', 'null']),
      is_client_notification_sent: Type.Boolean(),
    }),
    relationships: Type.Object({
      client: ToOneRelationship,
      staff: ToOneRelationship,
      services: ToManyRelationship,
      goods: ToManyRelationship,
      resource_instances: ToManyRelationship,
      labels: ToManyRelationship,
      attendance_service_items: ToManyRelationship,
      attendance_good_items: ToManyRelationship,
      attendance_document: ToOneRelationship,
      transactions: ToManyRelationship,
      fast_payment_settings: ToOneRelationship,
      acceptance_free: ToOneRelationship,
      custom_field_values: ToManyRelationship,
      comer: ToOneRelationship,
      client_notification_settings: ToOneRelationship,
      client_schedule: ToOneRelationship,
      duration_details: ToOneRelationship,
    }),
  }),
);

export const IncludedResource = named(
  'IncludedResource',
  Type.Object({
    type: Type.String(),
    id: Type.String(),
    attributes: Type.Record(Type.String(), Type.Any()),
    relationships: Type.Object({}, { description: 'always empty' }),
  }),
);

export const Pagination = named(
  'Pagination',
  Type.Object({
    page: Type.Integer({ minimum: 1 }),
    offset: Type.Integer({ minimum: 0 }),
    limit: Type.Integer({ minimum: 1, maximum: 250 }),
  }),
);

export const IdAndName = named('IdAndName', Type.Object({ id: Type.Integer(), name: Type.String() }));

export const Person = named(
  'Person',
  Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    phone: Type.String(),
  }),
);

export const LinkCategory = named(
  'LinkCategory',
  Type.Object({
    id: Type.Integer(),
    category_id: Type.Integer(),
    title: Type.String(),
  }),
);

export const PersonWithEmail = named(
  'PersonWithEmail',
  Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    email: Type.String(),
    phone: Type.String(),
  }),
);

export const PaymentTransactionAccount = named(
  'PaymentTransactionAccount',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    is_cash: Type.Boolean(),
    is_default: Type.Boolean(),
  }),
);

export const DocumentWithType = named(
  'DocumentWithType',
  Type.Object({
    id: Type.Integer(),
    type: Type.Integer({ description: '1 product sale, 7 visit, 9 deposit top-up' }),
    type_title: Type.String(),
  }),
);

export const RecordLabel = named(
  'RecordLabel',
  Type.Object({
    id: Type.Integer({ description: 'tag id' }),
    title: Type.String(),
    color: Type.String({ description: '#rrggbb', examples: ['#009800'] }),
    icon: Type.String(),
    font_color: Type.String({ description: '#rrggbb', examples: ['#ffffff'] }),
  }),
);

export const UserAppointmentService = named(
  'UserAppointmentService',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    amount: Type.Integer(),
    seance_length: Type.Integer({ description: 'seconds, only with team member filter' }),
    cost: Type.Number(),
    price_min: Type.Number(),
    price_max: Type.Number(),
    discount: Type.Number(),
  }),
);

export const UserAppointmentStaff = named(
  'UserAppointmentStaff',
  Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    specialization: Type.String(),
    position: Titled,
    show_rating: Type.Number({ description: '1 show, 0 hide' }),
    rating: Type.Number({ description: '0 to 5' }),
    votes_count: Type.Number(),
    avatar: Type.String(),
    comments_count: Type.Number(),
  }),
);

export const LoyaltyTransaction = named(
  'LoyaltyTransaction',
  Type.Object({
    id: Type.Integer(),
    status_id: Type.Integer(),
    amount: Type.Number(),
    type_id: Type.Integer(),
    program_id: Type.Integer(),
    card_id: Type.Integer(),
    salon_group_id: Type.Integer({ description: 'chain' }),
    item_id: Type.Integer({ description: 'order position if sale-related' }),
    item_type_id: Type.Integer({ description: '1 service provision, 7 product sale' }),
    item_record_id: Type.Integer(),
    goods_transaction_id: Type.Integer(),
    is_discount: Type.Boolean(),
    is_loyalty_withdraw: Type.Boolean(),
    type: Titled,
  }),
);

export const UserAppointmentCompany = named(
  'UserAppointmentCompany',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    country_id: Type.Integer(),
    country: Type.String(),
    city_id: Type.Integer(),
    city: Type.String(),
    phone: Type.String(),
    phones: Type.Array(Type.String()),
    timezone: Type.String(),
    address: Type.String(),
    coordinate_lat: Type.Number(),
    coordinate_lon: Type.Number(),
    allow_delete_record: Type.Boolean(),
    allow_change_record: Type.Boolean(),
    site: Type.String(),
    currency_short_title: Type.String(),
    allow_change_record_delay_step: Type.Integer(),
    allow_delete_record_delay_step: Type.Integer(),
  }),
);

const bookedAppointment = {
  id: Type.Integer(),
  services: Type.Array(UserAppointmentService),
  company: UserAppointmentCompany,
  staff: UserAppointmentStaff,
  clients_count: Type.Integer(),
  date: DateTime('start'),
  datetime: DateTime('start'),
  create_date: DateTime('when it was made'),
  comment: Type.String(),
  deleted: Type.Boolean({ description: 'true if removed' }),
  attendance: Type.Number({ description: '2 confirmed, 1 came, 0 waiting, -1 no-show' }),
  length: Type.Number({ description: 'seconds' }),
  notify_by_sms: Type.Number({ description: 'hours before, 0 off' }),
  notify_by_email: Type.Number({ description: 'hours before, 0 off' }),
  master_requested: Type.Boolean({ description: 'false = any team member' }),
  online: Type.Boolean({ description: 'true client, false administrator' }),
  api_id: Type.String(),
  last_change_date: DateTime('last change'),
  prepaid: Type.Boolean({ description: 'online payment available' }),
  prepaid_confirmed: Type.Boolean({ description: 'online payment state' }),
  activity_id: Type.Integer({ description: 'group event' }),
};

/** One appointment of a location, as the client who booked it reads it. */
export const BookingDetails = named('BookingDetails', Type.Object(bookedAppointment));

/** An appointment in the personal cabinet. Most of its timestamps have no colon in the offset. */
export const BookedAppointment = named(
  'BookedAppointment',
  Type.Object({
    ...bookedAppointment,
    datetime: CompactDateTime('start'),
    create_date: CompactDateTime('when it was made'),
    last_change_date: CompactDateTime('last change'),
  }),
);
