import { setTimeout } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { call, openShop, type Person, type Shop, testDatabase } from '../../../test/harness.ts';
import { users } from '../access/tables.ts';
import { clientComments } from './tables.ts';

let shop: Shop;
let client: number;
beforeAll(async () => {
  shop = await openShop();
});

const newClient = async (of = shop) => (client = (await of.addClient()).id);
const pathOf = (id: number, of = shop) => `/clients/${of.locationId}/clients/${id}/comments`;
const as = (person: Person) => ({ authorization: person.authorization });

async function add(text: unknown, options: { by?: Person; to?: number } = {}) {
  return shop.call('POST', pathOf(options.to ?? client), { body: { text }, ...(options.by ? as(options.by) : {}) });
}

async function upload(name: string) {
  const form = new FormData();
  form.append('file', new Blob(['content']), name);
  const answer = await shop.call('POST', `/company/${shop.locationId}/clients/files/${client}`, { rawBody: form });
  expect(answer.status).toBe(201);
  return answer.data[0] as { id: number; link: string };
}

const list = async () => (await shop.call('GET', pathOf(client))).data;

describe('the history of a client', () => {
  test('is empty at first', async () => {
    await newClient();
    const answer = await shop.call('GET', pathOf(client));
    expect(answer).toMatchObject({ status: 200, body: { success: true, data: [], meta: { count: 0 } } });
  });

  test('has texts and uploads in one list, the newest first, each with its author', async () => {
    await newClient();
    const colleague = await shop.hire('administrator');
    await add('First visit');
    await upload('x-ray.png');
    await add('Prefers mornings', { by: colleague });

    const answer = await shop.call('GET', pathOf(client));
    expect(answer.meta).toEqual({ count: 3 });
    const [newest, uploaded, oldest] = answer.data;
    expect(newest).toMatchObject({ type: 'default', text: 'Prefers mornings', files: [], user: { id: colleague.id } });
    expect(uploaded).toMatchObject({ type: 'file', text: '', files: [{ filename: 'x-ray.png' }], user: { id: shop.owner.id } });
    expect(oldest).toMatchObject({ type: 'default', text: 'First visit', files: [], user: { id: shop.owner.id } });
    expect(oldest.user).toEqual({ id: shop.owner.id, name: 'Test User', avatar: '' });
    expect([newest.id > uploaded.id, uploaded.id > oldest.id]).toEqual([true, true]);
  });

  test('gives every upload a whole address, which downloads the file', async () => {
    await newClient();
    await upload('letter.txt');
    const [{ files }] = await list();
    expect(files[0].link).toMatch(/^http:\/\//);
    const response = await fetch(files[0].link);
    expect([response.status, await response.text()]).toEqual([200, 'content']);
  });

  test('belongs to one client only', async () => {
    const other = await newClient();
    await newClient();
    await add('Only here');
    expect((await shop.call('GET', pathOf(other))).data).toEqual([]);
  });

  test('writes its dates in the offset of the location', async () => {
    const nepal = await openShop({ city: 'Kathmandu' });
    const { id } = await nepal.addClient();
    const { data } = await nepal.call('POST', pathOf(id, nepal), { body: { text: 'Namaste' } });
    for (const date of [data.create_date, data.update_date]) {
      expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:45$/);
      const age = Date.now() - Date.parse(date);
      expect(age).toBeGreaterThan(-1000);
      expect(age).toBeLessThan(10_000);
    }
  });

  test('keeps the comments of a deleted user, without an author', async () => {
    await newClient();
    const leaver = await shop.hire('administrator');
    await add('Allergic to nuts', { by: leaver });
    const { db } = await testDatabase();
    await db.delete(users).where(eq(users.id, leaver.id));
    expect(await list()).toMatchObject([{ text: 'Allergic to nuts', user: null }]);
  });

  test('of an unknown client is not found', async () => {
    expect((await shop.call('GET', pathOf(2_000_000_000))).status).toBe(404);
  });

  test("of another location's client is not found", async () => {
    const other = await openShop();
    const { id } = await other.addClient();
    expect((await shop.call('GET', pathOf(id))).status).toBe(404);
    expect((await shop.call('GET', pathOf(id, other))).status).toBe(404);
  });
});

