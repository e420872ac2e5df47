import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Asked, answered, countedFromScratch } from '../../../test/analytics.ts';
import { contradictions } from '../../../test/consistency.ts';
import { openDesk } from '../../../test/desk.ts';
import { somePhone, testDatabase } from '../../../test/harness.ts';
import { setHours } from '../../../test/salon.ts';
import { addDays } from '../../platform/clock.ts';

/** Cities with the date of a DST change: in the night, in Santiago at midnight. */
const changes = [
  ['London', '2030-03-31'],
  ['New York', '2030-11-03'],
  ['Santiago', '2030-04-06'],
  ['Santiago', '2030-09-08'],
] as const;

const which = fc.nat(50);
/** Days from the change of the clocks: mostly near it, sometimes long before. */
const day = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: -3, max: 3 }) }, fc.constantFrom(-75, -61, -60, 40));
const time = fc.constantFrom('00:30', '01:00', '01:45', '02:30', '09:00', '09:30', '23:00', '23:45');
const price = fc.constantFrom(0, 10.1, 20, 33.33);
const attendance = fc.constantFrom(-1, 0, 1, 1, 1, 2);
const step = <Kind extends string, Fields extends object>(
  kind: Kind,
  weight: number,
  fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> },
) => ({
  weight,
  arbitrary: fc.record({ kind: fc.constant(kind), ...fields }) as unknown as fc.Arbitrary<{ kind: Kind } & Fields>,
});

/** What happens in a business. Numbers choose among the existing objects. */
const histories = fc.array(
  fc.oneof(
    step('book', 8, {
      member: fc.nat(2),
      client: fc.integer({ min: -1, max: 3 }),
      day,
      time,
      price,
      length: fc.constantFrom(1800, 3600, 10_800),
      attendance,
      user: fc.nat(1),
    }),
    step('move', 3, { which, day, time }),
    step('give to another', 1, { which, member: fc.nat(2) }),
    step('change the price', 2, { which, price }),
    step('change the attendance', 4, { which, attendance }),
    step('give to another client', 1, { which, client: fc.integer({ min: -1, max: 3 }) }),
    step('delete', 2, { which }),
    step('book online', 1, { which, form: fc.boolean() }),
    step('sell in a visit', 2, { which }),
    step('take products back', 1, { which }),
    step('sell', 2, { day, seller: fc.integer({ min: -1, max: 2 }), user: fc.nat(1) }),
    step('take a sale back', 1, { which }),
    step('top up', 1, { client: fc.nat(3) }),
    step('work', 2, { member: fc.nat(2), day, hours: fc.constantFrom('00:00 24:00', '09:00 13:00', '01:30 03:30') }),
    step('have a day off', 1, { member: fc.nat(2), day }),
    step('delete a client', 1, { client: fc.nat(3) }),
    step('forget a phone number', 1, { client: fc.nat(3) }),
    step('learn a phone number', 1, { client: fc.nat(3) }),
    step('change the position', 1, { member: fc.nat(2), position: fc.nat(1) }),
    step('dismiss', 1, { member: fc.nat(2) }),
    step('look', 2, { member: fc.nat(2) }),
  ),
  { minLength: 20, maxLength: 40 },
);

