import Type from 'typebox';
import { chainUser, locationUser, partnerOrUser, signedInClient } from '../../../api/access.ts';
import { BadRequest, Invalid, NotFound } from '../../../api/errors.ts';
import { answer, document, ok, operation } from '../../../api/operation.ts';
import { PageAndCount, pageRange } from '../../../api/pagination.ts';
import { AnyOfTypes, CountMeta, Id, maxId, NullableDateTime } from '../../../api/schema.ts';
import { parseDateTime, zonedDateTime } from '../../../platform/clock.ts';
import { normalizePhone } from '../../../platform/phone.ts';
import { expectVisible } from '../../appointments/visible-clients.ts';
import { chainTimeZone } from '../../locations/of-chain.ts';
import { locationNamed } from '../../loyalty/wire/caller.ts';
import { phoneOfUser } from '../../online-booking/booking.ts';
import { freezeMembership, setPeriod, setVisits, unfreezeMembership } from '../change.ts';
import { bookableDays, membershipsForEvent } from '../event.ts';
import { type MembershipRow, membershipsOfChain, membershipsOfPhone } from '../membership.ts';
import { periodOf, visitsSpelling, wantedVisits } from './body.ts';
import {
  presentChainMembership,
  presentFreeze,
  presentFrozen,
  presentIncludedType,
  presentMembership,
  presentPeriod,
  presentUsable,
  presentVisits,
} from './present.ts';
import {
  ChainMembership,
  ClientMembership,
  Frozen,
  MembershipPath,
  Period,
  PeriodBody,
  Unfrozen,
  Visits,
  VisitsBody,
} from './schemas.ts';
import { Availability, ChainOnly } from './type-schemas.ts';

const chainTag = 'Chain Loyalty Programs';
const tag = 'Subscriptions & Certificates';
const spelling = { until: 'freeze_till', ...visitsSpelling };

const path = '/chain/{chain_id}/loyalty/abonements/{membership_id}';

const freeze = operation({
  id: 'chain_loyalty_memberships_freeze',
  method: 'POST',
  path: `${path}/freeze`,
  tag: chainTag,
  summary: 'Freeze a membership until a date',
  description: 'It pays nothing meanwhile, and its end moves out by these days. Without a date, until somebody ends it.',
  access: chainUser('loyalty_abonement_period_edit_access'),
  params: MembershipPath,
  body: Type.Object({
    freeze_till: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'end of the freeze; left out for none',
        examples: ['2030-12-31T23:59:59-05:00'],
      }),
    ),
  }),
  spelling,
  success: ok(Frozen),
  errors: [400, 403, 404],
  example: { body: { freeze_till: '2030-12-31T23:59:59-05:00' } },
  handle: async ({ write, chain, params, body }) => {
    const text = body.freeze_till?.trim() || undefined;
    const until = text === undefined ? undefined : parseDateTime(text, await chainTimeZone(write, chain.id));
    if (text !== undefined && !until) throw new Invalid({ until: ['is not a date and time'] });
    return presentFrozen(await freezeMembership(write, chain.id, params.membership_id, until));
  },
});

const unfreeze = operation({
  id: 'chain_loyalty_memberships_unfreeze',
  method: 'POST',
  path: `${path}/unfreeze`,
  tag: chainTag,
  summary: 'Remove freeze from a membership',
  description: 'Its end stays where the freeze has moved it.',
  access: chainUser('loyalty_abonement_period_edit_access'),
  params: MembershipPath,
  success: ok(Unfrozen),
  errors: [400, 403, 404],
  handle: async ({ write, chain, params }) => presentFreeze(await unfreezeMembership(write, chain.id, params.membership_id)),
});

const setBalance = operation({
  id: 'chain_loyalty_memberships_set_balance',
  method: 'POST',
  path: `${path}/set_balance`,
  tag: chainTag,
  summary: 'Set remaining visits of a membership',
  description: 'Its type must allow it. Services that are not named keep their visits.',
  access: chainUser('loyalty_abonement_balance_edit_access'),
  params: MembershipPath,
  body: VisitsBody,
  spelling,
  success: ok(Visits),
  errors: [400, 403, 404],
  example: { body: { services_balance_count: [{ service_id: 13160808, balance: 5 }] } },
  handle: async ({ write, chain, params, body }) => {
    return presentVisits(await setVisits(write, chain.id, params.membership_id, wantedVisits(body)));
  },
});

