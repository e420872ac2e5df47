import Type, { type Static } from 'typebox';
import { chainUser, locationUser } from '../../../api/access.ts';
import { answer, ok, operation } from '../../../api/operation.ts';
import { Page, PageSize, pageRange } from '../../../api/pagination.ts';
import { CountMeta, Id } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { toMoney } from '../../../platform/money.ts';
import { momentIn } from '../../appointments/wire/caller.ts';
import { locationsOfChain } from '../../locations/of-chain.ts';
import { periodUnitOf } from '../../loyalty/wire/period.ts';
import {
  archiveGiftCardType,
  createGiftCardType,
  deleteGiftCardType,
  type Expiration,
  type GiftCardTypeFields,
  getGiftCardType,
  listGiftCardTypes,
  updateGiftCardType,
} from '../type.ts';
import { presentCertificateType, presentGiftCardType } from './present.ts';
import { CertificateType, CertificateTypeInput, ChainOnly, GiftCardType, LocationOnly, TypePath } from './schemas.ts';

const tag = 'Chain Loyalty Programs';
const path = '/chain/{chain_id}/loyalty/certificate_types';
const access = chainUser('loyalty_certificate_types_access');

/** The names of fields that differ from the inner ones. */
const spelling = {
  categoryId: 'category_id',
  serviceCategories: 'category_id',
  services: 'service_ids',
  locationIds: 'salon_ids',
  onlinePrice: 'online_sale.price',
  expirationDate: 'expiration.date',
  expirationPeriod: 'expiration.timeout',
  expirationUnit: 'expiration.timeout_unit_id',
};

async function expirationOf(
  db: Read,
  chainId: number,
  sent: Static<typeof CertificateTypeInput>['expiration'],
): Promise<Expiration> {
  if (sent.type_id === 0) return { type: 'never' };
  if (sent.type_id === 2) {
    const unit = sent.timeout_unit_id === undefined ? undefined : periodUnitOf(sent.timeout_unit_id);
    return { type: 'period', period: sent.timeout, unit };
  }
  if (sent.date === undefined) return { type: 'date', at: undefined };
  const [first] = await locationsOfChain(db, chainId);
  return { type: 'date', at: momentIn(sent.date, first?.timeZone ?? 'UTC', 'expirationDate') };
}

const fieldsOf = async (db: Read, chainId: number, body: Static<typeof CertificateTypeInput>): Promise<GiftCardTypeFields> => ({
  title: body.title,
  balance: toMoney(body.balance),
  isMulti: body.is_multi,
  itemType: body.item_type_id,
  allowsEmptyCode: body.is_allow_empty_code,
  isBalanceEditable: body.balance_edit_type_id === 1,
  categoryId: body.category_id || null,
  serviceIds: body.service_ids,
  locationIds: body.salon_ids,
  expiration: await expirationOf(db, chainId, body.expiration),
  online: {
    isSold: body.online_sale.is_enabled,
    title: body.online_sale.title ?? '',
    description: body.online_sale.description ?? '',
    price: toMoney(body.online_sale.price ?? 0),
  },
});

export const chainLoyaltyCertificateTypesList = operation({
  id: 'chain_loyalty_certificate_types_list',
  method: 'GET',
  path,
  tag,
  summary: 'Chain certificate types, filtered and paged',
  description: 'Archived ones too.',
  access,
  params: ChainOnly,
  query: Type.Object({
    title: Type.Optional(Type.String({ maxLength: 255, description: 'partial match on type name' })),
    page: Page,
    page_size: PageSize(100, 10),
  }),
  success: answer(
    200,
    Type.Array(CertificateType),
    Type.Object({ total_count: Type.Integer({ description: 'all certificate types' }) }),
  ),
  errors: [403],
  handle: async ({ db, chain, query }) => {
    const { rows, total } = await listGiftCardTypes(db, chain.id, { title: query.title }, pageRange(query.page, query.page_size));
    return { data: rows.map(presentCertificateType), meta: { total_count: total } };
  },
});

const exampleType = {
  title: 'Gift card 100',
  balance: 100,
  is_multi: true,
  item_type_id: 0,
  is_allow_empty_code: false,
  category_id: null,
  balance_edit_type_id: 1,
  service_ids: [],
  salon_ids: [],
  expiration: { type_id: 2, timeout: 365, timeout_unit_id: 1 },
  online_sale: { is_enabled: false },
};

export const chainLoyaltyCertificateTypesCreate = operation({
  id: 'chain_loyalty_certificate_types_create',
  method: 'POST',
  path,
  tag,
  summary: 'Create a chain certificate type',
  description:
    'Each location of `salon_ids` gets a product in its category “Gift cards”. A sale of this product issues a gift card of the type.',
  access,
  params: ChainOnly,
  body: CertificateTypeInput,
  spelling,
  success: answer(200, CertificateType),
  errors: [400, 403],
  example: { body: exampleType },
  handle: async ({ write, chain, body }) =>
    presentCertificateType(await createGiftCardType(write, chain.id, await fieldsOf(write, chain.id, body))),
});

