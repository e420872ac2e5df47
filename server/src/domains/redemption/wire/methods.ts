import type { Location } from '../../../api/access.ts';
import type { Read } from '../../../api/write.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import type { Authorized } from '../../appointments/wire/caller.ts';
import type { Covering } from '../../sales/sale.ts';
import { byCard } from './card.ts';
import { byGiftCard } from './gift-card.ts';
import { byMembership } from './membership.ts';
import type { LoyaltyMethod, OpenSale, SaleLoyaltyTransaction, SalePaymentMethod } from './method.ts';
import { byPromotion } from './promotion.ts';
import { byReferral } from './referral.ts';

/** The ways to pay by loyalty, by the published names, in the order in which a sale lists them. */
export const loyaltyMethods: Readonly<Record<string, LoyaltyMethod>> = {
  loyalty_program: byPromotion,
  loyalty_card: byCard,
  loyalty_certificate: byGiftCard,
  referral_loyalty_program: byReferral,
  loyalty_abonement: byMembership,
};

/** What loyalty paid in a sale, in the form of V1. */
export async function presentCoverings(
  db: Read,
  location: Pick<Location, 'id' | 'chainId' | 'timeZone'>,
  chain: OpenSale['chain'],
  coverings: readonly Covering[],
): Promise<SaleLoyaltyTransaction[]> {
  if (coverings.length === 0) return [];
  const sources = new Map<number, Partial<SaleLoyaltyTransaction>>();
  const titles = new Map<number, string>();
  for (const method of Object.values(loyaltyMethods)) {
    const own = coverings.filter(({ type }) => type in method.types);
    if (own.length === 0) continue;
    for (const { id, type } of own) titles.set(id, method.types[type] as string);
    for (const [id, source] of await method.sourcesOf(db, location, chain, own))
      sources.set(id, { ...sources.get(id), ...source });
  }
  return coverings.map((row) => ({
    id: row.id,
    document_id: row.documentId,
    sale_item_id: row.serviceId ?? row.lineId ?? 0,
    sale_item_type: row.lineId === null ? 'service' : 'good',
    amount: toWire(row.amount),
    type_id: row.type,
    created_at: zonedDateTime(row.createdAt, location.timeZone),
    chain,
    type: { id: row.type, title: titles.get(row.id) ?? '' },
    ...sources.get(row.id),
  }));
}

/** What the client of a sale can pay with by loyalty. */
export async function loyaltyMethodsOf(caller: Authorized, open: OpenSale): Promise<SalePaymentMethod[]> {
  const all: SalePaymentMethod[] = [];
  for (const method of Object.values(loyaltyMethods)) all.push(...(await method.methodsOf(caller, open)));
  return all;
}
