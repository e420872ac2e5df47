import { expect, test } from 'vitest';
import { openStore } from '../../../test/stock.ts';
import type { Write } from '../../api/write.ts';
import { toWire } from '../../platform/exact.ts';
import { toMoney } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { createDocument, getDocument, lockDocument, numberDocument } from './document.ts';
import { addLines, deleteLine, updateLine } from './line.ts';
import { linesOfDocuments } from './line-list.ts';
import { createOperation, deleteDocument, updateDocument } from './operation.ts';
import { countStock, getStocktaking } from './stocktaking.ts';
import { archiveStorage } from './storage.ts';
import type { DocumentType } from './tables.ts';

type Store = Awaited<ReturnType<typeof openStore>>;

const enter = (store: Store, type: DocumentType, productId: number, amount: number, more: object = {}) =>
  store.write(async (write) => {
    const made = await createOperation(write, store.location, {
      type,
      storageId: store.forSale,
      at: new Date(),
      lines: [{ productId, amount: toQuantity(amount), isInSaleUnits: true }],
      ...more,
    });
    await numberDocument(write, store.location.id, made.id);
    return made;
  });

const count = (store: Store, productId: number, amount: number, isInSaleUnits = true) =>
  store.write(async (write) => {
    const counts = [{ productId, amount: toQuantity(amount), isInSaleUnits }];
    const id = await countStock(write, store.location, { storageId: store.forSale, counts });
    await numberDocument(write, store.location.id, id);
    return id;
  });

test('documents of a location are numbered in their order', async () => {
  const [store, other] = [await openStore(), await openStore()];
  const numbers = [];
  for (const each of [store, store, other]) {
    const { id } = await enter(each, 1, each.soap, 1);
    numbers.push((await getDocument(each.db, each.location.id, id)).number);
  }
  expect(numbers).toEqual([1, 2, 1]);
});

test.each([1, 5] as const)('a new document of the type %i may be locked once more in its transaction', async (type) => {
  const store = await openStore();
  const lines = [{ productId: store.soap, amount: toQuantity(1), isInSaleUnits: true }];
  const places = { storageId: store.forSale, ...(type === 5 ? { toStorageId: store.forServices } : {}) };
  const locked = store.write(async (write) => {
    const { id } = await createOperation(write, store.location, { type, ...places, at: new Date(), lines });
    return (await lockDocument(write, store.location.id, id)).id === id;
  });
  expect(await locked).toBe(true);
});

test('a transfer leaves one storage and enters another, in one document', async () => {
  const store = await openStore();
  const teamMemberId = await store.addTeamMember();
  const moved = { productId: store.shampoo, amount: toQuantity(2), isInSaleUnits: true, teamMemberId, comment: ' By Ada ' };
  const { id } = await enter(store, 5, store.shampoo, 2, { toStorageId: store.forServices, lines: [moved] });
  expect(await store.level(store.shampoo, store.forSale)).toBe(-20);
  expect(await store.level(store.shampoo, store.forServices)).toBe(20);
  const lines = await linesOfDocuments(store.db, store.location.id, [id]);
  expect(lines.map(({ amount, storageId, cost }) => [toWire(amount), storageId, toWire(cost)])).toEqual([
    [-2, store.forSale, 16],
    [2, store.forServices, 16],
  ]);
  for (const line of lines) expect(line).toMatchObject({ teamMemberId, comment: 'By Ada', supplierId: null, clientId: null });
});

test('a transfer is deleted as a whole, and not changed', async () => {
  const store = await openStore();
  const { id, lineIds } = await enter(store, 5, store.soap, 3, { toStorageId: store.forServices });
  const [line] = lineIds as [number];
  const { location } = store;
  const one = { productId: store.soap, amount: toQuantity(1), isInSaleUnits: true };
  const refusals: [(write: Write) => Promise<unknown>, string][] = [
    [(write) => deleteLine(write, location, line), 'Transfers and stocktakings are deleted as a whole.'],
    [(write) => updateLine(write, location, line, { comment: '' }), 'Transfers and stocktakings are deleted as a whole.'],
    [
      (write) => updateDocument(write, location, id, { comment: '' }),
      'Transfers and stocktakings are not changed. Delete it and enter it again.',
    ],
    [(write) => addLines(write, location, { id }, [one]), 'This document takes no lines.'],
  ];
  for (const [change, message] of refusals) {
    await expect(store.write(change)).rejects.toMatchObject({ status: 403, message });
  }
  expect(await store.write((write) => deleteDocument(write, location, id))).toEqual(lineIds);
  expect(await store.level(store.soap, store.forSale)).toBe(0);
  expect(await store.level(store.soap, store.forServices)).toBe(0);
});

test.each([
  ['without another storage', undefined, 'is required'],
  ['to the same storage', 'same', 'must differ from {storageId}'],
  ['to a storage of another location', 'foreign', 'must be a storage of this location'],
])('a transfer %s is refused', async (_, target, message) => {
  const [store, other] = [await openStore(), await openStore()];
  const toStorageId = { same: store.forSale, foreign: other.forSale }[target ?? ''];
  await expect(enter(store, 5, store.soap, 1, { toStorageId })).rejects.toMatchObject({ errors: { toStorageId: [message] } });
  expect(await store.level(store.soap, store.forSale)).toBe(0);
});

