import Type from 'typebox';
import { Page, PageSize } from '../../../api/pagination.ts';
import { DateTime, Id, maxId, named, PlainDate } from '../../../api/schema.ts';
import { IdAndName, Titled } from '../../../wire/schemas.ts';
import { callStatuses, callTypes } from '../tables.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });
export const ChainOnly = Type.Object({ chain_id: Id('chain id') });

const Phone = (description: string) => Type.String({ minLength: 1, maxLength: 50, description });
const Subscriber = Type.Optional(Type.String({ maxLength: 100, description: 'SIP subscriber' }));
const Diversion = Type.String({ maxLength: 100, description: 'number called through' });
const command = <Word extends string>(word: Word) => Type.Unsafe<Word>({ type: 'string', const: word, enum: [word] });
const crm_token = Type.String({ minLength: 1, maxLength: 100, description: "UUID from the chain's VoIP settings" });

const VoipIntegrationEnableRequest = named(
  'VoipIntegrationEnableRequest',
  Type.Object({
    command: command('setup'),
    type: Type.String({ enum: ['enable', 'disable'] }),
    crm_token,
  }),
);

const VoipIntegrationHistoryRequest = named(
  'VoipIntegrationHistoryRequest',
  Type.Object({
    command: command('history'),
    type: Type.String({ enum: [...callTypes] }),
    crm_token,
    phone: Phone('the other party'),
    user: Subscriber,
    diversion: Diversion,
    duration: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000_000, description: 'seconds' })),
    link: Type.Optional(Type.String({ maxLength: 2000, description: 'address of the recording' })),
    call_id: Type.Optional(Type.String({ maxLength: 255, description: 'ID in the telephony system' })),
    status: Type.Optional(
      Type.String({
        enum: [...callStatuses],
        description: 'by default success for a call that has a duration, and missed for another',
      }),
    ),
    date: Type.Optional(Type.String({ maxLength: 40, format: 'date-time', description: 'now by default' })),
  }),
);

const VoipIntegrationNotificationRequest = named(
  'VoipIntegrationNotificationRequest',
  Type.Object({
    command: command('event'),
    type: Type.String({ enum: [...callTypes], description: 'only incoming calls are shown' }),
    crm_token,
    phone: Phone('the other party'),
    user: Subscriber,
    diversion: Diversion,
  }),
);

const variants = [VoipIntegrationEnableRequest, VoipIntegrationHistoryRequest, VoipIntegrationNotificationRequest] as const;

export const VoipEvent = Type.Unsafe<Type.Static<(typeof variants)[number]>>({
  type: 'object',
  required: ['command'],
  discriminator: { propertyName: 'command' },
  oneOf: [...variants],
});

const CallType = Type.String({ enum: [...callTypes] });
const CallStatus = Type.String({ enum: [...callStatuses] });

export const CallFilters = {
  date_from: PlainDate('the first day'),
  date_to: PlainDate('the last day'),
  phone: Type.Optional(Type.String({ maxLength: 50, description: 'the whole number' })),
  types: Type.Optional(Type.Array(CallType, { maxItems: callTypes.length })),
  statuses: Type.Optional(Type.Array(CallStatus, { maxItems: callStatuses.length })),
  page: Page,
  limit: PageSize(1000, 25),
};

const callFields = {
  id: Type.Integer(),
  caller_phone: Type.String({ description: 'empty without the right to see phone numbers of calls' }),
  record_link: Type.String({ description: 'empty when no recording' }),
  duration: Type.Integer({ description: 'seconds' }),
  status: CallStatus,
  type: CallType,
  call_date: DateTime('when the call began'),
};

export const VoipCall = named(
  'VoipCall',
  Type.Object({ ...callFields, client_id: Type.Integer({ description: '0 when no matching client' }) }),
);

export const ChainVoipCall = named(
  'ChainVoipCall',
  Type.Object({
    ...callFields,
    user: Type.String({ description: 'SIP subscriber', examples: ['101'] }),
    diversion: Type.String({ description: 'number called through', examples: ['+13155550176'] }),
    salon_ids: Type.Array(Type.Integer(), { description: 'the locations that have it in their history' }),
  }),
);

const CallerAppointment = named(
  'CallerAppointment',
  Type.Object({
    id: Type.Integer(),
    datetime: DateTime('its start'),
    attendance: Type.Integer({ description: '-1 did not come, 0 waiting, 1 came, 2 confirmed' }),
    staff: IdAndName,
    services: Type.Array(Titled),
  }),
);

const CallerClient = named(
  'CallerClient',
  Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    surname: Type.String({ description: 'empty without the right to see it' }),
    visits_count: Type.Integer(),
    last_appointment: Type.Union([CallerAppointment, Type.Null()]),
    next_appointment: Type.Union([CallerAppointment, Type.Null()]),
  }),
);

/** The client who calls; null if nobody has the number, and if the user does not see clients. */
const client = Type.Union([CallerClient, Type.Null()], {
  description: 'null if no client has the number, and without the right to see clients',
});

export const VoipCaller = named('VoipCaller', Type.Object({ phone: Type.String(), client }));

export const IncomingCall = named(
  'IncomingCall',
  Type.Object({
    phone: Type.String({ description: 'empty without the right to see phone numbers of calls' }),
    diversion: Type.String({ description: 'number called through', examples: ['+13155550176'] }),
    call_date: DateTime('when it rang'),
    client,
  }),
);

const Route = named(
  'VoipRoute',
  Type.Object({
    kind: Type.String({ enum: ['user', 'diversion'], description: 'by the SIP subscriber, or by the number called through' }),
    value: Type.String({ minLength: 1, maxLength: 100, description: 'the subscriber or the number' }),
    salon_id: Id('the location that has these calls in its history'),
    user_ids: Type.Array(Type.Integer({ minimum: 1, maximum: maxId }), {
      maxItems: 100,
      description: 'the users who are shown incoming calls; empty for all who may see calls there',
    }),
  }),
);

export const VoipSettings = named(
  'VoipSettings',
  Type.Object({
    crm_token: Type.String({ description: 'for the telephony service; empty until it is made' }),
    is_enabled: Type.Boolean({ description: 'calls are shown and kept' }),
    days_kept: Type.Integer({ description: 'calls are removed after so many days' }),
    routes: Type.Array(Route),
  }),
);

export const VoipSettingsChanges = named(
  'VoipSettingsChanges',
  Type.Object({
    is_enabled: Type.Optional(Type.Boolean()),
    days_kept: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
    routes: Type.Optional(Type.Array(Route, { maxItems: 1000, description: 'replaces all routes' })),
  }),
);
