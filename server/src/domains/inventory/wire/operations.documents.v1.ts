import Type, { type Static } from 'typebox';
import type { Gate, User } from '../../../api/access.ts';
import { locationUser, signedIn } from '../../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../../api/errors.ts';
import { answer, counted, empty, operation } from '../../../api/operation.ts';
import { PageAndCount, pageRange } from '../../../api/pagination.ts';
import { Id } from '../../../api/schema.ts';
import type { Read, Write } from '../../../api/write.ts';
import { toMoney, toPercent } from '../../../platform/money.ts';
import { toQuantity } from '../../../platform/quantity.ts';
import { allowedStorages } from '../../access/limits.ts';
import { type Authorized, momentIn, periodOf } from '../../appointments/wire/caller.ts';
import { getBookingSettings } from '../../booking-settings/settings.ts';
import { lockClients } from '../../clients/locked.ts';
import { withGiftCardTypes } from '../../gift-cards/of-products.ts';
import { getLocation } from '../../locations/location.ts';
import { allowedTo, expectDays, expectFinances } from '../../money/wire/caller.ts';
import { productsById } from '../../products/product.ts';
import { payArrival } from '../../sales/arrival.ts';
import { changeLine } from '../../sales/line.ts';
import { payIntoAccount } from '../../sales/payment.ts';
import { getSale, lockSaleOf } from '../../sales/sale.ts';
import { mayTakePayments } from '../../sales/wire/caller.ts';
import { createDocument, type DocumentRow, getDocument, numberDocument } from '../document.ts';
import { locationOfDocument } from '../document-place.ts';
import { addLines, deleteLine, type LineFields } from '../line.ts';
import { getLine, linesById, linesOfDocuments, listLines } from '../line-list.ts';
import { createOperation, deleteDocument, updateDocument } from '../operation.ts';
import { listStorages } from '../storage.ts';
import { withAmounts } from '../storage-amounts.ts';
import {
  allowedTypes,
  expectLineRights,
  expectSeen,
  expectSeenClients,
  expectStockRights,
  seenSince,
  shownLines,
  withPriceRights,
} from './caller.ts';
import {
  exampleDocument,
  exampleDocumentTransaction,
  exampleFoundTransaction,
  exampleOperation,
  exampleTransaction,
} from './examples.ts';
import {
  type Company,
  presentDocument,
  presentDocumentLine,
  presentFoundLine,
  presentOperation,
  presentOperationLine,
  presentTransaction,
  stockViewOf,
} from './present.ts';
import {
  ChangedDocument,
  Document,
  DocumentPath,
  DocumentRequest,
  DocumentTransaction,
  FoundTransaction,
  ListedStorage,
  LocationOnly,
  OperationRequest,
  ReadTransaction,
  StorageOperation,
  Transaction,
  TransactionPath,
  TransactionRequest,
} from './schemas.ts';

const tag = 'Inventory';

/** The published names of the fields that rules name. */
const spelling = {
  at: 'create_date',
  type: 'type_id',
  lines: 'goods_transactions',
  productId: 'good_id',
  teamMemberId: 'master_id',
  code: 'good_special_number',
};

export const getLocationInventories = operation({
  id: 'get_location_inventories',
  method: 'GET',
  path: '/storages/{location_id}',
  tag,
  summary: 'Storages of a location',
  description: 'Those that are not archived, by weight.',
  access: locationUser('storages_access'),
  params: LocationOnly,
  success: answer(200, Type.Array(ListedStorage)),
  errors: [403, 404],
  example: {
    data: [{ id: 1, title: 'Consumables', for_service: 1, for_sale: 0, comment: 'To account for consumables', weight: 1 }],
  },
  handle: async (context) => {
    const rows = await listStorages(context.db, context.location.id, { only: allowedStorages(context) });
    return rows.map(({ id, title, isForServices, isForSale, comment, weight }) => ({
      id,
      title,
      for_service: Number(isForServices),
      for_sale: Number(isForSale),
      comment,
      weight,
    }));
  },
});

