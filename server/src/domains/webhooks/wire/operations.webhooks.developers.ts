import Type, { type TObject, type TSchema } from 'typebox';
import { anyone, locationUser } from '../../../api/access.ts';
import { answer, empty, operation } from '../../../api/operation.ts';
import { AnyOfTypes, EmptyList, named } from '../../../api/schema.ts';
import { Person, RecordLabel, Tag, Titled } from '../../../wire/schemas.ts';
import { Appointment } from '../../appointments/wire/schemas.ts';
import { Client } from '../../clients/wire/schemas.ts';
import { LocationDetails } from '../../locations/wire/schemas.ts';
import { TeamMember } from '../../team/wire/operations.team-members.v1.ts';
import { addressesOf } from '../address.ts';
import { saveWebhookSettings } from '../settings.ts';
import { presentSettings, resourcesOf } from './present.ts';
import { EventNotificationChanges, EventNotificationSetting, LocationOnly } from './schemas.ts';

const ServiceCategory = named(
  'ServiceCategory',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    salon_service_id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    weight: Type.Optional(Type.Integer({ description: 'sort order' })),
    api_id: Type.Optional(Type.String()),
    staff: Type.Optional(Type.Array(Type.Integer({ description: 'team member ID' }))),
    is_chain: Type.Optional(Type.Boolean()),
  }),
);

const LoyaltyCardWebhooks = named(
  'LoyaltyCardWebhooks',
  Type.Object({ id: Type.Integer(), balance: Type.Number(), number: Type.String(), phone: Type.String() }),
);

/** What is sent: the answer of the operation that reads a thing. The published schema has further fields, which are absent. */
const asRead = (reading: TObject, published: Record<string, TSchema>) =>
  Type.Object({ ...published, ...reading.properties }, { additionalProperties: Type.Any() });

const getEventNotificationSettings = operation({
  id: 'get_event_notification_settings',
  method: 'GET',
  path: '/hooks_settings/{location_id}',
  tag: 'Webhooks',
  summary: 'Webhook settings of location',
  description:
    'The flags are those of the first address. `url_settings` has the flags of each. Without settings, there are no addresses and all flags are 0.',
  access: locationUser('webhook_read_access'),
  params: LocationOnly,
  success: answer(200, EventNotificationSetting, EmptyList),
  errors: [403, 404],
  handle: async ({ db, location }) => ({ data: presentSettings(await addressesOf(db, location.id)), meta: [] }),
});

const updateEventNotificationSettings = operation({
  id: 'update_event_notification_settings',
  method: 'POST',
  path: '/hooks_settings/{location_id}',
  tag: 'Webhooks',
  summary: 'Change webhook settings of location',
  description:
    'Replaces the addresses, 1 to 10, and writes the flags onto all of them. A flag that is not sent is 0. Addresses that stay keep their secret and their log; others are removed with what waits for them. With `self_sending` 0, changes by the user who saves the settings are left out. An address must be public, unless the operator of the server allows its network.',
  access: locationUser('webhook_read_access'),
  params: LocationOnly,
  body: EventNotificationChanges,
  success: answer(201, EventNotificationSetting, EmptyList),
  errors: [403, 404],
  example: {
    body: {
      urls: ['https://example.com/hooks'],
      active: 1,
      salon: 1,
      service_category: 0,
      service: 1,
      good: 1,
      master: 1,
      client: 1,
      record: 1,
      goods_operations_sale: 1,
      goods_operations_receipt: 1,
      goods_operations_consumable: 1,
      goods_operations_stolen: 1,
      goods_operations_move: 1,
      finances_operation: 1,
      self_sending: 1,
    },
  },
  handle: async ({ write, location, user, partner, body, services }) => {
    const rows = await saveWebhookSettings(
      write,
      location.id,
      {
        urls: body.urls,
        isActive: body.active === 1,
        resources: resourcesOf(body),
        includesOwnChanges: body.self_sending === 1,
      },
      {
        userId: user.id,
        partnerId: partner.id,
        signingKey: services.signingKey,
        allowed: services.config.outsideNetworks,
      },
    );
    return { data: presentSettings(rows), meta: [] };
  },
});

