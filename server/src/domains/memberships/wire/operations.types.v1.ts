import type { Static } from 'typebox';
import Type from 'typebox';
import { chainUser, locationUser } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { answer, empty, ok, operation } from '../../../api/operation.ts';
import { Page, PageSize, pageRange } from '../../../api/pagination.ts';
import { Bit, Id, maxId } from '../../../api/schema.ts';
import { parseDateTime } from '../../../platform/clock.ts';
import { noMoney, toMoney } from '../../../platform/money.ts';
import { chainTimeZone } from '../../locations/of-chain.ts';
import { periodUnits } from '../../loyalty/period.ts';
import {
  archiveType,
  cloneType,
  createType,
  deleteType,
  getType,
  listTypes,
  listTypesIn,
  restoreType,
  type TypeFields,
  updateType,
} from '../type.ts';
import { activations, balanceEditings, presentChainType, presentLocationType } from './present-type.ts';
import {
  ChainMembershipType,
  ChainOnly,
  LocationMembershipType,
  LocationOnly,
  MembershipTypeChanges,
  NewMembershipType,
  TypePath,
} from './type-schemas.ts';

const chainTag = 'Chain Loyalty Programs';
const locationTag = 'Subscriptions & Certificates';

const spelling = {
  price: 'cost',
  allowsFreezing: 'allow_freeze',
  correctsPrices: 'service_price_correction',
  isUnlimited: 'is_united_balance_unlimited',
  sharedVisits: 'united_balance_services_count',
  onlinePrice: 'online_sale_price',
  times: 'availability',
  autoactivation: 'autoactivation_time_in_days',
  chainId: 'salon_group_id',
  id: 'loyalty_membership_type_id',
};

type Input = Omit<Static<typeof NewMembershipType>, 'services' | 'service_categories'>;

/** Visits by id. @throws Invalid for what is no id */
function counts(field: string, record: Record<string, number> = {}): Map<number, number> {
  const wrong = Object.keys(record).find((id) => !/^[1-9]\d{0,9}$/.test(id) || Number(id) > maxId);
  if (wrong !== undefined) throw new Invalid({ [field]: ['must have ids as keys'] });
  return new Map(Object.entries(record).map(([id, visits]) => [Number(id), visits]));
}

const uncounted = (ids: readonly number[] = []) => new Map(ids.map((id) => [id, undefined]));

function fieldsOf(
  body: Input,
  chainId: number,
  timeZone: string,
  links: Pick<TypeFields, 'services' | 'serviceCategories'>,
): TypeFields {
  if (body.salon_group_id !== chainId) throw new Invalid({ chainId: ['must be the chain of the address'] });
  const activationDate = body.activation_date === undefined ? undefined : parseDateTime(body.activation_date, timeZone);
  if (body.activation_date !== undefined && !activationDate) throw new Invalid({ activationDate: ['is not a date and time'] });
  const unit = (id: number | undefined) => periodUnits[(id ?? 1) - 1] as TypeFields['periodUnit'];
  return {
    title: body.title,
    price: toMoney(body.cost),
    period: body.period ?? 0,
    periodUnit: unit(body.period_unit_id),
    allowsFreezing: body.allow_freeze ?? false,
    freezeLimit: body.freeze_limit ?? 0,
    freezeLimitUnit: unit(body.freeze_limit_unit_id),
    allowsBookingWhenFrozen: body.is_booking_when_frozen_allowed ?? false,
    activation: activations[(body.expiration_type_id ?? 1) - 1] as TypeFields['activation'],
    activationDate: (body.expiration_type_id === 3 && activationDate) || null,
    autoactivation: body.autoactivation_time_in_days ?? body.autoactivation_period ?? 0,
    autoactivationUnit: unit(body.autoactivation_time_unit_id),
    isPersonal: body.is_allow_empty_code ?? true,
    isShared: body.is_united_balance,
    isUnlimited: body.is_united_balance_unlimited ?? false,
    sharedVisits: body.united_balance_services_count,
    balanceEditing: balanceEditings[body.balance_edit_type_id ?? 0] as TypeFields['balanceEditing'],
    correctsPrices: body.service_price_correction ?? false,
    isSoldOnline: body.is_online_sale_enabled ?? false,
    onlineTitle: body.online_sale_title ?? '',
    onlineDescription: body.online_sale_description ?? '',
    onlinePrice: body.online_sale_price === undefined ? noMoney : toMoney(body.online_sale_price),
    onlineImage: body.delete_online_image ? '' : (body.online_image ?? ''),
    times: (body.availability ?? []).map(({ week_days, intervals }) => ({ weekDays: week_days, intervals })),
    isArchived: body.is_archived ?? false,
    locationIds: body.location_ids ?? body.salon_ids ?? [],
    ...links,
  };
}

