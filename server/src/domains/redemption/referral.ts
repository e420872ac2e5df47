import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { isZero } from '../../platform/exact.ts';
import { currencyDigits, minus, noMoney, sum } from '../../platform/money.ts';
import { phoneOfClient } from '../clients/phone.ts';
import { cardsOfPhone, issueCard, type LockedCard, lockCard } from '../loyalty/card.ts';
import { burningOf, burningOfTypes } from '../loyalty/card-type.ts';
import { addLoyaltyTransactions, type NewLoyaltyTransaction } from '../loyalty-transactions/transaction.ts';
import { evaluate, type Facts, type Outcome } from '../promotions/engine.ts';
import { type ReferralProgram, referralOf } from '../promotions/settings.ts';
import type { DueItem, Sale } from '../sales/sale.ts';
import { countSales } from '../sales/totals.ts';
import { ofItem, openForLoyalty } from './cover.ts';
import { type OfferedSale, offeredSale } from './evaluation.ts';
import { type OpenPromotion, promotionsById } from './promotion-terms.ts';

type Place = Pick<Location, 'id' | 'chainId' | 'currency'>;

const facts = ({ currency }: Pick<Location, 'currency'>): Facts => ({
  counters: { visits: 0, sold: noMoney, paid: noMoney, services: 0 },
  uses: 0,
  isOver: false,
  visit: 'paid',
  digits: currencyDigits(currency),
});

/** Whether a guest has been to the location before, and whether somebody has a thank-you for this visit. */
async function pastOf(db: Read, location: Place, sale: Sale): Promise<{ came: boolean; thanked: boolean }> {
  const [row] = await rowsOf<{ came: boolean; thanked: boolean }>(
    db,
    sql`select exists (
        select from appointments where location_id = ${location.id} and client_id = ${sale.clientId}::int and attendance = 1
          and deleted_at is null and visit_id <> ${sale.visitId}::int and starts_at < ${sale.at.toISOString()}::timestamptz) as came,
      exists (
        select from loyalty_transactions where location_id = ${location.id} and type = 4 and cancelled_at is null
          and document_id = any(${sql.param(sale.documentIds)}::int[])) as thanked`,
  );
  return row as { came: boolean; thanked: boolean };
}

interface Open {
  program: ReferralProgram;
  guest: OpenPromotion;
  inviter: OpenPromotion;
}

/** The referral program of a location's chain. @returns undefined if there is none, or one of its promotions does not work here */
async function openReferral(db: Read, location: Place): Promise<Open | undefined> {
  const program = await referralOf(db, location.chainId);
  if (!program) return undefined;
  const promotions = await promotionsById(db, location, [program.guestProgramId, program.inviterProgramId]);
  const works = (id: number) => {
    const promotion = promotions.get(id);
    return promotion?.locationIds.includes(location.id) ? promotion : undefined;
  };
  const [guest, inviter] = [works(program.guestProgramId), works(program.inviterProgramId)];
  return guest && inviter ? { program, guest, inviter } : undefined;
}

/** The discount of a guest, if a referral is open for a sale. @returns undefined for another visit than the first, or without a program */
export async function guestDiscount(
  db: Read,
  location: Place,
  sale: Sale,
): Promise<{ guest: OpenPromotion; outcome: Outcome } | undefined> {
  if (sale.visitId === null || sale.clientId === null) return undefined;
  const open = await openReferral(db, location);
  if (!open) return undefined;
  const { came, thanked } = await pastOf(db, location, sale);
  if (came || thanked) return undefined;
  const { priced } = await offeredSale(db, location, sale);
  return { guest: open.guest, outcome: evaluate(open.guest, priced, facts(location)) };
}

/** The points of an inviter: for the list price, or for what the guest is going to pay. */
function inviterPoints(location: Place, inviter: OpenPromotion, { priced }: OfferedSale, discount: Outcome): Outcome {
  const off = new Map(discount.parts.map(({ item, amount }) => [item, amount]));
  const items = priced.map((item, place) => ({ ...item, paid: minus(sum([item.paid, item.due]), off.get(place) ?? noMoney) }));
  return evaluate(inviter, items, facts(location));
}

/** The card of an inviter, locked. Who has none of the type gets one. @throws Invalid for `referrerPhone` */
async function inviterCard(write: Write, location: Place, phone: string, typeId: number): Promise<LockedCard> {
  const [known] = await rowsOf(
    write,
    sql`select from clients join locations on locations.id = clients.location_id
      where locations.chain_id = ${location.chainId} and locations.deleted_at is null and clients.phone = ${phone} limit 1`,
  );
  if (!known) throw new Invalid({ referrerPhone: ['is unknown'] });
  const owned = (await cardsOfPhone(write, location.chainId, phone)).find((card) => card.typeId === typeId);
  const { id } = owned ?? (await issueCard(write, location, { typeId, phone }));
  return (await lockCard(write, location.chainId, id)) as LockedCard;
}

/**
 * Thanks for a guest in a locked sale of a visit: the guest gets a discount on the first visit to the location, and the inviter points. Both
 * are cancelled together. A second time has no effect.
 * @param of `programId`: the guest's discount, if the caller names one
 * @throws NotFound without a referral program; Invalid for `referrerPhone` or `visitId`; ReceiptPrinted
 */
export async function applyReferral(
  write: Write,
  location: Place,
  locked: Sale,
  { phone, programId }: { phone: string; programId?: number },
): Promise<void> {
  const sale = await openForLoyalty(write, location, locked);
  const open = await openReferral(write, location);
  if (!open || (programId !== undefined && programId !== open.guest.id)) throw new NotFound();
  const guestPhone = await phoneOfClient(write, location.id, sale.clientId);
  if (sale.visitId === null || guestPhone === null)
    throw new Invalid({ visitId: ['must be a visit of a client with a phone number'] });
  if (phone === guestPhone) throw new Invalid({ referrerPhone: ['must not be that of the guest'] });
  const { came, thanked } = await pastOf(write, location, sale);
  if (thanked) return;
  if (came && !open.program.isForEveryVisit) throw new Invalid({ visitId: ['must be the first one of the client'] });
  const card = await inviterCard(write, location, phone, open.program.cardTypeId);
  const offered = await offeredSale(write, location, sale);
  const discount: Outcome = came
    ? { reason: 'nothing due', value: noMoney, parts: [] }
    : evaluate(open.guest, offered.priced, facts(location));
  const points = sum(inviterPoints(location, open.inviter, offered, discount).parts.map(({ amount }) => amount));
  const now = new Date();
  const burning =
    open.inviter.expiration > 0
      ? burningOf(now, open.inviter)
      : (await burningOfTypes(write, location.chainId, [card.typeId], now)).get(card.typeId);
  const rows: NewLoyaltyTransaction[] = discount.parts.map(({ item, amount }, index) => ({
    type: 1,
    amount,
    locationId: location.id,
    ...ofItem(sale, offered.items[item] as DueItem),
    promotionId: open.guest.id,
    ...(index > 0 ? { with: 0 } : {}),
  }));
  rows.push({
    type: 4,
    amount: points,
    locationId: location.id,
    documentId: sale.documentId,
    visitId: sale.visitId,
    clientId: sale.clientId,
    cardId: card.id,
    promotionId: open.inviter.id,
    ...(rows.length ? { with: 0 } : {}),
    ...(isZero(points) ? {} : { posting: { balanceId: card.balanceId, amount: points, cause: 'referral', ...burning } }),
  });
  await addLoyaltyTransactions(write, location.chainId, rows);
  await countSales(write, location, sale.documentIds);
}