/** A webhook that Foyer sends: each has the same fields around its data. */
const sent = ({
  resources,
  data,
  ...rest
}: {
  id: string;
  path: string;
  summary: string;
  description?: string;
  resources: string[];
  data: TSchema;
  example?: object;
}) =>
  operation({
    ...rest,
    method: 'POST',
    tag: 'Webhooks',
    webhook: true,
    access: anyone(),
    body: Type.Object({
      company_id: Type.Integer({ description: 'location ID' }),
      resource: Type.String({ enum: resources }),
      resource_id: Type.Integer({ description: 'ID of changed resource' }),
      status: Type.String({ enum: ['create', 'update', 'delete'] }),
      data,
    }),
    success: empty(200),
    errors: [],
  });

const webhookSalon = sent({
  id: 'webhook_salon',
  path: 'webhook:SalonEvent',
  summary: 'Location created/updated/deleted',
  resources: ['salon'],
  data: asRead(LocationDetails, {
    id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    public_title: Type.Optional(Type.String()),
    phone: Type.Optional(Type.String()),
    phones: Type.Optional(Type.Array(Type.String())),
    country_id: Type.Optional(Type.Integer()),
    country: Type.Optional(Type.String()),
    city_id: Type.Optional(Type.Integer()),
    city: Type.Optional(Type.String()),
    active: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
    timezone: Type.Optional(Type.String({ description: 'offset, e.g. +3' })),
    timezone_name: Type.Optional(Type.String({ description: 'IANA' })),
    address: Type.Optional(Type.String()),
    coordinate_lat: Type.Optional(Type.Number()),
    coordinate_lon: Type.Optional(Type.Number()),
    currency_short_title: Type.Optional(Type.String({ description: 'code, e.g. USD' })),
    business_group_id: Type.Optional(Type.Integer()),
    business_type_id: Type.Optional(Type.Integer()),
    site: Type.Optional(Type.String()),
    zip: Type.Optional(Type.String()),
    logo: Type.Optional(Type.String({ description: 'URL' })),
    short_descr: Type.Optional(Type.String()),
    description: Type.Optional(Type.String({ description: 'HTML' })),
    schedule: Type.Optional(Type.Record(Type.String(), Type.Any())),
    email: Type.Optional(Type.String()),
    social: Type.Optional(
      Type.Object({
        facebook: Type.Optional(Type.String()),
        instagram: Type.Optional(Type.String()),
        telegram: Type.Optional(Type.String()),
        whatsapp: Type.Optional(Type.String()),
        viber: Type.Optional(Type.String()),
        vk: Type.Optional(Type.String()),
      }),
    ),
    main_group_id: Type.Optional(Type.Integer()),
    main_group: Type.Optional(Type.Union([Titled, Type.Null()])),
    record_type_id: Type.Optional(Type.Integer()),
    booking_comment_required: Type.Optional(Type.Boolean()),
    booking_email_required: Type.Optional(Type.Boolean()),
  }),
});

const webhookStaff = sent({
  id: 'webhook_staff',
  path: 'webhook:StaffEvent',
  summary: 'Team member created/updated/deleted',
  resources: ['staff'],
  data: asRead(TeamMember, {
    id: Type.Optional(Type.Integer()),
    api_id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    specialization: Type.Optional(Type.String()),
    position: Type.Optional(Titled),
    show_rating: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
    rating: Type.Optional(Type.Number()),
    votes_count: Type.Optional(Type.Integer()),
    avatar: Type.Optional(Type.String({ description: 'thumbnail URL' })),
    avatar_big: Type.Optional(Type.String()),
    comments_count: Type.Optional(Type.Integer()),
    weight: Type.Optional(Type.Integer({ description: 'sort order' })),
    information: Type.Optional(Type.String({ description: 'HTML' })),
    hidden: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
    fired: Type.Optional(Type.Integer({ description: 'integer, 1 dismissed', enum: [0, 1] })),
    status: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
    position_id: Type.Optional(Type.Integer()),
    schedule_till: Type.Optional(Type.String()),
    image_group: Type.Optional(Type.Record(Type.String(), Type.Any())),
    prepaid: Type.Optional(Type.String({ description: 'slug' })),
    user_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
    user: Type.Optional(
      Type.Union([
        Type.Object({
          id: Type.Optional(Type.Integer()),
          name: Type.Optional(Type.String()),
          phone: Type.Optional(Type.String()),
          email: Type.Optional(Type.String()),
          avatar: Type.Optional(Type.String()),
        }),
        Type.Null(),
      ]),
    ),
    has_access_timetable: Type.Optional(Type.Boolean()),
    is_paid_staff: Type.Optional(Type.Boolean()),
  }),
});

