import { afterAll, beforeAll, expect, it } from 'vitest';
import { datesBetween } from '../src/platform/clock.ts';
import { rivalServers } from './contention.ts';
import { onPostgres, somePhone } from './harness.ts';
import { openSalon, setHours } from './salon.ts';

/* FEED_SECONDS=60 runs it for a minute. */
const seconds = Number(process.env.FEED_SECONDS ?? (onPostgres() ? 4 : 1));
const writers = 10;

let servers: Awaited<ReturnType<typeof rivalServers>>;
beforeAll(async () => {
  servers = await rivalServers();
}, 60_000);
afterAll(() => servers.stop());

/** What an integration knows of a location: the things of the feed, by resource and id. */
type Copy = Map<string, Record<string, unknown>>;

interface Fed {
  id: number;
  resource: string;
  resource_id: number;
  status: 'create' | 'update' | 'delete';
  data: Record<string, unknown>;
}

/** Applies a change to a copy. @returns what is wrong with its place in the feed */
function apply(copy: Copy, { resource, resource_id, status, data }: Fed): string[] {
  const key = `${resource} ${resource_id}`;
  const isThere = copy.has(key);
  if (status === 'delete') copy.delete(key);
  else copy.set(key, data);
  return isThere === (status === 'create') ? [`${status} of ${key}`] : [];
}

it('a consumer beside ten writers ends with exactly what the lists say', { timeout: seconds * 1000 + 60_000 }, async () => {
  const salon = await openSalon();
  const { shop, place } = salon;
  const members = [salon.member];
  while (members.length < writers) members.push(await shop.addTeamMember());
  const dates = datesBetween('2030-05-06', '2030-06-05');
  await setHours(shop, members, dates);
  let sent = 0;
  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${servers.urls[sent++ % servers.urls.length]}/api/v1${path}`, {
      method,
      headers: {
        authorization: shop.owner.authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  const feed = (query: string) => send('GET', `/company/${place}/changes?${query}`);

  // The clients that several writers change at the same moment, whose rows they lock.
  const shared = [await shop.addClient(), await shop.addClient()];
  const phoneOf = new Map(shared.map(({ id, phone }) => [id, String(phone)]));
  let cursor: string = (await feed('from=now')).meta.cursor;
  const copy: Copy = new Map();
  for (const { id } of shared) copy.set(`client ${id}`, (await send('GET', `/client/${place}/${id}`)).data);

  let isOver = false;
  const wrong: string[] = [];
  const seen = new Set<number>();
  let changes = 0;
  const consume = async () => {
    for (let isLast = false; ; ) {
      const { data, meta } = await feed(`cursor=${cursor}&limit=50`);
      for (const change of data as Fed[]) {
        wrong.push(...apply(copy, change));
        if (seen.has(change.id)) wrong.push(`change ${change.id} comes twice`);
        seen.add(change.id);
        changes++;
      }
      cursor = meta.cursor;
      if (isLast && !meta.has_more) return;
      isLast = isOver && !meta.has_more;
    }
  };

  const end = performance.now() + seconds * 1000;
  const write = async (index: number) => {
    for (let round = 0; performance.now() < end; round++) {
      const phone = somePhone();
      const client = (await send('POST', `/clients/${place}`, { name: `Client ${index}.${round}`, phone })).data;
      const common = shared[round % shared.length] as { id: number };
      await send('PUT', `/client/${place}/${common.id}`, { name: `By ${index}.${round}`, phone: phoneOf.get(common.id) });
      const date = dates[round % dates.length];
      const body = {
        staff_id: members[index],
        services: [{ id: salon.service }],
        client: { id: client.id },
        datetime: `${date}T${String(9 + (Math.floor(round / dates.length) % 9)).padStart(2, '0')}:00:00`,
        seance_length: 3600,
        save_if_busy: true,
      };
      const [booked] = (await send('POST', `/records/${place}`, body)).data;
      await send('PUT', `/record/${place}/${booked.id}`, { ...body, comment: `Changed ${round}` });
      if (round % 3 === 0) await send('DELETE', `/record/${place}/${booked.id}`);
      if (round % 6 === 0) await send('DELETE', `/client/${place}/${client.id}`);
    }
  };
  const consumer = consume();
  await Promise.all(Array.from({ length: writers }, (_, index) => write(index)));
  isOver = true;
  await consumer;

  expect(wrong).toEqual([]);
  expect(changes).toBeGreaterThan(writers * 4);
  const pagesOf = async (path: string): Promise<Record<string, unknown>[]> => {
    const all: Record<string, unknown>[] = [];
    for (let page = 1; ; page++) {
      const { data } = await send('GET', `${path}${path.includes('?') ? '&' : '?'}page=${page}&count=100`);
      all.push(...data);
      if (data.length < 100) return all;
    }
  };
  // A list writes a phone number as text with a plus, a single client as a number.
  const shown = (things: Record<string, unknown>[], fields: string[]) =>
    things
      .map((data) => fields.map((field) => String(data[field]).replace(/^\+/, '')))
      .toSorted(([one], [other]) => Number(one) - Number(other));
  const known = (resource: string) => [...copy].flatMap(([key, data]) => (key.startsWith(`${resource} `) ? [data] : []));
  const ofClient = ['id', 'name', 'phone'];
  expect(shown(known('client'), ofClient)).toEqual(shown(await pagesOf(`/clients/${place}`), ofClient));
  const ofRecord = ['id', 'staff_id', 'datetime', 'comment', 'seance_length'];
  expect(shown(known('record'), ofRecord)).toEqual(
    shown(await pagesOf(`/records/${place}?start_date=2030-05-01&end_date=2030-06-30`), ofRecord),
  );
  if (process.env.FEED_SECONDS) console.log(`${seconds} s, ${sent} requests, ${changes} changes`);
});
