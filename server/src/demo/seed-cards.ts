import { and, desc, eq, isNull, lt } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { appointments } from '../domains/appointments/tables.ts';
import { getClient } from '../domains/clients/client.ts';
import { issueCard } from '../domains/loyalty/card.ts';
import { createCardType } from '../domains/loyalty/card-type.ts';
import { createTemplate } from '../domains/loyalty/template.ts';
import { moveByHand } from '../domains/loyalty-transactions/manual.ts';
import { payByCard } from '../domains/redemption/card.ts';
import { lockSale } from '../domains/sales/sale.ts';
import { toMoney } from '../platform/money.ts';
import { demoClientId } from './accounts.ts';

/** The types of loyalty cards of the chain, which all of its locations work with. @returns the ids of the types */
export async function seedCardTypes(write: Write, chainId: number, locationIds: readonly number[]): Promise<number[]> {
  const term = { expiration: 12, expirationUnit: 'month', noticeDays: 14 } as const;
  const regulars = await createCardType(write, chainId, { title: 'Regulars', weight: 2, locationIds, ...term });
  // Its points pay services only.
  const friends = await createCardType(write, chainId, { title: 'Friends', weight: 1, productItems: 'none', locationIds });
  await createCardType(write, chainId, { title: 'Opening offer', locationIds: [] });
  return [regulars.id, friends.id];
}

/** The texts that the owners of cards get from now on: nobody is told of the cards of the demo. */
export async function seedTexts(write: Write, chainId: number): Promise<void> {
  const burning = 'Your {points} points burn on {date}. Come and use them!';
  await createTemplate(write, chainId, { kind: 'loyalty_cashback_expiration', variant: 'small', body: burning });
  await createTemplate(write, chainId, { kind: 'loyalty_card_created', variant: 'custom', body: 'Welcome to our regulars.' });
  const spent = 'You paid with {points} points, {balance} are left.';
  await createTemplate(write, chainId, { kind: 'loyalty_card_withdraw', variant: 'small', body: spent });
}

/** The clients with a card, in the order of their phone numbers. */
const holders = 8;

/** Cards of the first clients of a location, and of the one with an account. They have points; some have paid a visit with a part of them. */
export async function seedCards(
  write: Write,
  place: Location,
  clientIds: readonly number[],
  typeIds: readonly number[],
): Promise<void> {
  const owners = [...clientIds.slice(0, holders), ...clientIds.filter((id) => id === demoClientId)];
  for (const [index, clientId] of owners.entries()) {
    const { phone } = await getClient(write, place.id, clientId);
    if (phone === null) continue;
    const card = await issueCard(write, place, { typeId: typeIds[index % typeIds.length] as number, phone });
    const points = { amount: toMoney(40 + 15 * index), comment: 'Welcome' };
    await moveByHand(write, place.chainId, place, card.id, points);
    if (index % 2 === 0) await payLastVisit(write, place, { clientId, cardId: card.id });
  }
}

/** Pays a part of the last visit to which a client came. */
async function payLastVisit(write: Write, place: Location, of: { clientId: number; cardId: number }): Promise<void> {
  const [last] = await write
    .select({ documentId: appointments.documentId })
    .from(appointments)
    .where(
      and(
        eq(appointments.locationId, place.id),
        eq(appointments.clientId, of.clientId),
        eq(appointments.attendance, 1),
        isNull(appointments.deletedAt),
        lt(appointments.startsAt, new Date()),
      ),
    )
    .orderBy(desc(appointments.startsAt))
    .limit(1);
  if (!last) return;
  const sale = await lockSale(write, place, last.documentId);
  await payByCard(write, place, sale, { cardId: of.cardId, amount: toMoney(10) });
}