const setPeriodOperation = operation({
  id: 'chain_loyalty_memberships_set_period',
  method: 'POST',
  path: `${path}/set_period`,
  tag: chainTag,
  summary: 'Change membership validity period',
  description: 'Counted from when it became active; days of freezing are added. It may expire at once.',
  access: chainUser('loyalty_abonement_period_edit_access'),
  params: MembershipPath,
  body: PeriodBody,
  success: ok(Period),
  errors: [400, 403, 404],
  example: { body: { period: 6, period_unit_id: 3 } },
  handle: async ({ write, chain, params, body }) => {
    return presentPeriod(await setPeriod(write, chain.id, params.membership_id, periodOf(body)));
  },
});

/** The operations of the tag Chain Loyalty Programs about memberships, in the order of the published documents. */
export const chainMembershipsOperations = [freeze, unfreeze, setBalance, setPeriodOperation];

/** Clients see what they can still use. */
const usable = (rows: readonly MembershipRow[]) => rows.filter(({ state }) => state === 'created' || state === 'active');

const getClientMemberships = operation({
  id: 'get_client_memberships',
  method: 'GET',
  path: '/loyalty/abonements',
  tag,
  summary: 'Client memberships by phone',
  description: 'Those that work in the location and can still be used: created and active ones.',
  access: partnerOrUser(),
  query: Type.Object({
    company_id: Id('location id'),
    phone: AnyOfTypes<number | string>(['number', 'string'], { maxLength: 40, description: 'client phone' }),
  }),
  success: answer(200, Type.Array(ClientMembership), CountMeta),
  errors: [403, 404],
  handle: async (context) => {
    const { db, query } = context;
    const { location, expectOwner } = await locationNamed(context, query.company_id);
    const phone = normalizePhone(String(query.phone), location.countryCode);
    if (!phone) throw new Invalid({ phone: ['must be a phone number of 9 to 15 digits'] });
    await expectOwner(phone);
    const data = usable(await membershipsOfPhone(db, location, phone)).map(presentMembership);
    return { data, meta: { count: data.length } };
  },
});

const getUserMemberships = operation({
  id: 'get_user_memberships',
  method: 'GET',
  path: '/user/loyalty/abonements',
  tag,
  summary: 'Memberships of the authorized user',
  description: 'Those of the phone number that the user has proven, as far as they work in the location and can still be used.',
  access: signedInClient(),
  query: Type.Object({ company_id: Id('location id') }),
  success: answer(200, Type.Array(ClientMembership), CountMeta),
  errors: [403, 404],
  handle: async ({ db, gate, partner, user, query }) => {
    const grant = await gate.partnerGrant(partner, query.company_id);
    if (!grant) throw new NotFound();
    const phone = await phoneOfUser(db, user.id);
    const data = phone ? usable(await membershipsOfPhone(db, grant.location, phone)).map(presentMembership) : [];
    return { data, meta: { count: data.length } };
  },
});

const getMembershipList = operation({
  id: 'get_membership_list',
  method: 'GET',
  path: '/chain/{chain_id}/loyalty/abonements',
  tag,
  summary: 'Chain memberships by filter',
  description: 'By id. Ids or a beginning or end of the time of creation are needed. `meta.count` is the number on all pages.',
  access: chainUser('loyalty_access'),
  params: ChainOnly,
  query: Type.Object({
    created_after: Type.Optional(Type.String({ maxLength: 40, description: 'sold at this moment or later' })),
    created_before: Type.Optional(Type.String({ maxLength: 40, description: 'sold at this moment or earlier' })),
    abonements_ids: Type.Optional(Type.Array(Id('membership'))),
    ...PageAndCount(25, 100),
  }),
  success: answer(200, Type.Array(ChainMembership), Type.Object({ count: Type.Integer() })),
  errors: [400, 403, 404],
  handle: async ({ db, chain, query }) => {
    const timeZone = await chainTimeZone(db, chain.id);
    const at = (field: 'created_after' | 'created_before') => {
      const text = query[field];
      const moment = text === undefined ? undefined : parseDateTime(text, timeZone);
      if (text !== undefined && !moment) throw new Invalid({ [field]: ['is not a date and time'] });
      return moment;
    };
    const filter = { ids: query.abonements_ids, createdAfter: at('created_after'), createdBefore: at('created_before') };
    if (!filter.ids && !filter.createdAfter && !filter.createdBefore)
      throw new BadRequest('Subscription IDs or date range not specified.', {
        abonements_ids: ['are needed, or a range of dates'],
      });
    const { rows, total } = await membershipsOfChain(db, chain.id, filter, pageRange(query.page, query.count));
    return { data: rows.map(presentChainMembership), meta: { count: total } };
  },
});

