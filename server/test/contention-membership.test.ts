import { afterAll, beforeAll, expect, it } from 'vitest';
import { contradictions } from './consistency.ts';
import { countDeadlocks, countStatuses, rivalServers, rounds, type Sent, sendAll } from './contention.ts';
import { openMembers } from './members.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

const desks = 50;

const paying = (place: number, document: number, membership: number): Sent => ({
  path: `/v1/company/${place}/sale/${document}/payment`,
  body: { payment: { method: { slug: 'loyalty_abonement', loyalty_abonement_id: membership } } },
});

it(`${desks} uses of the last visit of a membership at once, of four visits, take it once`, { timeout: 240_000 }, async () => {
  const club = await openMembers();
  const deadlocks = await countDeadlocks();
  const type = await club.addType({ united_balance_services_count: 1 });
  for (let round = 0; round < rounds(); round++) {
    const { id } = await club.issue(type.product);
    const documents: number[] = [];
    for (let visit = 0; visit < 4; visit++) documents.push((await club.visited()).document);
    const answers = await sendAll(
      servers.urls,
      club.shop.owner.authorization,
      Array.from({ length: desks }, (_, index) => paying(club.place, documents[index % documents.length] as number, id)),
    );
    expect(countStatuses(answers.map(({ status }) => status))).toEqual({ 200: 1, 422: desks - 1 });
    expect(await club.one(id)).toMatchObject({ united_balance_services_count: 0, status: { id: 4 } });
  }
  expect(await contradictions(club.place)).toEqual([]);
  expect(await countDeadlocks()).toBe(deadlocks);
});

it('a use and the undoing of its sale at once end with one of them', { timeout: 240_000 }, async () => {
  const club = await openMembers();
  const deadlocks = await countDeadlocks();
  const type = await club.addType();
  for (let round = 0; round < rounds(); round++) {
    const { id, line } = await club.issue(type.product);
    const { document } = await club.visited();
    const [use, undo] = await sendAll(servers.urls, club.shop.owner.authorization, [
      paying(club.place, document, id),
      { method: 'DELETE', path: `/v1/storage_operations/goods_transactions/${club.place}/${line}` },
    ]);
    const left = (await club.list()).filter((row) => row.id === id);
    expect([use?.status === 200, (undo?.status ?? 500) < 300, left.length]).toEqual(
      use?.status === 200 ? [true, false, 1] : [false, true, 0],
    );
  }
  expect(await contradictions(club.place)).toEqual([]);
  expect(await countDeadlocks()).toBe(deadlocks);
});

it('a freeze and a use at once: what is frozen first is not used', { timeout: 240_000 }, async () => {
  const club = await openMembers();
  const deadlocks = await countDeadlocks();
  const type = await club.addType({ expiration_type_id: 2, period: 30, allow_freeze: true });
  for (let round = 0; round < rounds(); round++) {
    const { id } = await club.issue(type.product);
    const { document } = await club.visited();
    const [freeze, use] = await sendAll(servers.urls, club.shop.owner.authorization, [
      { path: `/v1${club.chain}/${id}/freeze`, body: {} },
      paying(club.place, document, id),
    ]);
    expect(freeze?.status).toBe(200);
    expect([200, 422]).toContain(use?.status);
    const { united_balance_services_count, is_frozen } = await club.one(id);
    expect([united_balance_services_count, is_frozen]).toEqual([use?.status === 200 ? 9 : 10, true]);
  }
  expect(await contradictions(club.place)).toEqual([]);
  expect(await countDeadlocks()).toBe(deadlocks);
});