export const searchForProductTransactions = operation({
  id: 'search_for_product_transactions',
  method: 'GET',
  path: '/storages/transactions/{location_id}',
  tag,
  summary: 'Search product transactions',
  description:
    'Newest first. With `changed_after` or `changed_before`, those that changed last come first. The period includes both of its days.',
  access: locationUser('storages_transactions_access'),
  params: LocationOnly,
  query: Type.Object({
    ...PageAndCount(20, 200),
    start_date: Type.Optional(Type.String({ maxLength: 40, description: 'first day of the period' })),
    end_date: Type.Optional(Type.String({ maxLength: 40, description: 'last day of the period' })),
    document_id: Type.Optional(Id('only of this document')),
    changed_after: Type.Optional(Type.String({ maxLength: 40, description: 'changed or created since' })),
    changed_before: Type.Optional(Type.String({ maxLength: 40, description: 'changed or created before' })),
  }),
  success: answer(200, Type.Array(FoundTransaction)),
  errors: [403, 404],
  example: { data: [exampleFoundTransaction] },
  handle: async (context) => {
    const { db, location, query } = context;
    const { timeZone } = location;
    const moment = (field: 'changed_after' | 'changed_before') =>
      query[field] ? momentIn(query[field], timeZone, field) : undefined;
    const period = periodOf(timeZone, ['start_date', query.start_date], ['end_date', query.end_date]);
    const since = seenSince(context);
    const from = since && (period?.from === undefined || period.from < since) ? since : period?.from;
    const rows = await listLines(
      db,
      location.id,
      {
        documentId: query.document_id,
        from,
        to: period?.to,
        changedAfter: moment('changed_after'),
        changedBefore: moment('changed_before'),
        types: allowedTypes(context),
        storageIds: allowedStorages(context),
      },
      pageRange(query.page, query.count),
    );
    const view = stockViewOf(context);
    return (await shownLines(context, rows)).map((row) => presentFoundLine(row, view));
  },
});

/** The location as its documents show it. */
const companyOf = async (db: Read, locationId: number): Promise<Company> => ({
  row: await getLocation(db, locationId),
  rules: await getBookingSettings(db, locationId),
});

type OperationLine = NonNullable<Static<typeof OperationRequest>['goods_transactions']>[number];
type TransactionBody = Static<typeof TransactionRequest>;

/** 0 stands for none. */
const orNone = (id: number | undefined) => (id === undefined ? undefined : id || null);

const lineOf = (item: OperationLine | TransactionBody): LineFields => ({
  productId: item.good_id,
  amount: toQuantity(item.amount),
  isInSaleUnits: item.operation_unit_type !== 2,
  costPerUnit: toMoney(item.cost_per_unit),
  discount: toPercent(item.discount),
  cost: toMoney(item.cost),
  clientId: orNone(item.client_id),
  supplierId: orNone(item.supplier_id),
  comment: item.comment,
  code: item.good_special_number,
});

/** The types of operations, as documents have them: a usage is a write-off of consumables. */
const documentTypes = { 1: 1, 2: 8, 3: 3, 4: 4, 5: 5 } as const;

interface PaidOperation {
  type: number;
  at: Date;
  isPaid: boolean;
  accountId: number | undefined;
}

/**
 * What pays the document of an operation at once.
 * @returns undefined if it is not paid
 * @throws Invalid for what nobody pays, and without an account; Forbidden without the right to take payments for sales, or to create payments
 */
function payerOf(
  context: Authorized & { write: Write },
  { type, at, isPaid, accountId }: PaidOperation,
): ((documentId: number) => Promise<void>) | undefined {
  const { write, location } = context;
  if (!isPaid) return undefined;
  if (type !== 1 && type !== 3) throw new Invalid({ paid: ['is for sales and arrivals only'] });
  if (accountId === undefined) throw new Invalid({ accountId: ['is required'] });
  const allowed = allowedTo(context);
  if (type === 3) {
    expectFinances(context.can);
    if (!context.can('finances_create_transactions_access')) throw new Forbidden();
    expectDays(context, 'finances_create_last_days_count', at);
    return (documentId) => payArrival(write, location, documentId, accountId, allowed);
  }
  if (!mayTakePayments(context, at)) throw new Forbidden();
  return async (documentId) => {
    await payIntoAccount(write, location, await getSale(write, location, documentId), { accountId }, { allowed });
  };
}

const lockBuyers = (write: Write, locationId: number, lines: readonly LineFields[]) =>
  lockClients(
    write,
    locationId,
    lines.map(({ clientId }) => clientId ?? null),
  );

