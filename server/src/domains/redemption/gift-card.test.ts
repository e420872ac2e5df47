import { beforeEach, describe, expect, test } from 'vitest';
import { type Gifts, openGifts } from '../../../test/gifts.ts';
import { testDatabase } from '../../../test/harness.ts';

describe('a payment by gift card', () => {
  let gifts: Gifts;
  beforeEach(async () => {
    gifts = await openGifts();
  });
  const sold = async (code: string, fields: object = {}, line: object = {}) =>
    gifts.issue((await gifts.addType(fields)).product, code, line);
  const balances = async () => (await gifts.cards()).map(({ balance }) => balance);
  const shares = ({ data }: { data: { state: { loyalty_transactions: { amount: number; type_id: number }[] } } }) =>
    data.state.loyalty_transactions.filter(({ type_id }) => type_id === 8).map(({ amount }) => amount);
  const undo = (document: number, transaction: number) =>
    gifts.shop.call('DELETE', `/company/${gifts.place}/sale/${document}/payment/loyalty_transaction/${transaction}`);

  test('takes what is due, and the sale shows it', async () => {
    const card = await sold('A');
    const { document } = await gifts.visit(60);
    const paid = await gifts.redeem(document, card.id, { number: 'A' });
    expect(paid.status).toBe(200);
    expect(paid.data.state.loyalty_transactions).toMatchObject([
      {
        document_id: document,
        sale_item_type: 'service',
        amount: 60,
        type_id: 8,
        type: { id: 8, title: 'Withdrawal from gift card' },
        loyalty_certificate_id: card.id,
        loyalty_certificate: { id: card.id, balance: 40, type: { title: 'Gift card 100', is_code_required: true } },
      },
    ]);
    expect(paid.data.payment_methods[0]).toMatchObject({ slug: 'account', applicable_amount: 0, is_applicable: false });
    expect(await balances()).toEqual([40]);
  });

  test('takes all that is left, and the rest stays due', async () => {
    const card = await sold('A');
    const { appointment, document } = await gifts.visit(150);
    const paid = await gifts.redeem(document, card.id, { number: 'A' });
    expect([shares(paid), paid.data.payment_methods[0].applicable_amount]).toEqual([[100], 50]);
    expect(await balances()).toEqual([0]);
    await gifts.payment(document, 50);
    expect(await gifts.read(appointment.id)).toMatchObject({ paid_full: 1 });
    expect((await gifts.redeem((await gifts.visit(10)).document, card.id, { number: 'A' })).meta.errors).toEqual([
      { loyalty_certificate_id: ['is used up'] },
    ]);
  });

  test('of a given amount is not more than is due, or left', async () => {
    const card = await sold('A');
    const { document } = await gifts.visit(60);
    const pay = (amount: number) => gifts.redeem(document, card.id, { number: 'A', amount });
    expect((await pay(60.01)).meta.errors).toEqual([{ amount: ['must not be more than the gift card can pay: 60'] }]);
    expect((await pay(0)).meta.errors).toEqual([{ amount: ['must be greater than 0'] }]);
    expect((await pay(-5)).status).toBe(422);
    expect((await pay(0.001)).status).toBe(422);
    expect(shares(await pay(25.5))).toEqual([25.5]);
    expect(shares(await pay(34.5))).toEqual([25.5, 34.5]);
    expect(await balances()).toEqual([40]);
  });

  test('is split in proportion to what is due, the rest to the last', async () => {
    const card = await sold('A');
    const { document } = await gifts.visit(20, 3000);
    expect(shares(await gifts.redeem(document, card.id, { number: 'A' }))).toEqual([0.66, 99.34]);
  });

  test('no item gets more than is due for it', async () => {
    const card = await sold('A');
    const { document } = await gifts.visit(0.01, 0.01, 0.01, 0.02, 0.01);
    const paid = await gifts.redeem(document, card.id, { number: 'A', amount: 0.05 });
    expect(shares(paid).reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(0.05, 10);
    expect(paid.data.payment_methods[0].applicable_amount).toBe(0.01);
  });

  test('of a card for one use loses the rest, and a cancellation returns all of it at once', async () => {
    const card = await sold('A', { is_multi: false });
    const { document } = await gifts.visit(30, 30);
    const paid = await gifts.redeem(document, card.id, { number: 'A' });
    expect([shares(paid), await balances()]).toEqual([[30, 30], [0]]);
    const history = await gifts.shop.call('GET', `/company/${gifts.place}/loyalty/certificates/${card.id}/history`);
    expect(history.data).toMatchObject([
      { amount: -30, cause: 'payment' },
      { amount: -70, cause: 'payment, and the rest is lost' },
      { amount: 100 },
    ]);
    const [, second] = paid.data.state.loyalty_transactions;
    const undone = await undo(document, second.id);
    expect([undone.status, undone.data.state.loyalty_transactions]).toEqual([200, []]);
    expect(await balances()).toEqual([100]);
    expect(undone.data.payment_methods[0].applicable_amount).toBe(60);
  });

  test('of a card for many uses is cancelled item by item', async () => {
    const card = await sold('A');
    const { document } = await gifts.visit(30, 40);
    const paid = await gifts.redeem(document, card.id, { number: 'A' });
    const undone = await undo(document, paid.data.state.loyalty_transactions[0].id);
    expect([shares(undone), await balances()]).toEqual([[40], [60]]);
    expect((await undo(document, paid.data.state.loyalty_transactions[0].id)).status).toBe(404);
  });

  test('needs the code, unless the caller may take cards without it', async () => {
    const client = await gifts.shop.addClient();
    const card = await sold('A', {}, { client_id: client.id });
    const { document } = await gifts.visit(10);
    const { authorization } = await gifts.shop.hire('owner', {
      loyalty_certificate_and_abonement_manual_transactions_access: false,
    });
    const errors = async (payment: object, by?: string) => (await gifts.redeem(document, card.id, payment, by)).meta.errors;
    expect(await errors({}, authorization)).toEqual([{ number: ['is required: the code of the gift card'] }]);
    expect(await errors({ number: 'B' }, authorization)).toEqual([{ number: ['is not the code of this gift card'] }]);
    expect(await errors({ number: 'B' })).toEqual([{ number: ['is not the code of this gift card'] }]);
    expect((await gifts.redeem(document, card.id, { number: 'A', amount: 1 }, authorization)).status).toBe(200);
    expect((await gifts.redeem(document, card.id)).status).toBe(200);
  });

  test('may name the card by its code only', async () => {
    await sold('A');
    const { document } = await gifts.visit(10);
    const pay = (payment: object) =>
      gifts.shop.call('POST', `/company/${gifts.place}/sale/${document}/payment`, {
        body: { payment: { method: { slug: 'loyalty_certificate' }, ...payment } },
      });
    expect((await pay({})).meta.errors).toEqual([{ loyalty_certificate_id: ['is required'] }]);
    expect((await pay({ number: 'a' })).meta.errors).toEqual([{ loyalty_certificate_id: ['is unknown'] }]);
    expect(shares(await pay({ number: 'A' }))).toEqual([10]);
  });

  test('without a code is for the buyer only, in any location of the chain where it works', async () => {
    const { product } = await gifts.addType({ is_allow_empty_code: true });
    const { appointment, document } = await gifts.visit(10);
    await gifts.sell(product, { client_id: appointment.client.id });
    const [card] = (await gifts.cards()) as [{ id: number }];
    const stranger = (await gifts.visit(10)).document;
    const other = await gifts.redeem(stranger, card.id);
    expect(other.meta.errors).toEqual([{ loyalty_certificate_id: ['belongs to another client'] }]);
    const methods = async (of: number) =>
      (await gifts.sale(of)).data.payment_methods.filter(({ slug }: { slug: string }) => slug === 'loyalty_certificate');
    expect(await methods(stranger)).toEqual([]);
    expect(await methods(document)).toMatchObject([
      {
        is_applicable: true,
        applicable_amount: 10,
        loyalty_certificate_id: card.id,
        loyalty_certificate: { balance: 100, applicable_balance: 10, type: { is_code_required: false } },
      },
    ]);
    expect((await gifts.redeem(document, card.id)).status).toBe(200);
    const elsewhere = await openGifts({ chainId: gifts.shop.chainId });
    const foreign = await elsewhere.visit(10);
    expect((await elsewhere.redeem(foreign.document, card.id)).meta.errors).toEqual([{ loyalty_certificate_id: ['is unknown'] }]);
  });

  test('is refused after the card has expired', async () => {
    const card = await sold('A', { expiration: { type_id: 2, timeout: 1, timeout_unit_id: 1 } });
    const { document } = await gifts.visit(10);
    const { query } = await testDatabase();
    const expire = (at: string) => query({ text: 'update gift_cards set expires_at = $2 where id = $1', values: [card.id, at] });
    await expire(new Date(Date.now() - 1000).toISOString());
    expect((await gifts.redeem(document, card.id, { number: 'A' })).meta.errors).toEqual([
      { loyalty_certificate_id: ['is expired'] },
    ]);
    await expire(new Date(Date.now() + 60_000).toISOString());
    expect((await gifts.redeem(document, card.id, { number: 'A' })).status).toBe(200);
  });

  test.each([
    [0, 35],
    [1, 30],
    [2, 5],
    [3, 10],
    [4, 15],
  ])('of the type of items %i pays %d', async (item_type_id, expected) => {
    const { appointment, document } = await gifts.visit(10, 20);
    const good = await gifts.shop.addProduct({ price: 5 });
    await gifts.shop.addSale(appointment.id, good);
    const first = appointment.services[0].id;
    const type = await gifts.addType({ item_type_id, service_ids: [first] });
    // No gift card pays a gift card.
    await gifts.sell(type.product, { good_special_number: 'A' });
    const [card] = (await gifts.cards()) as [{ id: number }];
    await gifts.shop.call('POST', `/storage_operations/goods_transactions/${gifts.place}`, {
      body: {
        document_id: document,
        good_id: type.product,
        amount: 1,
        cost_per_unit: 100,
        discount: 0,
        cost: 100,
        operation_unit_type: 1,
        good_special_number: 'B',
      },
    });
    const paid = await gifts.redeem(document, card.id, { number: 'A' });
    expect(shares(paid).reduce((sum, amount) => sum + amount, 0)).toBe(expected);
  });

  test('of a category pays the services of this category, and products', async () => {
    const { query } = await testDatabase();
    const { appointment, document } = await gifts.visit(10, 20);
    const [first] = await query<{ category_id: number }>({
      text: 'select category_id from services where id = $1',
      values: [appointment.services[0].id],
    });
    const card = await sold('A', { category_id: first?.category_id });
    expect(shares(await gifts.redeem(document, card.id, { number: 'A' }))).toEqual([10]);
    expect((await gifts.redeem(document, card.id, { number: 'A' })).meta.errors).toEqual([
      { loyalty_certificate_id: ['pays nothing of this sale'] },
    ]);
  });

  test('returns when the appointment is deleted; a used card cannot be taken back', async () => {
    const card = await sold('A');
    const { appointment, document } = await gifts.visit(60);
    await gifts.redeem(document, card.id, { number: 'A' });
    const remove = () => gifts.shop.call('DELETE', `/storage_operations/goods_transactions/${gifts.place}/${card.line}`);
    const refused = await remove();
    expect([refused.status, refused.meta.errors]).toEqual([
      422,
      [{ gift_card: [`${card.id} cannot be taken back: it was used`] }],
    ]);
    expect(await balances()).toEqual([40]);
    await gifts.shop.call('DELETE', `/record/${gifts.place}/${appointment.id}`);
    expect(await balances()).toEqual([100]);
    expect((await remove()).status).toBe(202);
    expect(await balances()).toEqual([]);
  });

  test('a sale that sells one card and is paid by another is undone as a whole', async () => {
    const card = await sold('A');
    const { product } = await gifts.addType();
    const { appointment, document } = await gifts.visit(60);
    await gifts.shop.call('POST', `/storage_operations/goods_transactions/${gifts.place}`, {
      body: {
        document_id: document,
        good_id: product,
        amount: 1,
        cost_per_unit: 100,
        discount: 0,
        cost: 100,
        operation_unit_type: 1,
        good_special_number: 'B',
      },
    });
    await gifts.redeem(document, card.id, { number: 'A' });
    await gifts.payment(document, 100);
    expect(await balances()).toEqual([40, 100]);
    expect((await gifts.shop.call('DELETE', `/record/${gifts.place}/${appointment.id}`)).status).toBe(204);
    expect((await gifts.cards()).map(({ number, balance }) => [number, balance])).toEqual([['A', 100]]);
  });

  test('money for a gift card and for a membership has its own payment item', async () => {
    const { product } = await gifts.addType();
    const membership = await gifts.shop.addProduct();
    const { query } = await testDatabase();
    const { data } = await gifts.sell(product, { good_special_number: 'A' }, { paid: true, account_id: gifts.cash });
    const payments = async (document: number) =>
      (await gifts.shop.call('GET', `/transactions/${gifts.place}?document_id=${document}`)).data.map(
        ({ amount, expense }: { amount: number; expense: { id: number } }) => [amount, expense.id],
      );
    expect(await payments(data.document_id)).toEqual([[100, 12]]);
    const sale = await gifts.sell(membership);
    await query({ text: 'update products set membership_type_id = 1 where id = $1', values: [membership] });
    await gifts.payment(sale.data.document_id, 20);
    expect(await payments(sale.data.document_id)).toEqual([[20, 6]]);
  });
});
