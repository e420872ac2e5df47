import { describe, expect, test } from 'vitest';
import { openClub } from '../../../test/club.ts';
import { contradictions } from '../../../test/consistency.ts';
import type { Answer } from '../../../test/harness.ts';
import { toldBy } from '../../../test/outbox.ts';
import { toWire } from '../../platform/exact.ts';
import { toMoney } from '../../platform/money.ts';
import type { DueItem } from '../sales/sale.ts';
import { splitOver } from './card.ts';

const parts = (amount: number, due: number[], digits = 2) =>
  splitOver(
    toMoney(amount),
    due.map((each) => ({ due: toMoney(each) }) as DueItem),
    digits,
  ).map((part) => toWire(part.amount));

describe('a payment is split in proportion to what is due', () => {
  test.each([
    [100, [20, 3000], [0.66, 99.34]],
    [3020, [20, 3000], [20, 3000]],
    [10, [10, 20], [3.33, 6.67]],
    [0.02, [0.01, 0.01, 0.01, 0.01, 0.01], [0.01, 0.01]],
    [0.01, [5, 5, 5], [0.01]],
    [0, [5], []],
    [5, [], []],
  ])('%d over %o gives %o', (amount, due, expected) => {
    expect(parts(amount, due)).toEqual(expected);
  });

  test('with the digits of the currency', () => {
    expect(parts(10, [10, 20], 0)).toEqual([3, 7]);
  });
});

const paid = (answer: Answer) => answer.data.state.loyalty_transactions.map(({ amount }: { amount: number }) => amount);
const methodOf = (answer: Answer) => answer.data.payment_methods.find(({ slug }: { slug: string }) => slug === 'loyalty_card');

