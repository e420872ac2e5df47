import { describe, expect, test } from 'vitest';
import { openOffers } from '../../../test/offers.ts';
import { toldBy } from '../../../test/outbox.ts';

type Transaction = { id: number; amount: number; type_id: number; sale_item_id: number };
const amounts = (state: { loyalty_transactions: Transaction[] }) => state.loyalty_transactions.map(({ amount }) => amount);

describe('a discount of a promotion', () => {
  test('is taken off what is left: 1000 with 10 % and then 20 % is 100 and 180, and 720 are due', async () => {
    const { loyalMember, visitOf, promote, payByProgram, payment, shop, read } = await openOffers();
    const [ten, twenty] = [await promote(), await promote({ rules: [{ parameter: 0, value: 20 }] })];
    const { client, id } = await loyalMember();
    const { document, record } = await visitOf(client, 1000);
    expect(amounts((await payByProgram(document, id, ten)).data.state)).toEqual([100]);
    const { state, payment_methods } = (await payByProgram(document, id, twenty)).data;
    expect(amounts(state)).toEqual([100, 180]);
    expect(state.loyalty_transactions[1]).toMatchObject({
      type_id: 1,
      type: { id: 1, title: 'Promotion discount' },
      loyalty_card_id: id,
      loyalty_card: { id },
      loyalty_program_id: twenty,
      loyalty_program: { id: twenty, type_id: 1, is_value_percent: true, chain: { id: shop.chainId } },
      sale_item_id: state.items[0].id,
    });
    expect(state.items[0]).toMatchObject({ cost_to_pay_total: 1000, client_discount_percent: 0 });
    expect(payment_methods.find(({ slug }: { slug: string }) => slug === 'account').applicable_amount).toBe(720);
    expect((await payment(document, 720.01)).status).toBe(422);
    expect((await payment(document, 720)).status).toBe(200);
    expect((await read(record)).paid_full).toBe(1);
  });

  test('is one transaction for each item, and a second time changes nothing', async () => {
    const { loyalMember, visitOf, promote, payByProgram, state } = await openOffers();
    const lump = await promote({ value_unit: 'amount', rules: [{ parameter: 0, value: 10000 }] });
    const { client, id } = await loyalMember();
    const { document } = await visitOf(client, 25000, 3500, 20000, 4200);
    await payByProgram(document, id, lump);
    expect(amounts(await state(document))).toEqual([664.14, 796.96, 3795.07, 4743.83]);
    expect((await payByProgram(document, id, lump)).status).toBe(200);
    expect(amounts(await state(document))).toHaveLength(4);
  });

  test('is cancelled item by item or gone with its appointment, and what it took off is due again', async () => {
    const { shop, place, loyalMember, visitOf, promote, payByProgram, state, payment } = await openOffers();
    const ten = await promote();
    const { client, id } = await loyalMember();
    const { document } = await visitOf(client, 100);
    const [{ id: transaction }] = (await payByProgram(document, id, ten)).data.state.loyalty_transactions;
    const undo = `/company/${place}/sale/${document}/payment/loyalty_transaction/${transaction}`;
    expect((await shop.call('DELETE', undo)).status).toBe(200);
    expect([amounts(await state(document)), (await payment(document, 100)).status]).toEqual([[], 200]);
    expect((await shop.call('DELETE', undo)).status).toBe(404);
  });

  test('is refused for a card of somebody else, and for a promotion that is not open to the card', async () => {
    const { loyalMember, visitOf, promote, cashback, payByProgram, addType, shop } = await openOffers();
    const [mine, theirs] = [await loyalMember(), await loyalMember()];
    const { document } = await visitOf(mine.client, 100);
    const other = await addType({ title: 'Others' });
    const errorOf = async (card: number, program: number) => (await payByProgram(document, card, program)).meta.errors?.[0];
    const unknown = { loyalty_program_id: ['is unknown, or not open to the card'] };
    expect(await errorOf(theirs.id, await promote())).toEqual(unknown);
    expect(await errorOf(mine.id, await promote({ loyalty_card_type_ids: [other.id] }))).toEqual(unknown);
    expect(await errorOf(mine.id, await promote({ company_ids: [] }))).toEqual(unknown);
    expect(await errorOf(mine.id, await cashback())).toEqual(unknown);
    const deleted = await promote();
    await shop.call('DELETE', `/chain/${shop.chainId}/loyalty/programs/${deleted}`);
    expect(await errorOf(mine.id, deleted)).toEqual(unknown);
    const late = await promote({ type: 'discount_accumulative_visits', rules: [{ parameter: 3, value: 10 }] });
    expect(await errorOf(mine.id, late)).toEqual({ loyalty_program_id: ['The first threshold is not reached.'] });
  });

  test('is offered as a way to pay, with its percent and what it takes off, until it is applied', async () => {
    const { loyalMember, visitOf, promote, payByProgram, sale } = await openOffers();
    await promote({ rules: [{ parameter: 0, value: 20 }] });
    const { client, id } = await loyalMember();
    const { document } = await visitOf(client, 1170);
    const offered = async () =>
      (await sale(document)).data.payment_methods.find(({ slug }: { slug: string }) => slug === 'loyalty_program');
    const method = await offered();
    expect(method).toMatchObject({ is_applicable: true, applicable_amount: 234, applicable_value: 20, loyalty_card_id: id });
    await payByProgram(document, id, method.loyalty_program_id);
    expect(await offered()).toMatchObject({ is_applicable: false, applicable_amount: 0 });
  });

  test('counts visits before this one: with 1 -> 5 % and 2 -> 7 %, the first gets none and the third 7 %', async () => {
    const { loyalMember, visitOf, promote, payByProgram, done } = await openOffers();
    const levels = await promote({
      type: 'discount_accumulative_visits',
      rules: [
        { parameter: 1, value: 5 },
        { parameter: 2, value: 7 },
      ],
    });
    const { client, id } = await loyalMember();
    const first = await done(client, 100);
    expect((await payByProgram(first.document, id, levels)).status).toBe(422);
    await done(client, 100);
    const third = await visitOf(client, 100);
    expect(amounts((await payByProgram(third.document, id, levels)).data.state)).toEqual([7]);
  });

  test('counts sold and paid sums of the locations that its source names, from the day on which the history starts', async () => {
    const offers = await openOffers();
    const { loyalMember, visitOf, promote, payByProgram, done } = offers;
    const level = (fields: object) =>
      promote({
        type: 'discount_accumulative_paid',
        rules: [{ parameter: 150, value: 10 }],
        params_source_type: 'chain',
        ...fields,
      });
    const all = await level({});
    const late = await level({ history_start_date: '2030-05-07' });
    const elsewhere = await level({ params_source_type: 'active_companies' });
    const { client, id } = await loyalMember();
    await done(client, 100);
    await done(client, 100);
    const { document } = await visitOf(client, 100);
    const gives = async (program: number) => (await payByProgram(document, id, program)).status;
    expect([await gives(late), await gives(all), await gives(elsewhere)]).toEqual([422, 200, 200]);
  });

  test('of a package is for the next service after so many paid ones', async () => {
    const { shop, place, loyalMember, promote, payByProgram, booked, attend, payment } = await openOffers();
    const wash = await shop.addService({ priceMin: 40, priceMax: 40 });
    const third = await promote({
      type: 'package_discount',
      sold_items_multiplicity: 2,
      good_item_type: 'not_allowed',
      rules: [{ parameter: 0, value: 100, service_id: wash }],
    });
    const { client, id } = await loyalMember();
    const visit = async (day: number) => {
      const services = [{ id: wash, first_cost: 40, cost: 40, discount: 0 }];
      const made = await booked({ services, client: { id: client.id }, datetime: `2030-05-0${day}T10:00:00` });
      return { record: made.id, visit: made.visit_id, document: made.documents[0].id as number };
    };
    const applied = async (document: number) => (await payByProgram(document, id, third)).status;
    for (const day of [6, 7]) {
      const { document, ...of } = await visit(day);
      expect(await applied(document)).toBe(422);
      await attend(of);
      await payment(document, 40);
    }
    const free = await visit(8);
    expect(amounts((await payByProgram(free.document, id, third)).data.state)).toEqual([40]);
    await attend(free);
    const next = await visit(9);
    expect(await applied(next.document)).toBe(422);
    expect((await shop.call('GET', `/record/${place}/${free.record}`)).data.paid_full).toBe(1);
  });

  test('has whole amounts in a currency without decimals', async () => {
    const { loyalMember, visitOf, promote, payByProgram } = await openOffers({ city: 'Tokyo' });
    const ten = await promote();
    const { client, id } = await loyalMember();
    const { document } = await visitOf(client, 1235);
    expect(amounts((await payByProgram(document, id, ten)).data.state)).toEqual([124]);
  });

  test('needs the right to use loyalty', async () => {
    const { shop, place, loyalMember, visitOf, promote } = await openOffers();
    const ten = await promote();
    const { client, id } = await loyalMember();
    const { document } = await visitOf(client, 100);
    const { authorization } = await shop.hire('owner', { loyalty_access: false });
    const method = { slug: 'loyalty_program', loyalty_card_id: id, loyalty_program_id: ten };
    const path = `/company/${place}/sale/${document}`;
    const paid = await shop.call('POST', `${path}/payment`, { body: { payment: { method } }, authorization });
    expect(paid.status).toBe(403);
    const { payment_methods } = (await shop.call('GET', path, { authorization })).data;
    expect(payment_methods.some(({ slug }: { slug: string }) => slug === 'loyalty_program')).toBe(false);
  });
});

