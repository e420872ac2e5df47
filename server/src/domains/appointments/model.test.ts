import fc from 'fast-check';
import { expect, it } from 'vitest';
import { onPostgres } from '../../../test/harness.ts';
import { openSalon, salonDates, setHours } from '../../../test/salon.ts';

/** An appointment as the model knows it. */
interface Known {
  id: number;
  member: number;
  client: number;
  date: string;
  hour: number;
  attendance: number;
  /** Places of the event. Undefined for an individual appointment. */
  seats?: number;
}

const dates = salonDates.slice(0, 2) as [string, string];
const hours = [9, 10, 11, 12];
const eventHour = 14;
const capacity = 4;

/** The steps of the calendar. Numbers choose among the existing objects. */
const commands = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('create' as const),
      member: fc.nat(1),
      client: fc.nat(1),
      date: fc.nat(1),
      hour: fc.nat(3),
      force: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('change' as const),
      which: fc.nat(20),
      member: fc.nat(1),
      client: fc.nat(1),
      date: fc.nat(1),
      hour: fc.nat(3),
      attendance: fc.constantFrom(-1, 0, 1, 2),
    }),
    fc.record({ kind: fc.constant('delete' as const), which: fc.nat(20) }),
    fc.record({ kind: fc.constant('seat' as const), client: fc.nat(1), seats: fc.integer({ min: 1, max: 3 }) }),
  ),
  { minLength: 4, maxLength: 14 },
);