describe('paying a sale with the points of a card', () => {
  test('lowers what is due and the balance, with a transaction for each item', async () => {
    const club = await openClub();
    const { client, card, id, phone } = await club.loyalMember(500);
    const { document, serviceIds } = await club.visitOf(client, 20, 3000);
    expect(methodOf(await club.sale(document))).toEqual({
      slug: 'loyalty_card',
      is_applicable: true,
      applicable_amount: 500,
      applicable_count: 0,
      applicable_value: 0,
      loyalty_card_id: id,
      loyalty_card: {
        id,
        type_id: club.type.id,
        number: Number(card.number),
        balance: 500,
        type: { id: club.type.id, type: 'Regulars' },
        chain: { id: club.chainId, title: 'Test chain' },
      },
    });
    const answer = await club.payByCard(document, id, 100);
    expect(answer.status).toBe(200);
    expect(answer.data.state.loyalty_transactions).toMatchObject([
      { sale_item_id: serviceIds[0], sale_item_type: 'service', amount: 0.66, type_id: 3, loyalty_card_id: id },
      { sale_item_id: serviceIds[1], amount: 99.34, type: { id: 3, title: 'Loyalty card withdrawal' } },
    ]);
    expect(answer.data.payment_methods[0].applicable_amount).toBe(2920);
    expect(await club.balance(phone)).toBe(400);
    expect(await contradictions(club.place)).toEqual([]);
  });

  test('takes no more than is due and no more than the card has, and nothing of nothing', async () => {
    const club = await openClub();
    const { client, id, phone } = await club.loyalMember(50);
    const { document } = await club.visitOf(client, 30);
    expect(paid(await club.payByCard(document, id, 0))).toEqual([]);
    expect(paid(await club.payByCard(document, id, 1000))).toEqual([30]);
    expect([await club.balance(phone), paid(await club.payByCard(document, id, 10))]).toEqual([20, [30]]);
    const dear = await club.visitOf(client, 100);
    expect(paid(await club.payByCard(dear.document, id, 70))).toEqual([20]);
    expect(await club.balance(phone)).toBe(0);
    expect(paid(await club.payByCard(dear.document, id, 70))).toEqual([20]);
    expect(methodOf(await club.sale(dear.document))).toMatchObject({ is_applicable: false, applicable_amount: 0 });
  });

  test('without an amount takes as much as possible', async () => {
    const club = await openClub();
    const { client, id } = await club.loyalMember(50);
    const { document } = await club.visitOf(client, 30);
    await club.payment(document, 12.5);
    expect(paid(await club.payByCard(document, id))).toEqual([17.5]);
  });

  test('pays the appointment, and is due again when it is taken back, which returns the points', async () => {
    const club = await openClub();
    const { client, id, phone } = await club.loyalMember(50);
    const { document, record } = await club.visitOf(client, 30);
    const [transaction] = (await club.payByCard(document, id, 30)).data.state.loyalty_transactions;
    expect(await club.read(record)).toMatchObject({ paid_full: 1 });
    const path = `/company/${club.place}/sale/${document}/payment/loyalty_transaction/${transaction.id}`;
    const told = await toldBy(club.place, async () => {
      expect((await club.shop.call('DELETE', path)).status).toBe(200);
    });
    expect(told).toMatchObject([{ resource: 'record' }, { resource: 'loyalty_card', status: 'update', data: { balance: 50 } }]);
    expect([await club.balance(phone), (await club.read(record)).paid_full]).toEqual([50, 0]);
    expect((await club.shop.call('DELETE', path)).status).toBe(404);
  });

  test('is for what the type of the card may pay', async () => {
    const club = await openClub();
    const { client, id } = await club.loyalMember(500);
    const { document, serviceIds } = await club.visitOf(client, 20, 30);
    const set = (body: object) => club.shop.call('PUT', `${club.types}/${club.type.id}`, { body });
    const applicable = async () => methodOf(await club.sale(document)).applicable_amount;
    await set({ service_item_type: 'not_allowed' });
    expect([await applicable(), paid(await club.payByCard(document, id, 10))]).toEqual([0, []]);
    await set({ service_item_type: 'custom_allowed', allowed_service_ids: [serviceIds[1]] });
    expect([await applicable(), paid(await club.payByCard(document, id, 40))]).toEqual([30, [30]]);
    await set({ service_item_type: 'any_allowed' });
    expect(await applicable()).toBe(20);
  });

  test('counts categories of services, and products and their categories', async () => {
    const club = await openClub({ service_item_type: 'not_allowed', good_item_type: 'custom_allowed' });
    const { client, id } = await club.loyalMember(500);
    const product = await club.shop.addProduct({ price: 24 });
    const { document, record, serviceIds } = await club.visitOf(client, 20);
    const line = await club.shop.addSale(record, product);
    const set = (body: object) => club.shop.call('PUT', `${club.types}/${club.type.id}`, { body });
    const applicable = async () => methodOf(await club.sale(document)).applicable_amount;
    const cost = (await club.sale(document)).data.state.items.find(
      ({ type }: { type: string }) => type === 'good',
    ).cost_to_pay_total;
    expect(await applicable()).toBe(0);
    await set({ allowed_good_ids: [product] });
    expect(await applicable()).toBe(cost);
    const category = (await club.shop.call('GET', `/goods/${club.place}/${product}`)).data.category_id;
    await set({ allowed_good_ids: [], allowed_good_category_ids: [category] });
    expect(await applicable()).toBe(cost);
    const ofService = (await club.shop.call('GET', `/company/${club.place}/services/${serviceIds[0]}`)).data.category_id;
    await set({ service_item_type: 'custom_allowed', allowed_service_category_ids: [ofService] });
    expect(await applicable()).toBe(cost + 20);
    const answer = await club.payByCard(document, id, cost + 20);
    expect(answer.data.state.loyalty_transactions).toContainEqual(
      expect.objectContaining({ sale_item_id: line, sale_item_type: 'good', amount: cost }),
    );
  });

  test('is for the owner of the card, where the card works', async () => {
    const club = await openClub();
    const [owner, other] = [await club.loyalMember(50), await club.loyalMember()];
    const { document } = await club.visitOf(other.client, 30);
    const unknown = async () => (await club.payByCard(document, owner.id, 10)).meta.errors;
    expect(await unknown()).toEqual([{ loyalty_card_id: ['is unknown'] }]);
    const own = await club.visitOf(owner.client, 30);
    await club.shop.call('PUT', `${club.types}/${club.type.id}`, { body: { company_ids: [] } });
    expect((await club.payByCard(own.document, owner.id, 10)).meta.errors).toEqual([{ loyalty_card_id: ['is unknown'] }]);
    expect(methodOf(await club.sale(own.document))).toBeUndefined();
    const stranger = await openClub();
    const theirs = await stranger.loyalMember(50);
    expect((await club.payByCard(own.document, theirs.id, 10)).meta.errors).toEqual([{ loyalty_card_id: ['is unknown'] }]);
    expect(await stranger.balance(theirs.phone)).toBe(50);
  });

  test.each([
    [-1, 'must not be less than 0'],
    [0.001, 'must have at most 2 digits after the point'],
  ])('an amount of %s is refused', async (amount, message) => {
    const club = await openClub();
    const { client, id } = await club.loyalMember(50);
    const { document } = await club.visitOf(client, 30);
    expect((await club.payByCard(document, id, amount)).meta.errors).toEqual([{ amount: [message] }]);
  });

  test('needs the right to use loyalty', async () => {
    const club = await openClub();
    const { client, id } = await club.loyalMember(50);
    const { document } = await club.visitOf(client, 30);
    const { authorization } = await club.shop.hire('owner', { loyalty_access: false });
    const path = `/company/${club.place}/sale/${document}`;
    const body = { payment: { method: { slug: 'loyalty_card', loyalty_card_id: id }, amount: 5 } };
    expect((await club.shop.call('POST', `${path}/payment`, { authorization, body })).status).toBe(403);
    expect(methodOf(await club.shop.call('GET', path, { authorization }))).toBeUndefined();
  });

  test('of many at once takes no more than the card has', async () => {
    const club = await openClub();
    const { client, id, phone } = await club.loyalMember(50);
    const visits = [await club.visitOf(client, 30), await club.visitOf(client, 30), await club.visitOf(client, 30)];
    const answers = await Promise.all(visits.map(({ document }) => club.payByCard(document, id, 20)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const sales = await Promise.all(visits.map(({ document }) => club.sale(document)));
    const total = sales.flatMap((answer) => paid(answer) as number[]).reduce((sum, amount) => sum + amount, 0);
    expect([total, await club.balance(phone)]).toEqual([50, 0]);
    expect(await contradictions(club.place)).toEqual([]);
  });
});
