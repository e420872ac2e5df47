import { randomUUID } from 'node:crypto';
import { and, asc, eq, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { zonedDateTime } from '../../platform/clock.ts';
import { compare } from '../../platform/exact.ts';
import { enqueue } from '../../platform/jobs.ts';
import { type Money, noMoney, sum } from '../../platform/money.ts';
import { findUser } from '../access/users.ts';
import { services } from '../catalog/tables.ts';
import { clientAccountTransactions } from '../client-accounts/tables.ts';
import { clients } from '../clients/tables.ts';
import { documents } from '../inventory/tables.ts';
import { products } from '../products/tables.ts';
import {
  clientAccountPaymentsOf,
  coveringsOf,
  type DueItem,
  dueItems,
  itemsOf,
  lockSale,
  lockSaleDocument,
  paymentsOf,
} from '../sales/sale.ts';
import {
  discountedItems,
  type FiscalRequest,
  isBalanced,
  isPrepaid,
  type Naming,
  positionsOf,
  prepayment,
  receiptPayments,
} from './request.ts';
import { type FiscalSettings, getFiscalSettings } from './settings.ts';
import { nobody } from './settle.ts';
import { type FiscalType, fiscalDocuments, fiscalTransactions } from './tables.ts';
import { vatOf } from './tax-systems.ts';

declare module '../../platform/jobs.ts' {
  interface JobKinds {
    'print fiscal receipt': { locationId: number; transactionId: number };
  }
}

type Place = Pick<Location, 'id' | 'timeZone' | 'countryCode'>;

/** A register that has not reported for so many minutes does not hold up another attempt. */
const patience = 15;

/** What is printed. */
interface Printout {
  documentId: number;
  type: FiscalType;
  /** Whether the terminal of the register charges the card first. */
  usesTerminal: boolean;
  /** Where the register reports the result. */
  callbackUrl: string;
}

/**
 * Asks for a fiscal receipt of a document: a sale, when something is paid and no other sale receipt stands, or the return of the one that
 * stands. The receipt of a visit covers all of its documents that have none. A job sends the request to the cash register.
 * @returns the id of the transaction, which waits for the register
 * @throws NotFound for a document that is unknown or deleted, Invalid for `documentId` if documents of this type have no receipts, for `type` if
 * such a receipt cannot be printed now, and for `locationId` without a cash register
 */
export async function printReceipt(write: Write, location: Place, printout: Printout): Promise<number> {
  const { documentId, type } = printout;
  const sold = await lockSold(write, location, documentId);
  const settings = await getFiscalSettings(write, location.id);
  if (!settings.isEnabled) throw new Invalid({ locationId: ['has no cash register: see its fiscal settings'] });
  await giveUpSilent(write, location.id, sold.documentIds);
  await expectNothingWaits(write, location.id, sold.documentIds);
  const sale = await standingSale(write, location.id, documentId);
  if (type === 0 && sale) throw new Invalid({ type: ['must be 1: the sale receipt is printed'] });
  if (type === 1 && !sale) throw new Invalid({ type: ['must be 0: no sale receipt is printed'] });
  const receipt = sale ?? (await newSale(write, location, sold, settings));
  const userId = write.author.userId;
  const uid = randomUUID();
  const createdAt = new Date();
  const request = {
    ...receipt.request,
    id: uid,
    customer: await customerOf(write, location.id, sold.clientId),
    date: zonedDateTime(createdAt, location.timeZone),
    document_id: documentId,
    type: type === 0 ? ('sale' as const) : ('return' as const),
    print_receipt: settings.printsPaper,
    tax: settings.taxSystem,
    cashier: await cashierOf(write, settings, userId),
    pos: { enabled: printout.usesTerminal, slip_count: settings.slipCount },
    callback_url: printout.callbackUrl,
    custom_text: settings.customText,
  };
  const values = { locationId: location.id, documentId, type, saleId: sale?.id ?? null, amount: receipt.amount, userId };
  const [made] = await write
    .insert(fiscalTransactions)
    .values({ ...values, uid, request, createdAt })
    .returning({ id: fiscalTransactions.id });
  const { id } = made as { id: number };
  await write.insert(fiscalDocuments).values(
    receipt.documentIds.map((covered) => ({
      locationId: location.id,
      transactionId: id,
      documentId: covered,
      isStanding: type === 0,
    })),
  );
  await enqueue(write, 'print fiscal receipt', { locationId: location.id, transactionId: id }, { locationId: location.id });
  return id;
}

/** What a receipt of a document can cover. */
interface Sold {
  type: number;
  documentId: number;
  documentIds: number[];
  clientId: number | null;
}

/** @throws NotFound, and Invalid for a type of documents that has no receipts */
async function lockSold(write: Write, location: Place, documentId: number): Promise<Sold> {
  const own = and(eq(documents.locationId, location.id), eq(documents.id, documentId), isNull(documents.deletedAt));
  const find = () => write.select({ id: documents.id, type: documents.type }).from(documents).where(own);
  const [document] = await find();
  if (!document) throw new NotFound();
  if (document.type === 9) {
    const [row] = await write.lock('document', find());
    if (!row) throw new NotFound();
    return { type: 9, documentId, documentIds: [documentId], clientId: await clientOfTopUp(write, location.id, documentId) };
  }
  if (document.type !== 1 && document.type !== 7) {
    throw new Invalid({ documentId: ['must be a sale, a visit or a top-up of a client account'] });
  }
  const seen = await lockSale(write, location, documentId);
  const { type, documentIds, clientId } = await lockSaleDocument(write, location, seen);
  return { type, documentId, documentIds, clientId };
}

/** The client whose account a document tops up. */
export async function clientOfTopUp(db: Read, locationId: number, documentId: number): Promise<number | null> {
  const [row] = await db
    .select({ clientId: clientAccountTransactions.clientId })
    .from(clientAccountTransactions)
    .where(and(eq(clientAccountTransactions.locationId, locationId), eq(clientAccountTransactions.documentId, documentId)));
  return row?.clientId ?? null;
}

const waits = eq(fiscalTransactions.status, 2);

const covering = (locationId: number, documentIds: readonly number[]) =>
  sql`exists (select from ${fiscalDocuments} covered where covered.location_id = ${locationId}
    and covered.transaction_id = ${fiscalTransactions.id} and covered.document_id = any(${sql.param([...documentIds])}::int[]))`;

/** Receipts whose register has not reported in time do not wait any longer. A later report changes nothing. */
async function giveUpSilent(write: Write, locationId: number, documentIds: readonly number[]): Promise<void> {
  const since = sql`now() - make_interval(mins => ${patience})`;
  const silent = write
    .select({ id: fiscalTransactions.id })
    .from(fiscalTransactions)
    .where(
      and(
        eq(fiscalTransactions.locationId, locationId),
        waits,
        lt(fiscalTransactions.createdAt, since),
        covering(locationId, documentIds),
      ),
    )
    .orderBy(asc(fiscalTransactions.id));
  const ids = (await write.lock('fiscal transaction', silent)).map(({ id }) => id);
  if (ids.length === 0) return;
  await write
    .update(fiscalTransactions)
    .set({
      status: 4,
      settledAt: new Date(),
      errorMessage: 'The cash register did not report the result.',
      request: sql`jsonb_set(${fiscalTransactions.request}, '{customer}', ${JSON.stringify(nobody)}::jsonb)`,
    })
    .where(and(eq(fiscalTransactions.locationId, locationId), inArray(fiscalTransactions.id, ids)));
  await write
    .update(fiscalDocuments)
    .set({ isStanding: false })
    .where(and(eq(fiscalDocuments.locationId, locationId), inArray(fiscalDocuments.transactionId, ids)));
}

/** @throws Invalid for `type` while a receipt of one of the documents is printed */
async function expectNothingWaits(db: Read, locationId: number, documentIds: readonly number[]): Promise<void> {
  const [waiting] = await db
    .select({ id: fiscalTransactions.id })
    .from(fiscalTransactions)
    .where(and(eq(fiscalTransactions.locationId, locationId), waits, covering(locationId, documentIds)))
    .limit(1);
  if (waiting) throw new Invalid({ type: ['cannot be printed now: another receipt is being printed'] });
}

/** What a receipt says, and what it covers. */
interface Receipt {
  documentIds: number[];
  amount: Money;
  request: Pick<FiscalRequest, 'positions' | 'payments'>;
}

/** The sale receipt of a document that stands. */
async function standingSale(db: Read, locationId: number, documentId: number): Promise<(Receipt & { id: number }) | undefined> {
  const [sale] = await db
    .select({ id: fiscalTransactions.id, amount: fiscalTransactions.amount, request: fiscalTransactions.request })
    .from(fiscalDocuments)
    .innerJoin(
      fiscalTransactions,
      and(
        eq(fiscalTransactions.locationId, fiscalDocuments.locationId),
        eq(fiscalTransactions.id, fiscalDocuments.transactionId),
      ),
    )
    .where(
      and(
        eq(fiscalDocuments.locationId, locationId),
        eq(fiscalDocuments.documentId, documentId),
        eq(fiscalDocuments.isStanding, true),
        eq(fiscalTransactions.status, 1),
      ),
    );
  if (!sale) return undefined;
  const covered = await db
    .select({ id: fiscalDocuments.documentId })
    .from(fiscalDocuments)
    .where(and(eq(fiscalDocuments.locationId, locationId), eq(fiscalDocuments.transactionId, sale.id)));
  const { positions, payments } = sale.request;
  return { ...sale, documentIds: covered.map(({ id }) => id), request: { positions, payments } };
}

/** The receipt of what is paid in the documents that have none. @throws Invalid for `type` if nothing is paid */
async function newSale(write: Write, location: Place, sold: Sold, settings: FiscalSettings): Promise<Receipt> {
  const printed = new Set(
    (
      await write
        .select({ id: documents.id })
        .from(documents)
        .where(
          and(eq(documents.locationId, location.id), inArray(documents.id, sold.documentIds), eq(documents.receiptStatus, 1)),
        )
    ).map(({ id }) => id),
  );
  const documentIds = sold.documentIds.filter((id) => !printed.has(id));
  const payments = await paymentsOf(write, location, { documentIds });
  const fromClients = sold.type === 9 ? [] : await clientAccountPaymentsOf(write, location, { documentIds });
  const coverings = sold.type === 9 ? [] : await coveringsOf(write, location, { documentIds });
  const prepaid = [...fromClients, ...coverings.filter(isPrepaid)];
  const paid = sum([...payments, ...prepaid].map(({ amount }) => amount));
  if (compare(paid, noMoney) <= 0) throw new Invalid({ type: ['cannot be printed: nothing is paid'] });
  const sellable = sold.type === 9 ? [] : discountedItems(await itemsOf(write, location, { documentIds }), coverings);
  const items = dueItems(sellable, [...payments, ...prepaid]);
  const request = {
    positions:
      sold.type === 9
        ? [prepayment('Top-up of a client account', paid, settings.vat)]
        : positionsOf(items, paid, await namingOf(write, location, settings, items)),
    payments: receiptPayments(payments, prepaid),
  };
  if (!isBalanced(request, paid)) throw new Error(`The receipt of document ${sold.documentId} does not add up`);
  return { documentIds, amount: paid, request };
}

async function customerOf(db: Read, locationId: number, clientId: number | null): Promise<FiscalRequest['customer']> {
  if (clientId === null) return nobody;
  const [client] = await db
    .select({ email: clients.email, phone: clients.phone })
    .from(clients)
    .where(and(eq(clients.locationId, locationId), eq(clients.id, clientId)));
  return { email: client?.email ?? '', phone: client?.phone ?? '' };
}

async function namingOf(db: Read, location: Place, settings: FiscalSettings, items: readonly DueItem[]): Promise<Naming> {
  const serviceIds = items.flatMap(({ type, id }) => (type === 'service' ? [id] : []));
  const productIds = items.flatMap(({ productId }) => productId ?? []);
  const [ofServices, ofProducts] = [
    await db
      .select({ id: services.id, vatId: services.vatId })
      .from(services)
      .where(and(eq(services.locationId, location.id), inArray(services.id, serviceIds))),
    await db
      .select({ id: products.id, vatId: products.vatId, printTitle: products.printTitle, barcode: products.barcode })
      .from(products)
      .where(and(eq(products.locationId, location.id), inArray(products.id, productIds))),
  ];
  const serviceVats = new Map(ofServices.map(({ id, vatId }) => [id, vatId]));
  const sold = new Map(ofProducts.map((row) => [row.id, row]));
  const productOf = ({ productId }: DueItem) => (productId === null ? undefined : sold.get(productId));
  return {
    titleOf: (item) => productOf(item)?.printTitle || item.title,
    barcodeOf: (item) => productOf(item)?.barcode ?? '',
    vatOf: (item) => vatOf(location.countryCode, settings, productOf(item)?.vatId ?? serviceVats.get(item.id) ?? 0),
    vat: settings.vat,
  };
}

/** The cashier of the settings, or else the user who prints. */
async function cashierOf(db: Read, settings: FiscalSettings, userId: number | null): Promise<FiscalRequest['cashier']> {
  const { cashierUid: uid, cashierName: name, cashierPosition: position } = settings;
  if (name || userId === null) return { uid, name, position };
  return { uid: uid || String(userId), name: (await findUser(db, userId)).name, position };
}
