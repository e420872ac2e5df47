import { and, asc, eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { openSalon } from '../../../test/salon.ts';
import type { Transact, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { OutgoingMessage } from '../../platform/messages.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { appointments } from '../appointments/tables.ts';
import { getPlace } from '../locations/location.ts';
import { planNotices } from './plan.ts';
import { type Post, takenFor, workOff } from './send.ts';
import { locationMessages, notices } from './tables.ts';

/** Repeatable chance. */
function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

class Killed extends Error {}

const hour = 3_600_000;

/**
 * A month of a salon in New York in which the clocks go forward, told by two workers that are killed at any step: before or after a commit,
 * and before or after a message is handed over. What was handed over and not recorded is handed over again under its id, as after the end of
 * a process; the mailbox drops it then.
 */
test('each message of a month that is due goes out once, at its time, and no other goes out', { timeout: 60_000 }, async () => {
  const { shop, member, booked } = await openSalon();
  const { db } = await testDatabase();
  const { locationId } = shop;
  const chance = chanceFrom(7);
  const client = await shop.addClient({ name: 'Ada', email: 'ada@example.com' });
  // The salon works in May; its appointments are put where the simulation needs them.
  const models = [];
  for (const day of ['06T10', '06T14', '07T10', '07T14', '08T10', '08T14'])
    models.push(await booked({ client: { id: client.id }, datetime: `2030-05-${day}:00:00` }));
  const ids = models.map(({ id }: { id: number }) => id);
  await db.delete(notices).where(eq(notices.locationId, locationId));
  const place = await getPlace(db, locationId);

  // Clocks go forward on 10 March 2030.
  let now = new Date('2030-02-20T12:00:00Z');
  const end = new Date('2030-03-20T12:00:00Z');
  let isDeadly = false;
  let kills = 0;
  const mayDie = () => {
    if (!isDeadly || chance() > 0.12) return;
    kills += 1;
    throw new Killed();
  };
  const arrived = new Map<string, { message: OutgoingMessage; at: Date }>();
  let repeats = 0;
  const transact = beginAlone(db);
  const deadly: Transact = async (work) => {
    mayDie();
    const result = await transact(async (write) => {
      const done = await work(write);
      mayDie();
      return done;
    });
    mayDie();
    return result;
  };
  /** A process that works until it has nothing to do, or is killed. */
  const work = async () => {
    const process = new AbortController();
    const send = async (message: OutgoingMessage) => {
      try {
        mayDie();
        if (arrived.has(String(message.id))) repeats += 1;
        else arrived.set(String(message.id), { message, at: now });
        mayDie();
        return undefined;
      } catch (error) {
        // It is the end of the process, and no failure of the provider that could be recorded.
        process.abort();
        throw error;
      }
    };
    const post: Post = {
      db,
      transact: deadly,
      providers: { sms: { send }, email: { send } },
      isShown: false,
      signingKey: Buffer.alloc(32),
      publicUrl: '',
      now: () => now,
    };
    await workOff(post, locationId, process.signal, () => false).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  };

  const isAnythingDue = async () => {
    const [due] = await rowsOf<{ due: boolean }>(
      db,
      sql`select exists (select 1 from notices where location_id = ${locationId} and due_at <= ${now.toISOString()})
        or exists (select 1 from location_messages where location_id = ${locationId} and state = 'queued') as due`,
    );
    return due?.due ?? false;
  };

  /** What must arrive: a text for each, with the earliest time. */
  const expected = new Map<string, Date>();
  const starts = new Map<number, Date | null>();
  const change = async (id: number, set: Partial<typeof appointments.$inferInsert>, status: 'update' | 'delete') => {
    await transact(async (write: Write) => {
      await write
        .update(appointments)
        .set(set)
        .where(and(eq(appointments.locationId, locationId), eq(appointments.id, id)));
      if (status === 'update') write.changed('appointment time', locationId, id, 'update', { isMoved: true });
      await planNotices(write, place, [{ kind: 'appointment', locationId, id, status, row: undefined }], now);
    });
  };
  let reminded = 0;
  while (now < end) {
    now = new Date(now.getTime() + hour);
    isDeadly = false;
    // What was due in the last hour is settled before anything else changes, so that what is expected is certain.
    for (const [id, startsAt] of starts) {
      for (const [hours, channel] of [
        [1, 'sms'],
        [12, 'email'],
      ] as const) {
        if (!startsAt) continue;
        const due = new Date(startsAt.getTime() - hours * hour);
        if (due.getTime() === now.getTime()) {
          expected.set(`reminder ${channel} ${id} ${startsAt.toISOString()}`, due);
          reminded += 1;
        }
      }
    }
    if (await isAnythingDue()) {
      isDeadly = true;
      // Two processes, at the same time.
      await Promise.all([work(), work()]);
      isDeadly = false;
      // What a killed worker had taken is due again after a while.
      const began = now;
      while (await isAnythingDue()) {
        now = new Date(now.getTime() + takenFor * 1000);
        await work();
      }
      now = began;
    }
    if (chance() > 0.15) continue;
    const id = ids[Math.floor(chance() * ids.length)] as number;
    if (starts.get(id) === null) continue;
    if (chance() < 0.03 && starts.get(id)) {
      if ((starts.get(id) as Date) > now) expected.set(`delete email ${id}`, new Date(now.getTime() + hour));
      starts.set(id, null);
      await change(id, { deletedAt: now }, 'delete');
      continue;
    }
    const startsAt = new Date(now.getTime() + hour * (2 + Math.floor(chance() * 60)));
    await change(id, { startsAt, teamMemberId: member }, 'update');
    starts.set(id, startsAt);
  }

  const told = await db
    .select()
    .from(locationMessages)
    .where(and(eq(locationMessages.locationId, locationId), eq(locationMessages.clientId, client.id)))
    .orderBy(asc(locationMessages.id));
  const outcome = new Map(told.map((row) => [`m${row.id}`, row]));
  const reminders = [...arrived].flatMap(([id, { at }]) => {
    const row = outcome.get(id);
    if (!row?.key) return [];
    // It is late by the time that a killed worker had kept it.
    const on = new Date(Math.floor(at.getTime() / hour) * hour);
    return [[row.key.replace(/^reminder_(sms|email) \w+/, 'reminder $1'), on] as const];
  });
  expect(new Map(reminders)).toEqual(expected);
  expect(reminders).toHaveLength(expected.size);
  // Nothing was skipped or lost on the way, and everything that arrived is recorded as sent.
  expect(told.filter(({ id, state }) => (state === 'sent') !== arrived.has(`m${id}`))).toEqual([]);
  expect({ reminded: reminded > 20, kills: kills > 50, repeats: repeats > 0 }).toEqual({
    reminded: true,
    kills: true,
    repeats: true,
  });
});
