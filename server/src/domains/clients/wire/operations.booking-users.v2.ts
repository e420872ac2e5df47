import Type from 'typebox';
import { type Flag, type Location, locationUser } from '../../../api/access.ts';
import { Forbidden, NotFound } from '../../../api/errors.ts';
import { document, operation } from '../../../api/operation.ts';
import { AnyOfTypes, EmptyList, Id, named } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { localDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { sum } from '../../../platform/money.ts';
import { IncludedResource, ToManyRelationship, ToOneRelationship } from '../../../wire/schemas.ts';
import { expectVisible } from '../../appointments/visible-clients.ts';
import { accountsOfClient, type ClientAccountRow, chainAccountsOfClient } from '../../client-accounts/account-list.ts';
import { giftCardsOfPhone } from '../../gift-cards/gift-card.ts';
import { hasSightOf } from '../../locations/chain-sight.ts';
import { cardsOfPhone } from '../../loyalty/card.ts';
import { membershipsOfPhone } from '../../memberships/membership.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { firstVisit } from '../../visits/client-history.ts';
import { type ClientCard, getClient } from '../client.ts';
import { type ClientStatistics, chainClientStatistics, clientStatistics } from '../statistics.ts';

const BookingUserResource = named(
  'BookingUserResource',
  Type.Object({
    type: Type.String({ enum: ['client'] }),
    id: Type.String({ description: 'booking user profile id' }),
    attributes: Type.Object({
      name: Type.String({ description: 'first name' }),
      surname: Type.String({ description: 'permission-dependent' }),
      patronymic: Type.String({ description: 'permission-dependent' }),
      phone: Type.String({ description: 'permission-dependent' }),
      additional_phone: Type.String({ description: 'or empty' }),
      email: Type.String({ description: 'or empty' }),
      comment: Type.String({ description: 'card comment, permission-dependent' }),
      client_tips: Type.Boolean({ description: 'can leave tips' }),
      birthday: AnyOfTypes<string | null>(['string', 'null'], {
        description: 'YYYY-MM-DDTHH:MM:SS, no timezone',
        examples: ['1990-02-28T00:00:00'],
      }),
      card_number: Type.String({ description: 'or empty' }),
      gender: Type.Integer(),
      discount: Type.Number({ description: 'deprecated, use discount_percent' }),
      discount_percent: Type.Number(),
    }),
    relationships: Type.Object({
      labels: ToManyRelationship,
      first_successful_visit: ToOneRelationship,
      loyalty_cards: ToManyRelationship,
      loyalty_certificates: ToManyRelationship,
      loyalty_abonements: ToManyRelationship,
      custom_field_values: ToManyRelationship,
      agreements: ToOneRelationship,
    }),
  }),
);

const StatisticsRelationships = named('StatisticsRelationships', Type.Object({ deposits: ToManyRelationship }));

const LocationAttendanceStatisticsResource = named(
  'LocationAttendanceStatisticsResource',
  Type.Object({
    type: Type.String({ enum: ['client_attendances_statistic'] }),
    id: Type.String({ description: 'compound booking-user+Location id' }),
    attributes: Type.Object({
      company_id: Type.Integer(),
      successful_attendances_count: Type.Integer({ minimum: 0 }),
      failed_attendances_count: Type.Integer({ minimum: 0 }),
      balance_amount: Type.Number({ description: 'current balance' }),
      spent_amount: Type.Number({ description: 'total' }),
      paid_amount: Type.Number({ description: 'total' }),
      last_successful_attendance_datetime: AnyOfTypes<string | null>(['string', 'null'], {
        description: 'YYYY-MM-DD HH:MM:SS, Location timezone',
      }),
    }),
    relationships: StatisticsRelationships,
  }),
);

const DepositResource = named(
  'DepositResource',
  Type.Object({
    type: Type.String({ enum: ['timetable_deposit'] }),
    id: Type.String({ description: 'Deposit id' }),
    attributes: Type.Object({
      title: Type.String(),
      balance: Type.Number({ description: 'total' }),
      reserved_balance: Type.Number(),
      available_balance: Type.Number({ description: 'after reservations' }),
    }),
  }),
);

const ChainAttendanceStatisticsResource = named(
  'ChainAttendanceStatisticsResource',
  Type.Object({
    type: Type.String({ enum: ['client_chain_attendances_statistic'] }),
    id: Type.String({ description: 'compound booking-user+chain id' }),
    attributes: Type.Object({
      company_id: Type.Optional(Type.Integer({ description: 'Location id; only in Location statistics' })),
      successful_attendances_count: Type.Integer({ minimum: 0 }),
      failed_attendances_count: Type.Integer({ minimum: 0 }),
      balance_amount: Type.Number({ description: 'current balance' }),
      spent_amount: Type.Number({ description: 'total' }),
      paid_amount: Type.Number({ description: 'total' }),
      last_successful_attendance_datetime: AnyOfTypes<string | null>(['string', 'null'], {
        description: 'YYYY-MM-DD HH:MM:SS, Location timezone',
      }),
      chain_id: Type.Integer(),
    }),
    relationships: StatisticsRelationships,
  }),
);

const includes = [
  'labels',
  'first_successful_visit',
  'loyalty_cards',
  'loyalty_certificates',
  'loyalty_abonements',
  'custom_field_values',
  'agreements',
] as const;

type Related = { type: string; id: string; attributes: Record<string, unknown> }[];

/** The loyalty cards, gift cards and memberships of a client that work in the location, for callers who may see them. */
async function loyaltyOf(db: Read, location: Location, phone: string | null, can: (flag: Flag) => boolean) {
  if (phone === null || !can('clients_loyalty_read_access'))
    return { loyalty_cards: [], loyalty_certificates: [], loyalty_abonements: [] };
  const cards = await cardsOfPhone(db, location.chainId, phone, location.id);
  const giftCards = await giftCardsOfPhone(db, location, phone);
  const memberships = await membershipsOfPhone(db, location, phone);
  return {
    loyalty_cards: cards.map(({ id, number, balance, typeId, typeTitle }) => ({
      type: 'loyalty_card',
      id: String(id),
      attributes: { number, balance: toWire(balance), type_id: typeId, type_title: typeTitle },
    })),
    loyalty_certificates: giftCards.map(({ id, number, balance, typeId, type }) => ({
      type: 'loyalty_certificate',
      id: String(id),
      attributes: { number, balance: toWire(balance), type_id: typeId, type_title: type.title },
    })),
    loyalty_abonements: memberships.map(({ id, number, typeId, type }) => ({
      type: 'loyalty_abonement',
      id: String(id),
      attributes: { number, type_id: typeId, type_title: type.title },
    })),
  };
}

/** A client as a resource of V2, with the requested related resources. */
function presentProfile(
  row: ClientCard,
  visit: { id: number; startsAt: Date } | undefined,
  loyalty: Awaited<ReturnType<typeof loyaltyOf>>,
  { location, can, include }: { location: Location; can: (flag: Flag) => boolean; include: readonly (typeof includes)[number][] },
) {
  const hasSurname = can('clients_surname_middle_name_access');
  const labels = row.tags.map(({ id, title, color }) => ({ type: 'tag', id: String(id), attributes: { title, color } }));
  const values = can('custom_fields_client_values_read_access')
    ? Object.entries(row.customFields).map(([code, value]) => ({
        type: 'custom_field_value',
        id: `${row.id}_${code}`,
        attributes: { code, value },
      }))
    : [];
  const first = visit && {
    type: 'visit',
    id: String(visit.id),
    attributes: { datetime: localDateTime(visit.startsAt, location.timeZone) },
  };
  const agreements = { type: 'agreements', id: String(row.id), attributes: { is_newsletter_allowed: !row.noMailings } };
  const related: Record<(typeof includes)[number], Related> = {
    labels,
    first_successful_visit: first ? [first] : [],
    ...loyalty,
    custom_field_values: values,
    agreements: [agreements],
  };
  const identify = ({ type, id }: { type: string; id: string }) => ({ type, id });
  return {
    data: {
      type: 'client',
      id: String(row.id),
      attributes: {
        name: row.name,
        surname: hasSurname ? row.surname : '',
        patronymic: hasSurname ? row.middleName : '',
        phone: can('clients_card_phone_access') ? (row.phone ?? '') : '',
        additional_phone: '',
        email: can('clients_phones_email_access') ? row.email : '',
        comment: can('clients_card_comment_access') ? row.comment : '',
        client_tips: false,
        birthday: row.birthDate && `${row.birthDate}T00:00:00`,
        card_number: row.card,
        gender: row.gender,
        discount: toWire(row.discount),
        discount_percent: toWire(row.discount),
      },
      relationships: {
        labels: { data: labels.map(identify) },
        first_successful_visit: { data: first ? identify(first) : null },
        loyalty_cards: { data: loyalty.loyalty_cards.map(identify) },
        loyalty_certificates: { data: loyalty.loyalty_certificates.map(identify) },
        loyalty_abonements: { data: loyalty.loyalty_abonements.map(identify) },
        custom_field_values: { data: values.map(identify) },
        agreements: { data: identify(agreements) },
      },
    },
    included: include.flatMap((name) => related[name]).map((resource) => ({ ...resource, relationships: {} })),
    meta: [],
  };
}

const getAttendanceBookingUser = operation({
  id: 'get_attendance_booking_user',
  method: 'GET',
  path: '/locations/{location_id}/attendance/clients/{client_id}',
  tag: 'Booking Users',
  summary: 'Get booking user profile for attendance',
  description:
    'A client as the form of an appointment shows it. Loyalty cards, gift cards and memberships are those that work in the location; they need the permission `clients_loyalty_read_access`.',
  access: locationUser('record_form_client_access'),
  params: Type.Object({ location_id: Id('location id'), client_id: Id('booking user profile id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(Type.String({ enum: [...includes] }), {
        uniqueItems: true,
        maxItems: includes.length,
        description: 'related resources to include',
      }),
    ),
  }),
  success: document(
    200,
    Type.Object({
      data: BookingUserResource,
      included: Type.Array(IncludedResource),
      meta: EmptyList,
    }),
  ),
  handle: async (context) => {
    const { db, location, params, query, can } = context;
    await expectVisible(context, params.client_id);
    const row = await getClient(db, location.id, params.client_id);
    const visit = await firstVisit(db, location.id, params.client_id, await calendarsOf(context));
    const loyalty = await loyaltyOf(db, location, row.phone, can);
    return presentProfile(row, visit, loyalty, { location, can, include: (query.include ?? []) as (typeof includes)[number][] });
  },
});

