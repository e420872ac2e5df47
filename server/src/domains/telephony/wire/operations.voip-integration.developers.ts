import Type, { type Static } from 'typebox';
import { chainUser, type Grant, type Location, locationUser, partnerOnly, signedIn } from '../../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../../api/errors.ts';
import { answer, operation } from '../../../api/operation.ts';
import { pageRange } from '../../../api/pagination.ts';
import { AcceptedMeta, Id, NullableString } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { parseDateTime, startOfDay } from '../../../platform/clock.ts';
import { normalizePhone } from '../../../platform/phone.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { type CallFilter, eraseCalls, listCalls, listChainCalls, listRinging, recordCall, showRinging } from '../call.ts';
import { callersOf, type Sight } from '../caller.ts';
import { changeTelephony, findTelephony, getTelephony, renewTelephonyToken, routeKey, switchTelephony } from '../settings.ts';
import type { CallStatus, CallType, RouteKind } from '../tables.ts';
import { presentCall, presentCaller, presentChainCall, presentRinging, presentTelephony, type Sees } from './present.ts';
import {
  CallFilters,
  ChainOnly,
  ChainVoipCall,
  IncomingCall,
  LocationOnly,
  VoipCall,
  VoipCaller,
  VoipEvent,
  VoipSettings,
  VoipSettingsChanges,
} from './schemas.ts';

const tag = 'VoIP Integration';

/** @throws Invalid for an address that a browser must not open */
function readLink(text: string): string {
  const link = text.trim();
  if (link === '' || (URL.canParse(link) && /^https?:$/.test(new URL(link).protocol))) return link;
  throw new Invalid({ link: ['must be an address of the web'] });
}

/** @throws Invalid */
function readMoment(text: string): Date {
  const at = parseDateTime(text, 'UTC');
  if (!at) throw new Invalid({ date: ['must be a date and time, 2000-01-01T00:00:00Z'] });
  return at;
}

const handleVoipIntegrationEvent = operation({
  id: 'handle_voip_integration_event',
  method: 'POST',
  path: '/voip/integration',
  tag,
  summary: 'Enable or disable telephony, show an incoming call, save a call',
  description:
    'The telephony service calls it with its partner token. `setup` with `enable` comes first. Until then, and after `disable`, events are accepted and dropped. `event` shows an incoming call to the users of its route. `history` writes a call to the history of the chain and of the locations of its route. The route of `user` comes before the route of `diversion`. A history with a `call_id` that is known changes the call.',
  access: partnerOnly(),
  body: VoipEvent,
  success: answer(202, NullableString({ description: 'always null' }), AcceptedMeta),
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
  handle: async ({ write, body }) => {
    const telephony = await findTelephony(write, body.crm_token);
    if (!telephony) throw new NotFound('The crm_token is not known.');
    const { chainId, isEnabled } = telephony;
    const done = { data: null, meta: { message: 'Accepted' } };
    if (body.command === 'setup') {
      await switchTelephony(write, chainId, body.type === 'enable');
      return done;
    }
    const { phone, user = '', diversion } = body;
    const call = { phone, subscriber: user.trim(), diversion: diversion.trim() };
    if (body.command === 'event') {
      if (isEnabled && body.type === 'incoming') await showRinging(write, chainId, call);
      return done;
    }
    const { duration = 0, link = '', call_id = '', date } = body;
    const report = {
      ...call,
      type: body.type as CallType,
      status: (body.status ?? (duration > 0 ? 'success' : 'missed')) as CallStatus,
      duration: Math.round(duration),
      recordLink: readLink(link),
      externalId: call_id.trim(),
      calledAt: date === undefined ? new Date() : readMoment(date),
    };
    if (isEnabled) await recordCall(write, chainId, report);
    return done;
  },
});

const CallSearch = Type.Object(CallFilters);

/** @throws Invalid if the days are in the wrong order */
function filterOf(
  asked: Static<typeof CallSearch>,
  { timeZone, countryCode }: Pick<Location, 'timeZone' | 'countryCode'>,
): CallFilter {
  if (asked.date_from > asked.date_to) throw new Invalid({ date_to: ['must not be before date_from'] });
  const phone = asked.phone?.trim();
  return {
    from: startOfDay(asked.date_from, timeZone),
    to: startOfDay(asked.date_to, timeZone, 1),
    phone: phone ? (normalizePhone(phone, countryCode) ?? phone) : undefined,
    types: asked.types as CallType[] | undefined,
    statuses: asked.statuses as CallStatus[] | undefined,
  };
}