export const chainLoyaltyCertificateTypesGet = operation({
  id: 'chain_loyalty_certificate_types_get',
  method: 'GET',
  path: `${path}/{type_id}`,
  tag,
  summary: 'One chain certificate type',
  access,
  params: TypePath,
  success: answer(200, CertificateType),
  errors: [403, 404],
  handle: async ({ db, chain, params }) => presentCertificateType(await getGiftCardType(db, chain.id, params.type_id)),
});

export const chainLoyaltyCertificateTypesUpdate = operation({
  id: 'chain_loyalty_certificate_types_update',
  method: 'PUT',
  path: `${path}/{type_id}`,
  tag,
  summary: 'Replace a chain certificate type',
  description: 'Refused once certificates were issued. Its products follow.',
  access,
  params: TypePath,
  body: CertificateTypeInput,
  spelling,
  success: answer(200, CertificateType),
  errors: [400, 403, 404],
  example: { body: exampleType },
  handle: async ({ write, chain, params, body }) =>
    presentCertificateType(await updateGiftCardType(write, chain.id, params.type_id, await fieldsOf(write, chain.id, body))),
});

export const chainLoyaltyCertificateTypesDelete = operation({
  id: 'chain_loyalty_certificate_types_delete',
  method: 'DELETE',
  path: `${path}/{type_id}`,
  tag,
  summary: 'Delete a chain certificate type',
  description: 'With its products. Refused once certificates were issued: archive it then.',
  access,
  params: TypePath,
  success: answer(200, undefined),
  errors: [400, 403, 404],
  handle: async ({ write, chain, params }) => {
    await deleteGiftCardType(write, chain.id, params.type_id);
  },
});

export const chainLoyaltyCertificateTypesArchive = operation({
  id: 'chain_loyalty_certificate_types_archive',
  method: 'PATCH',
  path: `${path}/{type_id}/archive`,
  tag,
  summary: 'Archive or unarchive a certificate type',
  description: 'An archived type is not sold any more. Its certificates still pay.',
  extension: true,
  access,
  params: TypePath,
  body: Type.Object({ is_archived: Type.Boolean({ description: 'true archived (not sellable), false active' }) }),
  success: ok(CertificateType),
  errors: [403, 404],
  example: { body: { is_archived: true } },
  handle: async ({ write, chain, params, body }) =>
    presentCertificateType(await archiveGiftCardType(write, chain.id, params.type_id, body.is_archived)),
});

const listTag = 'Subscriptions & Certificates';
const exampleOfLocation = {
  id: 1,
  title: 'Fixed burn date certificate',
  balance: 10,
  is_multi: true,
  company_group_id: 12,
  item_type_id: 0,
  expiration_type_id: 1,
  expiration_date: '2026-09-21T23:00:00-05:00',
  expiration_timeout: 0,
  expiration_timeout_unit_id: 0,
  is_allow_empty_code: true,
};

export const getGiftCardTypeListById = operation({
  id: 'get_gift_card_type_list_by_id',
  method: 'GET',
  path: '/company/{location_id}/loyalty/certificate_types/fetch',
  tag: listTag,
  summary: 'Gift card types of a location by ids',
  description: 'Archived ones too.',
  access: locationUser('loyalty_access'),
  params: LocationOnly,
  query: Type.Object({
    ids: Type.Optional(Type.Array(Id('gift card type id'), { description: 'each as ids[]={id}; all without it' })),
  }),
  success: answer(200, Type.Array(GiftCardType), CountMeta),
  errors: [403, 404],
  example: { data: [exampleOfLocation], meta: { count: 1 } },
  handle: async ({ db, location, query }) => {
    const { rows, total } = await listGiftCardTypes(db, location.chainId, { ids: query.ids, locationId: location.id });
    return { data: rows.map((row) => presentGiftCardType(row, location.timeZone)), meta: { count: total } };
  },
});

export const getGiftCardTypeList = operation({
  id: 'get_gift_card_type_list',
  method: 'GET',
  path: '/company/{location_id}/loyalty/certificate_types/search',
  tag: listTag,
  summary: 'Gift card types available at a location',
  description: 'Those that the location sells: archived ones are not among them. `count` counts all pages.',
  access: locationUser('loyalty_access'),
  params: LocationOnly,
  query: Type.Object({
    title: Type.Optional(Type.String({ maxLength: 255, description: 'filter by type name' })),
    page: Page,
    page_size: PageSize(100, 100),
  }),
  success: answer(200, Type.Array(GiftCardType), Type.Object({ count: Type.Integer({ description: 'of all pages' }) })),
  errors: [403, 404],
  example: { data: [exampleOfLocation], meta: { count: 2 } },
  handle: async ({ db, location, query }) => {
    const filter = { title: query.title, locationId: location.id, isSold: true };
    const { rows, total } = await listGiftCardTypes(db, location.chainId, filter, pageRange(query.page, query.page_size));
    return { data: rows.map((row) => presentGiftCardType(row, location.timeZone)), meta: { count: total } };
  },
});
