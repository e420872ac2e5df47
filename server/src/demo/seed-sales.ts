import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { appointments } from '../domains/appointments/tables.ts';
import { printReceipt } from '../domains/fiscal/print.ts';
import { changeFiscalSettings } from '../domains/fiscal/settings.ts';
import { type Outcome, settleReceipt } from '../domains/fiscal/settle.ts';
import { accounts } from '../domains/money/tables.ts';
import { usableClientAccounts } from '../domains/sales/methods.ts';
import { dueOfSale, payFromClientAccount, payIntoAccount } from '../domains/sales/payment.ts';
import { dueOf, lockSale, type Sale } from '../domains/sales/sale.ts';
import { compare, isZero } from '../platform/exact.ts';
import { demoRegister } from '../surfaces/jobs.ts';
import { costsSomething } from './visits.ts';

/** Visits whose receipts were sent to the cash register, by their place among the paid ones, with the result. */
const receipts: readonly (readonly [number, Outcome])[] = [
  [20, { isPrinted: true }],
  [21, { isPrinted: true }],
  [22, { isPrinted: false, code: 2001, message: 'The register has no paper' }],
];

/** The number of visits that are paid, the latest ones. */
const paidVisits = 60;

/** Takes payments for the visits of the last weeks: in cash and by card in turn, and from accounts of clients who have one. */
export async function seedSales(write: Write, place: Location): Promise<void> {
  const [cash, card] = (
    await write
      .select({ id: accounts.id })
      .from(accounts)
      .where(and(eq(accounts.locationId, place.id), eq(accounts.isDefault, true), isNull(accounts.archivedAt)))
      .orderBy(desc(accounts.isCash))
  ).map(({ id }) => id) as [number, number];
  const visits = await write
    .select({ documentId: sql<number>`min(${appointments.documentId})` })
    .from(appointments)
    .where(
      and(
        eq(appointments.locationId, place.id),
        eq(appointments.attendance, 1),
        isNull(appointments.deletedAt),
        lt(appointments.startsAt, new Date()),
        costsSomething,
      ),
    )
    .groupBy(appointments.visitId)
    .orderBy(desc(sql`max(${appointments.startsAt})`))
    .limit(paidVisits);
  const paid: number[] = [];
  for (const [index, { documentId }] of visits.entries()) {
    const sale = await lockSale(write, place, documentId);
    if (!(await payByClient(write, place, sale))) {
      await payIntoAccount(write, place, sale, { accountId: index % 2 ? card : cash });
    }
    paid.push(documentId);
  }
  await seedReceipts(write, place, paid);
}

/** Pays a sale from an account of its client. @returns whether one has enough for what is due */
async function payByClient(write: Write, place: Location, sale: Sale): Promise<boolean> {
  const accountsOfClient = await usableClientAccounts(write, place, sale.clientId);
  if (accountsOfClient.length === 0) return false;
  const due = dueOf(await dueOfSale(write, place, sale));
  const own = accountsOfClient.find(({ available }) => compare(available, due) >= 0);
  if (!own || isZero(due)) return false;
  await payFromClientAccount(write, place, sale, { clientAccountId: own.id, amount: due });
  return true;
}

/** Connects the demo's cash register, and prints the receipts of some visits; one is taken back. */
async function seedReceipts(write: Write, place: Location, documentIds: readonly number[]): Promise<void> {
  const settings = {
    isEnabled: true,
    url: demoRegister,
    cashierName: 'Front desk',
    cashierPosition: 'Receptionist',
    customText: 'Thank you for your visit',
  };
  await changeFiscalSettings(write, place, settings, []);
  const print = async (documentId: number, type: 0 | 1, outcome: Outcome) => {
    const callbackUrl = `${write.author.address}/api/v1/integration/kkm/callback`;
    const id = await printReceipt(write, place, { documentId, type, usesTerminal: false, callbackUrl });
    await settleReceipt(write, place.id, id, outcome);
  };
  for (const [index, outcome] of receipts) {
    const documentId = documentIds[index];
    if (documentId !== undefined) await print(documentId, 0, outcome);
  }
  const [first] = receipts.map(([index]) => documentIds[index]);
  if (first !== undefined) await print(first, 1, { isPrinted: true });
}