const listVoipCalls = operation({
  id: 'list_voip_calls',
  method: 'GET',
  path: '/voip/integration/calls',
  tag,
  summary: 'Calls of a location',
  description:
    'Newest first. The days are those of the location. A user who does not see phone numbers of calls cannot search by them. A user who sees only clients of one team member sees only their calls.',
  access: signedIn(),
  body: Type.Object({ salon_id: Id('location id'), ...CallFilters }),
  success: answer(200, Type.Array(VoipCall)),
  errors: [403, 404],
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
  handle: async ({ db, gate, partner, user, body, request }) => {
    const grant = await gate.userGrant(partner, user, body.salon_id, request.ip);
    if (!grant) throw new NotFound();
    if (!grant.can('dashboard_calls_access')) throw new Forbidden();
    const { location } = grant;
    const filter = filterOf(body, location);
    const sees = seenBy(grant);
    if (filter.phone !== undefined && !sees.phone) return [];
    const rows = await listCalls(
      db,
      location.id,
      filter,
      grant.limit('clients_visit_master_id'),
      pageRange(body.page, body.limit),
    );
    return rows.map((row) => presentCall(row, location, sees));
  },
});

const seenBy = ({ can }: Pick<Grant, 'can'>): Sees => ({
  phone: can('dashboard_calls_phones_access'),
  surname: can('clients_surname_middle_name_access'),
});

type Seeing = Pick<Grant, 'can' | 'limit' | 'location'> & { db: Read };

/** The clients who call, as far as the caller sees clients and appointments. */
async function callersFor(caller: Seeing, phones: readonly string[]) {
  const { db, location, can, limit } = caller;
  if (!can('clients_access')) return new Map<string, never>();
  const sight: Sight = {
    member: limit('clients_visit_master_id'),
    calendars: can('timetable_access') ? await calendarsOf(caller) : undefined,
  };
  return callersOf(db, location.id, phones, sight);
}

const listIncomingVoipCalls = operation({
  id: 'list_incoming_voip_calls',
  method: 'GET',
  path: '/company/{location_id}/voip/incoming',
  tag,
  summary: 'Calls that ring for the user now',
  description:
    'The incoming calls of the last two minutes that are not in the history yet, newest first, with the client who calls and their last and next appointment. A user who sees only clients of one team member sees no other client here.',
  extension: true,
  access: locationUser('dashboard_calls_access'),
  params: LocationOnly,
  success: answer(200, Type.Array(IncomingCall)),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, user } = context;
    const rows = await listRinging(db, location.id, user.id, 50);
    const callers = await callersFor(
      context,
      rows.map(({ phone }) => phone),
    );
    const sees = seenBy(context);
    return rows.map((row) => presentRinging(row, callers.get(row.phone), location, sees));
  },
});

const getVoipCaller = operation({
  id: 'get_voip_caller',
  method: 'GET',
  path: '/company/{location_id}/voip/caller',
  tag,
  summary: 'Who calls',
  description: 'The client who has the number, with their last and next appointment.',
  extension: true,
  access: locationUser('dashboard_calls_phones_access'),
  params: LocationOnly,
  query: Type.Object({ phone: Type.String({ minLength: 1, maxLength: 50, description: 'in any common format' }) }),
  success: answer(200, VoipCaller),
  errors: [403, 404],
  handle: async (context) => {
    const { location, query } = context;
    const phone = normalizePhone(query.phone, location.countryCode) ?? query.phone.trim();
    const callers = await callersFor(context, [phone]);
    return { phone, client: presentCaller(callers.get(phone), location, seenBy(context)) };
  },
});

const getVoipSettings = operation({
  id: 'get_voip_settings',
  method: 'GET',
  path: '/chain/{chain_id}/voip_settings',
  tag,
  summary: "Read a chain's telephony, its token and its routes",
  extension: true,
  access: chainUser('settings_access'),
  params: ChainOnly,
  success: answer(200, VoipSettings),
  errors: [403, 404],
  handle: async ({ db, chain, services }) => presentTelephony(await getTelephony(db, chain.id, services.signingKey)),
});

