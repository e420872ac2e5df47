import { beforeEach, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from '../../../test/desk.ts';
import { toldBy } from '../../../test/outbox.ts';

interface Options {
  type_id?: number;
  authorization?: string;
  isForServices?: boolean;
}

async function openStore() {
  const desk = await openDesk();
  const product = await desk.shop.addProduct({ price: 20, costPrice: 8 });
  const storages = (await desk.shop.call('GET', `/storages/${desk.place}`)).data as { id: number; for_sale: number }[];
  const storageFor = (isForServices: boolean) => storages.find(({ for_sale }) => for_sale === Number(!isForServices))?.id;
  const operate = (lines: object[], fields: object = {}, { type_id = 3, authorization, isForServices = false }: Options = {}) =>
    desk.shop.call('POST', `/storage_operations/operation/${desk.place}`, {
      body: {
        type_id,
        create_date: '2030-05-06 12:00:00',
        storage_id: storageFor(isForServices),
        paid: true,
        account_id: desk.cash,
        goods_transactions: lines.map((line) => ({ good_id: product, operation_unit_type: 1, ...line })),
        ...fields,
      },
      authorization: authorization ?? desk.shop.owner.authorization,
    });
  const money = async (document: number) =>
    (await desk.shop.call('GET', `/transactions/${desk.place}?document_id=${document}`)).data as Record<string, unknown>[];
  return { ...desk, product, storageFor, operate, money };
}

type Store = Desk & Awaited<ReturnType<typeof openStore>>;

describe('a paid operation', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore();
  });
  const arrive = async (...costs: number[]) => {
    const answer = await store.operate(costs.map((cost) => ({ amount: 1, cost })));
    return {
      document: answer.data.document_id as number,
      lines: answer.data.goods_transactions.map(({ id }: { id: number }) => id) as number[],
    };
  };
  const amounts = async (document: number) => (await store.money(document)).map(({ amount }) => amount);

  test('a sale is paid at once, by its buyer', async () => {
    const client = await store.shop.addClient({ balance: 0 });
    const { data } = await store.operate([{ amount: 2, client_id: client.id, discount: 25 }], {}, { type_id: 1 });
    expect(await store.money(data.document_id)).toMatchObject([
      { amount: 30, expense: { id: 7 }, account: { id: store.cash }, client: { id: client.id } },
    ]);
    expect((await store.sale(data.document_id)).data.payment_methods[0].applicable_amount).toBe(0);
    expect(await store.balance(store.cash)).toBe(30);
  });

  test('an arrival is an expense of all it costs, to its supplier', async () => {
    const supplier = await store.shop.call('POST', `/company/${store.place}/suppliers`, { body: { title: 'Acme' } });
    const { data } = await store.operate([
      { amount: 3, cost: 30, supplier_id: supplier.data.id },
      { amount: 1, cost: 5.5, supplier_id: supplier.data.id },
    ]);
    expect(await store.money(data.document_id)).toMatchObject([
      {
        amount: -35.5,
        expense: { id: 2 },
        account: { id: store.cash },
        supplier: { id: supplier.data.id },
        date: '2030-05-06T12:00:00-0400',
      },
    ]);
    expect(await store.balance(store.cash)).toBe(-35.5);
    // To nobody, if not all of it is from the same one. The money follows the lines.
    const path = `/storage_operations/goods_transactions/${store.place}`;
    const line = { good_id: store.product, amount: 1, operation_unit_type: 1, cost_per_unit: 5.5, discount: 0, cost: 5.5 };
    const setSupplier = (supplier_id: number) =>
      store.shop.call('PUT', `${path}/${data.goods_transactions[1].id}`, {
        body: { ...line, document_id: data.document_id, supplier_id },
      });
    for (const supplier_id of [0, supplier.data.id]) {
      expect((await setSupplier(supplier_id)).status).toBe(200);
      expect(await store.money(data.document_id)).toMatchObject([{ amount: -35.5, supplier: { id: supplier_id } }]);
    }
  });

  test('an arrival of consumables has their payment item', async () => {
    const { data } = await store.operate([{ amount: 1, cost: 9 }], {}, { isForServices: true });
    expect(await store.money(data.document_id)).toMatchObject([{ amount: -9, expense: { id: 1 } }]);
  });

  test('nothing is paid for what costs nothing, nor without the wish', async () => {
    const free = await store.operate([{ amount: 1, cost: 0 }]);
    const unpaid = await store.operate([{ amount: 1, cost: 5 }], { paid: false });
    const gift = await store.operate([{ amount: 1, discount: 100 }], {}, { type_id: 1 });
    for (const { status, data } of [free, unpaid, gift]) expect([status, await store.money(data.document_id)]).toEqual([200, []]);
  });

  test.each([
    [{ account_id: undefined }, 3, { account_id: ['is required'] }],
    [{}, 4, { paid: ['is for sales and arrivals only'] }],
    [{ account_id: 2_000_000_000 }, 3, { account_id: ['is unknown'] }],
    [{ account_id: 2_000_000_000 }, 1, { account_id: ['is unknown'] }],
  ])('with %j and the type %i is refused, and nothing is written', async (fields, type_id, errors) => {
    const answer = await store.operate([{ amount: 1, cost: 5 }], fields, { type_id });
    expect([answer.status, answer.meta.errors]).toEqual([422, [errors]]);
    expect((await store.shop.call('GET', `/storages/transactions/${store.place}`)).data).toEqual([]);
  });

  test.each([
    [{ finances_access: false }, 3],
    [{ finances_create_transactions_access: false }, 3],
    [{ records_finances_access: false }, 1],
  ])('with the rights %j and the type %i is refused', async (permissions, type_id) => {
    const { authorization } = await store.shop.hire('owner', permissions);
    expect((await store.operate([{ amount: 1, cost: 5 }], {}, { type_id, authorization })).status).toBe(403);
    expect((await store.operate([{ amount: 1, cost: 5 }], { paid: false }, { type_id, authorization })).status).toBe(200);
  });

  test('of long ago needs the days for it', async () => {
    const { authorization } = await store.shop.hire('owner', {
      finances_create_last_days_count: 1,
      records_finances_last_days_count: 1,
    });
    const old = { create_date: '2020-05-06 12:00:00' };
    for (const type_id of [1, 3]) {
      expect((await store.operate([{ amount: 1, cost: 5 }], old, { type_id, authorization })).status).toBe(403);
      expect((await store.operate([{ amount: 1, cost: 5 }], {}, { type_id, authorization })).status).toBe(200);
    }
  });

  test('the money of an arrival follows lines that are changed, added and deleted', async () => {
    const { document, lines } = await arrive(30, 5);
    const line = {
      document_id: document,
      good_id: store.product,
      amount: 1,
      operation_unit_type: 1,
      cost_per_unit: 1,
      discount: 0,
    };
    const path = `/storage_operations/goods_transactions/${store.place}`;
    const changed = await store.shop.call('PUT', `${path}/${lines[0]}`, { body: { ...line, cost: 31.25 } });
    expect(changed.meta).toEqual([]);
    expect(await amounts(document)).toEqual([-36.25]);
    const told = await toldBy(store.place, () =>
      store.shop.call('PUT', `${path}/${lines[0]}`, { body: { ...line, cost: 31.25, comment: 'Late' } }),
    );
    expect(told.map(({ resource }) => resource)).not.toContain('finances_operation');
    await store.shop.call('POST', path, { body: { ...line, cost: 1 } });
    expect(await amounts(document)).toEqual([-37.25]);
    await store.shop.call('DELETE', `${path}/${lines[1]}`);
    expect([await amounts(document), await store.balance(store.cash)]).toEqual([[-32.25], -32.25]);
  });

  test('the money of an arrival is deleted with its last line, and with the document', async () => {
    const [one, other] = [await arrive(30), await arrive(7, 8)];
    await store.shop.call('DELETE', `/storage_operations/goods_transactions/${store.place}/${one.lines[0]}`);
    await store.shop.call('DELETE', `/storage_operations/documents/${store.place}/${other.document}`);
    expect([await amounts(one.document), await amounts(other.document), await store.balance(store.cash)]).toEqual([[], [], 0]);
  });

  test('the money of an arrival follows its document to another time and storage', async () => {
    const { document } = await arrive(30);
    const move = async (storage_id: number | undefined, create_date: string) => {
      const body = { type_id: 3, comment: '', storage_id, create_date };
      const moved = await store.shop.call('PUT', `/storage_operations/documents/${store.place}/${document}`, { body });
      expect(moved.status).toBe(200);
      return store.money(document);
    };
    const date = '2030-05-07T09:00:00-0400';
    expect(await move(store.storageFor(false), '2030-05-07 09:00:00')).toMatchObject([{ amount: -30, expense: { id: 2 }, date }]);
    expect(await move(store.storageFor(true), '2030-05-07 09:00:00')).toMatchObject([{ amount: -30, expense: { id: 1 }, date }]);
  });
});
