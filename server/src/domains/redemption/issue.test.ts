import { beforeEach, describe, expect, test } from 'vitest';
import { type Gifts, openGifts } from '../../../test/gifts.ts';

describe('a sold gift card', () => {
  let gifts: Gifts;
  let product: number;
  beforeEach(async () => {
    gifts = await openGifts();
    ({ product } = await gifts.addType({ balance: 80 }));
  });
  const errorsOf = async (answer: ReturnType<Gifts['sell']>) => {
    const { status, meta } = await answer;
    return [status, meta.errors];
  };
  const remove = (line: number) => gifts.shop.call('DELETE', `/storage_operations/goods_transactions/${gifts.place}/${line}`);

  test('has the balance of its type, the code of its line and the buyer, paid or not', async () => {
    const client = await gifts.shop.addClient();
    const { data } = await gifts.sell(product, { good_special_number: ' GC-1 ', client_id: client.id, cost: 60 });
    expect(await gifts.cards()).toMatchObject([
      {
        number: 'GC-1',
        balance: 80,
        client_id: client.id,
        phone: `+${client.phone}`,
        line_id: data.goods_transactions[0].id,
        expires_at: null,
      },
    ]);
  });

  test('two of a chain have no code in common, in whatever locations', async () => {
    await gifts.issue(product, 'GC-1');
    const again = await gifts.sell(product, { good_special_number: 'GC-1' });
    expect([again.status, again.meta.message]).toEqual([400, 'Gift card with such number already exists']);
    const both = await gifts.sell(product, [{ good_special_number: 'GC-2' }, { good_special_number: 'GC-2' }]);
    expect(both.status).toBe(400);
    expect(await gifts.cards()).toMatchObject([{ number: 'GC-1' }]);
    const other = await openGifts();
    const { product: elsewhere } = await other.addType();
    expect((await other.sell(elsewhere, { good_special_number: 'GC-1' })).status).toBe(200);
  });

  test('several lines issue one each', async () => {
    await gifts.sell(product, [{ good_special_number: 'A' }, { good_special_number: 'B' }]);
    expect((await gifts.cards()).map(({ number }) => number)).toEqual(['A', 'B']);
  });

  test.each([2, 0.5])('of the amount %d is refused', async (amount) => {
    expect(await errorsOf(gifts.sell(product, { amount, good_special_number: 'A' }))).toEqual([
      422,
      [{ amount: ['must be 1 for a gift card'] }],
    ]);
    expect((await gifts.shop.call('GET', `/storages/transactions/${gifts.place}`)).data).toEqual([]);
  });

  test('needs a code, unless its type does not: then it needs a client with a phone number', async () => {
    expect(await errorsOf(gifts.sell(product, { good_special_number: ' ' }))).toEqual([
      422,
      [{ good_special_number: ['is required for this gift card'] }],
    ]);
    const free = await gifts.addType({ is_allow_empty_code: true });
    expect(await errorsOf(gifts.sell(free.product))).toEqual([
      422,
      [{ client_id: ['is required for a gift card without a code'] }],
    ]);
    const client = await gifts.shop.addClient();
    expect((await gifts.sell(free.product, { client_id: client.id })).status).toBe(200);
    expect((await gifts.sell(free.product, { client_id: client.id })).status).toBe(200);
    expect(await gifts.cards()).toMatchObject([
      { number: '', phone: `+${client.phone}` },
      { number: '', phone: `+${client.phone}` },
    ]);
  });

  test.each([
    [{ type_id: 0 }, null],
    [{ type_id: 1, date: '2031-01-02 23:00:00' }, '2031-01-03T04:00:00.000Z'],
    // 2019-10-07 and 365 days are 2020-10-06, until 23:59:59 in New York.
    [{ type_id: 2, timeout: 365, timeout_unit_id: 1 }, '2020-10-07T03:59:59.000Z'],
    [{ type_id: 2, timeout: 2, timeout_unit_id: 2 }, '2019-10-22T03:59:59.000Z'],
    [{ type_id: 2, timeout: 1, timeout_unit_id: 3 }, '2019-11-08T04:59:59.000Z'],
    [{ type_id: 2, timeout: 1, timeout_unit_id: 4 }, '2020-10-08T03:59:59.000Z'],
  ])('with the expiration %j expires at %s', async (expiration, at) => {
    const type = await gifts.addType({ expiration });
    await gifts.sell(type.product, { good_special_number: 'A' }, { create_date: '2019-10-07 16:20:00' });
    const [card] = await gifts.cards();
    expect(card?.expires_at && new Date(card.expires_at as string).toISOString()).toBe(at);
  });

  test('goes with its line, with the whole document, and its code is free again', async () => {
    const { line } = await gifts.issue(product, 'A');
    expect((await remove(line)).status).toBe(202);
    expect(await gifts.cards()).toEqual([]);
    const { document } = await gifts.issue(product, 'A');
    expect((await gifts.shop.call('DELETE', `/storage_operations/documents/${gifts.place}/${document}`)).status).toBe(202);
    expect(await gifts.cards()).toEqual([]);
    await gifts.issue(product, 'A');
  });

  test('follows its line to another code, buyer and type', async () => {
    const { line, document } = await gifts.issue(product, 'A');
    const [one, two] = [await gifts.shop.addClient(), await gifts.addType({ balance: 30 })];
    const put = (fields: object) =>
      gifts.shop.call('PUT', `/storage_operations/goods_transactions/${gifts.place}/${line}`, {
        body: {
          document_id: document,
          good_id: product,
          amount: 1,
          cost_per_unit: 80,
          discount: 0,
          cost: 80,
          operation_unit_type: 1,
          ...fields,
        },
      });
    expect((await put({ good_special_number: 'B', client_id: one.id })).status).toBe(200);
    const [card] = await gifts.cards();
    expect(card).toMatchObject({ number: 'B', phone: `+${one.phone}`, balance: 80 });
    expect((await put({ good_id: two.product })).status).toBe(200);
    expect(await gifts.cards()).toMatchObject([{ number: 'B', balance: 30 }]);
    expect((await gifts.cards())[0]?.id).not.toBe(card?.id);
    expect((await put({ good_id: two.product, amount: 2 })).status).toBe(422);
    await gifts.issue(product, 'C');
    expect((await put({ good_id: two.product, good_special_number: 'C' })).status).toBe(400);
    const ordinary = await gifts.shop.addProduct();
    expect((await put({ good_id: ordinary, good_special_number: '' })).status).toBe(200);
    expect((await gifts.cards()).map(({ number }) => number)).toEqual(['C']);
  });

  test('a visit sells it to its client, and takes it back', async () => {
    const { appointment } = await gifts.visit(50);
    const save = (...goods_transactions: object[]) =>
      gifts.shop.call('PUT', `/visits/${appointment.visit_id}/${appointment.id}`, {
        body: { attendance: 1, comment: '', goods_transactions },
      });
    expect((await save({ id: 0, good_id: product, amount: 1, good_special_number: 'V1' })).status).toBe(200);
    expect(await gifts.cards()).toMatchObject([{ number: 'V1', phone: appointment.client.phone, balance: 80 }]);
    const [sold] = (await gifts.read(appointment.id)).goods_transactions;
    expect((await save({ ...sold, good_special_number: 'V2' })).status).toBe(200);
    expect(await gifts.cards()).toMatchObject([{ number: 'V2' }]);
    expect((await save({ id: 0, good_id: product, amount: 1 })).meta.errors).toEqual([
      { good_special_number: ['is required for this gift card'] },
    ]);
    expect(await gifts.cards()).toMatchObject([{ number: 'V2' }]);
    expect((await save()).status).toBe(200);
    expect(await gifts.cards()).toEqual([]);
  });

  test('goes with a deleted appointment', async () => {
    const { appointment, document } = await gifts.visit(50);
    await gifts.shop.call('POST', `/storage_operations/goods_transactions/${gifts.place}`, {
      body: {
        document_id: document,
        good_id: product,
        amount: 1,
        cost_per_unit: 80,
        discount: 0,
        cost: 80,
        operation_unit_type: 1,
        good_special_number: 'V1',
      },
    });
    expect(await gifts.cards()).toMatchObject([{ phone: appointment.client.phone }]);
    await gifts.payment(document, 130);
    expect((await gifts.shop.call('DELETE', `/record/${gifts.place}/${appointment.id}`)).status).toBe(204);
    expect(await gifts.cards()).toEqual([]);
  });
});