describe('adding a comment', () => {
  test('answers 201 with the comment', async () => {
    await newClient();
    const answer = await add('Prefers mornings');
    expect(answer).toMatchObject({
      status: 201,
      body: { success: true, meta: [], data: { type: 'default', text: 'Prefers mornings', files: [] } },
    });
    expect(answer.data.user.id).toBe(shop.owner.id);
    expect(await list()).toEqual([answer.data]);
  });

  test('drops the white space around the text', async () => {
    await newClient();
    expect((await add(' \n Prefers\n mornings \t')).data.text).toBe('Prefers\n mornings');
  });

  test.each([['Ünïcödé, 日本語, العربية'], ['👩‍👩‍👧‍👦 <b>"quoted"</b> \\ %s ; --'], ['x'.repeat(10_000)]])(
    'keeps any text (%#)',
    async (text) => {
      await newClient();
      await add(text);
      expect(await list()).toMatchObject([{ text }]);
    },
  );

  test.each([
    ['is missing', {}],
    ['is empty', { text: '' }],
    ['is blank', { text: ' \n\u00a0\u3000\t' }],
    ['has more than 10,000 characters', { text: 'x'.repeat(10_001) }],
    ['is no text', { text: { de: 'Hallo' } }],
  ])('is refused with 422 when the text %s', async (_, body) => {
    await newClient();
    const answer = await shop.call('POST', pathOf(client), { body });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ success: false, data: null });
    expect(answer.meta.errors.map((error: object) => Object.keys(error))).toEqual([['text']]);
    expect(await list()).toEqual([]);
  });

  test('is refused with 422 if the text has a NUL character, which the database cannot store', async () => {
    await newClient();
    expect((await add('a\0b')).status).toBe(422);
    expect(await list()).toEqual([]);
  });

  test('to an unknown client or one of another location is 404', async () => {
    const other = await openShop();
    const { id } = await other.addClient();
    expect((await add('Hello', { to: 2_000_000_000 })).status).toBe(404);
    expect((await add('Hello', { to: id })).status).toBe(404);
    expect((await other.call('GET', pathOf(id, other))).data).toEqual([]);
  });
});

describe('permissions', () => {
  test('without client_comments_list_access nobody sees, or deletes from, the history', async () => {
    await newClient();
    const blind = await shop.hire('owner', { client_comments_list_access: false });
    const { data } = await add('Secret');
    expect((await call('GET', pathOf(client), as(blind))).status).toBe(403);
    expect((await call('DELETE', `${pathOf(client)}/${data.id}`, as(blind))).status).toBe(403);
    expect(await list()).toHaveLength(1);
  });

  test('without client_comments_add_access nobody adds', async () => {
    await newClient();
    const reader = await shop.hire('owner', { client_comments_add_access: false });
    expect((await add('Hello', { by: reader })).status).toBe(403);
    expect(await list()).toEqual([]);
  });

  test('client_comments_own_edit_access lets you delete your own comments', async () => {
    await newClient();
    const author = await shop.hire('administrator', { client_comments_own_edit_access: false });
    const { data } = await add('Mine', { by: author });
    expect((await call('DELETE', `${pathOf(client)}/${data.id}`, as(author))).status).toBe(403);

    const other = await shop.hire('administrator', { client_comments_other_edit_access: false });
    const own = await add('Mine too', { by: other });
    expect((await call('DELETE', `${pathOf(client)}/${own.data.id}`, as(other))).status).toBe(204);
    expect((await list()).map((comment: { text: string }) => comment.text)).toEqual(['Mine']);
  });

  test('client_comments_other_edit_access lets you delete comments of others', async () => {
    await newClient();
    const author = await shop.hire('administrator');
    const { data } = await add('Theirs', { by: author });
    const colleague = await shop.hire('administrator', { client_comments_other_edit_access: false });
    expect((await call('DELETE', `${pathOf(client)}/${data.id}`, as(colleague))).status).toBe(403);
    const boss = await shop.hire('administrator', { client_comments_own_edit_access: false });
    expect((await call('DELETE', `${pathOf(client)}/${data.id}`, as(boss))).status).toBe(204);
  });

  test('a comment without an author counts as one of others', async () => {
    await newClient();
    const leaver = await shop.hire('administrator');
    const { data } = await add('Orphan', { by: leaver });
    const { db } = await testDatabase();
    await db.delete(users).where(eq(users.id, leaver.id));
    const colleague = await shop.hire('administrator', { client_comments_other_edit_access: false });
    expect((await call('DELETE', `${pathOf(client)}/${data.id}`, as(colleague))).status).toBe(403);
    expect((await shop.call('DELETE', `${pathOf(client)}/${data.id}`)).status).toBe(204);
  });
});