it('a calendar agrees with a simple model, step by step', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (steps) => {
      const { shop, place, member, service, addEvent } = await openSalon();
      const members = [member, await shop.addTeamMember()] as [number, number];
      await setHours(shop, members[1], salonDates);
      const clients = [(await shop.addClient()).id, (await shop.addClient()).id] as [number, number];
      const event = await addEvent({ date: `${dates[0]} ${eventHour}:00`, capacity });
      let known: Known[] = [];

      const at = (date: string, hour: number) => `${date}T${String(hour).padStart(2, '0')}:00:00`;
      const body = (of: Omit<Known, 'id'>) => ({
        staff_id: of.member,
        services: [{ id: service }],
        client: { id: of.client },
        datetime: at(of.date, of.hour),
        seance_length: 3600,
        attendance: of.attendance,
      });
      const isTaken = (of: Omit<Known, 'id'>, except?: number) =>
        known.some(
          (each) =>
            each.id !== except &&
            each.seats === undefined &&
            each.attendance !== -1 &&
            each.member === of.member &&
            each.date === of.date &&
            each.hour === of.hour,
        );
      const booked = () => known.reduce((sum, each) => sum + (each.seats ?? 0), 0);

      for (const step of steps) {
        if (step.kind === 'create') {
          const wanted = {
            member: members[step.member] as number,
            client: clients[step.client] as number,
            date: dates[step.date] as string,
            hour: hours[step.hour] as number,
            attendance: 0,
          };
          const answer = await shop.call('POST', `/records/${place}`, { body: { ...body(wanted), save_if_busy: step.force } });
          expect(answer.status).toBe(isTaken(wanted) && !step.force ? 422 : 201);
          if (answer.status === 201) known.push({ ...wanted, id: answer.data[0].id });
        } else if (step.kind === 'seat') {
          const fits = booked() + step.seats <= capacity;
          const client = clients[step.client] as number;
          const answer = await shop.call('POST', `/records/${place}`, {
            body: { activity_id: event.id, client: { id: client }, clients_count: step.seats },
          });
          expect(answer.status).toBe(fits ? 201 : 422);
          if (fits) {
            const { id } = answer.data[0];
            known.push({ id, member, client, date: dates[0], hour: eventHour, attendance: 0, seats: step.seats });
          }
        } else if (known.length > 0) {
          const one = known[step.which % known.length] as Known;
          if (step.kind === 'delete') {
            expect((await shop.call('DELETE', `/record/${place}/${one.id}`)).status).toBe(204);
            known = known.filter((each) => each !== one);
          } else if (one.seats !== undefined) {
            const client = clients[step.client] as number;
            const answer = await shop.call('PUT', `/record/${place}/${one.id}`, {
              body: { activity_id: event.id, client: { id: client }, attendance: step.attendance },
            });
            expect(answer.status).toBe(201);
            Object.assign(one, { client, attendance: step.attendance });
          } else {
            const wanted = {
              member: members[step.member] as number,
              client: clients[step.client] as number,
              date: dates[step.date] as string,
              hour: hours[step.hour] as number,
              attendance: step.attendance,
            };
            const isMoved = wanted.member !== one.member || wanted.date !== one.date || wanted.hour !== one.hour;
            const answer = await shop.call('PUT', `/record/${place}/${one.id}`, { body: body(wanted) });
            // A no-show freed the slot. A client who turns up after all is not refused.
            const wasAway = one.attendance === -1 && wanted.attendance !== 1;
            const needsTime = wanted.attendance !== -1 && (isMoved || wasAway);
            expect(answer.status).toBe(needsTime && isTaken(wanted, one.id) ? 422 : 201);
            if (answer.status === 201) Object.assign(one, wanted);
          }
        }

        const listed = await shop.call('GET', `/records/${place}?count=300`);
        const seen = listed.data.map((row: Record<string, never> & { id: number }) => row) as {
          id: number;
          staff_id: number;
          datetime: string;
          attendance: number;
          visit_id: number;
          clients_count: number;
          client: { id: number; success_visits_count: number; fail_visits_count: number };
        }[];
        const byId = <Row extends { id: number }>(rows: Row[]) => [...rows].sort((a, b) => a.id - b.id);
        expect(
          byId(seen).map((row) => [
            row.id,
            row.staff_id,
            row.datetime.slice(0, 19),
            row.attendance,
            row.client.id,
            row.clients_count,
          ]),
        ).toEqual(
          byId(known).map((each) => [
            each.id,
            each.member,
            at(each.date, each.hour),
            each.attendance,
            each.client,
            each.seats ?? 1,
          ]),
        );

        // One visit for a client's day, counted by the states of its appointments.
        const visits = new Map<number, Set<string>>();
        for (const row of seen) {
          const key = `${row.client.id} ${row.datetime.slice(0, 10)}`;
          visits.set(row.visit_id, (visits.get(row.visit_id) ?? new Set()).add(key));
        }
        expect([...visits.values()].every((keys) => keys.size === 1)).toBe(true);
        expect(visits.size).toBe(new Set(known.map((each) => `${each.client} ${each.date}`)).size);
        for (const { client } of seen) {
          const days = dates.map((date) => known.filter((each) => each.client === client.id && each.date === date));
          const came = days.filter((day) => day.some((each) => each.attendance === 1)).length;
          const missed = days.filter(
            (day) => day.some((each) => each.attendance === -1) && !day.some((each) => each.attendance === 1),
          );
          expect([client.success_visits_count, client.fail_visits_count]).toEqual([came, missed.length]);
        }

        const schedule = await shop.call(
          'GET',
          `/company/${place}/staff/schedule?start_date=${dates[0]}&end_date=${dates[1]}&include[]=busy_intervals`,
        );
        const busy = schedule.data.flatMap(
          (day: { staff_id: number; date: string; busy_intervals: { entity_id: number; entity_type: string; from: string }[] }) =>
            day.busy_intervals.map((each) => `${each.entity_type} ${each.entity_id} ${day.staff_id} ${day.date}T${each.from}`),
        );
        const expected = known
          .filter((each) => each.seats === undefined && each.attendance !== -1)
          .map((each) => `record ${each.id} ${each.member} ${at(each.date, each.hour)}`);
        expect(busy.sort()).toEqual([...expected, `activity ${event.id} ${member} ${at(dates[0], eventHour)}`].sort());
        expect((await shop.call('GET', `/activity/${place}/${event.id}`)).data.records_count).toBe(booked());
      }
    }),
    { numRuns: onPostgres() ? 25 : 15, seed: 20_261_125 },
  );
});
