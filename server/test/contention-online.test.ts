import { afterAll, beforeAll, expect, it } from 'vitest';
import { rivalServers } from './contention.ts';
import { somePhone } from './harness.ts';
import { openOnlineSalon } from './online.ts';
import { setHours } from './salon.ts';

const visitors = 100;
const team = 10;
const date = '2030-05-06';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

it(`${visitors} clients book a day of ${team} team members until nothing is left: nothing overlaps, and nothing is offered that is left`, {
  timeout: 60_000,
}, async () => {
  const salon = await openOnlineSalon();
  const { shop, place, service, link, widget, times } = salon;
  const members = [salon.member];
  while (members.length < team) members.push(await shop.addTeamMember());
  for (const member of members.slice(1)) {
    await link(member, service);
    await setHours(shop, member, [date]);
  }
  type Called = { status: number; data: never; meta: { errors?: { code: number }[] } };
  const call = async (index: number, path: string, body?: unknown): Promise<Called> => {
    const answer = await fetch(`${servers.urls[index % servers.urls.length]}/api/v1${path}`, {
      headers: { ...widget, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });
    const called = { status: answer.status, ...((await answer.json()) as Omit<Called, 'status'>) };
    // A busy machine turns some requests away before they do anything. They try again.
    return called.status === 503 ? call(index, path, body) : called;
  };
  const refusals = new Map<number, number>();
  const booked: number[] = [];
  /** Books every offered slot, alternating between any team member and a certain one, until there are none. */
  const visit = async (index: number) => {
    for (let turn = index; ; turn++) {
      const isAny = turn % 3 !== 0;
      const member = isAny ? 0 : (members[turn % team] as number);
      const offered: { datetime: string }[] = (
        await call(index, `/book_times/${place}/${member}/${date}?service_ids[]=${service}`)
      ).data;
      if (offered.length === 0) {
        if (isAny) return;
        continue;
      }
      const { datetime } = offered[(index * 7 + turn * 13) % offered.length] as { datetime: string };
      const answer = await call(index, `/book_record/${place}`, {
        phone: somePhone(),
        fullname: `Client ${index}`,
        appointments: [{ id: 1, staff_id: member, services: [service], datetime }],
      });
      if (answer.status === 201) booked.push((answer.data as { record_id: number }[])[0]?.record_id as number);
      else {
        expect(answer.status).toBe(422);
        for (const { code } of answer.meta.errors ?? []) refusals.set(code, (refusals.get(code) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: visitors }, (_, index) => visit(index)));

  // The two reasons why a slot that was offered a moment ago is refused.
  expect([...refusals.keys()].every((code) => [433, 436].includes(code))).toBe(true);
  const { data, meta } = await shop.call('GET', `/records/${place}?start_date=${date}&end_date=${date}&count=300`);
  expect(meta.total_count).toBe(booked.length);
  for (const member of members) {
    const own = (data as { staff_id: number; datetime: string }[])
      .filter((row) => row.staff_id === member)
      .map((row) => Date.parse(row.datetime))
      .sort((a, b) => a - b);
    expect(own.length).toBeGreaterThan(3);
    for (const [index, start] of own.entries()) expect(start - (own[index - 1] ?? 0)).toBeGreaterThanOrEqual(3_600_000);
    expect(await times(date, { of: member })).toEqual([]);
  }
});