const webhookService = sent({
  id: 'webhook_service',
  path: 'webhook:ServiceEvent',
  summary: 'Service created/updated/deleted',
  resources: ['service'],
  data: Type.Object(
    {
      id: Type.Optional(Type.Integer()),
      salon_service_id: Type.Optional(Type.Integer()),
      title: Type.Optional(Type.String()),
      booking_title: Type.Optional(Type.String({ description: 'title in online booking' })),
      category_id: Type.Optional(Type.Integer()),
      price_min: Type.Optional(Type.Number()),
      price_max: Type.Optional(Type.Number()),
      duration: Type.Optional(Type.Integer({ description: 'minutes' })),
      discount: Type.Optional(Type.Number()),
      comment: Type.Optional(Type.String()),
      weight: Type.Optional(Type.Integer({ description: 'sort order' })),
      active: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
      api_id: Type.Optional(Type.String()),
      staff: Type.Optional(
        Type.Array(Type.Object({ id: Type.Optional(Type.Integer()), seance_length: Type.Optional(Type.Integer()) })),
      ),
      image_group: Type.Optional(Type.Record(Type.String(), Type.Any())),
      prepaid: Type.Optional(Type.String()),
      is_multi: Type.Optional(Type.Boolean()),
      capacity: Type.Optional(Type.Integer()),
      is_price_managed_only_in_chain: Type.Optional(Type.Boolean()),
      is_comment_managed_only_in_chain: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: Type.Any() },
  ),
  example: {
    body: {
      company_id: 123456,
      resource: 'service',
      resource_id: 201,
      status: 'update',
      data: { id: 201, title: 'Haircut', price_min: 30, price_max: 50, duration: 60, active: 1, category_id: 10 },
    },
  },
});

const webhookServiceCategory = sent({
  id: 'webhook_service_category',
  path: 'webhook:ServiceCategoryEvent',
  summary: 'Service category created/updated/deleted',
  resources: ['service_category'],
  data: ServiceCategory,
  example: {
    body: {
      company_id: 123456,
      resource: 'service_category',
      resource_id: 301,
      status: 'create',
      data: { id: 301, title: 'Hair Services', weight: 1, staff: [101] },
    },
  },
});

const webhookClient = sent({
  id: 'webhook_client',
  path: 'webhook:ClientEvent',
  summary: 'Client created/updated/deleted',
  resources: ['client'],
  data: asRead(Client, {
    id: Type.Optional(Type.Integer()),
    name: Type.Optional(Type.String()),
    surname: Type.Optional(Type.String()),
    patronymic: Type.Optional(Type.String()),
    display_name: Type.Optional(Type.String()),
    phone: Type.Optional(Type.String({ description: 'always visible in webhook' })),
    email: Type.Optional(Type.String()),
    card: Type.Optional(Type.String({ description: 'loyalty card number' })),
    birth_date: Type.Optional(Type.String({ description: 'date' })),
    comment: Type.Optional(Type.String()),
    discount: Type.Optional(Type.Number({ description: 'percent' })),
    visits: Type.Optional(Type.Integer()),
    sex_id: Type.Optional(Type.Integer({ description: 'integer; 0 unknown, 1 male, 2 female', enum: [0, 1, 2] })),
    sex: Type.Optional(Type.String()),
    sms_check: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
    sms_bot: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
    sms_not: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
    spent: Type.Optional(Type.Number()),
    paid: Type.Optional(Type.Number()),
    balance: Type.Optional(Type.Number()),
    importance_id: Type.Optional(Type.Integer({ description: '0 normal, 1 VIP, 2 blacklisted' })),
    importance: Type.Optional(Type.String()),
    categories: Type.Optional(Type.Array(Tag)),
    last_change_date: Type.Optional(Type.String({ description: 'date-time' })),
    custom_fields: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
  }),
});