const attributesOf = (found: ClientStatistics, location: Location) => ({
  successful_attendances_count: found.visits,
  failed_attendances_count: found.missedVisits,
  balance_amount: toWire(found.balance),
  spent_amount: toWire(found.spent),
  paid_amount: toWire(found.paid),
  last_successful_attendance_datetime: found.lastVisitAt && localDateTime(found.lastVisitAt, location.timeZone, ' '),
});

/** Accounts of the client, for callers who may see them. */
const depositsOf = async (can: (flag: Flag) => boolean, find: () => Promise<ClientAccountRow[]>) => {
  const rows = can('clients_deposits_access') ? await find() : [];
  const included = rows.map(({ id, type: { title }, balance, reserved }) => ({
    type: 'timetable_deposit',
    id: String(id),
    attributes: {
      title,
      balance: toWire(sum([balance, reserved])),
      reserved_balance: toWire(reserved),
      available_balance: toWire(balance),
    },
  }));
  return { relationships: { deposits: { data: included.map(({ type, id }) => ({ type, id })) } }, included };
};

const getBookingUserLocationAttendanceStatistics = operation({
  id: 'get_booking_user_location_attendance_statistics',
  method: 'GET',
  path: '/locations/{location_id}/clients/{client_id}/attendances_statistic',
  tag: 'Booking Users',
  summary: 'Booking user statistics in one location',
  access: locationUser('clients_access'),
  params: Type.Object({ location_id: Id('location id'), client_id: Id('booking user profile id') }),
  success: document(
    200,
    Type.Object({
      data: LocationAttendanceStatisticsResource,
      included: Type.Array(DepositResource),
      meta: EmptyList,
    }),
  ),
  errors: [422],
  handle: async (context) => {
    const { db, location, params, can } = context;
    await expectVisible(context, params.client_id);
    const attributes = attributesOf(await clientStatistics(db, location.id, params.client_id), location);
    const deposits = await depositsOf(can, () => accountsOfClient(db, location, params.client_id));
    return {
      data: {
        type: 'client_attendances_statistic',
        id: `${params.client_id}_${location.id}`,
        attributes: { company_id: location.id, ...attributes },
        relationships: deposits.relationships,
      },
      included: deposits.included,
      meta: [],
    };
  },
  example: {
    data: {
      data: {
        type: 'client_attendances_statistic',
        id: '146915197_720441',
        attributes: {
          company_id: 720441,
          successful_attendances_count: 12,
          failed_attendances_count: 1,
          balance_amount: 40,
          spent_amount: 520,
          paid_amount: 560,
          last_successful_attendance_datetime: '2026-07-15 16:30:00',
        },
        relationships: { deposits: { data: [] } },
      },
      meta: [],
    },
  },
});

