import Type from 'typebox';
import { Page, PageSize } from '../../../api/pagination.ts';
import { Bit, DateTime, Id, NullableDateTime, NullableString, named } from '../../../api/schema.ts';
import { deliveryStates, outboxResources } from '../../outbox/tables.ts';
import { longestUrl, mostAddresses } from '../settings.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });
export const AddressPath = Type.Object({ location_id: Id('location id'), address_id: Id('address id') });
export const DeliveryPath = Type.Object({
  location_id: Id('location id'),
  delivery_id: Type.String({
    minLength: 1,
    maxLength: 60,
    description: 'the `webhook-id` of the delivery',
    examples: ['msg_1b0a7f5e-54a1-4c1e-9a5e-2f6f3f0c9d11'],
  }),
});

/** The flags of resources, in the order of the published documents, and then those that they leave out. */
const flags = {
  salon: Bit('changes of the location'),
  service_category: Bit('changes of categories of services'),
  service: Bit('changes of services'),
  good: Bit('changes of products'),
  master: Bit('changes of team members: the resource `staff`'),
  client: Bit('changes of clients'),
  record: Bit('changes of appointments'),
  goods_operations_sale: Bit('sales of products'),
  goods_operations_receipt: Bit('arrivals of products'),
  goods_operations_consumable: Bit('consumables that are written off'),
  goods_operations_stolen: Bit('products that are written off'),
  goods_operations_move: Bit('products that are moved'),
  finances_operation: Bit('payments'),
  loyalty_card: Bit('changes of loyalty cards'),
  schedule: Bit('changes of schedules'),
};

export type ResourceFlag = keyof typeof flags;

const active = Bit('1 on, 0 off');
const selfSending = Bit('1: the user who saved the settings causes deliveries too');

export const EventNotificationSetting = named(
  'EventNotificationSetting',
  Type.Object({
    urls: Type.Array(Type.String()),
    active,
    ...flags,
    self_sending: selfSending,
    url_settings: Type.Array(
      named('EventNotificationUrlSetting', Type.Object({ url: Type.String(), active, ...flags, self_sending: selfSending })),
    ),
  }),
);

export const EventNotificationChanges = named(
  'EventNotificationChanges',
  Type.Object({
    urls: Type.Array(Type.String({ maxLength: longestUrl }), {
      maxItems: mostAddresses * 10,
      description: `1 to ${mostAddresses} distinct addresses`,
    }),
    active,
    ...Type.Partial(Type.Object(flags)).properties,
    self_sending: Type.Optional(selfSending),
  }),
);

export const WebhookAddress = named(
  'WebhookAddress',
  Type.Object({
    id: Type.Integer(),
    url: Type.String(),
    is_active: Type.Boolean(),
    off_reason: NullableString({
      enum: ['user', 'gone', 'failing', 'partner', null],
      description:
        'why it is off: a user switched it off, it answered 410, it failed for days, or the integration that saved it lost its access',
    }),
    failures: Type.Integer({ description: 'failed tries since the last successful one' }),
    failing_since: NullableDateTime('the first of them'),
    last_success_at: NullableDateTime('the last delivery that it took, to the minute'),
    paused_until: NullableDateTime('nothing is sent until then, because it fails'),
    secrets: Type.Array(
      Type.Object({
        created_at: NullableDateTime('null for the former secret'),
        expires_at: NullableDateTime('null for the present secret'),
      }),
      { description: 'the secrets that sign now: the present one and, during a rotation, the former one' },
    ),
  }),
);

export const NewSecret = named(
  'WebhookSecret',
  Type.Object({
    secret: Type.String({ description: 'shown only here', examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'] }),
    address: WebhookAddress,
  }),
);

const delivery = {
  id: Type.String({ description: '`webhook-id`, the same at each try' }),
  address_id: Type.Integer(),
  url: Type.String(),
  resource: Type.String({ enum: [...outboxResources] }),
  resource_id: Type.Integer(),
  status: Type.String({ enum: ['create', 'update', 'delete'] }),
  state: Type.String({ enum: [...deliveryStates] }),
  created_at: DateTime('when it changed'),
  next_try_at: NullableDateTime('null if there is none'),
  finished_at: NullableDateTime('when it was taken or given up'),
  try_count: Type.Integer(),
  last_status: Type.Union([Type.Integer(), Type.Null()], { description: 'the status of the last answer' }),
  last_refusal: NullableString({ description: 'why there was no answer' }),
};

export const WebhookDelivery = named('WebhookDelivery', Type.Object(delivery));

export const WebhookDeliveryDetails = named(
  'WebhookDeliveryDetails',
  Type.Object({
    ...delivery,
    body: Type.String({ description: 'what is sent: JSON, as the webhook documents it' }),
    answer: Type.String({ description: 'the first KB of the last answer' }),
    tries: Type.Array(
      Type.Object({
        at: DateTime('when it was sent'),
        milliseconds: Type.Integer(),
        status: Type.Union([Type.Integer(), Type.Null()]),
        refusal: NullableString(),
      }),
    ),
  }),
);

const time = (description: string) => Type.String({ maxLength: 40, description, examples: ['2026-09-01T10:00:00'] });

export const DeliveryQuery = Type.Object({
  address_id: Type.Optional(Id('only to this address')),
  resource: Type.Optional(Type.String({ enum: [...outboxResources] })),
  resource_id: Type.Optional(Id('only changes of this thing')),
  state: Type.Optional(Type.String({ enum: [...deliveryStates] })),
  from: Type.Optional(time('of changes since then')),
  to: Type.Optional(time('of changes until then')),
  page: Page,
  count: PageSize(100, 25),
});

export const FailedDeliveries = named(
  'FailedWebhookDeliveries',
  Type.Object({
    address_id: Type.Optional(Id('only to this address')),
    from: time('of changes since then'),
    to: time('of changes until then'),
  }),
);

export const TestResult = named(
  'WebhookTestResult',
  Type.Object({
    webhook_id: Type.String(),
    milliseconds: Type.Integer(),
    status: Type.Union([Type.Integer(), Type.Null()]),
    refusal: NullableString({ description: 'why there was no answer' }),
    answer: Type.String({ description: 'the first KB of the answer' }),
  }),
);