const webhookRecord = sent({
  id: 'webhook_record',
  path: 'webhook:RecordEvent',
  summary: 'Appointment created/updated/deleted',
  resources: ['record'],
  data: asRead(Appointment, {
    id: Type.Optional(Type.Integer()),
    company_id: Type.Optional(Type.Integer()),
    staff_id: Type.Optional(Type.Integer()),
    clients_count: Type.Optional(Type.Integer()),
    date: Type.Optional(Type.String()),
    datetime: Type.Optional(Type.String({ description: 'date-time' })),
    create_date: Type.Optional(Type.String({ description: 'date-time' })),
    last_change_date: Type.Optional(Type.String({ description: 'date-time' })),
    comment: Type.Optional(Type.String()),
    online: Type.Optional(Type.Boolean()),
    visit_id: Type.Optional(Type.Integer()),
    visit_attendance: Type.Optional(Type.Integer()),
    attendance: Type.Optional(Type.Integer()),
    confirmed: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
    seance_length: Type.Optional(Type.Integer({ description: 'seconds' })),
    length: Type.Optional(Type.Integer()),
    sms_before: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
    sms_now: Type.Optional(Type.Boolean()),
    sms_now_text: Type.Optional(Type.String()),
    email_now: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
    notified: Type.Optional(Type.String()),
    master_request: Type.Optional(Type.String()),
    api_id: Type.Optional(Type.String()),
    from_url: Type.Optional(Type.String()),
    review_requested: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
    created_user_id: Type.Optional(Type.Integer()),
    deleted: Type.Optional(Type.Boolean()),
    paid_full: Type.Optional(Type.Boolean()),
    prepaid: Type.Optional(Type.Boolean()),
    prepaid_confirmed: Type.Optional(Type.Boolean()),
    is_update_blocked: Type.Optional(Type.Boolean()),
    activity_id: Type.Optional(Type.Integer()),
    bookform_id: Type.Optional(Type.Integer()),
    record_from: Type.Optional(Type.String()),
    is_mobile: Type.Optional(Type.Boolean()),
    services: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.Optional(Type.Integer()),
          title: Type.Optional(Type.String()),
          cost: Type.Optional(Type.Number()),
          cost_to_pay: Type.Optional(Type.Number()),
          manual_cost: Type.Optional(Type.Number()),
          cost_per_unit: Type.Optional(Type.Number()),
          discount: Type.Optional(Type.Number()),
          first_cost: Type.Optional(Type.Number()),
          amount: Type.Optional(Type.Integer()),
        }),
      ),
    ),
    staff: Type.Optional(
      Type.Union([
        Type.Object({
          id: Type.Optional(Type.Integer()),
          api_id: Type.Optional(Type.String()),
          name: Type.Optional(Type.String()),
          specialization: Type.Optional(Type.String()),
          position: Type.Optional(Type.Record(Type.String(), Type.Any())),
          avatar: Type.Optional(Type.String()),
          avatar_big: Type.Optional(Type.String()),
          rating: Type.Optional(Type.Number()),
          votes_count: Type.Optional(Type.Integer()),
        }),
        Type.Null(),
      ]),
    ),
    client: Type.Optional(
      Type.Union([
        Type.Object({
          id: Type.Optional(Type.Integer()),
          name: Type.Optional(Type.String()),
          surname: Type.Optional(Type.String()),
          patronymic: Type.Optional(Type.String()),
          display_name: Type.Optional(Type.String()),
          phone: Type.Optional(Type.String()),
          email: Type.Optional(Type.String()),
          card: Type.Optional(Type.String()),
          comment: Type.Optional(Type.String()),
          discount: Type.Optional(Type.Number()),
          sex: Type.Optional(Type.String()),
          birthday: Type.Optional(Type.String()),
          success_visits_count: Type.Optional(Type.Integer()),
          fail_visits_count: Type.Optional(Type.Integer()),
          custom_fields: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
          client_tags: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
        }),
        Type.Null(),
      ]),
    ),
    goods_transactions: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
    custom_fields: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
    custom_color: Type.Optional(Type.String({ description: 'hex' })),
    custom_font_color: Type.Optional(Type.String()),
    record_labels: Type.Optional(Type.Array(RecordLabel)),
    documents: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
    short_link: Type.Optional(Type.String()),
    sms_remain_hours: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
    email_remain_hours: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
    comer: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Any()), Type.Null()])),
    comer_person_info: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Any()), Type.Null()])),
    composite: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Any()), Type.Array(Type.Any())])),
  }),
});

