import { afterAll, beforeAll, expect, it } from 'vitest';
import { freeHours, oneWins, race, rivalServers, rivals, rounds } from './contention.ts';
import { somePhone } from './harness.ts';
import { openOnlineSalon } from './online.ts';
import { setHours } from './salon.ts';

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

type Row = { id: number; staff_id: number; datetime: string; seance_length: number; visit_id: number };

/** A salon in which one member gives the first part of a composite service, and another one the second part, half an hour each. */
async function openComposite() {
  const salon = await openOnlineSalon();
  const { shop, place, link, member: first } = salon;
  const [composite, wash, cut] = [await shop.addService(), await shop.addService(), await shop.addService()];
  const second = await shop.addTeamMember();
  const body = { parts: [{ service_id: wash }, { service_id: cut }] };
  await shop.call('PUT', `/company/${place}/services/${composite}/parts`, { body });
  await link(first, wash, 1800);
  await link(second, cut, 1800);
  const rowsOf = async (date: string): Promise<Row[]> =>
    (await shop.call('GET', `/records/${place}?start_date=${date}&end_date=${date}&count=300`)).data;
  return { ...salon, composite, first, second, cut, rowsOf };
}

it(`one of ${rivals} requests for the last members who are free one after another gets both of them; the others write nothing`, {
  timeout: 120_000,
}, async () => {
  const salon = await openComposite();
  const { shop, place, widget, composite, first, second, cut, rowsOf } = salon;
  const hours = freeHours();
  const dates = Array.from({ length: rounds() }, () => hours.next().value as string);
  await setHours(shop, [first, second], [...new Set(dates.map((each) => each.slice(0, 10)))], [{ from: '00:00', to: '24:00' }]);
  for (const datetime of dates) {
    const date = datetime.slice(0, 10);
    const before = (await rowsOf(date)).map(({ id }) => id);
    const visit = (index: number) => ({
      phone: somePhone(),
      fullname: `Rival ${index}`,
      appointments: [{ id: 1, staff_id: [0, first, second][index % 3], services: [composite], datetime }],
    });
    const statuses = await race(servers.urls, salon, (index) =>
      // Some want the second part alone, at the time of the whole or when that part begins.
      index % 4 === 3
        ? {
            path: `/v1/records/${place}`,
            body: salon.body({
              staff_id: second,
              services: [{ id: cut }],
              datetime: `${datetime.slice(0, 14)}30:00`,
              seance_length: 1800,
            }),
          }
        : { path: `/v1/book_record/${place}`, body: visit(index), headers: widget },
    );
    oneWins(statuses);
    const made = (await rowsOf(date)).filter(({ id }) => !before.includes(id));
    const found = made.map((row) => [row.staff_id, row.datetime.slice(11, 16), row.seance_length]).sort();
    const half = `${datetime.slice(11, 13)}:30`;
    const whole = [
      [first, datetime.slice(11, 16), 1800],
      [second, half, 1800],
    ].sort();
    expect([JSON.stringify(whole), JSON.stringify([[second, half, 1800]])]).toContain(JSON.stringify(found));
    expect(new Set(made.map((row) => row.visit_id)).size).toBe(1);
  }
});

it('clients book a day until nothing is left: every booking has both parts, nothing overlaps, and each refusal says that somebody was faster', {
  timeout: 120_000,
}, async () => {
  const salon = await openComposite();
  const { shop, place, widget, composite, first, second, rowsOf, times } = salon;
  const date = '2030-05-06';
  await setHours(shop, [first, second], [date], [{ from: '09:00', to: '15:00' }]);
  const refusals: number[] = [];
  let won = 0;
  const visit = async (index: number) => {
    for (let turn = index; ; turn++) {
      const url = servers.urls[turn % servers.urls.length];
      const offered = await times(date, { of: 0, services: [composite] });
      if (offered.length === 0) return;
      const time = offered[(index * 7 + turn * 13) % offered.length];
      const answer = await fetch(`${url}/api/v1/book_record/${place}`, {
        method: 'POST',
        headers: { ...widget, 'content-type': 'application/json' },
        body: JSON.stringify({
          phone: somePhone(),
          fullname: 'Ada',
          appointments: [
            { id: 1, staff_id: [0, first, second][turn % 3], services: [composite], datetime: `${date}T${time}:00` },
          ],
        }),
      });
      const body = (await answer.json()) as { data: { id: number }[]; meta: { errors: { code: number }[] } };
      if (answer.status === 201) {
        won++;
        expect(body.data.map(({ id }) => id)).toEqual([1, 1]);
      } else if (answer.status !== 503) {
        expect(answer.status).toBe(422);
        refusals.push(...body.meta.errors.map(({ code }) => code));
      }
    }
  };
  await Promise.all(Array.from({ length: 30 }, (_, index) => visit(index)));
  expect(refusals.filter((code) => ![433, 436].includes(code))).toEqual([]);
  const rows = await rowsOf(date);
  const ofMember = (id: number) =>
    rows
      .filter((row) => row.staff_id === id)
      .map((row) => Date.parse(row.datetime))
      .sort((a, b) => a - b);
  const [washes, cuts] = [ofMember(first), ofMember(second)];
  expect(cuts).toEqual(washes.map((start) => start + 1_800_000));
  expect(washes).toHaveLength(won);
  expect(won).toBeGreaterThan(3);
  for (const own of [washes, cuts]) {
    for (const [index, start] of own.entries()) expect(start - (own[index - 1] ?? 0)).toBeGreaterThanOrEqual(1_800_000);
  }
});