it('all figures agree with a count from scratch, whatever happened', { timeout: 240_000 }, async () => {
  const { db } = await testDatabase();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...changes), histories, async ([city, changeOfClocks], steps) => {
      const desk = await openDesk({ city });
      const { shop, place, service } = desk;
      const on = (days: number) => addDays(changeOfClocks, days);
      const clerk = await shop.hire('owner');
      const users = [shop.owner, clerk];
      const positions: number[] = [];
      for (const title of ['Stylist', 'Barber']) {
        const { data } = await shop.call('POST', `/company/${place}/positions/quick`, { body: { title } });
        positions.push(data.id);
      }
      const members = [
        desk.member,
        await shop.addTeamMember({ positionId: positions[0] as number }),
        await shop.addTeamMember({ positionId: positions[1] as number }),
      ];
      const clients: (number | undefined)[] = [];
      for (const name of ['Ada', 'Božena', 'Чен', '陈']) clients.push((await shop.addClient({ name })).id);
      const { id: type } = (
        await shop.call('POST', `/chain/${shop.chainId}/deposit_types`, { body: { title: 'Prepaid', location_ids: [place] } })
      ).data;
      const [product, storage] = [
        await shop.addProduct({ price: 7.5 }),
        (await shop.call('GET', `/storages/${place}`)).data[1].id,
      ];

      let booked: {
        id: number;
        visit: number;
        client: number;
        member: number;
        at: string;
        length: number;
        price: number;
        attendance: number;
      }[] = [];
      let sales: number[] = [];
      type Appointment = (typeof booked)[number];
      const pick = <Of>(items: readonly Of[], at: number): Of | undefined => items[at % items.length];
      const fields = ({
        client,
        member,
        at,
        length,
        price: cost,
        attendance: state,
      }: Appointment | Omit<Appointment, 'id' | 'visit'>) => ({
        staff_id: members[client === -2 ? 0 : member],
        services: [{ id: service, first_cost: cost, cost, discount: 0 }],
        client: client < 0 || clients[client] === undefined ? { name: 'Guest' } : { id: clients[client] },
        datetime: at,
        seance_length: length,
        attendance: state,
        save_if_busy: true,
      });
      /** Changes an appointment, and remembers it if the server agrees. */
      const change = async (appointment: Appointment | undefined, changed: Partial<Appointment>) => {
        if (!appointment) return;
        const next = { ...appointment, ...changed };
        const { status, data } = await shop.call('PUT', `/record/${place}/${appointment.id}`, { body: fields(next) });
        if (status < 300) Object.assign(appointment, next, { visit: data.visit_id });
      };
      const compare = async (asked: Asked) =>
        expect(await answered((path) => shop.call('GET', path), place, asked)).toEqual(
          await countedFromScratch(place, asked).then(
            ({ fullness_daily, records_daily, record_source, record_status, ...rest }) =>
              asked.position_id === undefined ? { ...rest, fullness_daily, records_daily, record_source, record_status } : rest,
          ),
        );

      for (const each of steps) {
        if (each.kind === 'book') {
          const { client, member, length, attendance: state, price: cost } = each;
          const wanted = { client, member, at: `${on(each.day)}T${each.time}:00`, length, price: cost, attendance: state };
          const { status, data } = await shop.call('POST', `/records/${place}`, {
            body: fields(wanted),
            authorization: (users[each.user] as typeof clerk).authorization,
          });
          if (status === 201) booked.push({ ...wanted, id: data[0].id, visit: data[0].visit_id });
        } else if (each.kind === 'move') {
          await change(pick(booked, each.which), { at: `${on(each.day)}T${each.time}:00` });
        } else if (each.kind === 'give to another') {
          await change(pick(booked, each.which), { member: each.member });
        } else if (each.kind === 'change the price') {
          await change(pick(booked, each.which), { price: each.price });
        } else if (each.kind === 'change the attendance') {
          await change(pick(booked, each.which), { attendance: each.attendance });
        } else if (each.kind === 'give to another client') {
          await change(pick(booked, each.which), { client: each.client });
        } else if (each.kind === 'delete') {
          const appointment = pick(booked, each.which);
          if (!appointment) continue;
          await shop.call('DELETE', `/record/${place}/${appointment.id}`);
          booked = booked.filter((other) => other !== appointment);
        } else if (each.kind === 'book online') {
          const id = pick(booked, each.which)?.id ?? 0;
          await db.execute(sql`
            update appointments set is_online = true, created_by = null, booking_form_id = coalesce((
              select id from booking_forms where location_id = ${place} and ${each.form} limit 1), 0)
            where location_id = ${place} and id = ${id}`);
        } else if (each.kind === 'sell in a visit') {
          const appointment = pick(booked, each.which);
          if (appointment) await shop.addSale(appointment.id, product);
        } else if (each.kind === 'take products back') {
          const appointment = pick(booked, each.which);
          if (!appointment) continue;
          const [line] = (await desk.read(appointment.id)).goods_transactions as { id: number }[];
          if (line) await shop.call('DELETE', `/storage_operations/goods_transactions/${place}/${line.id}`);
        } else if (each.kind === 'sell') {
          const line = {
            good_id: product,
            amount: 2,
            operation_unit_type: 1,
            ...(each.seller < 0 ? {} : { master_id: members[each.seller] }),
          };
          const { data } = await shop.call('POST', `/storage_operations/operation/${place}`, {
            body: { type_id: 1, create_date: `${on(each.day)} 23:30:00`, storage_id: storage, goods_transactions: [line, line] },
            authorization: (users[each.user] as typeof clerk).authorization,
          });
          if (data.document) sales.push(data.document.id);
        } else if (each.kind === 'take a sale back') {
          const sale = pick(sales, each.which);
          if (!sale) continue;
          await shop.call('DELETE', `/storage_operations/documents/${place}/${sale}`);
          sales = sales.filter((other) => other !== sale);
        } else if (each.kind === 'top up') {
          const client = clients[each.client];
          if (client === undefined) continue;
          const { data } = await shop.call('POST', `/company/${place}/deposits`, {
            body: { client_id: client, deposit_type_id: type },
          });
          if (!data?.deposit) continue;
          await shop.call('POST', `/deposits_operations/${place}`, {
            body: { client_id: client, deposit_id: data.deposit.id, amount: 12.34, account_id: desk.cash },
          });
        } else if (each.kind === 'work') {
          const [from, to] = each.hours.split(' ') as [string, string];
          await setHours(shop, members[each.member] as number, [on(each.day)], [{ from, to }]).catch(() => {});
        } else if (each.kind === 'have a day off') {
          await shop.call('PUT', `/company/${place}/staff/schedule`, {
            body: {
              schedules_to_set: [],
              schedules_to_delete: [{ team_member_id: members[each.member], dates: [on(each.day)] }],
            },
          });
        } else if (each.kind === 'delete a client') {
          const client = clients[each.client];
          if (client === undefined) continue;
          if ((await shop.call('DELETE', `/client/${place}/${client}`)).status < 300) clients[each.client] = undefined;
        } else if (each.kind === 'forget a phone number' || each.kind === 'learn a phone number') {
          const phone = each.kind === 'learn a phone number' ? somePhone() : null;
          await db.execute(
            sql`update clients set phone = ${phone} where location_id = ${place} and id = ${clients[each.client] ?? 0}`,
          );
        } else if (each.kind === 'change the position') {
          await db.execute(
            sql`update team_members set position_id = ${positions[each.position]} where location_id = ${place} and id = ${members[each.member]}`,
          );
        } else if (each.kind === 'dismiss') {
          await db.execute(
            sql`update team_members set is_fired = true where location_id = ${place} and id = ${members[each.member]}`,
          );
        } else {
          await compare({ from: on(-3), to: on(3), team_member_id: members[each.member] });
        }
      }

      await compare({ from: on(-3), to: on(3) });
      expect((await contradictions(place)).filter((rule) => rule.includes('figures of a day'))).toEqual([]);
      await compare({ from: on(-1), to: on(0), user_id: clerk.id });
      await compare({ from: on(-61), to: on(1), team_member_id: desk.member });
      await compare({ from: on(-2), to: on(2), position_id: positions[0] });
      await compare({ from: on(0), to: on(0), team_member_id: members[1], user_id: shop.owner.id });
      const now = (await db.execute(sql`select (now() at time zone ${shop.timeZone})::date::text as today`)) as unknown as {
        rows: { today: string }[];
      };
      const { today } = now.rows[0] as { today: string };
      await compare({ from: addDays(today, -1), to: today });
    }),
    { numRuns: Number(process.env.ANALYTICS_RUNS ?? 4), endOnFailure: true },
  );
});
