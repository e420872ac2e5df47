import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { openSalon } from '../../../test/salon.ts';
import { allCalendars } from '../team/calendars.ts';
import { listAppointments } from './appointment.ts';

/** Two thousand appointments of one salon, changed and deleted and removed at random. */
async function changedAlot() {
  const salon = await openSalon();
  const { db } = await testDatabase();
  const { id, visit_id, client } = await salon.booked();
  const at = (minutes: number) => new Date(Date.UTC(2031, 0, 1, 0, minutes)).toISOString();
  const ids = async (where = sql`true`) =>
    (
      (await db.execute(sql`select id from appointments where location_id = ${salon.place} and ${where}`)) as never as {
        rows: { id: number }[];
      }
    ).rows.map((row) => row.id);
  // A statement is one moment, as with the clock.
  for (let step = 0; step < 40; step++) {
    await db.execute(sql`
      with documented as (
        insert into documents (location_id, type, at) select ${salon.place}, 7, now() from generate_series(1, 65) returning id),
      added as (
        insert into appointments (location_id, document_id, team_member_id, client_id, visit_id, starts_at, duration, hash, created_at)
        select ${salon.place}, id, ${salon.member}, ${client.id}, ${visit_id}, '2020-01-01'::timestamptz + n * interval '1 hour', 60,
        md5(random()::text), now()
        from (select id, row_number() over () as n from documented) as numbered returning id)
      insert into appointment_changes (location_id, appointment_id, at, is_deleted)
      select ${salon.place}, id, ${at(step)}, false from added`);
  }
  for (let step = 40; step < 60; step++) {
    const chosen = (await ids()).filter((each) => (each * 7919 + step) % 23 === 0);
    await db.execute(sql`
      with changed as (
        update appointments set deleted_at = case when id % 3 = 0 then ${at(step)}::timestamptz end
        where location_id = ${salon.place} and id = any(${sql.param(chosen)}::int[]) returning id, deleted_at)
      update appointment_changes set at = ${at(step)}, is_deleted = changed.deleted_at is not null from changed
      where location_id = ${salon.place} and appointment_id = changed.id`);
  }
  await db.execute(sql`delete from appointments where location_id = ${salon.place} and id % 11 = 5 and id <> ${id}`);
  return { ...salon, db, at };
}

it('counts and pages changes as if it looked at every one', { timeout: 60_000 }, async () => {
  const { db, place, at } = await changedAlot();
  const runs = (await db.execute(sql`select * from appointment_runs where location_id = ${place}`)) as never as {
    rows: unknown[];
  };
  expect(runs.rows.length).toBeGreaterThan(2);
  const bounds = [undefined, at(17), at(50)].map((text) => (text ? new Date(text) : undefined));
  for (const withDeleted of [false, true]) {
    for (const from of bounds) {
      for (const to of bounds) {
        const kept = sql`select id from appointments join appointment_changes on appointment_id = id where appointments.location_id = ${place} ${withDeleted ? sql`` : sql`and deleted_at is null`}
          ${from ? sql`and at > ${from.toISOString()}` : sql``} ${to ? sql`and at < ${to.toISOString()}` : sql``}
          order by at desc, id desc`;
        const expected = ((await db.execute(kept)) as never as { rows: { id: number }[] }).rows.map(({ id }) => id);
        for (const [offset, limit] of [
          [0, 2],
          [997, 7],
          [expected.length - 1, 5],
          [expected.length, 5],
        ] as const) {
          if (offset < 0) continue;
          const page = await listAppointments(
            db,
            place,
            { changed: { from, to }, withDeleted, calendars: allCalendars },
            { offset, limit },
          );
          expect(page.rows.map(({ id }) => id)).toEqual(expected.slice(offset, offset + limit));
          expect(page.total).toBe(expected.length);
        }
        if (!from && !to) {
          expect(
            (await listAppointments(db, place, { withDeleted, calendars: allCalendars }, { offset: 0, limit: 2 })).total,
          ).toBe(expected.length);
        }
      }
    }
  }
});
