import { describe, expect, test } from 'vitest';
import { type Club, openClub } from '../../../test/club.ts';
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

describe('a withdrawal in a visit', () => {
  const operations = (club: Club, card: number, visit: { record: number; visit: number }) => {
    const named = { record_id: visit.record, visit_id: visit.visit };
    const post = (name: string, body: object) =>
      club.shop.call('POST', `/visit/loyalty/${name}/${club.place}/${card}`, { body: { ...named, ...body } });
    return {
      apply: (amount: number, body: object = {}) => post('apply_card_withdrawal', { amount, ...body }),
      cancel: (body: object = {}) => post('cancel_card_withdrawal', body),
    };
  };
  const transactionsOf = async (club: Club, visit: number) =>
    (await club.shop.call('GET', `/visit/loyalty/transactions/${visit}`)).data;

  test('answers the visit: a transaction for each item, whose prices stay', async () => {
    const club = await openClub();
    const { client, id, phone } = await club.loyalMember(500);
    const visit = await club.visitOf(client, 20, 3000);
    const product = await club.shop.addProduct({ price: 24 });
    const line = await club.shop.addSale(visit.record, product);
    const { apply } = operations(club, id, visit);
    const { status, data } = await apply(100);
    expect(status).toBe(200);
    const shared = {
      id: expect.any(Number),
      status_id: 1,
      type_id: 3,
      program_id: 0,
      card_id: id,
      salon_group_id: club.chainId,
      is_discount: false,
      is_loyalty_withdraw: true,
      type: { id: 3, title: 'Loyalty card withdrawal' },
    };
    const ofService = { item_type_id: 1, item_record_id: visit.record, goods_transaction_id: 0 };
    const cost = data.items.find(({ is_good }: { is_good: boolean }) => is_good).cost;
    expect(cost).toBeGreaterThan(0);
    expect(data.loyalty_transactions).toHaveLength(3);
    expect(data.loyalty_transactions).toEqual(
      expect.arrayContaining([
        { ...shared, ...ofService, amount: expect.any(Number), item_id: visit.serviceIds[0] },
        { ...shared, ...ofService, amount: expect.any(Number), item_id: visit.serviceIds[1] },
        {
          ...shared,
          amount: expect.any(Number),
          item_id: product,
          item_type_id: 7,
          item_record_id: 0,
          goods_transaction_id: line,
        },
      ]),
    );
    expect(data.payment_transactions).toEqual([]);
    expect(data.items).toMatchObject([
      { id: 0, item_id: visit.serviceIds[0], item_type_id: 1, record_id: visit.record, cost: 20, discount: 0, is_service: true },
      { id: 0, item_id: visit.serviceIds[1], item_type_id: 1, cost: 3000 },
      { id: line, item_id: product, item_type_id: 7, record_id: 0, good_id: product, service_id: 0, is_good: true },
    ]);
    expect(await transactionsOf(club, visit.visit)).toEqual(data.loyalty_transactions);
    const details = `/visit/details/${club.place}/${visit.record}/${visit.visit}`;
    expect((await club.shop.call('GET', details)).data.loyalty_transactions).toEqual(data.loyalty_transactions);
    expect(await club.balance(phone)).toBe(400);
    expect(await contradictions(club.place)).toEqual([]);
  });

  test('of 100 over 20 and 3000 is 0.66 and 99.34, of nothing is no transaction, and of too much is what is there', async () => {
    const club = await openClub();
    const { client, id, phone } = await club.loyalMember(500);
    const visit = await club.visitOf(client, 20, 3000);
    const { apply } = operations(club, id, visit);
    const amounts = async (amount: number) =>
      (await apply(amount)).data.loyalty_transactions.map((row: { amount: number }) => row.amount);
    expect(await amounts(0)).toEqual([]);
    expect(await amounts(100)).toEqual([0.66, 99.34]);
    await apply(1000);
    expect(await club.balance(phone)).toBe(0);
  });

  test('is cancelled with all its transactions, and the points return; without any nothing happens', async () => {
    const club = await openClub();
    const { client, id, phone } = await club.loyalMember(500);
    const visit = await club.visitOf(client, 20, 3000);
    const { apply, cancel } = operations(club, id, visit);
    await apply(100);
    await apply(50);
    for (let round = 0; round < 2; round++) {
      const { status, data } = await cancel();
      expect([status, data.loyalty_transactions, data.items.length]).toEqual([200, [], 2]);
      expect([await club.balance(phone), await transactionsOf(club, visit.visit)]).toEqual([500, []]);
    }
    expect(await contradictions(club.place)).toEqual([]);
  });

  test('is cancelled for this card only, and also after the card was removed', async () => {
    const club = await openClub();
    const { client, id, phone } = await club.loyalMember(500);
    const gold = await club.addType({ title: 'Gold' });
    const other = (await club.issue(phone, { loyalty_card_type_id: gold.id })).data.id;
    await club.move(other, 10);
    const visit = await club.visitOf(client, 100);
    await operations(club, id, visit).apply(20);
    await operations(club, other, visit).apply(10);
    await club.shop.call('DELETE', `/loyalty/cards/${club.place}/${id}`);
    expect((await operations(club, id, visit).apply(5)).status).toBe(404);
    const { data } = await operations(club, id, visit).cancel();
    expect(data.loyalty_transactions).toMatchObject([{ card_id: other, amount: 10 }]);
  });

  test('needs the card of the client, and a visit with the appointment', async () => {
    const [club, stranger] = [await openClub(), await openClub()];
    const [owner, other] = [await club.loyalMember(50), await club.loyalMember(50)];
    const [visit, second] = [await club.visitOf(owner.client, 20), await club.visitOf(owner.client, 20)];
    const refused = await operations(club, other.id, visit).apply(5);
    expect([refused.status, refused.meta.errors]).toEqual([422, [{ card_id: ['is unknown'] }]]);
    const { apply, cancel } = operations(club, owner.id, visit);
    for (const body of [{ visit_id: second.visit }, { record_id: 2_000_000_000 }]) {
      expect([(await apply(5, body)).status, (await cancel(body)).status]).toEqual([404, 404]);
    }
    const theirs = await stranger.loyalMember(50);
    expect((await operations(club, theirs.id, visit).apply(5)).status).toBe(404);
    expect((await operations(club, theirs.id, visit).cancel()).status).toBe(404);
    expect((await stranger.shop.call('GET', `/visit/loyalty/transactions/${visit.visit}`)).status).toBe(404);
    expect(await club.balance(owner.phone)).toBe(50);
  });
});
