import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { openOffers } from '../../../test/offers.ts';

test('points are given when the client has come and everything is paid, in either order, and once', async () => {
  const { loyalMember, visitOf, cashback, attend, payment, balance, state } = await openOffers();
  const program = await cashback();
  const { client, id, phone } = await loyalMember();
  const first = await visitOf(client, 1000);
  await payment(first.document, 400);
  await attend(first);
  expect(await balance(phone)).toBe(0);
  const { data } = await payment(first.document, 600);
  expect(data.state.loyalty_transactions).toEqual([
    expect.objectContaining({ type_id: 2, amount: 100, loyalty_card_id: id, loyalty_program_id: program }),
  ]);
  expect(data.state.loyalty_transactions[0]).not.toHaveProperty('sale_item_id');
  expect(await balance(phone)).toBe(100);
  const second = await visitOf(client, 50);
  await payment(second.document, 50);
  expect(await balance(phone)).toBe(100);
  await attend(second);
  await attend(second);
  expect(await balance(phone)).toBe(105);
  expect((await state(second.document)).loyalty_transactions).toHaveLength(1);
});

test('points are taken back with the payment, also when they are spent, and come back with the next one', async () => {
  const { shop, place, loyalMember, cashback, done, payment, balance, move, state } = await openOffers();
  await cashback();
  const { client, id, phone } = await loyalMember();
  const { document } = await done(client, 1000);
  await move(id, -80);
  const [{ id: payment_id }] = (await state(document)).payment_transactions;
  await shop.call('DELETE', `/company/${place}/sale/${document}/payment/payment_transaction/${payment_id}`);
  expect([await balance(phone), (await state(document)).loyalty_transactions]).toEqual([-80, []]);
  await payment(document, 1000);
  expect(await balance(phone)).toBe(20);
});

test('points are taken back when the client has not come after all, and when the appointment is deleted', async () => {
  const { shop, place, loyalMember, cashback, done, attend, balance } = await openOffers();
  await cashback();
  const { client, phone } = await loyalMember();
  const visit = await done(client, 1000);
  await attend(visit, 0);
  expect(await balance(phone)).toBe(0);
  await attend(visit);
  expect(await balance(phone)).toBe(100);
  expect((await shop.call('DELETE', `/record/${place}/${visit.record}`)).status).toBe(204);
  expect(await balance(phone)).toBe(0);
});

test('points follow the price: what is not fully paid any more gives none, and what costs less gives less', async () => {
  const { must, loyalMember, visitOf, cashback, attend, payment, balance } = await openOffers();
  await cashback({ type: 'cashback_static_sold' });
  const { client, phone } = await loyalMember();
  const visit = await visitOf(client, 100);
  await attend(visit);
  await payment(visit.document, 100);
  expect(await balance(phone)).toBe(10);
  const price = (cost: number) =>
    must('PUT', `/visits/${visit.visit}/${visit.record}`, {
      attendance: 1,
      comment: '',
      services: [{ record_id: visit.record, id: visit.serviceIds[0], first_cost: cost, discount: 0, cost }],
    });
  await price(150);
  expect(await balance(phone)).toBe(0);
  await payment(visit.document, 50);
  expect(await balance(phone)).toBe(15);
});

test('points follow the client: those of the first are taken back, and the second gets them', async () => {
  const { shop, place, body, loyalMember, cashback, done, balance } = await openOffers();
  await cashback();
  const [one, other] = [await loyalMember(), await loyalMember()];
  const visit = await done(one.client, 100);
  const services = [{ id: visit.serviceIds[0], first_cost: 100, cost: 100, discount: 0 }];
  const changed = await shop.call('PUT', `/record/${place}/${visit.record}`, {
    body: body({ client: { id: other.client.id }, attendance: 1, services, save_if_busy: true }),
  });
  expect(changed.status).toBe(201);
  expect([await balance(one.phone), await balance(other.phone)]).toEqual([0, 10]);
});

test('what loyalty has paid gives points for what was sold, but not for what was paid', async () => {
  const { loyalMember, visitOf, cashback, promote, payByProgram, payByCard, attend, payment, balance } = await openOffers();
  await cashback({ rules: [{ parameter: 0, value: 10 }] });
  await cashback({ type: 'cashback_static_sold', rules: [{ parameter: 0, value: 1 }] });
  const ten = await promote();
  const { client, id, phone } = await loyalMember(200);
  const visit = await visitOf(client, 1000);
  await payByProgram(visit.document, id, ten);
  await payByCard(visit.document, id, 200);
  await payment(visit.document, 700);
  await attend(visit);
  expect(await balance(phone)).toBe(70 + 10);
});

test('of two appointments with the same service, each gives points for what was paid for it with money', async () => {
  const { booked, shop, attend, loyalMember, cashback, payByCard, payment, balance } = await openOffers();
  await cashback();
  const { client, id, phone } = await loyalMember(20);
  const services = [{ id: await shop.addService(), first_cost: 50, cost: 50, discount: 0 }];
  const book = async (hour: number) => {
    const made = await booked({ services, client: { id: client.id }, datetime: `2030-05-06T${hour}:00:00` });
    return { record: made.id as number, visit: made.visit_id as number, document: made.documents[0].id as number };
  };
  const [one, other] = [await book(10), await book(12)];
  await payByCard(one.document, id, 20);
  await payment(one.document, 80);
  await attend(one);
  await attend(other);
  expect(await balance(phone)).toBe(8);
});

