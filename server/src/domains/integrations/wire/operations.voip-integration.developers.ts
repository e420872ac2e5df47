import Type from 'typebox';
import { partnerOrUser, signedIn } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { PageSize } from '../../../api/pagination.ts';
import { named } from '../../../api/schema.ts';

const VoipIntegrationEnableRequest = named(
  'VoipIntegrationEnableRequest',
  Type.Object({
    command: Type.String({ description: 'setup' }),
    type: Type.String({ description: 'enable' }),
    crm_token: Type.String({ description: "UUID from chain's VoIP section" }),
  }),
);

const VoipIntegrationHistoryRequest = named(
  'VoipIntegrationHistoryRequest',
  Type.Object({
    command: Type.String({ description: 'history' }),
    type: Type.String({ description: 'incoming, outgoing, internal' }),
    crm_token: Type.String({ description: "UUID from chain's VoIP section" }),
    phone: Type.String({ description: 'caller' }),
    user: Type.Optional(Type.String({ description: 'SIP subscriber ID' })),
    diversion: Type.String({ description: 'number called through' }),
    duration: Type.Optional(Type.Number({ description: 'seconds' })),
    link: Type.Optional(Type.String({ description: 'recording URL' })),
    call_id: Type.Optional(Type.String({ description: 'ID in telephony system' })),
    status: Type.Optional(Type.String({ description: 'success or missed' })),
    date: Type.Optional(Type.String({ description: 'date-time' })),
  }),
);

const VoipIntegrationNotificationRequest = named(
  'VoipIntegrationNotificationRequest',
  Type.Object({
    command: Type.String({ description: 'event' }),
    type: Type.String({ description: 'incoming' }),
    crm_token: Type.String({ description: "UUID from chain's VoIP section" }),
    phone: Type.String({ description: 'caller' }),
    user: Type.Optional(Type.String({ description: 'SIP number' })),
    diversion: Type.String({ description: 'number called through' }),
  }),
);

const handleVoipIntegrationEvent = operation({
  id: 'handle_voip_integration_event',
  method: 'POST',
  path: '/voip/integration',
  tag: 'VoIP Integration',
  summary: 'Enable/disable telephony, call notification, call history',
  access: partnerOrUser(),
  body: Type.Union([
    VoipIntegrationEnableRequest,
    VoipIntegrationEnableRequest,
    VoipIntegrationHistoryRequest,
    VoipIntegrationNotificationRequest,
  ]),
  success: answer(202, undefined, Type.Object({ message: Type.Optional(Type.String({ description: 'Accepted' })) })),
  errors: [403, 404],
  example: {
    meta: { message: 'Accepted' },
    body: {
      command: 'history',
      type: 'incoming',
      crm_token: '7cf262d6-1656-43f9-86ac-2826bdc125d2',
      phone: '+13155550175',
      user: 'external_user_id',
      diversion: '+13155550176',
      duration: 90,
      link: 'https://external.call.storage/call_record.mp3',
      call_id: 'external_call_id',
      status: 'success',
      date: '2026-09-01T14:40:28-05:00',
    },
  },
});

const listVoipCalls = operation({
  id: 'list_voip_calls',
  method: 'GET',
  path: '/voip/integration/calls',
  tag: 'VoIP Integration',
  summary: 'Calls of a location',
  access: signedIn(),
  body: Type.Object({
    salon_id: Type.Integer(),
    date_from: Type.String({ description: 'YYYY-MM-DD' }),
    date_to: Type.String({ description: 'YYYY-MM-DD' }),
    phone: Type.Optional(Type.String()),
    types: Type.Optional(Type.Array(Type.String({ enum: ['incoming', 'outgoing', 'internal'] }))),
    statuses: Type.Optional(
      Type.Array(Type.String({ enum: ['success', 'missed', 'cancel', 'busy', 'notallowed', 'notavailable', 'notfound'] })),
    ),
    page: Type.Optional(Type.Number()),
    limit: Type.Optional(PageSize(1000)),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Integer()),
        client_id: Type.Optional(Type.Integer({ description: '0 when no matching client' })),
        caller_phone: Type.Optional(Type.String()),
        record_link: Type.Optional(Type.String({ description: 'empty when no recording' })),
        duration: Type.Optional(Type.Integer({ description: 'seconds' })),
        status: Type.Optional(
          Type.String({ enum: ['success', 'missed', 'cancel', 'busy', 'notallowed', 'notavailable', 'notfound'] }),
        ),
        type: Type.Optional(Type.String({ enum: ['incoming', 'outgoing', 'internal'] })),
        call_date: Type.Optional(Type.String()),
      }),
    ),
  ),
  errors: [403],
  example: {
    data: [
      {
        id: 8923525,
        client_id: 51342134,
        caller_phone: '+13155550175',
        record_link: 'https://records.example.com/somelink.mp3',
        duration: 244,
        status: 'success',
        type: 'outgoing',
        call_date: '2026-01-17T23:52:21-05:00',
      },
    ],
    body: {
      salon_id: 615243,
      date_from: '2026-01-01',
      date_to: '2026-02-01',
      phone: '+13155550175',
      types: ['incoming'],
      statuses: ['success'],
      page: 1,
      limit: 25,
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const voipIntegrationOperations = [handleVoipIntegrationEvent, listVoipCalls];