describe('in a visit', () => {
  const of = (visit: { record: number; visit: number }) => ({ record_id: visit.record, visit_id: visit.visit });

  test('a promotion is applied and cancelled, each as often as one likes, and integrations are told of the appointment', async () => {
    const { shop, place, loyalMember, visitOf, promote, payment } = await openOffers();
    const program = await promote();
    const { client, id } = await loyalMember();
    const visit = await visitOf(client, 200);
    const send = (verb: string, card = id, promotion = program) =>
      shop.call('POST', `/visit/loyalty/${verb}_discount_program/${place}/${card}/${promotion}`, { body: of(visit) });
    const transaction = {
      type_id: 1,
      status_id: 1,
      amount: 20,
      program_id: program,
      card_id: id,
      salon_group_id: shop.chainId,
      item_type_id: 1,
      is_discount: true,
      is_loyalty_withdraw: false,
    };
    for (let time = 0; time < 2; time++) {
      expect((await send('apply')).data.loyalty_transactions).toEqual([expect.objectContaining(transaction)]);
    }
    const told = await toldBy(place, async () => {
      const { status, data } = await send('cancel');
      expect([status, data.loyalty_transactions, data.items[0].cost]).toEqual([200, [], 200]);
    });
    expect(told).toMatchObject([{ resource: 'record', resourceId: visit.record, status: 'update' }]);
    expect((await send('cancel')).status).toBe(200);
    const never = 2147483647;
    expect([(await send('apply', never)).status, (await send('apply', id, never)).status]).toEqual([404, 404]);
    expect([(await send('cancel', never)).status, (await send('cancel', id, never)).status]).toEqual([404, 404]);
    expect((await payment(visit.document, 200)).status).toBe(200);
    expect((await send('apply')).data.loyalty_transactions).toEqual([]);
  });

  test('what is for none of the items is refused in words, and a missed appointment can still have a discount', async () => {
    const { shop, place, booked, attend, loyalMember, promote, payByProgram } = await openOffers();
    const [all, products] = [await promote(), await promote({ service_item_type: 'not_allowed' })];
    const { client, id } = await loyalMember();
    const book = async (hour: number, price: number) => {
      const services = [{ id: await shop.addService(), first_cost: price, cost: price, discount: 0 }];
      const made = await booked({ services, client: { id: client.id }, datetime: `2030-05-06T${hour}:00:00` });
      return { record: made.id as number, visit: made.visit_id as number, document: made.documents[0].id as number };
    };
    const [one, missed] = [await book(10, 100), await book(12, 50)];
    await attend(one);
    await attend(missed, -1);
    const refused = await payByProgram(one.document, id, products);
    expect(JSON.stringify(refused.body)).toContain('The promotion is for none of the items.');
    const { data } = await shop.call('GET', `/visit/loyalty/explanation/${place}/${one.visit}`);
    expect(data).toMatchObject([
      { loyalty_program_id: all, reason: 'not_applied', open_amount: 15 },
      { loyalty_program_id: products, reason: 'no_items', open_amount: 0 },
    ]);
  });

  test('it is explained why each promotion gave something or nothing', async () => {
    const { shop, place, loyalMember, visitOf, done, attend, payment, promote, cashback, payByProgram } = await openOffers();
    const [applied, open] = [await promote(), await promote({ value_unit: 'amount', rules: [{ parameter: 0, value: 5 }] })];
    const late = await promote({ type: 'discount_accumulative_visits', rules: [{ parameter: 9, value: 5 }] });
    const points = await cashback({ usage_limit: 1 });
    const second = await cashback({ visit_multiplicity: 3 });
    const { client, id } = await loyalMember();
    await done(client, 50);
    const visit = await visitOf(client, 100);
    await payByProgram(visit.document, id, applied);
    const explain = async () => {
      const { data } = await shop.call('GET', `/visit/loyalty/explanation/${place}/${visit.visit}`);
      return data as { loyalty_program_id: number; reason: string; amount: number; open_amount: number; visits_count: number }[];
    };
    const reasonsOf = async () =>
      (await explain()).map(({ loyalty_program_id: program, reason, amount }) => [program, reason, amount]);
    expect(await reasonsOf()).toEqual([
      [applied, 'given', 10],
      [open, 'not_applied', 0],
      [late, 'below_the_threshold', 0],
      [points, 'not_attended', 0],
      [second, 'not_attended', 0],
    ]);
    expect((await explain())[1]).toMatchObject({ open_amount: 5, visits_count: 1, paid_amount: 50, sold_amount: 50 });
    await attend(visit);
    expect((await reasonsOf())[3]).toEqual([points, 'not_paid', 0]);
    await payment(visit.document, 90);
    expect((await reasonsOf()).slice(1)).toEqual([
      [open, 'nothing_due', 0],
      [late, 'below_the_threshold', 0],
      [points, 'used_up', 0],
      [second, 'not_this_visit', 0],
    ]);
  });
});