test('the lines of a document move with it to another storage and time', async () => {
  const store = await openStore();
  const { id } = await enter(store, 3, store.soap, 5);
  const at = new Date('2026-01-02T03:04:05Z');
  const changed = await store.write((write) =>
    updateDocument(write, store.location, id, { storageId: store.forServices, at, comment: ' Late ' }),
  );
  expect(changed).toMatchObject({ storageId: store.forServices, at, comment: 'Late', number: 1 });
  expect(await store.level(store.soap, store.forSale)).toBe(0);
  expect(await store.level(store.soap, store.forServices)).toBe(5);
  const lines = async () => {
    const [line] = await linesOfDocuments(store.db, store.location.id, [id]);
    return [line?.storageId, line?.at, line?.changedAt];
  };
  const before = await lines();
  expect(before).toEqual([store.forServices, at, expect.any(Date)]);
  // A comment alone, and the same place and time, leave the lines alone.
  const change = (fields: object) => store.write((write) => updateDocument(write, store.location, id, fields));
  expect(await change({ comment: '' })).toMatchObject({ storageId: store.forServices, at, comment: '' });
  await change({ storageId: store.forServices, at });
  expect(await lines()).toEqual(before);
  // Both levels exist now. They are locked in their order in this direction, too.
  await change({ storageId: store.forSale });
  expect((await lines()).slice(0, 2)).toEqual([store.forSale, at]);
  expect(await store.level(store.soap, store.forSale)).toBe(5);
});

test('an arrival that moves to the past gives its place as the latest to another', async () => {
  const store = await openStore();
  await enter(store, 3, store.soap, 1, {
    lines: [{ productId: store.soap, amount: toQuantity(1), isInSaleUnits: true, cost: toMoney(3) }],
  });
  const { id } = await enter(store, 3, store.soap, 1, {
    lines: [{ productId: store.soap, amount: toQuantity(1), isInSaleUnits: true, cost: toMoney(4) }],
  });
  expect(await store.costPrice(store.soap)).toBe(4);
  await store.write((write) => updateDocument(write, store.location, id, { at: new Date('2020-01-01') }));
  expect(await store.costPrice(store.soap)).toBe(3);
});

test('a deleted document takes back its stock, and is not found any more', async () => {
  const store = await openStore();
  const { id } = await enter(store, 1, store.shampoo, 2);
  await store.write((write) => deleteDocument(write, store.location, id));
  expect(await store.level(store.shampoo, store.forSale)).toBe(0);
  await expect(getDocument(store.db, store.location.id, id)).rejects.toMatchObject({ status: 404 });
  await expect(store.write((write) => deleteDocument(write, store.location, id))).rejects.toMatchObject({ status: 404 });
});

test('an operation without lines is refused', async () => {
  const store = await openStore();
  await expect(enter(store, 1, store.soap, 1, { lines: [] })).rejects.toMatchObject({
    errors: { lines: ['must have at least one line'] },
  });
});

test('lines of the same product are added up before they are compared with what is there', async () => {
  const store = await openStore({ allowsNegativeStock: false });
  await enter(store, 3, store.soap, 5);
  const lines = [3, 3].map((amount) => ({ productId: store.soap, amount: toQuantity(amount), isInSaleUnits: true }));
  await expect(enter(store, 1, store.soap, 0, { lines })).rejects.toMatchObject({
    errors: { amount: ['is more than Products has of Soap: 5 pc'] },
  });
  expect(await store.level(store.soap, store.forSale)).toBe(5);
});

test('a stocktaking sets the level to what was counted, and shows the difference', async () => {
  const store = await openStore({ allowsNegativeStock: false });
  await enter(store, 3, store.shampoo, 5);
  const id = await count(store, store.shampoo, 3.5);
  expect(await store.level(store.shampoo, store.forSale)).toBe(35);
  const { counts } = await getStocktaking(store.db, store.location.id, id);
  expect((await linesOfDocuments(store.db, store.location.id, [id])).map((line) => [line.type, toWire(line.amount)])).toEqual([
    [6, -15],
  ]);
  expect(counts.map(({ expected, counted, difference, cost }) => [expected, counted, difference, cost].map(toWire))).toEqual([
    [50, 35, -15, 12],
  ]);
  await store.write((write) => deleteDocument(write, store.location, id));
  expect(await store.level(store.shampoo, store.forSale)).toBe(50);
  // Counted in write-off units.
  await count(store, store.shampoo, 7, false);
  expect(await store.level(store.shampoo, store.forSale)).toBe(7);
  await expect(count(store, store.shampoo, -1)).rejects.toMatchObject({ errors: { amount: ['must not be negative'] } });
  // No other document is a stocktaking.
  const sale = await enter(store, 1, store.soap, 0, {
    lines: [{ productId: store.shampoo, amount: toQuantity(1), isInSaleUnits: false }],
  });
  await expect(getStocktaking(store.db, store.location.id, sale.id)).rejects.toMatchObject({ status: 404 });
});

test('a stocktaking keeps a count that agrees, without a difference', async () => {
  const store = await openStore();
  const id = await count(store, store.soap, 0);
  const { counts } = await getStocktaking(store.db, store.location.id, id);
  expect(counts).toMatchObject([{ productId: store.soap, difference: null }]);
  expect(await linesOfDocuments(store.db, store.location.id, [id])).toEqual([]);
});

test('a storage is archived only when it is empty, and takes nothing afterwards', async () => {
  const store = await openStore();
  await enter(store, 3, store.soap, 1);
  const archive = () => store.write((write) => archiveStorage(write, store.location.id, store.forSale));
  await expect(archive()).rejects.toMatchObject({
    status: 403,
    message: 'The storage holds products. Move them or write them off first.',
  });
  await count(store, store.soap, 0);
  await archive();
  await expect(
    store.write((write) => createDocument(write, store.location.id, { type: 1, storageId: store.forSale, at: new Date() })),
  ).rejects.toMatchObject({ errors: { storageId: ['must be a storage of this location'] } });
});