export const createInventoryOperation = operation({
  id: 'create_inventory_operation',
  method: 'POST',
  path: '/storage_operations/operation/{location_id}',
  tag,
  summary: 'Create document with product transactions at once',
  description:
    'All or nothing. A transfer (type 5) needs `to_storage_id`, and gets two transactions for each product: one leaves a storage, the other enters the other one. Each arrival sets the cost price of its products. With `paid` and `account_id`, a sale or an arrival is paid at once; the money of an arrival follows its later changes.',
  access: locationUser(),
  params: LocationOnly,
  body: OperationRequest,
  success: answer(200, StorageOperation),
  errors: [400, 403, 404],
  spelling,
  example: { data: exampleOperation },
  handle: async (context) => {
    const { db, write, location, body } = context;
    const type = documentTypes[body.type_id as keyof typeof documentTypes];
    const at = momentIn(body.create_date, location.timeZone, 'create_date');
    const toStorageId = type === 5 ? (body.to_storage_id ?? null) : null;
    expectStockRights(context, 'create', { type, storageId: body.storage_id, toStorageId, at });
    const items = [...(body.goods_transactions ?? []), ...(body.goods_transactions ? [] : (body.transactions ?? []))];
    const lines = items.map((item) => ({ ...lineOf(item), teamMemberId: orNone(body.master_id) }));
    await expectSeenClients(context, lines);
    const pay = payerOf(context, { type, at, isPaid: body.paid ?? false, accountId: body.account_id });
    // Before products and documents, because what they have bought and paid changes.
    if (type === 1) await lockBuyers(write, location.id, lines);
    const made = await createOperation(write, location, {
      type,
      storageId: body.storage_id,
      toStorageId,
      at,
      comment: body.comment,
      lines,
    });
    await pay?.(made.id);
    const document = presentOperation(await numberDocument(write, location.id, made.id), await companyOf(db, location.id));
    const view = stockViewOf(context);
    const written = await linesById(db, location.id, made.lineIds);
    write.remember('document line', written);
    const rows = await shownLines(context, written);
    const transactions = rows.map((row) => presentOperationLine(row, view));
    return { document, transactions, document_id: made.id, goods_transactions: transactions };
  },
});

const exampleNewDocument = { type_id: 1, comment: 'Document comment', storage_id: 36_539, create_date: '2026-04-24 20:00:00' };

/** A write-off is 7 here, and 4 everywhere else. Both are accepted. */
const typeOfDocument = (typeId: number) => (typeId === 7 ? 4 : (typeId as 1 | 3 | 4));

export const createDocumentOperation = operation({
  id: 'create_document',
  method: 'POST',
  path: '/storage_operations/documents/{location_id}',
  tag,
  summary: 'Create stock document',
  access: locationUser(),
  params: LocationOnly,
  body: DocumentRequest,
  success: answer(200, Document),
  errors: [403, 404],
  spelling,
  example: { body: exampleNewDocument, data: exampleDocument },
  handle: async (context) => {
    const { db, write, location, body } = context;
    const at = momentIn(body.create_date, location.timeZone, 'create_date');
    const fields = { type: typeOfDocument(body.type_id), storageId: body.storage_id, toStorageId: null, at };
    expectStockRights(context, 'create', fields);
    const id = await createDocument(write, location.id, { ...fields, comment: body.comment });
    const row = await numberDocument(write, location.id, id);
    return presentDocument(row, await companyOf(db, location.id), 'local', body.type_id);
  },
});

export const getDocumentOperation = operation({
  id: 'get_document',
  method: 'GET',
  path: '/storage_operations/documents/{location_id}/{document_id}',
  tag,
  summary: 'Read one stock document',
  access: locationUser(),
  params: DocumentPath,
  success: answer(200, Document),
  errors: [403, 404],
  example: { data: exampleDocument },
  handle: async (context) => {
    const { db, location, params } = context;
    const row = await getDocument(db, location.id, params.document_id);
    await expectSeen(context, row);
    return presentDocument(row, await companyOf(db, location.id), 'local');
  },
});

