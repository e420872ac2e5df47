import { expect, test } from 'vitest';
import { openMembers } from '../../../test/members.ts';

test('the history of a membership has its sale, uses, what was given back and what was set, the newest first', async () => {
  const club = await openMembers();
  const { id } = await club.issue((await club.addType({ balance_edit_type_id: 2 })).product);
  const path = `/company/${club.place}/loyalty/abonements/${id}`;
  const { document } = await club.visited();
  const paid = await club.use(document, id);
  await club.undo(document, paid.data.state.loyalty_transactions[0].id);
  expect(
    (await club.shop.call('POST', `${path}/set_balance`, { body: { united_balance_services_count: 4 } })).data,
  ).toMatchObject({
    united_balance_services_count: 4,
  });
  const { data } = await club.shop.call('GET', `${path}/history`);
  expect(
    data.map((row: { visits: number; visits_left: number; cause: string }) => [row.visits, row.visits_left, row.cause]),
  ).toEqual([
    [-6, 4, 'change by hand'],
    [1, 10, 'cancellation'],
    [-1, 9, 'visit'],
    [10, 10, 'sale of a membership'],
  ]);
  expect(data[2]).toMatchObject({ paid_service_id: club.service, document_id: document, company_id: club.place });
  expect((await club.shop.call('GET', `${path}/history?page=2&page_size=3`)).data).toHaveLength(1);
});

test('uses of unlimited visits are in it, for users who may see it, and only where the membership works', async () => {
  const club = await openMembers();
  const { id } = await club.issue(
    (await club.addType({ is_united_balance_unlimited: true, period: 1, period_unit_id: 3 })).product,
  );
  const path = `/company/${club.place}/loyalty/abonements/${id}`;
  const { document } = await club.visited();
  await club.use(document, id);
  const history = (authorization = club.shop.owner.authorization) => club.shop.call('GET', `${path}/history`, { authorization });
  expect((await history()).data).toMatchObject([{ visits: 0, visits_left: null, cause: 'visit', document_id: document }]);
  const blind = await club.shop.hire('owner', { loyalty_abonement_history_access: false });
  const stylist = await club.shop.hire('owner', { clients_visit_master_id: await club.shop.addTeamMember() });
  expect([(await history(blind.authorization)).status, (await history(stylist.authorization)).status]).toEqual([403, 404]);
  expect((await club.shop.call('POST', `${path}/set_balance`, { body: { united_balance_services_count: 4 } })).status).toBe(400);
  expect((await club.shop.call('POST', `${path}/set_period`, { body: { period: 2, period_unit_id: 4 } })).data).toMatchObject({
    period: 2,
    period_unit_id: 4,
  });
  const other = await openMembers();
  expect((await other.shop.call('GET', `/company/${other.place}/loyalty/abonements/${id}/history`)).status).toBe(404);
});

test('clients are found by the visits that are left of their memberships', async () => {
  const club = await openMembers();
  const [none, unlimited] = [await club.shop.addClient(), await club.shop.addClient()];
  const type = await club.addType({ balance_edit_type_id: 2 });
  const [first, second] = [await club.issue(type.product), await club.issue(type.product)];
  const endless = await club.addType({ title: 'Endless', is_united_balance_unlimited: true, period: 1, period_unit_id: 3 });
  await club.issue(endless.product, { client_id: unlimited.id });
  const other = await club.addType({ title: 'Elsewhere' });
  await club.issue(other.product);
  await club.must('PUT', `${club.types}/${other.id}`, {
    ...other.body,
    services: undefined,
    service_categories: [],
    location_ids: [],
  });
  const ended = await club.addType({ title: 'Ended', expiration_type_id: 2, period: 1, period_unit_id: 1 });
  await club.issue(ended.product, {}, { create_date: new Date(Date.now() - 4 * 86_400_000).toISOString() });
  await club.act(second.id, 'set_balance', { united_balance_services_count: 3 });
  const found = async (abonement_balance: object, operation = 'AND', more: object[] = []) => {
    const { data } = await club.shop.call('POST', `/company/${club.place}/clients/search`, {
      body: { operation, filters: [{ type: 'sale', state: { abonement_balance } }, ...more] },
    });
    return data.map(({ id }: { id: number }) => id);
  };
  const everybody = [club.buyer.id, none.id, unlimited.id];
  expect(await found({ from: 1 })).toEqual([club.buyer.id, unlimited.id]);
  expect(await found({ from: 13, to: 13 })).toEqual([club.buyer.id]);
  expect(await found({ from: 1, to: 12 })).toEqual([]);
  expect(await found({ from: 14 })).toEqual([unlimited.id]);
  expect(await found({ to: 0 })).toEqual([none.id]);
  expect(await found({ from: 0, to: 13 })).toEqual([club.buyer.id, none.id]);
  expect(await found({ from: 0 })).toEqual(everybody);
  expect(await found({ to: -1 })).toEqual([]);
  expect(await found({ from: 14 }, 'OR', [{ type: 'id', state: { value: [none.id] } }])).toEqual([none.id, unlimited.id]);
  await club.act(first.id, 'set_balance', { united_balance_services_count: 0 });
  expect(await found({ from: 1, to: 3 })).toEqual([club.buyer.id]);
});