describe('deleting a comment', () => {
  test('answers 204 without a body, and 404 the second time', async () => {
    await newClient();
    const { data } = await add('Wrong client');
    const answer = await shop.call('DELETE', `${pathOf(client)}/${data.id}`);
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect(answer.headers.get('content-type')).toBeNull();
    expect((await shop.call('DELETE', `${pathOf(client)}/${data.id}`)).status).toBe(404);
    expect(await list()).toEqual([]);
  });

  test('needs the path of its own client', async () => {
    await newClient();
    const { data } = await add('Stays');
    const other = (await shop.addClient()).id;
    expect((await shop.call('DELETE', `${pathOf(other)}/${data.id}`)).status).toBe(404);
    expect(await list()).toHaveLength(1);
  });

  test('that is the entry of an upload keeps the file', async () => {
    await newClient();
    const file = await upload('contract.txt');
    const [entry] = await list();
    expect((await shop.call('DELETE', `${pathOf(client)}/${entry.id}`)).status).toBe(204);
    expect(await list()).toEqual([]);
    const files = await shop.call('GET', `/company/${shop.locationId}/clients/files/${client}`);
    expect(files.data).toMatchObject([{ id: file.id, name: 'contract.txt' }]);
    expect((await call('GET', `/${file.link}`)).body).toBe('content');
  });

  test('is not needed when a file is deleted: its entry stays, without files', async () => {
    await newClient();
    const file = await upload('contract.txt');
    const [before] = await list();
    const gone = await shop.call('DELETE', `/company/${shop.locationId}/clients/files/${client}/${file.id}`);
    expect(gone.status).toBe(202);
    expect(await list()).toEqual([{ ...before, files: [], update_date: expect.stringMatching(/-0[45]:00$/) }]);
  });

  test('at the same time by twenty requests succeeds once', async () => {
    await newClient();
    const { data } = await add('Contested');
    const { db } = await testDatabase();
    let deleting: Promise<number>[] = [];
    await db.transaction(async (tx) => {
      // The comment is locked until all requests wait for it. Otherwise the first would be done before the others arrive.
      await tx.select().from(clientComments).where(eq(clientComments.id, data.id)).for('update');
      deleting = Array.from({ length: 20 }, () =>
        shop.call('DELETE', `${pathOf(client)}/${data.id}`).then(({ status }) => status),
      );
      await setTimeout(500);
    });
    expect((await Promise.all(deleting)).sort()).toEqual([204, ...Array(19).fill(404)]);
  });
});

test('comments that are added while their client is deleted are kept or refused, and none is left behind', async () => {
  await newClient();
  const adding = Array.from({ length: 20 }, (_, number) => add(`Comment ${number}`));
  const deleting = shop.call('DELETE', `/client/${shop.locationId}/${client}`);
  const more = Array.from({ length: 20 }, (_, number) => add(`Late comment ${number}`));
  const answers = await Promise.all([...adding, ...more]);
  expect((await deleting).status).toBe(204);
  expect(answers.map(({ status }) => status).filter((status) => status !== 201 && status !== 404)).toEqual([]);
  expect((await add('Too late')).status).toBe(404);
  const { query } = await testDatabase();
  const left = await query({
    text: 'select id from client_comments where location_id = $1 and client_id = $2',
    values: [shop.locationId, client],
  });
  expect(left).toEqual([]);
});
