import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { Temporal } from 'temporal-polyfill';
import { expect, onTestFinished, test } from 'vitest';
import { users } from '../src/domains/access/tables.ts';
import { services } from '../src/domains/catalog/tables.ts';
import { createLocation } from '../src/domains/locations/location.ts';
import { locations } from '../src/domains/locations/tables.ts';
import { locationMessages, notices } from '../src/domains/messaging/tables.ts';
import { teamMembers } from '../src/domains/team/tables.ts';
import { rowsOf } from '../src/platform/database.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { open, prepare } from './crash.ts';
import { startGateway } from './gateway.ts';
import { onPostgres, somePhone } from './harness.ts';
import { startMailServer } from './mail-server.ts';
import { startProcess } from './process.ts';

/** How often a process is killed: `MESSAGE_CRASHES=200` for a long run. */
const crashes = Number(process.env.MESSAGE_CRASHES ?? 4);
const seed = Number(process.env.MESSAGE_SEED ?? 7);
const isLong = process.env.MESSAGE_CRASHES !== undefined;

/** Repeatable chance. */
function chanceFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const hour = 3_600_000;
const day = 24 * hour;
/** Milliseconds of the simulated clock that pass in each step, while something is due. */
const step = 2_000;
const pause = 20;
const imports = `--import=${join(import.meta.dirname, 'simulated-clock.mjs')}`;

/** A clock that all processes of a test and their database read. It stands still until it is moved. */
async function openClock(database: Awaited<ReturnType<typeof open>>, begins: Date) {
  const directory = await mkdtemp(join(tmpdir(), 'foyer-clock-'));
  const path = join(directory, 'clock');
  const file = openSync(path, 'w');
  onTestFinished(async () => {
    closeSync(file);
    await rm(directory, { recursive: true, force: true });
  });
  await database.db.execute(sql`create schema simulated`);
  await database.db.execute(sql`create table simulated.clock (at timestamptz not null)`);
  await database.db.execute(sql`insert into simulated.clock values (${begins.toISOString()})`);
  await database.db.execute(
    sql`create function simulated.now() returns timestamptz language sql stable as 'select at from simulated.clock'`,
  );
  // Statements call this now(), because its schema is before that of the usual one.
  const [{ name }] = (await rowsOf<{ name: string }>(database.db, sql`select current_database() as name`)) as [{ name: string }];
  await database.db.execute(sql.raw(`alter database "${name}" set search_path = simulated, pg_catalog, public`));
  let now = begins.getTime();
  writeSync(file, String(now), 0);
  return {
    path,
    now: () => now,
    /** Moves the clock forward. */
    to: async (at: number) => {
      now = at;
      writeSync(file, String(now), 0);
      await database.db.execute(sql`update simulated.clock set at = ${new Date(now).toISOString()}`);
    },
  };
}

/** A message that must arrive, or did. */
interface Mail {
  channel: 'sms' | 'email';
  recipient: string;
  text: string;
  at: number;
}

/** An appointment with what the test knows of it. */
interface Visit {
  locationId: number;
  zone: string;
  member: number;
  service: number;
  email: string;
  phone: string;
  id?: number;
  /** Milliseconds; undefined if there is no appointment. */
  startsAt?: number | undefined;
  /** Times of which the client was reminded. */
  reminded: Set<string>;
}

const textAt = (word: string, startsAt: number, timeZone: string) => {
  const write = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en', { ...options, timeZone }).format(startsAt);
  return `${word} ${write({ dateStyle: 'long' })} ${write({ timeStyle: 'short' })}`;
};

/**
 * Two processes tell what is due, on one PostgreSQL database, and are killed (SIGKILL) while they do. Mails go to a real mail server, SMS to
 * a gateway that does what the documentation asks: it knows a repeat by its `Idempotency-Key`. A mailbox knows it by its `Message-ID`.
 */
