import { basename } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Gate } from '../src/api/access.ts';
import { exampleOf } from '../src/api/openapi/example.ts';
import { isPlanned, type Operation, type Surface, transactionOf } from '../src/api/operation.ts';
import { surfaces } from '../src/surfaces/index.ts';
import { type Answer, call, openShop, type Shop, testDatabase } from './harness.ts';

/** Every operation that is built, so that no later one escapes these tests. */
const all: { surface: Surface; operation: Operation }[] = surfaces({} as Gate).flatMap((surface) =>
  surface.operations.filter((operation) => !isPlanned(operation)).map((operation) => ({ surface, operation })),
);
const title = ({ surface, operation }: (typeof all)[number]) => [`${surface.name} ${operation.id}`, operation] as const;
const behindPartner = all.filter(({ operation }) => operation.access.partner).map(title);
const behindUser = all.filter(({ operation }) => operation.access.user === 'required').map(title);
const located = all.filter(({ operation }) => operation.access.located).map(title);
const flagged = all.filter(({ operation }) => operation.access.flag).map(title);
const ofThings = all
  .filter(({ operation }) => operation.path.match(/\{/g)?.length && /\{(?!location_id|phone)\w+\}/.test(operation.path))
  .map(title);

let shop: Shop;
let stranger: Shop;
let ids: Record<string, number | string>;

beforeAll(async () => {
  [shop, stranger] = await Promise.all([openShop(), openShop()]);
  ids = await things(shop);
});

/** One of everything that a path can name. */
async function things(of: Shop): Promise<Record<string, number | string>> {
  const client = await of.addClient();
  const comment = await of.call('POST', `/clients/${of.locationId}/clients/${client.id}/comments`, { body: { text: 'Private' } });
  const form = new FormData();
  form.append('file', new Blob(['private']), 'private.txt');
  const files = await of.call('POST', `/company/${of.locationId}/clients/files/${client.id}`, { rawBody: form });
  const tokens = await of.call('GET', '/user/tokens');
  const widget = await of.call('POST', `/company/${of.locationId}/booking_forms`, { body: { title: 'Private' } });
  const service_id = await of.addService({ title: 'Private' });
  const picture = new FormData();
  picture.append('image', image());
  picture.append('company_id', String(of.locationId));
  picture.append('service_id', String(service_id));
  const { data: uploaded } = await of.call('POST', '/images/service', { rawBody: picture });
  return {
    location_id: of.locationId,
    id: client.id,
    client_id: client.id,
    comment_id: comment.data.id,
    file_id: files.data[0].id,
    token_id: tokens.data[0].id,
    form_id: widget.data.id,
    entity: 'service',
    service_id,
    image_name: basename(uploaded.image_group.images.basic.path),
  };
}

/** The smallest PNG. */
const image = () =>
  new Blob([
    Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=', 'base64'),
  ]);

const pathOf = (operation: Operation, values: Record<string, number | string>) =>
  operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'phone') return '13155550175';
    const value = values[name];
    if (value === undefined)
      throw new Error(`The isolation test has nothing for {${name}} of ${operation.id}: add it to things()`);
    return String(value);
  });

/** A request that would succeed, were the caller the owner. */
function request(
  operation: Operation,
  values: Record<string, number | string>,
  authorization: string | undefined,
): Promise<Answer> {
  const path = pathOf(operation, values);
  if (operation.multipart) {
    const form = new FormData();
    form.append('file', new Blob(['intruder']), 'intruder.txt');
    if (operation.id === 'upload_image') {
      form.append('image', image());
      form.append('company_id', String(values.location_id));
      form.append('service_id', String(values.service_id));
    }
    return call(operation.method, path, { rawBody: form, authorization });
  }
  const body =
    operation.body && operation.method !== 'GET'
      ? (operation.example?.body ?? exampleOf(operation.body, { onlyRequired: true }))
      : undefined;
  return call(operation.method, path, { ...(body === undefined ? {} : { body }), authorization });
}