export const updateDocumentOperation = operation({
  id: 'update_document',
  method: 'PUT',
  path: '/storage_operations/documents/{location_id}/{document_id}',
  tag,
  summary: 'Change stock document',
  description:
    'Its transactions move with it to another storage or time. The type cannot change, and a transfer can only be deleted.',
  access: locationUser(),
  params: DocumentPath,
  body: DocumentRequest,
  success: answer(200, ChangedDocument),
  errors: [403, 404],
  spelling,
  example: {
    body: { ...exampleNewDocument, comment: 'Updated document comment' },
    data: { ...exampleDocument, comment: 'Updated document comment', create_date: '2026-09-21T23:00:00-05:00' },
  },
  handle: async (context) => {
    const { db, write, location, params, body } = context;
    const before = await getDocument(db, location.id, params.document_id);
    await expectSeen(context, before);
    expectStockRights(context, 'change', before);
    const at = momentIn(body.create_date, location.timeZone, 'create_date');
    expectStockRights(context, 'change', { ...before, at, storageId: body.storage_id });
    if ([1, 3, 4].includes(before.type) && typeOfDocument(body.type_id) !== before.type) {
      throw new Invalid({ type: ['cannot change'] });
    }
    const changes = { storageId: body.storage_id, at, comment: body.comment };
    const row = await updateDocument(write, location, params.document_id, changes);
    const typeId = row.type === 4 ? body.type_id : row.type;
    return presentDocument(row, await companyOf(db, location.id), 'zoned', typeId);
  },
});

export const deleteDocumentOperation = operation({
  id: 'delete_document',
  method: 'DELETE',
  path: '/storage_operations/documents/{location_id}/{document_id}',
  tag,
  summary: 'Remove stock document',
  description: 'Removes its transactions too, and takes back what they did to the stock.',
  access: locationUser(),
  params: DocumentPath,
  success: empty(202),
  errors: [403, 404, 422],
  handle: async (context) => {
    const { db, write, location, params } = context;
    const document = await getDocument(db, location.id, params.document_id);
    await expectSeen(context, document);
    expectStockRights(context, 'delete', document);
    await lockSaleOf(write, location, params.document_id);
    await deleteDocument(write, location, params.document_id);
  },
});

/** The document that a body names. @throws Invalid for an unknown one, and one that the caller does not see */
async function documentNamed(caller: Authorized, id: number): Promise<DocumentRow> {
  try {
    const document = await getDocument(caller.db, caller.location.id, id);
    await expectSeen(caller, document);
    return document;
  } catch (error) {
    if (error instanceof NotFound) throw new Invalid({ documentId: ['must be a document of this location'] });
    throw error;
  }
}

/** A line as it is answered by itself. */
async function describeLine(caller: Authorized, id: number, form: 'compact' | 'zoned' = 'compact') {
  const { db, location } = caller;
  const [row] = await shownLines(caller, [await getLine(db, location.id, id)]);
  if (!row) throw new NotFound();
  const found = await productsById(db, location.id, [row.productId]);
  const stocked = await withAmounts(db, location.id, found, allowedStorages(caller));
  const [product] = await withGiftCardTypes(db, location.id, stocked);
  if (!product) throw new NotFound();
  return presentTransaction(row, product, stockViewOf(caller), form);
}

const exampleNewTransaction = {
  document_id: 22_254_960,
  good_id: 232_674,
  amount: 1,
  cost_per_unit: 100,
  discount: 10,
  cost: 90,
  operation_unit_type: 1,
  master_id: 26_781,
  comment: 'Transaction comment',
};

export const createTransaction = operation({
  id: 'create_transaction',
  method: 'POST',
  path: '/storage_operations/goods_transactions/{location_id}',
  tag,
  summary: 'Create product transaction',
  description: 'In a document of its own, or in that of an appointment, where it is a sale from the storage for sale.',
  access: locationUser(),
  params: LocationOnly,
  body: TransactionRequest,
  success: answer(200, Transaction),
  errors: [400, 403, 404],
  spelling,
  example: { body: exampleNewTransaction, data: exampleTransaction },
  handle: async (context) => {
    const { write, location, body } = context;
    const document = await documentNamed(context, body.document_id);
    expectLineRights(context, 'create', document);
    const line = withPriceRights(context, document, { ...lineOf(body), teamMemberId: orNone(body.master_id) });
    await expectSeenClients(context, [line]);
    await lockSaleOf(write, location, document.id, [line.clientId ?? null]);
    const [id] = await addLines(write, location, document, [line]);
    return describeLine(context, id as number);
  },
});

/** The document of a line that the caller sees. @throws NotFound, Forbidden */
async function documentOfLine(caller: Authorized, id: number): Promise<DocumentRow> {
  const { db, location } = caller;
  const { documentId } = await getLine(db, location.id, id);
  const document = await getDocument(db, location.id, documentId);
  await expectSeen(caller, document);
  return document;
}