test('a visit of two appointments gives points when both are attended, and those that were missed do not count', async () => {
  const { booked, shop, attend, loyalMember, cashback, payment, balance, place } = await openOffers();
  await cashback();
  const { client, phone } = await loyalMember();
  const book = async (hour: number, price: number) => {
    const services = [{ id: await shop.addService(), first_cost: price, cost: price, discount: 0 }];
    const made = await booked({ services, client: { id: client.id }, datetime: `2030-05-06T${hour}:00:00` });
    return { record: made.id as number, visit: made.visit_id as number, document: made.documents[0].id as number };
  };
  const [one, other] = [await book(10, 100), await book(12, 50)];
  await attend(one);
  await payment(one.document, 150);
  await attend(other, 0);
  expect(await balance(phone)).toBe(0);
  await attend(other);
  expect(await balance(phone)).toBe(15);
  const [, late] = (await shop.call('GET', `/company/${place}/sale/${one.document}`)).data.state.payment_transactions;
  expect(late.amount).toBe(100);
});

test('a card gets limited cashback so often, and every second visit only if the promotion says so', async () => {
  const limited = await openOffers();
  await limited.cashback({ usage_limit: 2 });
  const card = await limited.loyalMember();
  for (let visit = 0; visit < 3; visit++) await limited.done(card.client, 100);
  expect(await limited.balance(card.phone)).toBe(20);
  const alternating = await openOffers();
  await alternating.cashback({ visit_multiplicity: 2 });
  const { client, phone } = await alternating.loyalMember();
  const balances = [];
  for (let visit = 0; visit < 4; visit++) {
    await alternating.done(client, 100);
    balances.push(await alternating.balance(phone));
  }
  expect(balances).toEqual([0, 10, 10, 20]);
});

test('points burn by the term of the promotion, and else by that of the type of the card', async () => {
  const { shop, types, type, loyalMember, cashback, done } = await openOffers();
  await cashback({ expiration_timeout: 10, expiration_timeout_unit: 'day', expiration_notification_timeout: 3 });
  await cashback({ type: 'cashback_static_sold' });
  const term = { expiration_timeout: 30, expiration_timeout_unit: 'day', expiration_notification_timeout: 1 };
  expect((await shop.call('PUT', `${types}/${type.id}`, { body: term })).status).toBe(200);
  const { client } = await loyalMember();
  await done(client, 100);
  const { query } = await testDatabase();
  const lots = await query<{ burns: number; told: number }>({
    text: `select round(extract(epoch from expires_at - now()) / 86400)::int as burns,
        round(extract(epoch from notice_at - now()) / 86400)::int as told from point_lots where chain_id = $1 order by 1`,
    values: [shop.chainId],
  });
  expect(lots).toEqual([
    { burns: 10, told: 7 },
    { burns: 30, told: 29 },
  ]);
});

test('two cards get the points of their own promotions, and one of both only once', async () => {
  const { addType, type, loyalMember, cashback, issue, done, cards } = await openOffers();
  const gold = await addType({ title: 'Gold' });
  await cashback({ loyalty_card_type_ids: [type.id, gold.id] });
  await cashback({ loyalty_card_type_ids: [gold.id], rules: [{ parameter: 0, value: 5 }] });
  const { client, phone } = await loyalMember();
  await issue(phone, { loyalty_card_type_id: gold.id });
  await done(client, 100);
  expect((await cards(phone)).map(({ balance }: { balance: number }) => balance)).toEqual([10, 5]);
});

test('a deleted promotion gives no points any more, and those that it gave stay', async () => {
  const { shop, loyalMember, cashback, done, balance } = await openOffers();
  const program = await cashback();
  const { client, phone } = await loyalMember();
  await done(client, 100);
  await shop.call('DELETE', `/chain/${shop.chainId}/loyalty/programs/${program}`);
  await done(client, 100);
  expect(await balance(phone)).toBe(10);
});

test('a visit that is paid with points of one card gives points to another one, whatever was locked first', async () => {
  const { addType, type, loyalMember, cashback, issue, visitOf, attend, payByCard, payment, cards, shop, place, state } =
    await openOffers();
  const gold = await addType({ title: 'Gold' });
  await cashback({ loyalty_card_type_ids: [type.id] });
  const { client, phone } = await loyalMember();
  const second = (await issue(phone, { loyalty_card_type_id: gold.id })).data.id;
  await shop.call('POST', `/company/${place}/loyalty/cards/${second}/manual_transaction`, { body: { amount: 40 } });
  const visit = await visitOf(client, 100);
  await attend(visit);
  await payment(visit.document, 60);
  expect((await payByCard(visit.document, second, 40)).status).toBe(200);
  const balances = async () => (await cards(phone)).map(({ balance }: { balance: number }) => balance);
  expect(await balances()).toEqual([6, 0]);
  const covering = (await state(visit.document)).loyalty_transactions.find(({ type_id }: { type_id: number }) => type_id === 3);
  const undone = await shop.call('DELETE', `/company/${place}/sale/${visit.document}/payment/loyalty_transaction/${covering.id}`);
  expect([undone.status, await balances()]).toEqual([200, [0, 40]]);
});
