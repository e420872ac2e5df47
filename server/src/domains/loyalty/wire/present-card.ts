import type { Read } from '../../../api/write.ts';
import { toWire } from '../../../platform/exact.ts';
import { kinds } from '../../promotions/engine.ts';
import { typeId } from '../../promotions/promotion.ts';
import { itemTypeId, typeTitles, valueUnitId } from '../../promotions/wire/present.ts';
import { bestDiscounts, type CardProgram, programsOf } from '../../redemption/card-programs.ts';
import type { CardRow } from '../card.ts';
import type { CardTypeFields, CardTypeRow } from '../card-type.ts';
import type { ItemChoice } from '../tables.ts';

const presentBalance = (card: CardRow) => ({
  id: card.id,
  balance: toWire(card.balance),
  points: 0,
  paid_amount: toWire(card.paid),
  sold_amount: toWire(card.sold),
  visits_count: card.visits,
  number: card.number,
  type_id: card.typeId,
  salon_group_id: card.chainId,
});

const presentProgram = ({ promotion, value }: CardProgram) => {
  const { id, title, type, chainId, rules, ruleIds } = promotion;
  const { gives, counts } = kinds[type];
  return {
    id,
    title,
    value: toWire(value),
    loyalty_type_id: typeId(type),
    item_type_id: itemTypeId(promotion),
    value_unit_id: valueUnitId(promotion),
    group_id: chainId,
    loyalty_type: {
      id: typeId(type),
      title: typeTitles[type],
      is_discount: gives === 'discount',
      is_cashback: gives === 'points',
      is_static: counts === 'none',
      is_accumulative: counts === 'visits' || counts === 'sold' || counts === 'paid',
    },
    rules: rules.map((rule, index) => ({
      id: ruleIds[index] as number,
      loyalty_program_id: id,
      loyalty_type_id: typeId(type),
      value: toWire(rule.value),
      parameter: toWire(rule.threshold),
    })),
  };
};

/**
 * Cards with their promotions.
 * @param locationId the promotions that are open there; left out for those of the whole chain
 */
export async function presentCards(db: Read, cards: readonly CardRow[], locationId?: number) {
  const programs = await programsOf(db, cards, locationId);
  return cards.map((card) => ({
    ...presentBalance(card),
    type: { id: card.typeId, title: card.typeTitle, salon_group_id: card.chainId },
    salon_group: { id: card.chainId, title: card.chainTitle },
    programs: (programs.get(card.id) ?? []).map(presentProgram),
  }));
}

/** A card after its balance was moved by hand. @param locationId as of `presentCards` */
export async function presentMovedCard(db: Read, card: CardRow, locationId?: number) {
  const { percent, amount } = bestDiscounts((await programsOf(db, [card], locationId)).get(card.id) ?? []);
  return { ...presentBalance(card), max_discount_percent: toWire(percent), max_discount_amount: toWire(amount) };
}

export const presentCardType = ({ id, title, chainId }: CardTypeRow, chainTitle: string) => ({
  id,
  title,
  salon_group_id: chainId,
  salon_group: { id: chainId, title: chainTitle },
});

const choices = { any: 'any_allowed', none: 'not_allowed', custom: 'custom_allowed' } as const;
const issuing = { never: 'never', everywhere: 'any_location', attached: 'connected_locations' } as const;
const history = { chain: 'chain', attached: 'active_companies' } as const;

export const presentManagedCardType = (row: CardTypeRow) => ({
  id: row.id,
  salon_group_id: row.chainId,
  title: row.title,
  weight: row.weight,
  auto_issue: issuing[row.issuing],
  params_source_type: history[row.history],
  expiration_timeout: row.expiration,
  expiration_timeout_unit: row.expirationUnit,
  expiration_notification_timeout: row.noticeDays,
  service_item_type: choices[row.serviceItems],
  good_item_type: choices[row.productItems],
  allowed_service_ids: row.serviceIds,
  allowed_service_category_ids: row.serviceCategoryIds,
  allowed_good_ids: row.productIds,
  allowed_good_category_ids: row.productCategoryIds,
  company_ids: row.locationIds,
});

/** The inner word for one of the wire. */
const innerOf = <Inner extends string>(words: Readonly<Record<Inner, string>>, word: string | undefined) =>
  (Object.keys(words) as Inner[]).find((inner) => words[inner] === word);

interface WireFields {
  title?: string;
  weight?: number;
  auto_issue?: string;
  params_source_type?: string;
  expiration_timeout?: number;
  expiration_timeout_unit?: string;
  expiration_notification_timeout?: number;
  service_item_type?: string;
  good_item_type?: string;
  allowed_service_ids?: number[];
  allowed_service_category_ids?: number[];
  allowed_good_ids?: number[];
  allowed_good_category_ids?: number[];
  company_ids?: number[];
}

/** The fields of a type as its own operations take them. */
export const cardTypeFieldsOf = (body: WireFields): CardTypeFields => ({
  title: body.title,
  weight: body.weight,
  issuing: innerOf(issuing, body.auto_issue),
  history: innerOf(history, body.params_source_type),
  expiration: body.expiration_timeout,
  expirationUnit: body.expiration_timeout_unit as CardTypeFields['expirationUnit'],
  noticeDays: body.expiration_notification_timeout,
  serviceItems: innerOf<ItemChoice>(choices, body.service_item_type),
  productItems: innerOf<ItemChoice>(choices, body.good_item_type),
  locationIds: body.company_ids,
  items: {
    services: body.allowed_service_ids,
    serviceCategories: body.allowed_service_category_ids,
    products: body.allowed_good_ids,
    productCategories: body.allowed_good_category_ids,
  },
});
