import { beforeEach, describe, expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { type Members, openMembers } from '../../../test/members.ts';
import { addDays, today } from '../../platform/clock.ts';
import { isInTimes } from './membership.ts';

let club: Members;
beforeEach(async () => {
  club = await openMembers();
});

interface SaleAnswer {
  data: { state: { loyalty_transactions: { id: number; amount: number; type_id: number; sale_item_id: number }[] } };
}
const used = ({ data }: SaleAnswer) => data.state.loyalty_transactions.map(({ type_id, amount }) => [type_id, amount]);
const visitsOf = async (id: number) => (await club.one(id)).united_balance_services_count;
const statusOf = async (id: number) => (await club.one(id)).status.id;
const soldFor = async (fields: Record<string, unknown> = {}, line: object = {}) =>
  club.issue((await club.addType(fields)).product, line);
const refusal = (errors: string) => [{ loyalty_abonement_id: [errors] }];

describe('a sold membership', () => {
  test('has the visits of its type, its buyer and its line; it is created, and paid or not', async () => {
    const { id, line } = await soldFor();
    expect(await club.seen(id)).toMatchObject({
      number: '',
      balance_string: 'Yoga (x10)',
      is_frozen: false,
      expiration_date: null,
      activated_date: null,
      is_united_balance: true,
      united_balance_services_count: 10,
      goods_transaction_id: line,
      status: { id: 1, title: 'Released' },
      type: { title: 'Ten visits', salon_group_id: club.shop.chainId },
    });
  });

  test('with visits of its own has them by service, and unlimited has none', async () => {
    const own = await soldFor({ is_united_balance: false });
    expect(await club.seen(own.id)).toMatchObject({
      balance_string: 'Yoga (x4)',
      united_balance_services_count: 0,
      balance_container: { links: [{ count: 4, service: { id: club.service } }] },
    });
    const unlimited = await soldFor({ is_united_balance_unlimited: true, period: 1, period_unit_id: 3, title: 'Any' });
    expect(await club.seen(unlimited.id)).toMatchObject({
      balance_string: 'Yoga (unlimited)',
      is_united_balance_unlimited: true,
      status: { id: 1 },
    });
  });

  test('that the sale makes active ends so long after its day', async () => {
    const { id } = await soldFor({ expiration_type_id: 2, period: 5, period_unit_id: 1 });
    const seen = await club.seen(id);
    expect(seen).toMatchObject({ status: { id: 2 }, activated_date: expect.any(String) });
    expect(seen.expiration_date.slice(0, 19)).toBe(`${addDays(seen.activated_date.slice(0, 10), 5)}T23:59:59`);
  });

  test('becomes active by itself so long after the sale, unpaid too', async () => {
    const type = await club.addType({
      autoactivation_time_in_days: 3,
      autoactivation_time_unit_id: 1,
      period: 30,
      period_unit_id: 1,
    });
    const sold = (days: number) =>
      club.issue(type.product, {}, { create_date: new Date(Date.now() - days * 86_400_000).toISOString() });
    const [waiting, active] = [await sold(1), await sold(5)];
    expect([await statusOf(waiting.id), await statusOf(active.id)]).toEqual([1, 2]);
    const seen = await club.seen(active.id);
    expect(seen.activated_date.slice(0, 10)).toBe(addDays(seen.created_date.slice(0, 10), 3));
    expect(seen.expiration_date.slice(0, 19)).toBe(`${addDays(seen.activated_date.slice(0, 10), 30)}T23:59:59`);
  });

  test('is one per line, has a code if others may use it, and its code is unique in the chain', async () => {
    const open = await club.addType({ is_allow_empty_code: false });
    const errors = async (line: object) => {
      const answer = await club.sell(open.product, line);
      return [answer.status, answer.meta.errors ?? answer.meta.message];
    };
    expect(await errors({})).toEqual([422, [{ good_special_number: ['is required for this membership'] }]]);
    expect(await errors({ good_special_number: 'A', amount: 2 })).toEqual([422, [{ amount: ['must be 1 for a membership'] }]]);
    await club.issue(open.product, { good_special_number: 'A' });
    expect(await errors({ good_special_number: 'A' })).toEqual([400, { good_special_number: ['is taken'] }]);
    const personal = await club.addType({ title: 'Personal' });
    const answer = await club.sell(personal.product, { client_id: undefined });
    expect(answer.meta.errors).toEqual([{ client_id: ['is required for a membership without a code'] }]);
  });

  test('goes when its sale is undone, and its code is free again', async () => {
    const open = await club.addType({ is_allow_empty_code: false });
    const { id, line } = await club.issue(open.product, { good_special_number: 'A' });
    const remove = () => club.shop.call('DELETE', `/storage_operations/goods_transactions/${club.place}/${line}`);
    expect((await remove()).status).toBeLessThan(300);
    expect(await club.seen(id)).toBeUndefined();
    expect(await club.list()).toEqual([]);
    await club.issue(open.product, { good_special_number: 'A' });
    expect(await contradictions(club.place)).toEqual([]);
  });

  test('that was used cannot be taken back', async () => {
    const { id, line } = await soldFor();
    const { document } = await club.visited();
    expect((await club.use(document, id)).status).toBe(200);
    const remove = await club.shop.call('DELETE', `/storage_operations/goods_transactions/${club.place}/${line}`);
    expect(remove.status).toBe(422);
    expect(await visitsOf(id)).toBe(9);
  });
});

describe('a use', () => {
  test('pays the service, takes a visit, makes the membership active, and is given back', async () => {
    const { id } = await soldFor({ period: 1, period_unit_id: 3 });
    const { document, appointment } = await club.visited();
    const offered = (await club.sale(document)).data.payment_methods.find(
      ({ slug }: { slug: string }) => slug === 'loyalty_abonement',
    );
    expect(offered).toMatchObject({
      is_applicable: true,
      applicable_amount: 60,
      applicable_count: 1,
      loyalty_abonement_id: id,
      loyalty_abonement: { id, is_united_balance: true, united_balance: 10, type: { is_code_required: false } },
    });
    const paid = await club.use(document, id);
    expect([paid.status, used(paid)]).toEqual([200, [[9, 60]]]);
    expect(paid.data.state.loyalty_transactions[0]).toMatchObject({
      sale_item_id: club.service,
      loyalty_abonement_id: id,
      type: { id: 9, title: 'Withdrawal from membership' },
    });
    expect(paid.data.payment_methods[0].applicable_amount).toBe(0);
    expect(await club.read(appointment.id)).toMatchObject({ paid_full: 1 });
    expect(await club.seen(id)).toMatchObject({
      united_balance_services_count: 9,
      status: { id: 2 },
      expiration_date: expect.any(String),
    });
    const undone = await club.undo(document, paid.data.state.loyalty_transactions[0].id);
    expect([undone.status, used(undone), undone.data.payment_methods[0].applicable_amount]).toEqual([200, [], 60]);
    expect(await visitsOf(id)).toBe(10);
    expect(await contradictions(club.place)).toEqual([]);
  });

  test('of the last visit ends it, and giving that back makes it active again', async () => {
    const { id } = await soldFor({ united_balance_services_count: 1 });
    const { document } = await club.visited();
    const paid = await club.use(document, id);
    expect([await statusOf(id), await club.seen(id)]).toEqual([4, undefined]);
    const second = await club.visited();
    expect((await club.use(second.document, id)).meta.errors).toEqual(refusal('has no visits left'));
    await club.undo(document, paid.data.state.loyalty_transactions[0].id);
    expect(await statusOf(id)).toBe(2);
  });

  test('costs the price divided by the visits with a correction: 5000 for 10 are 500', async () => {
    const { id } = await soldFor({ cost: 5000, service_price_correction: true });
    const dear = await club.visited({ price: 1200 });
    const paid = await club.use(dear.document, id);
    expect(used(paid)).toEqual([
      [9, 500],
      [10, 700],
    ]);
    expect(paid.data.payment_methods[0].applicable_amount).toBe(0);
    const cheap = await club.visited({ price: 300 });
    const raised = await club.use(cheap.document, id);
    expect(used(raised)).toEqual([
      [9, 500],
      [10, -200],
    ]);
    expect(raised.data.payment_methods[0].applicable_amount).toBe(0);
    // Both parts go together.
    const undone = await club.undo(dear.document, paid.data.state.loyalty_transactions[1].id);
    expect([used(undone), undone.data.payment_methods[0].applicable_amount]).toEqual([[], 1200]);
    expect(await visitsOf(id)).toBe(9);
  });

  test('takes a visit for each service that is covered, as far as they suffice', async () => {
    const other = await club.shop.addService({ title: 'Pilates', priceMin: 60, priceMax: 60 });
    const foreign = await club.shop.addService({ title: 'Massage', priceMin: 60, priceMax: 60 });
    const { id } = await soldFor({ services: { [club.service]: 0, [other]: 0 }, united_balance_services_count: 3 });
    const first = await club.visited({ services: [club.service, other, foreign] });
    const paid = await club.use(first.document, id);
    expect([used(paid), paid.data.payment_methods[0].applicable_amount, await visitsOf(id)]).toEqual([
      [
        [9, 60],
        [9, 60],
      ],
      60,
      1,
    ]);
    const second = await club.visited({ services: [club.service, other] });
    expect(used(await club.use(second.document, id))).toEqual([[9, 60]]);
    const third = await club.visited({ services: [foreign] });
    expect((await club.use(third.document, id)).meta.errors).toEqual(refusal('has no visits left'));
  });

  test('takes from the service, and then from its category', async () => {
    const { category_id } = (await club.must('GET', `/company/${club.place}/services/${club.service}`)) as {
      category_id: number;
    };
    const { id } = await soldFor({
      is_united_balance: false,
      services: { [club.service]: 1 },
      service_categories: { [category_id]: 1 },
    });
    const counts = async () =>
      (await club.one(id)).balance_container.links.map(({ count }: { count: number }) => count).toSorted();
    expect(await counts()).toEqual([1, 1]);
    await club.use((await club.visited()).document, id);
    const links = (await club.one(id)).balance_container.links as { count: number; category: { title: string } }[];
    expect(links.map(({ category, count }) => [category.title === 'Yoga', count])).toEqual([
      [false, 1],
      [true, 0],
    ]);
    await club.use((await club.visited()).document, id);
    expect([await counts(), await statusOf(id)]).toEqual([[0, 0], 4]);
  });

  test('of unlimited visits takes none', async () => {
    const { id } = await soldFor({ is_united_balance_unlimited: true, period: 1, period_unit_id: 3 });
    for (let visit = 0; visit < 2; visit++) expect(used(await club.use((await club.visited()).document, id))).toEqual([[9, 60]]);
    expect(await statusOf(id)).toBe(2);
  });

  test.each([
    [0, 422],
    [-1, 422],
    [1, 200],
    [2, 200],
  ])('by hand in attendance %d answers %d', async (attendance, status) => {
    const { id } = await soldFor();
    const { document } = await club.visited({ attendance });
    const answer = await club.use(document, id);
    expect(answer.status).toBe(status);
    if (status === 422)
      expect(answer.meta.errors).toEqual(refusal('pays only when the client has come, or has confirmed the visit'));
  });

  test('pays visits only, and nothing twice', async () => {
    const { id } = await soldFor();
    const goods = await club.sell((await club.addType({ title: 'Other' })).product);
    expect((await club.use(goods.data.document_id, id)).meta.errors).toEqual(refusal('pays visits only'));
    const { document } = await club.visited();
    await club.use(document, id);
    expect((await club.use(document, id)).meta.errors).toEqual(refusal('pays nothing of this visit'));
    expect((await club.use((await club.visited()).document, 2_000_000_000)).meta.errors).toEqual(refusal('is unknown'));
  });

  test('of a personal membership is for its buyer; one with a code moves to the client who uses it', async () => {
    const other = await club.shop.addClient();
    const personal = await soldFor();
    const visit = await club.visited({ client: other.id });
    expect((await club.use(visit.document, personal.id)).meta.errors).toEqual(refusal('belongs to another client'));
    const open = await soldFor({ is_allow_empty_code: false, title: 'Open' }, { good_special_number: 'OPEN-1' });
    const { authorization } = await club.shop.hire('owner', {
      loyalty_certificate_and_abonement_manual_transactions_access: false,
    });
    const error = async (payment: object) => (await club.use(visit.document, open.id, payment, authorization)).meta.errors;
    expect(await error({})).toEqual([{ number: ['is required: the code of the membership'] }]);
    expect(await error({ number: 'OPEN-2' })).toEqual([{ number: ['is not the code of this membership'] }]);
    expect((await club.use(visit.document, open.id, { number: 'OPEN-1' }, authorization)).status).toBe(200);
    expect([await club.seen(open.id), (await club.seen(open.id, other))?.id]).toEqual([undefined, open.id]);
  });

  test('is refused where the type does not work', async () => {
    const type = await club.addType();
    const { id } = await club.issue(type.product);
    await club.must('PUT', `${club.types}/${type.id}`, {
      ...type.body,
      services: undefined,
      service_categories: [],
      location_ids: [],
    });
    expect((await club.use((await club.visited()).document, id)).meta.errors).toEqual(refusal('is unknown'));
    expect(await club.seen(id)).toBeUndefined();
  });

  test('that has expired is refused', async () => {
    const type = await club.addType({ expiration_type_id: 2, period: 2, period_unit_id: 1 });
    const { id } = await club.issue(type.product, {}, { create_date: new Date(Date.now() - 4 * 86_400_000).toISOString() });
    expect([await statusOf(id), await club.seen(id)]).toEqual([3, undefined]);
    expect((await club.use((await club.visited()).document, id)).meta.errors).toEqual(refusal('is expired'));
  });

  test('goes with its visit', async () => {
    const { id } = await soldFor();
    const { document, appointment } = await club.visited();
    await club.use(document, id);
    expect((await club.shop.call('DELETE', `/record/${club.place}/${appointment.id}`)).status).toBeLessThan(300);
    expect(await visitsOf(id)).toBe(10);
  });
});

describe('the times of a type', () => {
  const newYork = 'America/New_York';
  const times = [{ weekDays: [1, 7], intervals: [{ from: 36_000, to: 39_600 }] }];
  test.each([
    ['2027-06-07T10:00:00-04:00', true],
    ['2027-06-07T10:59:59-04:00', true],
    ['2027-06-07T11:00:00-04:00', false],
    ['2027-06-07T09:59:59-04:00', false],
    ['2027-06-08T10:30:00-04:00', false],
    ['2027-06-06T10:30:00-04:00', true],
  ])('on days of the week, from the first second to before the last: %s is %s', (at, expected) => {
    expect(isInTimes(times, new Date(at), newYork)).toBe(expected);
  });

  test('are any without some, and whole days without hours', () => {
    expect(isInTimes([], new Date('2027-06-08T23:00:00-04:00'), newYork)).toBe(true);
    expect(isInTimes([{ weekDays: [2], intervals: [] }], new Date('2027-06-08T23:00:00-04:00'), newYork)).toBe(true);
  });

  test('hinder a visit at another time', async () => {
    const { id } = await soldFor({ availability: [{ week_days: [1, 2, 3, 4, 5, 6, 7], intervals: [{ from: 0, to: 60 }] }] });
    expect((await club.use((await club.visited()).document, id)).meta.errors).toEqual(refusal('pays nothing of this visit'));
  });
});

describe('freezing', () => {
  const freezable = { expiration_type_id: 2, period: 30, period_unit_id: 1, allow_freeze: true, freeze_limit: 10 };
  const expiry = async (id: number) => (await club.seen(id)).expiration_date.slice(0, 10);
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

  test('until a date moves the end by these days; nothing is paid meanwhile, and the extension stays', async () => {
    const { id } = await soldFor(freezable);
    const before = await expiry(id);
    const frozen = await club.act(id, 'freeze', { freeze_till: inDays(4) });
    expect(frozen.data).toMatchObject({ id, is_frozen: true, freeze_period: 4 });
    expect(await club.seen(id)).toMatchObject({ is_frozen: true, status: { id: 2 }, freeze_period: 4 });
    expect(await expiry(id)).toBe(addDays(before, 4));
    expect((await club.use((await club.visited()).document, id)).meta.errors).toEqual(refusal('is frozen'));
    const again = await club.act(id, 'freeze', { freeze_till: inDays(2) });
    expect([again.status, again.meta.message]).toEqual([400, 'The membership is frozen already.']);
    const ended = await club.act(id, 'unfreeze');
    expect(ended.data).toEqual({ id, number: '', is_frozen: false, freeze_period: 4 });
    expect(await expiry(id)).toBe(addDays(before, 4));
    const not = await club.act(id, 'unfreeze');
    expect([not.status, not.meta.message]).toEqual([400, 'The membership is not frozen.']);
  });

  test('all together is not longer than the limit', async () => {
    const { id } = await soldFor(freezable);
    await club.act(id, 'freeze', { freeze_till: inDays(6) });
    await club.act(id, 'unfreeze');
    const longer = await club.act(id, 'freeze', { freeze_till: inDays(5) });
    expect([longer.status, longer.meta.message, longer.meta.errors]).toEqual([
      422,
      'Freeze period exceeds limit',
      [{ freeze_till: ['exceeds the limit of freezing'] }],
    ]);
    expect((await club.act(id, 'freeze', { freeze_till: inDays(4) })).data.freeze_period).toBe(10);
    await club.act(id, 'unfreeze');
    expect((await club.act(id, 'freeze')).status).toBe(422);
  });

  test('without a date lasts until somebody ends it', async () => {
    const { id } = await soldFor(freezable);
    const before = await expiry(id);
    expect((await club.act(id, 'freeze')).data).toMatchObject({ is_frozen: true, freeze_period: 0, freeze_till: null });
    expect((await club.act(id, 'unfreeze')).data).toMatchObject({ is_frozen: false, freeze_period: 1 });
    expect(await expiry(id)).toBe(addDays(before, 1));
  });

  test('needs a type that allows it, an active membership, and a date in the future', async () => {
    const strict = await soldFor({ expiration_type_id: 2, period: 30, title: 'Strict' });
    const refused = await club.act(strict.id, 'freeze', { freeze_till: inDays(2) });
    expect([refused.status, refused.meta.message]).toEqual([400, 'The membership cannot be frozen.']);
    const created = await soldFor({ ...freezable, expiration_type_id: 1, title: 'Created' });
    expect((await club.act(created.id, 'freeze', { freeze_till: inDays(2) })).status).toBe(400);
    const { id } = await soldFor(freezable);
    expect((await club.act(id, 'freeze', { freeze_till: inDays(-1) })).meta.errors).toEqual([
      { freeze_till: ['must be in the future'] },
    ]);
    expect((await club.act(id, 'freeze', { freeze_till: 'soon' })).meta.errors).toEqual([
      { freeze_till: ['is not a date and time'] },
    ]);
  });
});

describe('visits by hand', () => {
  test('are set, and none end the membership', async () => {
    const { id } = await soldFor({ balance_edit_type_id: 2, expiration_type_id: 2 });
    const set = (united_balance_services_count?: number) => club.act(id, 'set_balance', { united_balance_services_count });
    expect((await set(3)).data).toMatchObject({ id, united_balance_services_count: 3 });
    expect((await set(0)).status).toBe(200);
    expect(await statusOf(id)).toBe(4);
    expect((await set(12)).status).toBe(200);
    expect(await statusOf(id)).toBe(2);
    expect((await set(-1)).meta.errors).toEqual([{ united_balance_services_count: ['must not be less than 0'] }]);
    expect((await set()).status).toBe(422);
    expect(await visitsOf(id)).toBe(12);
    expect(await contradictions(club.place)).toEqual([]);
  });

  test('of each service are set by its id', async () => {
    const { id } = await soldFor({ balance_edit_type_id: 1, is_united_balance: false });
    const set = (service_id: number, balance: number) =>
      club.act(id, 'set_balance', { services_balance_count: [{ service_id, balance }] });
    expect((await set(club.service, 7)).data.balance_container.links).toMatchObject([{ count: 7 }]);
    expect((await set(2_000_000_000, 7)).meta.errors).toEqual([
      { services_balance_count: ['name 2000000000, which the membership does not pay'] },
    ]);
    expect((await set(club.service, -1)).status).toBe(422);
  });

  test('are refused where the type does not allow it, and for unlimited ones', async () => {
    const { id } = await soldFor();
    const refused = await club.act(id, 'set_balance', { united_balance_services_count: 3 });
    expect([refused.status, refused.meta.message]).toEqual([400, 'Cannot change balance']);
    const any = await soldFor({ title: 'Any', balance_edit_type_id: 2, is_united_balance_unlimited: true, period: 1 });
    expect((await club.act(any.id, 'set_balance', { united_balance_services_count: 3 })).status).toBe(422);
  });
});

describe('the period by hand', () => {
  test('counts from when it became active, and may end it at once', async () => {
    const type = await club.addType({ expiration_type_id: 2, period: 30 });
    const { id } = await club.issue(type.product, {}, { create_date: new Date(Date.now() - 10 * 86_400_000).toISOString() });
    const activated = (await club.seen(id)).activated_date.slice(0, 10);
    const longer = await club.act(id, 'set_period', { period: 2, period_unit_id: 2 });
    expect(longer.data).toMatchObject({ id, period: 2, period_unit_id: 2 });
    expect(longer.data.expiration_date.slice(0, 19)).toBe(`${addDays(activated, 14)}T23:59:59`);
    expect((await club.act(id, 'set_period', { period: 3, period_unit_id: 1 })).status).toBe(200);
    expect(await statusOf(id)).toBe(3);
  });

  test('does not end before the last use', async () => {
    const type = await club.addType({ expiration_type_id: 2, period: 30 });
    const { id } = await club.issue(type.product, {}, { create_date: new Date(Date.now() - 10 * 86_400_000).toISOString() });
    await club.use((await club.visited()).document, id);
    expect((await club.act(id, 'set_period', { period: 3, period_unit_id: 1 })).meta.errors).toEqual([
      { period: ['must not end before the last use'] },
    ]);
  });
});

describe('the list of a chain', () => {
  test('needs ids or a time, and pages', async () => {
    const type = await club.addType();
    const ids = [];
    for (let count = 0; count < 3; count++) ids.push((await club.issue(type.product)).id);
    const get = (query: string) => club.shop.call('GET', `${club.chain}${query}`);
    const none = await get('');
    expect([none.status, none.meta.message]).toEqual([400, 'Subscription IDs or date range not specified.']);
    const found = async (query: string) => {
      const { data, meta } = await get(query);
      return [data.map(({ id }: { id: number }) => id), meta.count];
    };
    expect(await found(`?abonements_ids=${ids[2]},${ids[0]}`)).toEqual([[ids[0], ids[2]], 2]);
    expect(await found(`?created_after=${addDays(today('UTC'), -1)}&page=2&count=2`)).toEqual([[ids[2]], 3]);
    expect(await found('?created_after=2999-01-01')).toEqual([[], 0]);
    expect(await found('?created_before=2000-01-01')).toEqual([[], 0]);
  });
});

test('the type of a sold membership is not deleted, and keeps what was bought', async () => {
  const type = await club.addType({ period: 6, period_unit_id: 3 });
  await club.issue(type.product);
  const path = `${club.types}/${type.id}`;
  expect((await club.shop.call('DELETE', path)).status).toBe(422);
  const other = await club.shop.addService({ title: 'Pilates' });
  const changed = await club.must('PUT', path, {
    ...type.body,
    title: 'New title',
    cost: 999,
    period: 1,
    period_unit_id: 1,
    expiration_type_id: 2,
    is_allow_empty_code: false,
    united_balance_services_count: 99,
    services: [other],
    service_categories: [],
  });
  expect(changed).toMatchObject({
    title: 'New title',
    cost: 400,
    period: 6,
    period_unit_id: 3,
    expiration_type_id: 1,
    is_allow_empty_code: true,
    united_balance_services_count: 10,
    abonements_count: 1,
  });
  // Shared visits may pay for more services.
  expect(changed.balance_container.links.map(({ service }: { service: { id: number } }) => service.id).toSorted()).toEqual(
    [club.service, other].toSorted(),
  );
});