const webhookLoyaltyCard = sent({
  id: 'webhook_loyalty_card',
  path: 'webhook:LoyaltyCardEvent',
  summary: 'Loyalty card created/updated/deleted',
  resources: ['loyalty_card'],
  data: LoyaltyCardWebhooks,
  example: {
    body: {
      company_id: 123456,
      resource: 'loyalty_card',
      resource_id: 601,
      status: 'update',
      data: { id: 601, balance: 150, number: 'LC-00601', phone: '+1234567890' },
    },
  },
});

const webhookSchedule = sent({
  id: 'webhook_schedule',
  path: 'webhook:ScheduleEvent',
  summary: 'Team member schedule changed',
  resources: ['schedule'],
  data: Type.Array(Type.Any({ description: 'always empty array (maxItems 0)' })),
  example: { body: { company_id: 123456, resource: 'schedule', resource_id: 101, status: 'update', data: [] } },
});

const webhookGood = sent({
  id: 'webhook_good',
  path: 'webhook:GoodEvent',
  summary: 'Product created/updated/deleted',
  resources: ['good'],
  data: Type.Object(
    {
      good_id: Type.Optional(Type.Integer()),
      title: Type.Optional(Type.String()),
      value: Type.Optional(Type.String({ description: 'same as title' })),
      label: Type.Optional(Type.String({ description: 'title with article in parentheses' })),
      article: Type.Optional(Type.String()),
      category: Type.Optional(Type.String()),
      category_id: Type.Optional(Type.Integer()),
      salon_id: Type.Optional(Type.Integer()),
      cost: Type.Optional(Type.Number()),
      unit_id: Type.Optional(Type.Integer()),
      unit_short_title: Type.Optional(Type.String()),
      service_unit_id: Type.Optional(Type.Integer()),
      service_unit_short_title: Type.Optional(Type.String()),
      actual_cost: Type.Optional(Type.Number()),
      unit_actual_cost: Type.Optional(Type.Number()),
      unit_actual_cost_format: Type.Optional(Type.String({ description: 'formatted price' })),
      unit_equals: Type.Optional(Type.Number()),
      barcode: Type.Optional(Type.String()),
      is_chain: Type.Optional(Type.Boolean()),
      comment: Type.Optional(Type.String()),
      loyalty_abonement_type_id: Type.Optional(Type.Integer()),
      loyalty_certificate_type_id: Type.Optional(Type.Integer()),
      loyalty_certificate_type: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Any()), Type.Null()])),
      loyalty_allow_empty_code: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
      loyalty_serial_number_limited: Type.Optional(Type.Integer({ description: 'integer', enum: [0, 1] })),
      actual_amounts: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
      critical_amount: Type.Optional(AnyOfTypes<number | null>(['number', 'null'])),
      desired_amount: Type.Optional(Type.Number()),
      last_change_date: Type.Optional(Type.String({ description: 'date-time' })),
      is_goods_mark_enabled: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: Type.Any() },
  ),
  example: {
    body: {
      company_id: 123456,
      resource: 'good',
      resource_id: 701,
      status: 'create',
      data: {
        good_id: 701,
        title: 'Shampoo Professional',
        cost: 25,
        article: 'SH-001',
        barcode: '4607001234567',
        actual_cost: 25,
        category: 'Hair Care',
      },
    },
  },
});

