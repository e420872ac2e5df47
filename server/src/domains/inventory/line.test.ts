import { beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../../test/stock.ts';
import { toWire } from '../../platform/exact.ts';
import { toMoney, toPercent } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { createDocument, numberDocument } from './document.ts';
import { addLines, deleteLine, deleteLines, type LineFields, updateLine } from './line.ts';
import { linesById } from './line-list.ts';
import type { DocumentType } from './tables.ts';

type Store = Awaited<ReturnType<typeof openStore>>;

const line = (productId: number, amount: number, more: Partial<LineFields> = {}): LineFields => ({
  productId,
  amount: toQuantity(amount),
  isInSaleUnits: true,
  ...more,
});

/** Adds a document with lines. @returns its id and those of its lines */
const enter = (store: Store, type: DocumentType, lines: LineFields[], { at = new Date(), storageId = store.forSale } = {}) =>
  store.write(async (write) => {
    const id = await createDocument(write, store.location.id, { type, storageId, at });
    const lineIds = await addLines(write, store.location, { id }, lines);
    await numberDocument(write, store.location.id, id);
    return { id, lineIds };
  });

const read = async (store: Store, ids: number[]) =>
  (await linesById(store.db, store.location.id, ids)).map((row) => ({
    amount: toWire(row.amount),
    costPerUnit: toWire(row.costPerUnit),
    discount: toWire(row.discount),
    cost: toWire(row.cost),
  }));

const invalid = (errors: Record<string, unknown>) => expect.objectContaining({ status: 422, errors });

describe('the amount of a line', () => {
  test('arrivals enter a storage, sales and write-offs leave it, in write-off units', async () => {
    const store = await openStore();
    await enter(store, 3, [line(store.shampoo, 5)]);
    expect(await store.level(store.shampoo, store.forSale)).toBe(50);
    const sale = await enter(store, 1, [line(store.shampoo, 2), line(store.shampoo, 3, { isInSaleUnits: false })]);
    expect(await store.level(store.shampoo, store.forSale)).toBe(27);
    await enter(store, 4, [line(store.shampoo, -0.5)]);
    expect(await store.level(store.shampoo, store.forSale)).toBe(22);
    expect((await read(store, sale.lineIds)).map(({ amount }) => amount)).toEqual([-2, -3]);
  });

  test('is neither 0 nor a negative arrival, and is exact in write-off units', async () => {
    const store = await openStore();
    await expect(enter(store, 3, [line(store.soap, 0)])).rejects.toEqual(invalid({ amount: ['must be more than 0'] }));
    await expect(enter(store, 3, [line(store.soap, -1)])).rejects.toEqual(invalid({ amount: ['must be more than 0'] }));
    await expect(enter(store, 1, [line(store.soap, 1e-10)])).rejects.toEqual(
      invalid({ amount: ['must have at most 9 digits after the point, in write-off units'] }),
    );
    await expect(enter(store, 1, [line(store.shampoo, 1e10)])).rejects.toEqual(invalid({ amount: ['is too much'] }));
    await expect(enter(store, 1, [line(store.shampoo, 1e-9)])).resolves.toBeDefined();
    expect(await store.level(store.soap, store.forSale)).toBe(0);
  });
});

describe('the price of a line', () => {
  test('follows from the product, the amount and the discount, unless it is given', async () => {
    const store = await openStore();
    const { lineIds } = await enter(store, 1, [
      line(store.shampoo, 3),
      line(store.shampoo, 3, { isInSaleUnits: false }),
      line(store.soap, 1, { costPerUnit: toMoney(100), discount: toPercent(10) }),
      line(store.soap, 2, { costPerUnit: toMoney(100), cost: toMoney(1.5) }),
      line(store.soap, 3, { cost: toMoney(10) }),
    ]);
    expect(await read(store, lineIds)).toEqual([
      { amount: -3, costPerUnit: 20, discount: 0, cost: 60 },
      { amount: -3, costPerUnit: 2, discount: 0, cost: 6 },
      { amount: -1, costPerUnit: 100, discount: 10, cost: 90 },
      { amount: -2, costPerUnit: 100, discount: 0, cost: 1.5 },
      { amount: -3, costPerUnit: 3.33, discount: 0, cost: 10 },
    ]);
  });

  test('of a write-off is the cost price', async () => {
    const store = await openStore();
    const { lineIds } = await enter(store, 4, [line(store.shampoo, 5, { isInSaleUnits: false })]);
    expect(await read(store, lineIds)).toEqual([{ amount: -5, costPerUnit: 0.8, discount: 0, cost: 4 }]);
  });

  describe('is refused', () => {
    let store: Store;
    beforeAll(async () => {
      store = await openStore();
    });
    test.each([
      ['a negative price', { costPerUnit: toMoney(-1) }, { costPerUnit: ['must not be negative'] }],
      ['a negative price of the whole line', { cost: toMoney(-1) }, { cost: ['must not be negative'] }],
      ['more digits than the currency', { cost: toMoney(1.001) }, { cost: ['must have at most 2 digits after the point'] }],
      [
        'more digits of a unit',
        { costPerUnit: toMoney(1.001), cost: toMoney(1) },
        { costPerUnit: ['must have at most 2 digits after the point'] },
      ],
      [
        'more than 4 digits of a write-off unit',
        { costPerUnit: toMoney(1.00001), cost: toMoney(1), isInSaleUnits: false },
        { costPerUnit: ['must have at most 4 digits after the point'] },
      ],
      ['a discount over 100', { discount: toPercent(100.1) }, { discount: ['must be between 0 and 100'] }],
      ['a negative discount', { discount: toPercent(-1) }, { discount: ['must be between 0 and 100'] }],
      ['too exact a discount', { discount: toPercent(1.2345) }, { discount: ['must have at most 3 digits after the point'] }],
      ['a price that cannot be stored', { cost: toMoney(1e14) }, { cost: ['is too much'] }],
      ['a price of one that cannot be stored', { costPerUnit: toMoney(1e14), cost: toMoney(1) }, { cost: ['is too much'] }],
    ])('with %s', async (_, fields, errors) => {
      await expect(enter(store, 1, [line(store.soap, 1, fields)])).rejects.toEqual(invalid(errors));
    });

    test('not at the limits', async () => {
      const { lineIds } = await enter(store, 1, [
        line(store.soap, 1, { discount: toPercent(100), costPerUnit: toMoney(0) }),
        line(store.soap, 1, { discount: toPercent(0), cost: toMoney(0) }),
        line(store.soap, 1, { isInSaleUnits: false, costPerUnit: toMoney(1.0001), cost: toMoney(99_999_999_999_999) }),
      ]);
      expect((await read(store, lineIds)).map(({ cost, costPerUnit }) => [cost, costPerUnit])).toEqual([
        [0, 0],
        [0, 0],
        [99_999_999_999_999, 1.0001],
      ]);
    });
  });

  test('has no digits after the point in yen', async () => {
    const store = await openStore({ city: 'Tokyo' });
    await expect(enter(store, 1, [line(store.soap, 1, { cost: toMoney(1.5) })])).rejects.toEqual(
      invalid({ cost: ['must be a whole number'] }),
    );
    const { lineIds } = await enter(store, 1, [line(store.soap, 1, { discount: toPercent(10) })]);
    expect(await read(store, lineIds)).toEqual([{ amount: -1, costPerUnit: 5, discount: 10, cost: 5 }]);
  });
});

describe('the cost price of a product', () => {
  test('is that of its latest arrival, and returns to the one before', async () => {
    const store = await openStore();
    await enter(store, 3, [line(store.shampoo, 10, { cost: toMoney(108) })]);
    expect(await store.costPrice(store.shampoo)).toBe(10.8);
    const second = await enter(store, 3, [line(store.shampoo, 30, { isInSaleUnits: false, cost: toMoney(40) })]);
    expect(await store.costPrice(store.shampoo)).toBe(13.33);
    await store.write((write) => updateLine(write, store.location, second.lineIds[0] as number, { cost: toMoney(60) }));
    expect(await store.costPrice(store.shampoo)).toBe(20);
    await store.write((write) => deleteLines(write, store.location, second.lineIds));
    expect(await store.costPrice(store.shampoo)).toBe(10.8);
  });

  test('stays when an arrival is entered or deleted that is older than the latest', async () => {
    const store = await openStore();
    await enter(store, 3, [line(store.soap, 1, { cost: toMoney(3) })]);
    const older = await enter(store, 3, [line(store.soap, 1, { cost: toMoney(1) })], { at: new Date('2020-01-01') });
    expect(await store.costPrice(store.soap)).toBe(3);
    await store.write((write) => deleteLines(write, store.location, older.lineIds));
    expect(await store.costPrice(store.soap)).toBe(3);
  });

  test('stays when the only arrival is deleted', async () => {
    const store = await openStore();
    const { lineIds } = await enter(store, 3, [line(store.soap, 1, { cost: toMoney(3) })]);
    await store.write((write) => deleteLines(write, store.location, lineIds));
    expect(await store.costPrice(store.soap)).toBe(3);
  });
});

describe('a changed line', () => {
  test('takes its stock back and moves it anew', async () => {
    const store = await openStore();
    const { lineIds } = await enter(store, 1, [line(store.shampoo, 2)]);
    const [id] = lineIds as [number];
    await store.write((write) => updateLine(write, store.location, id, { amount: toQuantity(5), isInSaleUnits: false }));
    expect(await store.level(store.shampoo, store.forSale)).toBe(-5);
    expect(await read(store, lineIds)).toEqual([{ amount: -5, costPerUnit: 2, discount: 0, cost: 10 }]);
    await store.write((write) => updateLine(write, store.location, id, { productId: store.soap, amount: toQuantity(4) }));
    expect(await store.level(store.shampoo, store.forSale)).toBe(0);
    expect(await store.level(store.soap, store.forSale)).toBe(-4);
    // Both levels exist now. They are locked in their order in this direction, too.
    await store.write((write) => updateLine(write, store.location, id, { productId: store.shampoo }));
    expect(await store.level(store.soap, store.forSale)).toBe(0);
  });

  test('has another price with another amount, unit, price or discount, and a given one stays', async () => {
    const store = await openStore();
    const { lineIds } = await enter(store, 1, [line(store.shampoo, 2, { cost: toMoney(30) })]);
    const priceWith = async (fields: Partial<LineFields>) => {
      await store.write((write) => updateLine(write, store.location, lineIds[0] as number, fields));
      const [{ amount, costPerUnit, cost }] = (await read(store, lineIds)) as [Awaited<ReturnType<typeof read>>[number]];
      return [amount, costPerUnit, cost];
    };
    expect(await priceWith({ amount: toQuantity(4) })).toEqual([-4, 15, 60]);
    expect(await priceWith({ discount: toPercent(50) })).toEqual([-4, 15, 30]);
    expect(await priceWith({ costPerUnit: toMoney(10) })).toEqual([-4, 10, 20]);
    expect(await priceWith({ cost: toMoney(7) })).toEqual([-4, 10, 7]);
    expect(await priceWith({ isInSaleUnits: true, teamMemberId: null })).toEqual([-4, 10, 7]);
    // In another unit, or of another product, the price is that of the product.
    expect(await priceWith({ isInSaleUnits: false })).toEqual([-4, 2, 4]);
    expect(await store.level(store.shampoo, store.forSale)).toBe(-4);
    expect(await priceWith({ productId: store.soap })).toEqual([-4, 5, 10]);
  });

  test('names others, or nobody, and keeps what is not changed', async () => {
    const store = await openStore();
    const [client, member] = [await store.addClient(), await store.addTeamMember()];
    const supplier = await store.call('POST', `/company/${store.locationId}/suppliers`, { body: { title: 'Acme' } });
    const named = { clientId: client.id, teamMemberId: member, comment: ' Gift ', code: ' A1 ' };
    const { lineIds } = await enter(store, 4, [line(store.soap, 1, named)]);
    const shown = async (fields: Partial<LineFields>) => {
      await store.write((write) => updateLine(write, store.location, lineIds[0] as number, fields));
      const [row] = await linesById(store.db, store.location.id, lineIds);
      return row && [row.clientId, row.teamMemberId, row.supplierId, row.comment, row.code];
    };
    expect(await shown({})).toEqual([client.id, member, null, 'Gift', 'A1']);
    expect(await shown({ supplierId: supplier.data.id })).toEqual([client.id, member, supplier.data.id, 'Gift', 'A1']);
    expect(await shown({ clientId: null, comment: ' Late ' })).toEqual([null, member, supplier.data.id, 'Late', 'A1']);
    expect(await shown({ teamMemberId: null, code: ' B2 ' })).toEqual([null, null, supplier.data.id, 'Late', 'B2']);
    expect(await shown({ supplierId: null, clientId: client.id })).toEqual([client.id, null, null, 'Late', 'B2']);
    for (const field of ['clientId', 'teamMemberId', 'supplierId']) {
      await expect(shown({ [field]: 2_000_000_000 })).rejects.toMatchObject({ errors: { [field]: [expect.any(String)] } });
    }
  });

  test('gets no product that is gone, and may keep one that went meanwhile', async () => {
    const [store, other] = [await openStore(), await openStore()];
    const { lineIds } = await enter(store, 1, [line(store.soap, 1)]);
    const change = (fields: Partial<LineFields>) =>
      store.write((write) => updateLine(write, store.location, lineIds[0] as number, fields));
    const gone = await store.addProduct({ deletedAt: new Date() });
    for (const productId of [other.soap, gone, 2_000_000_000]) {
      await expect(change({ productId })).rejects.toEqual(
        invalid({ productId: [`${productId} is no product of this location`] }),
      );
    }
    expect((await store.call('DELETE', `/goods/${store.locationId}/${store.soap}`)).status).toBe(204);
    await change({ amount: toQuantity(3), productId: store.soap });
    expect(await store.level(store.soap, store.forSale)).toBe(-3);
    await expect(enter(store, 1, [line(store.soap, 1)])).rejects.toMatchObject({ status: 422 });
  });

  test('keeps its prices when only its comment changes', async () => {
    const store = await openStore();
    const { lineIds } = await enter(store, 1, [line(store.soap, 3, { cost: toMoney(10), discount: toPercent(5) })]);
    const before = await read(store, lineIds);
    await store.write((write) => updateLine(write, store.location, lineIds[0] as number, { comment: 'A gift' }));
    expect(await read(store, lineIds)).toEqual(before);
  });

  test('is refused where stock may not run short, and then nothing is changed', async () => {
    const store = await openStore({ allowsNegativeStock: false });
    await enter(store, 3, [line(store.soap, 3)]);
    const { lineIds } = await enter(store, 1, [line(store.soap, 2)]);
    const change = (amount: number) =>
      store.write((write) => updateLine(write, store.location, lineIds[0] as number, { amount: toQuantity(amount) }));
    await expect(change(4)).rejects.toEqual(invalid({ amount: ['is more than Products has of Soap: 3 pc'] }));
    expect(await store.level(store.soap, store.forSale)).toBe(1);
    await change(3);
    expect(await store.level(store.soap, store.forSale)).toBe(0);
  });
});

describe('deleted lines', () => {
  test('take back what they did, once', async () => {
    const store = await openStore();
    const { lineIds } = await enter(store, 1, [line(store.soap, 2), line(store.shampoo, 1)]);
    expect(await store.write((write) => deleteLines(write, store.location, lineIds))).toEqual(lineIds);
    expect(await store.write((write) => deleteLines(write, store.location, lineIds))).toEqual([]);
    expect(await store.level(store.soap, store.forSale)).toBe(0);
    await expect(store.write((write) => deleteLine(write, store.location, lineIds[0] as number))).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe('what a line names', () => {
  test('must belong to the location and not be deleted', async () => {
    const [store, other] = [await openStore(), await openStore()];
    const supplier = 2_000_000_000;
    await expect(enter(store, 1, [line(other.soap, 1)])).rejects.toEqual(
      invalid({ productId: [`${other.soap} is no product of this location`] }),
    );
    await expect(enter(store, 1, [line(store.soap, 1, { supplierId: supplier })])).rejects.toEqual(
      invalid({ supplierId: ['must be a supplier of this location'] }),
    );
    await expect(enter(store, 1, [line(store.soap, 1, { teamMemberId: await other.addTeamMember() })])).rejects.toEqual(
      invalid({ teamMemberId: ['must be a team member of this location'] }),
    );
    await expect(enter(store, 1, [line(store.soap, 1, { clientId: (await other.addClient()).id })])).rejects.toEqual(
      invalid({ clientId: ['must be a client of this location'] }),
    );
    await expect(enter(store, 1, [line(store.soap, 1)], { storageId: other.forSale })).rejects.toEqual(
      invalid({ storageId: ['must be a storage of this location'] }),
    );
    const gone = await store.addProduct({ deletedAt: new Date() });
    await expect(enter(store, 1, [line(gone, 1)])).rejects.toMatchObject({ status: 422 });
  });
});