export const getTransaction = operation({
  id: 'get_transaction',
  method: 'GET',
  path: '/storage_operations/goods_transactions/{location_id}/{transaction_id}',
  tag,
  summary: 'Read one product transaction',
  access: locationUser(),
  params: TransactionPath,
  success: answer(200, ReadTransaction),
  errors: [403, 404],
  example: { data: { ...exampleTransaction, last_change_date: '2026-02-01T12:00:00-05:00' } },
  handle: async (context) => {
    await documentOfLine(context, context.params.transaction_id);
    return describeLine(context, context.params.transaction_id, 'zoned');
  },
});

export const updateTransaction = operation({
  id: 'update_transaction',
  method: 'PUT',
  path: '/storage_operations/goods_transactions/{location_id}/{transaction_id}',
  tag,
  summary: 'Change product transaction',
  description: 'People and the comment stay as they are if they are not sent; 0 removes them. The document cannot change.',
  access: locationUser(),
  params: TransactionPath,
  body: TransactionRequest,
  success: answer(200, Transaction),
  errors: [400, 403, 404],
  spelling,
  example: {
    body: { ...exampleNewTransaction, comment: 'Updated transaction comment' },
    data: { ...exampleTransaction, comment: 'Updated transaction comment' },
  },
  handle: async (context) => {
    const { write, location, params, body, can } = context;
    const document = await documentOfLine(context, params.transaction_id);
    expectLineRights(context, 'change', document);
    if (body.document_id !== document.id) throw new Invalid({ documentId: ['cannot change'] });
    const line = { ...lineOf(body), teamMemberId: orNone(body.master_id) };
    await expectSeenClients(context, [line]);
    // A caller who does not see prices writes them back as 0.
    const isBlind = ![1, 7].includes(document.type) && !can('storages_goods_prime_cost_view_access');
    const fields = isBlind ? { ...line, costPerUnit: undefined, cost: undefined } : line;
    const changed = { id: params.transaction_id, documentId: document.id };
    await changeLine(write, location, changed, withPriceRights(context, document, fields));
    return describeLine(context, params.transaction_id);
  },
});

export const deleteTransaction = operation({
  id: 'delete_transaction',
  method: 'DELETE',
  path: '/storage_operations/goods_transactions/{location_id}/{transaction_id}',
  tag,
  summary: 'Remove product transaction',
  description: 'Takes back what it did to the stock. A transfer is removed as a whole, by its document.',
  access: locationUser(),
  params: TransactionPath,
  success: empty(202),
  errors: [403, 404, 422],
  handle: async (context) => {
    const { write, location, params } = context;
    const document = await documentOfLine(context, params.transaction_id);
    expectLineRights(context, 'delete', document);
    await lockSaleOf(write, location, document.id);
    await deleteLine(write, location, params.transaction_id);
  },
});

export const getDocumentProductTransactions = operation({
  id: 'get_document_product_transactions',
  method: 'GET',
  path: '/storage_operations/documents/goods_transactions/{document_id}',
  tag,
  summary: 'List product transactions of a document',
  access: signedIn(),
  params: Type.Object({ document_id: Id('document id') }),
  success: counted(Type.Array(DocumentTransaction)),
  errors: [403, 404],
  example: { data: [exampleDocumentTransaction], meta: { count: 1 } },
  handle: async (context) => {
    const { db, params } = context;
    const grant = await grantOfDocument(context, params.document_id);
    const caller = { ...grant, db, location: grant.location };
    await expectSeen(caller, await getDocument(db, grant.location.id, params.document_id));
    const rows = await shownLines(caller, await linesOfDocuments(db, grant.location.id, [params.document_id]));
    const view = stockViewOf(caller);
    return rows.map((row) => presentDocumentLine(row, view));
  },
});

/** The caller's rights where a document is. @throws NotFound, also if the caller may not know of the location; Forbidden from a wrong address */
async function grantOfDocument(
  {
    db,
    gate,
    partner,
    user,
    request,
  }: { db: Read; gate: Gate; partner: Parameters<Gate['userGrant']>[0]; user: User; request: { ip: string } },
  id: number,
) {
  const locationId = await locationOfDocument(db, id);
  const grant = locationId === undefined ? undefined : await gate.userGrant(partner, user, locationId, request.ip);
  if (!grant) throw new NotFound();
  if (!grant.isAdmitted) throw new Forbidden();
  return grant;
}