const listMembershipTypes = operation({
  id: 'chain_loyalty_membership_types_list',
  method: 'GET',
  path: '/chain/{chain_id}/loyalty/abonement_types',
  tag: chainTag,
  summary: 'All membership types of a chain',
  description: 'Those that are sold, or the archived ones. Deleted types are in neither list.',
  access: chainUser('loyalty_abonement_types_access'),
  params: ChainOnly,
  query: Type.Object({ is_archived: Type.Optional(Bit('1 for the archived types instead of the others')) }),
  success: answer(200, Type.Array(ChainMembershipType), Type.Object({ total_count: Type.Integer() })),
  errors: [403, 404],
  handle: async ({ db, chain, query }) => {
    const rows = await listTypes(db, chain.id, query.is_archived === 1);
    const timeZone = await chainTimeZone(db, chain.id);
    return { data: rows.map((row) => presentChainType(row, timeZone)), meta: { total_count: rows.length } };
  },
});

const createMembershipType = operation({
  id: 'chain_loyalty_membership_types_create',
  method: 'POST',
  path: '/chain/{chain_id}/loyalty/abonement_types',
  tag: chainTag,
  summary: 'Create a chain membership type',
  description:
    'Every location that sells it gets a product, whose sale issues a membership. Visits that services share are united_balance_services_count; otherwise each service or category has visits of its own.',
  access: chainUser('loyalty_abonement_types_access'),
  params: ChainOnly,
  body: NewMembershipType,
  spelling,
  success: ok(ChainMembershipType),
  errors: [403, 404],
  example: {
    body: {
      title: '10 haircuts',
      salon_group_id: 1,
      cost: 400,
      location_ids: [1],
      period: 6,
      period_unit_id: 3,
      allow_freeze: true,
      freeze_limit: 30,
      is_united_balance: true,
      united_balance_services_count: 10,
      service_categories: { 8216: 0 },
    },
  },
  handle: async ({ write, chain, body }) => {
    const timeZone = await chainTimeZone(write, chain.id);
    const links = {
      services: counts('services', body.services),
      serviceCategories: counts('serviceCategories', body.service_categories),
    };
    return presentChainType(await createType(write, chain.id, fieldsOf(body, chain.id, timeZone, links)), timeZone);
  },
});

const readMembershipType = operation({
  id: 'chain_loyalty_membership_types_read',
  method: 'GET',
  path: '/chain/{chain_id}/loyalty/abonement_types/{loyalty_membership_type_id}',
  tag: chainTag,
  summary: 'One membership type',
  description: 'A deleted type answers too.',
  access: chainUser('loyalty_abonement_types_access'),
  params: TypePath,
  success: ok(ChainMembershipType),
  errors: [403, 404],
  handle: async ({ db, chain, params }) =>
    presentChainType(await getType(db, chain.id, params.loyalty_membership_type_id), await chainTimeZone(db, chain.id)),
});

const updateMembershipType = operation({
  id: 'chain_loyalty_membership_types_update',
  method: 'PUT',
  path: '/chain/{chain_id}/loyalty/abonement_types/{loyalty_membership_type_id}',
  tag: chainTag,
  summary: 'Update a membership type',
  description:
    'Replaces the type: what is not sent gets its default. After the first sale, the price, the period, when it becomes active, who uses it, the visits and the services stay as they are; visits that services share may pay for more services. An archived type cannot be changed.',
  access: chainUser('loyalty_abonement_types_access'),
  params: TypePath,
  body: MembershipTypeChanges,
  spelling,
  success: ok(ChainMembershipType),
  errors: [403, 404],
  example: {
    body: {
      title: '10 haircuts',
      salon_group_id: 1,
      cost: 400,
      location_ids: [1],
      is_united_balance: true,
      united_balance_services_count: 10,
      service_categories: [],
    },
  },
  handle: async ({ write, chain, params, body }) => {
    const timeZone = await chainTimeZone(write, chain.id);
    const links = { services: uncounted(body.services), serviceCategories: uncounted(body.service_categories) };
    const fields = fieldsOf(body, chain.id, timeZone, links);
    return presentChainType(await updateType(write, chain.id, params.loyalty_membership_type_id, fields), timeZone);
  },
});

const deleteMembershipType = operation({
  id: 'chain_loyalty_membership_types_delete',
  method: 'DELETE',
  path: '/chain/{chain_id}/loyalty/abonement_types/{loyalty_membership_type_id}',
  tag: chainTag,
  summary: 'Delete a membership type',
  description: 'Only if it was never sold. Its products are deleted. It can be restored.',
  access: chainUser('loyalty_abonement_types_access'),
  params: TypePath,
  spelling,
  success: empty(204),
  errors: [403, 404, 422],
  handle: async ({ write, chain, params }) => deleteType(write, chain.id, params.loyalty_membership_type_id),
});