const clientPath = { location_id: Id('location id'), client_id: Id('client id') };
const relation = (type: string) => Type.Object({ data: Type.Object({ id: Type.String(), type: Type.String({ enum: [type] }) }) });

const UsableMembership = Type.Object({
  id: Type.String({ description: 'membership id' }),
  type: Type.String({ enum: ['loyalty_abonement'] }),
  attributes: Type.Object({
    number: Type.String(),
    balance: Type.Integer({ description: 'visits that are left; 0 for any number' }),
  }),
  relationships: Type.Object({ loyalty_abonement_type: relation('loyalty_abonement_type') }),
});

const IncludedType = Type.Object({
  id: Type.String(),
  type: Type.String({ enum: ['loyalty_abonement_type'] }),
  attributes: Type.Object({
    title: Type.String(),
    cost: Type.Number(),
    is_united_balance: Type.Boolean(),
    is_united_balance_unlimited: Type.Boolean(),
    availability: Type.Array(Availability),
  }),
});

const searchMembershipsForEvent = operation({
  id: 'search_memberships_for_event',
  method: 'GET',
  path: '/api/v1/company/{location_id}/client/{client_id}/loyalty/abonements/search_for_activity',
  tag,
  summary: 'Client memberships usable for an event series',
  description: 'Those that pay the service of the event and have visits left.',
  access: locationUser('loyalty_access'),
  params: Type.Object(clientPath),
  query: Type.Object({ event_id: Id('group event id') }),
  success: document(200, Type.Object({ data: Type.Array(UsableMembership), included: Type.Array(IncludedType) })),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, params, query } = context;
    await expectVisible(context, params.client_id);
    const found = await membershipsForEvent(db, location, params.client_id, query.event_id);
    const types = new Map(found.map(({ membership }) => [membership.typeId, presentIncludedType(membership)]));
    return { data: found.map(({ membership, visits }) => presentUsable(membership, visits)), included: [...types.values()] };
  },
});

const checkMembershipsForEvent = operation({
  id: 'check_memberships_for_event',
  method: 'GET',
  path: '/api/v1/company/{location_id}/client/{client_id}/loyalty/abonements/{membership_id}/check_for_activity',
  tag,
  summary: 'Check a membership against event schedule days',
  description: 'Days can be booked in the order of their next dates, until the membership ends or has no visits left.',
  access: locationUser('loyalty_access'),
  params: Type.Object({ ...clientPath, membership_id: Id('membership id') }),
  query: Type.Object({
    event_id: Id('group event id'),
    schedule_day_ids: Type.String({
      minLength: 1,
      maxLength: 2000,
      description: 'schedule days, separated by commas',
      examples: ['1,2'],
    }),
  }),
  success: document(
    200,
    Type.Object({
      data: Type.Object({
        id: Type.String(),
        type: Type.String({ enum: ['loyalty_abonement_check'] }),
        attributes: Type.Object({
          last_booking_date: NullableDateTime('the end of the membership; null if it has none'),
          available_visits: Type.Integer({ description: 'visits that are left; 0 for any number' }),
          can_book_all_days: Type.Boolean(),
          bookable_day_ids: Type.Array(Type.Integer()),
        }),
      }),
    }),
  ),
  errors: [400, 403, 404],
  handle: async (context) => {
    const { db, location, params, query } = context;
    await expectVisible(context, params.client_id);
    const texts = query.schedule_day_ids.split(',').map((text) => text.trim());
    if (texts.some((text) => !/^[1-9]\d{0,9}$/.test(text) || Number(text) > maxId))
      throw new BadRequest('Invalid schedule_day_ids', { schedule_day_ids: ['must be ids, separated by commas'] });
    const wanted = [...new Set(texts.map(Number))];
    const usableOnes = await membershipsForEvent(db, location, params.client_id, query.event_id);
    const found = usableOnes.find(({ membership }) => membership.id === params.membership_id);
    if (!found) throw new NotFound();
    const days = await bookableDays(db, location, query.event_id, wanted, found);
    const { expiresAt } = found.membership;
    return {
      data: {
        id: String(found.membership.id),
        type: 'loyalty_abonement_check' as const,
        attributes: {
          last_booking_date: expiresAt && zonedDateTime(expiresAt, location.timeZone),
          available_visits: found.visits ?? 0,
          can_book_all_days: days.length === wanted.length,
          bookable_day_ids: days,
        },
      },
    };
  },
});

/** The operations of the tag Subscriptions & Certificates about memberships, in the order of the published documents. */
export const membershipsOperations = [
  getClientMemberships,
  getUserMemberships,
  getMembershipList,
  searchMembershipsForEvent,
  checkMembershipsForEvent,
];