test('a card shows its promotions with what is reached now, and the best discounts', async () => {
  const { loyalMember, promote, cashback, done, cards, move, shop } = await openOffers();
  const levels = await promote({
    type: 'discount_accumulative_visits',
    rules: [
      { parameter: 1, value: 3 },
      { parameter: 5, value: 8 },
    ],
  });
  await promote({ value_unit: 'amount', rules: [{ parameter: 0, value: 7 }] });
  await cashback({ rules: [{ parameter: 0, value: 90 }] });
  const { client, id, phone } = await loyalMember();
  const programs = async () => (await cards(phone))[0].programs as { id: number; value: number }[];
  expect((await programs()).map(({ value }) => value)).toEqual([0, 7, 90]);
  await done(client, 100);
  expect((await programs())[0]).toEqual({
    id: levels,
    title: 'Ten percent',
    value: 3,
    loyalty_type_id: 2,
    item_type_id: 0,
    value_unit_id: 1,
    group_id: shop.chainId,
    loyalty_type: {
      id: 2,
      title: expect.any(String),
      is_discount: true,
      is_cashback: false,
      is_static: false,
      is_accumulative: true,
    },
    rules: [
      { id: expect.any(Number), loyalty_program_id: levels, loyalty_type_id: 2, value: 3, parameter: 1 },
      { id: expect.any(Number), loyalty_program_id: levels, loyalty_type_id: 2, value: 8, parameter: 5 },
    ],
  });
  expect((await move(id, 1)).data).toMatchObject({ max_discount_percent: 3, max_discount_amount: 7 });
});
