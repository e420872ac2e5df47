import type { Static } from 'typebox';
import { zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { periodUnitId } from '../../loyalty/wire/period.ts';
import type { GiftCardMovement as GiftCardMovementRow } from '../../redemption/gift-card-history.ts';
import { type GiftCardRow, type GiftCardState, stateOf } from '../gift-card.ts';
import type { PlainGiftCardType } from '../of-products.ts';
import type { GiftCardTypeRow } from '../type.ts';
import type { CertificateType, ClientGiftCard, GiftCardMovement, GiftCardType } from './schemas.ts';

/** What the types of items are called. The first is recorded, the others are ours. */
const itemTypes: Record<number, string> = {
  0: 'No limits',
  1: 'Services',
  2: 'Products',
  3: 'Some services',
  4: 'Some services and all products',
};
const presentItemType = (id: number) => ({ id, title: itemTypes[id] ?? '' });

const expirationTypes = { never: 0, date: 1, period: 2 } as const;

const expirationOf = (
  row: Pick<GiftCardTypeRow, 'expirationType' | 'expiresAt' | 'period' | 'periodUnit'>,
  timeZone: string,
) => ({
  expiration_type_id: expirationTypes[row.expirationType],
  expiration_date: row.expiresAt && zonedDateTime(row.expiresAt, timeZone),
  expiration_timeout: row.period,
  expiration_timeout_unit_id: row.expirationType === 'period' ? periodUnitId(row.periodUnit) : 0,
});

/** A type of gift cards for its chain. */
export const presentCertificateType = (row: GiftCardTypeRow): Static<typeof CertificateType> => ({
  id: row.id,
  title: row.title,
  balance: toWire(row.balance),
  is_multi: row.isMulti,
  company_group_id: row.chainId,
  category_id: row.categoryId,
  weight: row.weight,
  item_type_id: row.itemType,
  ...expirationOf(row, row.timeZone),
  balance_edit_type_id: row.isBalanceEditable ? 1 : 2,
  is_allow_empty_code: row.allowsEmptyCode,
  is_serial_number_limited: false,
  is_archived: row.archivedAt !== null,
  date_archived: row.archivedAt && zonedDateTime(row.archivedAt, row.timeZone),
  online_sale_is_enabled: row.isSoldOnline,
  online_sale_title: row.onlineTitle,
  online_sale_description: row.onlineDescription,
  online_sale_price: toWire(row.onlinePrice),
  online_sale_image: null,
  released_total: row.issued,
  item_type: presentItemType(row.itemType),
  service_ids: row.serviceIds,
  salon_ids: row.locationIds,
});

/** A type of gift cards for a location. */
export const presentGiftCardType = (row: PlainGiftCardType, timeZone: string): Static<typeof GiftCardType> => ({
  id: row.id,
  title: row.title,
  balance: toWire(row.balance),
  is_multi: row.isMulti,
  company_group_id: row.chainId,
  item_type_id: row.itemType,
  ...expirationOf(row, timeZone),
  is_allow_empty_code: row.allowsEmptyCode,
});

const states: Record<GiftCardState, { id: number; title: string }> = {
  active: { id: 2, title: 'activated' },
  expired: { id: 3, title: 'expired' },
  used: { id: 4, title: 'used' },
};

/** A gift card with its type. */
export const presentGiftCard = (card: GiftCardRow, timeZone: string): Static<typeof ClientGiftCard> => {
  const { type } = card;
  const status = states[stateOf(card, new Date())];
  return {
    id: card.id,
    number: card.number,
    balance: toWire(card.balance),
    default_balance: toWire(card.initialBalance),
    type_id: card.typeId,
    status_id: status.id,
    created_date: zonedDateTime(card.createdAt, timeZone),
    expiration_date: card.expiresAt && zonedDateTime(card.expiresAt, timeZone),
    type: {
      id: type.id,
      title: type.title,
      balance: toWire(type.balance),
      is_multi: type.isMulti,
      company_group_id: type.chainId,
      item_type_id: type.itemType,
      expiration_type_id: expirationTypes[type.expirationType],
      ...(type.expiresAt ? { expiration_date: zonedDateTime(type.expiresAt, timeZone) } : {}),
      ...(type.expirationType === 'period'
        ? { expiration_timeout: type.period, expiration_timeout_unit_id: periodUnitId(type.periodUnit) }
        : {}),
      is_allow_empty_code: type.allowsEmptyCode,
      item_type: presentItemType(type.itemType),
    },
    status,
  };
};

/** A movement of a gift card's balance. */
export const presentMovement = (row: GiftCardMovementRow, timeZone: string): Static<typeof GiftCardMovement> => ({
  id: row.id,
  amount: toWire(row.amount),
  balance_after: toWire(row.balanceAfter),
  cause: row.cause,
  document_id: row.documentId ?? 0,
  company_id: row.locationId ?? 0,
  created_date: zonedDateTime(row.at, timeZone),
});