/** The business's rows by table, to see that a refused request wrote nothing. Other tests write beside it. */
async function rowCounts(): Promise<Record<string, number>> {
  const { query } = await testDatabase();
  const tables = await query<{ name: string }>({
    text: "select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'location_id'",
    values: [],
  });
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await query<{ count: number }>({
      text: `select count(*)::int as count from "${name}" where location_id = $1`,
      values: [shop.locationId],
    });
    counts[name] = row?.count ?? 0;
  }
  return counts;
}

/** Nothing of the other business, of SQL or of the code may show in a refusal. */
function expectRefusal(answer: Answer, statuses: number[]): void {
  expect(statuses).toContain(answer.status);
  expect(answer.body).toMatchObject({ success: false, data: null });
  expect(typeof answer.meta.message).toBe('string');
  expect(JSON.stringify(answer.body)).not.toMatch(/Private|private\.txt|select |insert |node_modules|\.ts:/);
}

describe.each(behindPartner)('%s', (_, operation) => {
  test('answers 401 without a partner token', async () => {
    expectRefusal(await request(operation, ids, undefined), [401]);
    expectRefusal(await request(operation, ids, 'Bearer wrong, User wrong'), [401]);
    expectRefusal(await request(operation, ids, 'nonsense'), [401]);
  });
});

describe.each(behindUser)('%s', (_, operation) => {
  test('answers 401 without a user token, and to a user of another partner', async () => {
    expectRefusal(await request(operation, ids, `Bearer ${shop.partner.token}`), [401]);
    expectRefusal(await request(operation, ids, `Bearer ${shop.partner.token}, User ${stranger.owner.token}`), [401]);
  });
});

describe.each(located)('%s', (_, operation) => {
  test('does not exist for a user of another business, nor for a partner without access', async () => {
    const before = await rowCounts();
    expectRefusal(await request(operation, ids, stranger.owner.authorization), [404]);
    const colleague = await openShop({ partner: shop.partner });
    if (operation.access.user === 'required') expectRefusal(await request(operation, ids, colleague.owner.authorization), [404]);
    expectRefusal(await request(operation, { ...ids, location_id: 2_000_000_000 }, shop.owner.authorization), [404]);
    expect(await rowCounts()).toEqual(before);
  });
});

describe.each(flagged)('%s', (_, operation) => {
  test('answers 403 to a member without its permission', async () => {
    const member = await shop.hire('owner', { [operation.access.flag as string]: false });
    expectRefusal(await request(operation, ids, member.authorization), [403]);
  });
});

describe.each(ofThings)('%s', (_, operation) => {
  test('does not reach things of another business by their ids', async () => {
    const mine = { ...ids, location_id: stranger.locationId };
    if (operation.access.partner) expectRefusal(await request(operation, mine, stranger.owner.authorization), [404]);
    else expectRefusal(await request(operation, mine, undefined), [404]);
  });

  test('answers 404 to what is no possible id', async () => {
    for (const odd of ['abc', '0', '-1', '1.5', '99999999999', '%00', "1'--"]) {
      const last = operation.path.lastIndexOf('{');
      const path =
        pathOf({ ...operation, path: operation.path.slice(0, last) }, ids) + operation.path.slice(last).replace(/\{\w+\}/, odd);
      const answer = await call(operation.method, path, { authorization: shop.owner.authorization });
      expect([404, 400]).toContain(answer.status);
    }
  });
});

test('the owner can still reach everything afterwards', async () => {
  for (const { operation } of all.filter(({ operation: { method, access } }) => method === 'GET' && access.partner)) {
    const answer = await request(operation, ids, shop.owner.authorization);
    expect([operation.id, answer.status]).toEqual([operation.id, 200]);
  }
  expect(all.some(({ operation }) => transactionOf(operation) === 'write')).toBe(true);
});