const webhookGoodsOperation = sent({
  id: 'webhook_goods_operation',
  path: 'webhook:GoodsOperationEvent',
  summary: 'Product operation created/updated/deleted',
  resources: [
    'goods_operations_sale',
    'goods_operations_receipt',
    'goods_operations_consumable',
    'goods_operations_stolen',
    'goods_operations_move',
  ],
  data: Type.Object(
    {
      id: Type.Optional(Type.Integer()),
      document_id: Type.Optional(Type.Integer()),
      type_id: Type.Optional(Type.Integer({ description: '1 sale, 2 write-off, others not listed' })),
      type: Type.Optional(Type.String()),
      operation_unit_type: Type.Optional(Type.String()),
      amount: Type.Optional(Type.Number()),
      create_date: Type.Optional(Type.String({ description: 'date-time' })),
      cost_per_unit: Type.Optional(Type.Number()),
      cost: Type.Optional(Type.Number()),
      discount: Type.Optional(Type.Number()),
      comment: Type.Optional(Type.String()),
      record_id: Type.Optional(Type.Integer()),
      last_change_date: Type.Optional(Type.String({ description: 'date-time' })),
      loyalty_abonement_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
      loyalty_certificate_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
      good: Type.Optional(Titled),
      unit: Type.Optional(
        Type.Object({
          id: Type.Optional(Type.Integer()),
          title: Type.Optional(Type.String()),
          short_title: Type.Optional(Type.String()),
        }),
      ),
      storage: Type.Optional(Titled),
      client: Type.Optional(Person),
      master: Type.Optional(Titled),
      service: Type.Optional(Titled),
      supplier: Type.Optional(Titled),
    },
    { additionalProperties: Type.Any() },
  ),
  example: {
    body: {
      company_id: 123456,
      resource: 'goods_operations_sale',
      resource_id: 801,
      status: 'create',
      data: {
        id: 801,
        type_id: 1,
        type: 'sale',
        amount: 2,
        cost_per_unit: 25,
        cost: 50,
        good: { id: 701, title: 'Shampoo Professional' },
      },
    },
  },
});

const webhookFinancesOperation = sent({
  id: 'webhook_finances_operation',
  path: 'webhook:FinancesOperationEvent',
  summary: 'Financial transaction created/updated/deleted',
  resources: ['finances_operation'],
  data: Type.Object(
    {
      id: Type.Optional(Type.Integer()),
      document_id: Type.Optional(Type.Integer()),
      date: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'date-time' })),
      amount: Type.Optional(Type.Number()),
      comment: Type.Optional(Type.String()),
      last_change_date: Type.Optional(AnyOfTypes<string | null>(['string', 'null'], { description: 'date-time' })),
      record_id: Type.Optional(Type.Integer()),
      visit_id: Type.Optional(Type.Integer()),
      sold_item_id: Type.Optional(Type.Integer()),
      sold_item_type: Type.Optional(AnyOfTypes<string | null>(['string', 'null'])),
      expense: Type.Optional(Titled),
      master: Type.Optional(Type.Record(Type.String(), Type.Any())),
      supplier: Type.Optional(Type.Record(Type.String(), Type.Any())),
      account: Type.Optional(Type.Record(Type.String(), Type.Any())),
      client: Type.Optional(
        Type.Object({
          id: Type.Optional(Type.Integer()),
          name: Type.Optional(Type.String()),
          surname: Type.Optional(Type.String()),
          patronymic: Type.Optional(Type.String()),
          phone: Type.Optional(Type.String()),
          email: Type.Optional(Type.String()),
        }),
      ),
      record: Type.Optional(Type.Record(Type.String(), Type.Any(), { description: 'compact appointment' })),
      payment_system_transaction_ids: Type.Optional(Type.Array(Type.String({ description: 'optional, feature flag' }))),
    },
    { additionalProperties: Type.Any() },
  ),
  example: {
    body: {
      company_id: 123456,
      resource: 'finances_operation',
      resource_id: 901,
      status: 'create',
      data: {
        id: 901,
        amount: 50,
        date: '2026-03-20T14:30:00+0300',
        comment: 'Haircut payment',
        record_id: 501,
        expense: { id: 1, title: 'Services' },
      },
    },
  },
});

/** What the server sends, in the order of the published documents. */
export const webhooks = [
  webhookSalon,
  webhookStaff,
  webhookService,
  webhookServiceCategory,
  webhookClient,
  webhookRecord,
  webhookLoyaltyCard,
  webhookSchedule,
  webhookGood,
  webhookGoodsOperation,
  webhookFinancesOperation,
];

/** The published operations of the tag, in the order of the published documents. */
export const webhooksOperations = [getEventNotificationSettings, updateEventNotificationSettings, ...webhooks];