const getBookingUserChainAttendanceStatistics = operation({
  id: 'get_booking_user_chain_attendance_statistics',
  method: 'GET',
  path: '/locations/{location_id}/clients/{client_id}/chain_attendances_statistic/{chain_id}',
  tag: 'Booking Users',
  summary: 'Booking user statistics across a chain',
  description:
    'Counts all clients with this phone number in the locations of the chain. Also needs the permission `records_group_id_access` for this chain: `records_group_id` is its id, or 0 for any.',
  access: locationUser('record_form_access'),
  params: Type.Object({
    location_id: Id('used to authorize the request'),
    client_id: Id('booking user profile id'),
    chain_id: Id('chain id'),
  }),
  success: document(
    200,
    Type.Object({
      data: ChainAttendanceStatisticsResource,
      included: Type.Array(DepositResource),
      meta: EmptyList,
    }),
  ),
  errors: [422],
  handle: async (context) => {
    const { db, location, params, can } = context;
    if (!hasSightOf(context, location.chainId)) throw new Forbidden();
    await expectVisible(context, params.client_id);
    if (params.chain_id !== location.chainId) throw new NotFound(`Chain ${params.chain_id} was not found`);
    const attributes = attributesOf(await chainClientStatistics(db, location, params.client_id), location);
    const deposits = await depositsOf(can, () => chainAccountsOfClient(db, location, params.client_id));
    return {
      data: {
        type: 'client_chain_attendances_statistic',
        id: `${params.client_id}_${params.chain_id}`,
        attributes: { chain_id: params.chain_id, ...attributes },
        relationships: deposits.relationships,
      },
      included: deposits.included,
      meta: [],
    };
  },
  example: {
    data: {
      data: {
        type: 'client_chain_attendances_statistic',
        id: '146915197_706028',
        attributes: {
          chain_id: 706028,
          successful_attendances_count: 20,
          failed_attendances_count: 2,
          balance_amount: 40,
          spent_amount: 880,
          paid_amount: 920,
          last_successful_attendance_datetime: '2026-07-15 16:30:00',
        },
        relationships: { deposits: { data: [] } },
      },
      meta: [],
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const bookingUsersOperations = [
  getAttendanceBookingUser,
  getBookingUserLocationAttendanceStatistics,
  getBookingUserChainAttendanceStatistics,
];
