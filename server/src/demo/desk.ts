import { and, desc, eq, isNull } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { numberDocument } from '../domains/inventory/document.ts';
import { createOperation } from '../domains/inventory/operation.ts';
import { storageForSale } from '../domains/inventory/storage.ts';
import { accounts } from '../domains/money/tables.ts';
import { products } from '../domains/products/tables.ts';
import { payIntoAccount } from '../domains/sales/payment.ts';
import { getSale } from '../domains/sales/sale.ts';
import { addDays, startOfDay, today } from '../platform/clock.ts';
import { toQuantity } from '../platform/quantity.ts';

/** Noon of a past day in a location. */
const noonOf = ({ timeZone }: Location, daysAgo: number) =>
  new Date(startOfDay(addDays(today(timeZone), -daysAgo), timeZone).getTime() + 12 * 3_600_000);

/** The account of a location for cash. */
export async function cashOf(write: Write, place: Location): Promise<number> {
  const [cash] = await write
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.locationId, place.id), eq(accounts.isDefault, true), isNull(accounts.archivedAt)))
    .orderBy(desc(accounts.isCash));
  return (cash as { id: number }).id;
}

/** What is sold: the product that issues gift cards or memberships of a type. */
type Issuing = { giftCardTypeId: number } | { membershipTypeId: number };

/** Sells a product that issues something to a client, for cash, at noon of a past day. */
export async function sellAtDesk(
  write: Write,
  place: Location,
  sold: Issuing & { daysAgo: number; clientId: number; code?: string | undefined },
): Promise<void> {
  const isIssuing =
    'giftCardTypeId' in sold
      ? eq(products.giftCardTypeId, sold.giftCardTypeId)
      : eq(products.membershipTypeId, sold.membershipTypeId);
  const [product] = await write
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.locationId, place.id), isIssuing));
  const { id: productId } = product as { id: number };
  const storageId = (await storageForSale(write, place.id)) as number;
  const at = noonOf(place, sold.daysAgo);
  const line = { productId, amount: toQuantity(1), isInSaleUnits: true, clientId: sold.clientId, code: sold.code };
  const { id } = await createOperation(write, place, { type: 1, storageId, toStorageId: null, at, comment: '', lines: [line] });
  await payIntoAccount(write, place, await getSale(write, place, id), { accountId: await cashOf(write, place) });
  await numberDocument(write, place.id, id);
}