const cloneMembershipType = operation({
  id: 'chain_loyalty_membership_types_clone',
  method: 'POST',
  path: '/chain/{chain_id}/loyalty/abonement_types/{loyalty_membership_type_id}/clone',
  tag: chainTag,
  summary: 'Copy a membership type',
  description: 'The copy has "(2)" behind its title, its own products, and is not archived.',
  access: chainUser('loyalty_abonement_types_access'),
  params: TypePath,
  success: ok(ChainMembershipType),
  errors: [403, 404],
  handle: async ({ write, chain, params }) =>
    presentChainType(await cloneType(write, chain.id, params.loyalty_membership_type_id), await chainTimeZone(write, chain.id)),
});

const restoreMembershipType = operation({
  id: 'chain_loyalty_membership_types_restore',
  method: 'POST',
  path: '/chain/{chain_id}/loyalty/abonement_types/{loyalty_membership_type_id}/restore',
  tag: chainTag,
  summary: 'Restore a deleted membership type',
  access: chainUser('loyalty_abonement_types_access'),
  params: TypePath,
  body: Type.Object({ restore_in_title: Type.String({ minLength: 1, maxLength: 255, description: 'its title from now on' }) }),
  spelling: { ...spelling, title: 'restore_in_title' },
  success: empty(204),
  errors: [403, 404],
  example: { body: { restore_in_title: '10 haircuts' } },
  handle: async ({ write, chain, params, body }) =>
    restoreType(write, chain.id, params.loyalty_membership_type_id, body.restore_in_title),
});

const archiveMembershipType = operation({
  id: 'chain_loyalty_membership_types_archive',
  method: 'PATCH',
  path: '/chain/{chain_id}/loyalty/abonement_types/{loyalty_membership_type_id}/archive',
  tag: chainTag,
  summary: 'Archive or unarchive a membership type',
  description: 'An archived type is not sold. Memberships that were sold work as before.',
  access: chainUser('loyalty_abonement_types_access'),
  params: TypePath,
  body: Type.Object({ is_archived: Type.Boolean({ description: '"1" and "0" are accepted too' }) }),
  success: empty(204),
  errors: [403, 404],
  example: { body: { is_archived: true } },
  handle: async ({ write, chain, params, body }) =>
    archiveType(write, chain.id, params.loyalty_membership_type_id, body.is_archived),
});

/** The operations of the tag Chain Loyalty Programs about types, in the order of the published documents. */
export const chainMembershipTypesOperations = [
  listMembershipTypes,
  createMembershipType,
  readMembershipType,
  updateMembershipType,
  deleteMembershipType,
  cloneMembershipType,
  restoreMembershipType,
  archiveMembershipType,
];

const getMembershipTypeListById = operation({
  id: 'get_membership_type_list_by_id',
  method: 'GET',
  path: '/company/{location_id}/loyalty/abonement_types/fetch',
  tag: locationTag,
  summary: 'Membership types of a location by ids',
  description: 'All types that the location sells without ids. Archived types are left out.',
  access: locationUser('loyalty_access'),
  params: LocationOnly,
  query: Type.Object({ ids: Type.Optional(Type.Array(Id('membership type'))) }),
  success: answer(200, Type.Array(LocationMembershipType), Type.Object({ count: Type.Integer() })),
  errors: [403, 404],
  handle: async ({ db, location, query }) => {
    const rows = await listTypesIn(db, location, { ids: query.ids });
    return { data: rows.map(presentLocationType), meta: { count: rows.length } };
  },
});

const getMembershipTypeList = operation({
  id: 'get_membership_type_list',
  method: 'GET',
  path: '/company/{location_id}/loyalty/abonement_types/search',
  tag: locationTag,
  summary: 'Membership types available at a location',
  description: '`meta.count` is the number of types on all pages. Archived types are left out.',
  access: locationUser('loyalty_access'),
  params: LocationOnly,
  query: Type.Object({
    title: Type.Optional(Type.String({ maxLength: 255, description: 'a part of the title' })),
    page: Page,
    page_size: PageSize(100, 25),
  }),
  success: answer(200, Type.Array(LocationMembershipType), Type.Object({ count: Type.Integer() })),
  errors: [403, 404],
  handle: async ({ db, location, query }) => {
    const rows = await listTypesIn(db, location, { title: query.title });
    const { offset, limit } = pageRange(query.page, query.page_size);
    return { data: rows.slice(offset, offset + limit).map(presentLocationType), meta: { count: rows.length } };
  },
});

/** The operations of the tag Subscriptions & Certificates about types, in the order of the published documents. */
export const locationMembershipTypesOperations = [getMembershipTypeListById, getMembershipTypeList];