test.runIf(onPostgres())(
  'in a month of two processes that are killed, each message that is due goes out once, at its time, and no other goes out',
  { timeout: isLong ? 3_600_000 : 120_000 },
  async () => {
    const chance = chanceFrom(seed);
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(chance() * items.length)] as Item;
    const arrivals: { key: string; at: number; mail: Omit<Mail, 'at'> }[] = [];
    let onArrival = () => {};
    const keep = (key: string, mail: Omit<Mail, 'at'>) => {
      arrivals.push({ key, at: clock.now(), mail });
      onArrival();
    };
    const mails = await startMailServer(
      () => undefined,
      0,
      ({ to, source }) => {
        const [head = '', body = ''] = source.replaceAll('\r\n', '\n').split('\n\n');
        const key = /^Message-ID: (.*)$/m.exec(head)?.[1] ?? '';
        keep(key, { channel: 'email', recipient: String(to), text: body.trim() });
      },
    );
    const gateway = await startGateway((_count, { headers, body }) => {
      const { recipient, text } = body as { recipient: string; text: string };
      keep(String(headers['idempotency-key']), { channel: 'sms', recipient, text });
      return 200;
    });
    onTestFinished(async () => {
      await mails.stop();
      await gateway.stop();
    });

    const {
      env,
      locationId: first,
      authorization,
    } = await prepare({
      FOYER_SMTP_URL: mails.url,
      FOYER_EMAIL_FROM: 'salon@example.com',
      FOYER_MESSAGES_URL: gateway.url,
    });
    const database = await open(env);
    onTestFinished(() => database.close());
    const { db } = database;
    const transact = beginAlone(db);
    const begins = new Date('2030-03-01T12:00:00Z');
    const clock = await openClock(database, begins);
    const simulated = { ...env, SIMULATED_CLOCK: clock.path };

    // Clocks go forward in New York on 10 March, and in Berlin on 31 March.
    const second = await transact(async (write) => {
      const [owner] = await write.select({ id: users.id }).from(users).limit(1);
      const partner = { id: 1, allLocations: true };
      return createLocation(write, { title: 'Second', city: 'New York' }, { user: { id: owner?.id as number }, partner });
    });
    const server = await startProcess(['serve'], { ...simulated, FOYER_JOBS_AT_ONCE: '0', NODE_OPTIONS: imports });
    onTestFinished(() => void server.child.kill('SIGKILL'));
    // biome-ignore lint/suspicious/noExplicitAny: answers of many operations
    const call = async (method: string, path: string, body?: unknown): Promise<any> => {
      const answer = await fetch(`${server.url}/api/v1${path}`, {
        method,
        headers: { authorization, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text ? JSON.parse(text) : undefined;
    };

    const visits: Visit[] = [];
    for (const locationId of [first, second.id]) {
      const [{ zone }] = (await db.select({ zone: locations.timeZone }).from(locations).where(eq(locations.id, locationId))) as [
        { zone: string },
      ];
      const [member] = await db.insert(teamMembers).values({ locationId, name: 'Basil', hasSchedule: true }).returning();
      const { data: category } = await call('POST', `/service_categories/${locationId}`, { title: 'Hair' });
      const [service] = await db
        .insert(services)
        .values({ locationId, title: 'Haircut', categoryId: category.id })
        .returning({ id: services.id });
      for (const [type, word] of [
        ['create', 'booked'],
        ['move', 'moved'],
        ['delete', 'cancelled'],
        ['reminder', 'reminder'],
      ])
        for (const channel of ['sms', 'email'])
          await call('PUT', `/notification_settings/${locationId}/templates`, {
            type: `record_${type}_client`,
            channel,
            language: 'en',
            text: `${word} %DATE% %TIME%`,
            ...(channel === 'email' && { subject: word }),
          });
      for (let count = 0; count < (isLong ? 8 : 4); count++)
        visits.push({
          locationId,
          zone,
          member: member?.id as number,
          service: service?.id as number,
          email: `client${visits.length}@example.com`,
          phone: somePhone(),
          reminded: new Set(),
        });
    }
    const isClient = new Set(visits.flatMap(({ email, phone }) => [email, phone]));

    const expected: Mail[] = [];
    const expectMail = (visit: Visit, channel: Mail['channel'], text: string, at: number) =>
      expected.push({ channel, recipient: channel === 'sms' ? visit.phone : visit.email, text, at });

    /** Books, moves or cancels, on the clock of the location, and notes what the client must be told. */
    const change = async (visit: Visit) => {
      const { locationId, zone, startsAt: before } = visit;
      const isAhead = before !== undefined && before > clock.now();
      if (isAhead && chance() < 0.2) {
        await call('DELETE', `/record/${locationId}/${visit.id}`);
        expectMail(visit, 'email', textAt('cancelled', before, zone), clock.now());
        visit.startsAt = undefined;
        return;
      }
      const local = Temporal.Instant.fromEpochMilliseconds(clock.now())
        .toZonedDateTimeISO(zone)
        .add({ days: 1 + Math.floor(chance() * 3) })
        .with({ hour: pick([4, 10, 10, 10]), minute: 0, second: 0, millisecond: 0 });
      const startsAt = local.epochMilliseconds;
      if (startsAt === before) return;
      const body = {
        staff_id: visit.member,
        services: [{ id: visit.service }],
        client: { phone: visit.phone, name: 'Ada', email: visit.email },
        datetime: local.toPlainDateTime().toString({ smallestUnit: 'second' }),
        seance_length: 3600,
        save_if_busy: true,
      };
      if (isAhead) await call('PUT', `/record/${locationId}/${visit.id}`, body);
      else {
        visit.id = (await call('POST', `/records/${locationId}`, body)).data[0].id;
        visit.reminded.clear();
      }
      visit.startsAt = startsAt;
      expectMail(visit, 'email', textAt(isAhead ? 'moved' : 'booked', startsAt, zone), clock.now());
    };

    /** What reminders are due at this time, and were not sent yet. */
    const remind = () => {
      for (const visit of visits)
        for (const [channel, hours] of [
          ['sms', 1],
          ['email', 12],
        ] as const) {
          const { startsAt, zone, reminded } = visit;
          const name = `${channel} ${startsAt}`;
          if (startsAt === undefined || startsAt - hours * hour !== clock.now() || reminded.has(name)) continue;
          reminded.add(name);
          expectMail(visit, channel, textAt('reminder', startsAt, zone), clock.now());
        }
    };

    const workers: ChildProcess[] = [];
    const startWorker = async () => {
      const worker = fork(join(import.meta.dirname, 'message-worker.mjs'), {
        execArgv: [imports, '--liftoff-only'],
        env: { ...process.env, ...simulated },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      await once(worker, 'message');
      workers.push(worker);
    };
    onTestFinished(() => {
      for (const worker of workers) worker.kill('SIGKILL');
    });
    await Promise.all([startWorker(), startWorker()]);

    let kills = 0;
    let restarting: Promise<void> | undefined;
    const kill = () => {
      const [worker] = workers.splice(Math.floor(chance() * workers.length), 1);
      worker?.kill('SIGKILL');
      kills += 1;
      restarting = startWorker();
    };
    let untilKill = 0;
    onArrival = () => {
      untilKill -= 1;
      if (untilKill > 0 || kills >= crashes || restarting || workers.length < 2) return;
      untilKill = 1 + Math.floor(chance() * (isLong ? 6 : 25));
      // Before the answer, or a little later.
      if (chance() < 0.5) kill();
      else setTimeout(() => !restarting && workers.length === 2 && kill(), chance() * 20);
    };

    const isAnythingDue = async () => {
      const [due] = await rowsOf<{ due: boolean }>(
        db,
        sql`select exists (select 1 from notices where due_at <= simulated.now())
          or exists (select 1 from location_messages where state = 'queued') as due`,
      );
      return due?.due ?? false;
    };
    /** Lets time pass until everything that is due is told. It stands still while a process starts again. */
    const settle = async () => {
      while (await isAnythingDue()) {
        await restarting;
        restarting = undefined;
        await clock.to(clock.now() + step);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    };

    const began = performance.now();
    let stops = 0;
    let nextChange = begins.getTime();
    const ends = begins.getTime() + 32 * day;
    for (;;) {
      // Bookings, moves and cancellations of some at once, at a full hour, so that nothing else is due then.
      const [first] = await rowsOf<{ at: number | null }>(
        db,
        sql`select (extract(epoch from min(due_at)) * 1000)::float8 as at from ${notices}`,
      );
      const at = Math.min(nextChange, first?.at ?? Number.POSITIVE_INFINITY);
      if (at >= ends) break;
      await clock.to(at);
      stops += 1;
      remind();
      await settle();
      if (at !== nextChange) continue;
      for (const visit of visits) if (chance() < 0.6) await change(visit);
      await settle();
      nextChange += (isLong ? 17 : 67) * hour;
      while (nextChange <= clock.now()) nextChange += hour;
    }

    const unique = new Map<string, (typeof arrivals)[number]>();
    let repeats = 0;
    for (const arrival of arrivals) {
      const before = unique.get(arrival.key);
      if (!before) unique.set(arrival.key, arrival);
      else {
        repeats += 1;
        expect(arrival.mail).toEqual(before.mail);
      }
    }
    const told = [...unique.values()].filter(({ mail }) => isClient.has(mail.recipient));
    const nameOf = ({ channel, recipient, text }: Omit<Mail, 'at'>) => `${channel} ${recipient} ${text}`;
    expect(told.map(({ mail }) => nameOf(mail)).sort()).toEqual(expected.map(nameOf).sort());
    // In the order of their times, messages with the same text belong to each other.
    const byName = new Map<string, number[]>();
    for (const { mail, at } of told.toSorted((one, other) => one.at - other.at))
      byName.set(nameOf(mail), [...(byName.get(nameOf(mail)) ?? []), at]);
    const late = expected.map((mail) => ((byName.get(nameOf(mail))?.shift() as number) - mail.at) / 1000);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThan(1800);

    const rows = await db.select().from(locationMessages);
    // What arrived is in the log as sent, and nothing else is.
    const sent = rows.filter(({ state }) => state === 'sent');
    expect(sent).toHaveLength(unique.size);
    expect(rows.filter(({ state, clientId }) => state !== 'sent' && clientId !== null)).toEqual([]);
    expect(kills).toBe(crashes);
    const sorted = late.toSorted((one, other) => one - other);
    const seconds = Math.round((performance.now() - began) / 1000);
    const figures = `seed ${seed}: ${kills} kills in ${seconds} s, ${stops} times, ${unique.size} messages (${expected.length} to clients), ${repeats} repeats with the same id; late by ${sorted[sorted.length >> 1]} s (median), ${sorted.at(-1)} s (most)`;
    if (isLong || process.env.MESSAGE_SEED) console.info(figures);
  },
);
