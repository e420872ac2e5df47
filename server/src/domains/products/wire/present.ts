import type { Location } from '../../../api/access.ts';
import { compactZonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { noMoney } from '../../../platform/money.ts';
import type { Resource } from '../../appointments/wire/json-api-resources.ts';
import type { PlainGiftCardType } from '../../gift-cards/of-products.ts';
import { presentGiftCardType } from '../../gift-cards/wire/present.ts';
import { currencySymbol } from '../../locations/dictionaries.ts';
import { presentLocationType } from '../../memberships/wire/present-type.ts';
import type { ProductCategoryRow } from '../category.ts';
import type { ProductRow, StorageAmount } from '../product.ts';
import type { UnitRow } from '../unit.ts';

/** Who reads a product, and where. */
export interface ProductView {
  location: Location;
  seesCostPrice: boolean;
}

type MembershipTypeRow = Parameters<typeof presentLocationType>[0];
type DescribedProduct = ProductRow & { amounts: StorageAmount[]; giftCardType: PlainGiftCardType | null };

/** The form of V1 and of webhooks. The cost price is 0 for a caller who may not see it. */
export function presentProduct(row: DescribedProduct, { location, seesCostPrice }: ProductView) {
  const unitCostPrice = toWire(seesCostPrice ? row.unitCostPrice : noMoney);
  return {
    good_id: row.id,
    salon_id: row.locationId,
    title: row.title,
    value: row.title,
    label: row.article ? `${row.title} (${row.article})` : row.title,
    print_title: row.printTitle,
    article: row.article,
    barcode: row.barcode,
    category: row.category,
    category_id: row.categoryId,
    cost: toWire(row.price),
    actual_cost: toWire(seesCostPrice ? row.costPrice : noMoney),
    unit_id: row.saleUnitId,
    unit_short_title: row.saleUnit,
    service_unit_id: row.writeOffUnitId,
    service_unit_short_title: row.writeOffUnit,
    unit_equals: toWire(row.unitRatio),
    unit_actual_cost: unitCostPrice,
    unit_actual_cost_format: `${unitCostPrice} ${currencySymbol(location.currency)}`,
    critical_amount: toWire(row.criticalAmount),
    desired_amount: toWire(row.desiredAmount),
    netto: toWire(row.netWeight),
    brutto: toWire(row.grossWeight),
    comment: row.comment,
    tax_variant: row.taxVariant,
    vat_id: row.vatId,
    is_chain: row.isChain,
    is_archived: row.archivedAt !== null,
    loyalty_abonement_type_id: row.membershipTypeId,
    loyalty_certificate_type_id: row.giftCardTypeId,
    loyalty_certificate_type: row.giftCardType && presentGiftCardType(row.giftCardType, location.timeZone),
    loyalty_allow_empty_code: Number(row.allowsEmptyCode),
    loyalty_serial_number_limited: 0,
    is_goods_mark_enabled: false,
    actual_amounts: row.amounts.map(({ storageId, saleAmount }) => ({ storage_id: storageId, amount: toWire(saleAmount) })),
    last_change_date: compactZonedDateTime(row.changedAt, location.timeZone),
  };
}

export const presentCategory = (row: ProductCategoryRow) => ({
  id: row.id,
  title: row.title,
  parent_category_id: row.parentId,
  is_chain: row.isChain,
});

/** A category as an element of the tree of products. */
export const presentCategoryNode = (row: ProductCategoryRow) => ({
  parent_id: row.parentId ?? 0,
  item_id: 0,
  category_id: row.id,
  title: row.title,
  is_chain: row.isChain,
  is_category: true,
  is_item: false,
});

/** A product as an element of the tree of products. */
export const presentProductNode = (row: ProductRow) => ({
  parent_id: row.categoryId,
  item_id: row.id,
  category_id: 0,
  title: row.title,
  is_chain: row.isChain,
  is_category: false,
  is_item: true,
});

export const presentUnit = (row: UnitRow) => ({
  id: row.id,
  salon_id: row.locationId ?? 0,
  title: row.title,
  short_title: row.shortTitle,
});

export const presentUnitResource = (row: UnitRow) => ({
  type: 'unit',
  id: String(row.id),
  attributes: { company_id: row.locationId ?? 0, title: row.title, short_title: row.shortTitle },
});

/** @param seesCostPrice whether the request asks for the cost price, and the caller may see it */
export const productResource = (row: ProductRow, seesCostPrice = false) => ({
  type: 'good',
  id: String(row.id),
  attributes: {
    category_id: row.categoryId,
    title: row.title,
    sale_unit_id: row.saleUnitId,
    consumable_unit_id: row.writeOffUnitId,
    sale_unit_to_consumable_unit_ratio: toWire(row.unitRatio),
    loyalty_abonement_type_id: row.membershipTypeId || null,
    loyalty_certificate_type_id: row.giftCardTypeId || null,
    cost: toWire(row.price),
    actual_cost: seesCostPrice ? toWire(row.costPrice) : null,
    is_chain: row.isChain,
  },
});

/** What a product issues. No product has marks. */
export const issuedBy = (
  { giftCardType }: { giftCardType: PlainGiftCardType | null },
  membershipType: MembershipTypeRow | undefined,
  location: Pick<Location, 'timeZone'>,
) => ({
  loyalty_abonement_type: membershipType ? resourceOf('loyalty_abonement_type', presentLocationType(membershipType)) : null,
  loyalty_certificate_type: giftCardType
    ? resourceOf('loyalty_certificate_type', presentGiftCardType(giftCardType, location.timeZone))
    : null,
  mark_settings: null,
});

const resourceOf = (type: string, { id, ...attributes }: { id: number }): Resource => ({ type, id: String(id), attributes });

export const storageAmountResource = (productId: number, { storageId, saleAmount, writeOffAmount }: StorageAmount) => ({
  type: 'good_storage_amount',
  id: `${productId}_${storageId}`,
  attributes: {
    good_id: productId,
    storage_id: storageId,
    sale_amount: toWire(saleAmount),
    consumable_amount: toWire(writeOffAmount),
  },
});

export const categoryResource = (row: ProductCategoryRow) => ({
  type: 'good_category',
  id: String(row.id),
  attributes: { title: row.title, is_chain: row.isChain, parent_category_id: row.parentId },
});

export const storageResource = ({ storageId, storage }: StorageAmount): Resource => ({
  type: 'storage',
  id: String(storageId),
  attributes: { title: storage },
});