const updateVoipSettings = operation({
  id: 'update_voip_settings',
  method: 'PUT',
  path: '/chain/{chain_id}/voip_settings',
  tag,
  summary: "Change a chain's telephony and its routes",
  description:
    'Fields that are not sent stay as they are. Routes say which calls concern which location. Without any route, the calls of a chain with one location concern that location. Calls without a route are only in the history of the chain.',
  extension: true,
  access: chainUser('settings_access'),
  params: ChainOnly,
  body: VoipSettingsChanges,
  success: answer(200, VoipSettings),
  errors: [403, 404],
  example: {
    body: {
      is_enabled: true,
      days_kept: 180,
      routes: [{ kind: 'diversion', value: '+13155550176', salon_id: 1, user_ids: [] }],
    },
  },
  handle: async ({ write, chain, body, services }) => {
    const routes = body.routes?.map(({ kind, value, salon_id, user_ids }) => ({
      kind: kind as RouteKind,
      key: routeKey(kind as RouteKind, value),
      locationId: salon_id,
      userIds: [...new Set(user_ids)],
    }));
    if (routes?.some(({ key }) => key === '')) throw new Invalid({ routes: ['must each have a value'] });
    const changes = { isEnabled: body.is_enabled, daysKept: body.days_kept, routes };
    await changeTelephony(write, chain.id, changes, services.signingKey);
    return presentTelephony(await getTelephony(write, chain.id, services.signingKey));
  },
});

const renewVoipToken = operation({
  id: 'renew_voip_token',
  method: 'POST',
  path: '/chain/{chain_id}/voip_settings/token',
  tag,
  summary: 'Make a new token for the telephony service of a chain',
  description: 'The former token ends at once.',
  extension: true,
  access: chainUser('settings_access'),
  params: ChainOnly,
  success: answer(200, VoipSettings),
  errors: [403, 404],
  handle: async ({ write, chain, services }) => {
    await renewTelephonyToken(write, chain.id, services.signingKey);
    return presentTelephony(await getTelephony(write, chain.id, services.signingKey));
  },
});

const listChainVoipCalls = operation({
  id: 'list_chain_voip_calls',
  method: 'GET',
  path: '/chain/{chain_id}/voip_calls',
  tag,
  summary: 'Calls of a chain',
  description: 'Newest first, also calls without a route. The days and times are UTC.',
  extension: true,
  access: chainUser('clients_access'),
  params: ChainOnly,
  query: CallSearch,
  success: answer(200, Type.Array(ChainVoipCall)),
  errors: [403, 404],
  handle: async ({ db, chain, query }) => {
    const filter = filterOf(query, { timeZone: 'UTC', countryCode: '' });
    return (await listChainCalls(db, chain.id, filter, pageRange(query.page, query.limit))).map(presentChainCall);
  },
});

const deleteVoipCalls = operation({
  id: 'delete_voip_calls',
  method: 'DELETE',
  path: '/chain/{chain_id}/voip_calls',
  tag,
  summary: 'Remove all calls with a number from the history',
  description: 'For a person who asks for it. The recordings are with the telephony service.',
  extension: true,
  access: chainUser('settings_access'),
  params: ChainOnly,
  query: Type.Object({ phone: Type.String({ minLength: 1, maxLength: 50, description: 'the number, as the history has it' }) }),
  success: answer(200, Type.Object({ deleted: Type.Integer({ description: 'the number of calls' }) })),
  errors: [403, 404],
  handle: async ({ write, chain, query }) => ({ deleted: await eraseCalls(write, chain.id, query.phone) }),
});

/** The operations of the tag, in the order of the published documents, and then Foyer's own. */
export const voipIntegrationOperations = [
  handleVoipIntegrationEvent,
  listVoipCalls,
  listIncomingVoipCalls,
  getVoipCaller,
  getVoipSettings,
  updateVoipSettings,
  renewVoipToken,
  listChainVoipCalls,
  deleteVoipCalls,
];
