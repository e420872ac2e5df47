import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parse as parseDisposition } from 'content-disposition';
import { and, eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Answer,
  call,
  openShop,
  type Person,
  type Server,
  type Shop,
  startServer,
  testDatabase,
  testServer,
} from '../../../test/harness.ts';
import { loadSigningKey } from '../access/server-keys.ts';
import { locationUsers } from '../locations/tables.ts';
import { fileLink } from './file-link.ts';
import { clientFiles } from './tables.ts';

let shop: Shop;
let client: number;
beforeAll(async () => {
  shop = await openShop();
});
beforeEach(async () => {
  client = (await shop.addClient()).id;
});

interface Part {
  name: string;
  content: string | Uint8Array<ArrayBuffer>;
}
const as = (person: Person) => ({ authorization: person.authorization });
const filesOf = (id = client, of = shop) => `/company/${of.locationId}/clients/files/${id}`;

function formOf(files: Part[], description?: string): FormData {
  const form = new FormData();
  if (description !== undefined) form.append('description', description);
  for (const { name, content } of files) form.append('file', new Blob([content]), name);
  return form;
}

const upload = (files: Part[], options: { by?: Person; to?: string; description?: string; server?: Server } = {}) =>
  call('POST', options.to ?? filesOf(), {
    rawBody: formOf(files, options.description),
    ...as(options.by ?? shop.owner),
    ...(options.server ? { server: options.server } : {}),
  });

async function uploadOne(name: string, content: Part['content'] = 'content', by?: Person) {
  const answer = await upload([{ name, content }], by ? { by } : {});
  expect(answer.status).toBe(201);
  return answer.data[0] as { id: number; name: string; link: string; mime: string; extension: string };
}

/** Opens a link of a list as a browser does: without any header of ours. */
const open = async (link: string, server?: Server) => fetch((server ?? (await testServer())).url + link);
const statusOf = async (link: string, server?: Server) => {
  const response = await open(link, server);
  await response.arrayBuffer();
  return response.status;
};

/** Every file below a server's data directory. */
async function stored(server?: Server): Promise<string[]> {
  const { dataDirectory } = (server ?? (await testServer())).config;
  const entries = await readdir(join(dataDirectory, 'files'), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function unclaimed(): Promise<string[]> {
  const { query } = await testDatabase();
  return (await query<{ key: string }>({ text: 'select storage_key as key from unclaimed_files', values: [] })).map(
    ({ key }) => key,
  );
}

/** Runs work that must leave no stored content behind, neither on the disk nor in the tables. */
async function leavesNothing(work: () => Promise<void>, server?: Server): Promise<void> {
  const before = { stored: (await stored(server)).sort(), unclaimed: new Set(await unclaimed()) };
  await work();
  await expect.poll(async () => (await stored(server)).sort(), { timeout: 5000 }).toEqual(before.stored);
  // Other test files upload to the same database at the same time: contents that are unclaimed now have to be claimed or removed.
  const open = (await unclaimed()).filter((key) => !before.unclaimed.has(key));
  await expect.poll(async () => (await unclaimed()).filter((key) => open.includes(key)), { timeout: 5000 }).toEqual([]);
  expect((await shop.call('GET', filesOf())).data).toEqual([]);
  expect((await shop.call('GET', `/clients/${shop.locationId}/clients/${client}/comments`)).data).toEqual([]);
}

/** A multipart body written by hand, for input that no correct client sends. */
const boundary = 'a-boundary';
const multipart = { 'content-type': `multipart/form-data; boundary=${boundary}` };
const partHead = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`;

const png = new Uint8Array(
  Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=', 'base64'),
);

describe('uploading', () => {
  test('answers 201 with the files as the list has them', async () => {
    const answer = await upload([{ name: 'test.txt', content: '123456789' }]);
    expect(answer).toMatchObject({ status: 201, body: { success: true, meta: [] } });
    const list = await shop.call('GET', filesOf());
    expect(list).toMatchObject({ status: 200, meta: { count: 1 } });
    expect(list.data).toEqual([{ ...answer.data[0], link: expect.stringContaining('/client_files/download/') }]);
    expect(list.data[0]).toEqual({
      id: expect.any(Number),
      client_id: client,
      name: 'test.txt',
      description: '',
      date_create: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[45]00$/),
      extension: 'txt',
      mime: 'text/plain',
      link: expect.stringMatching(new RegExp(`^/client_files/download/${shop.locationId}/${answer.data[0].id}/\\?`)),
      user_name: 'Test User',
      user_avatar: '',
      size: '9 B',
      can_edit: true,
    });
  });

  test('takes several files at once and gives all of them the description', async () => {
    const files = ['front.png', 'back.png', 'notes.txt'].map((name) => ({ name, content: name }));
    const answer = await upload(files, { description: 'First visit' });
    expect(answer.data.map((file: Part) => file.name)).toEqual(['front.png', 'back.png', 'notes.txt']);
    const list = await shop.call('GET', filesOf());
    expect(list.meta).toEqual({ count: 3 });
    expect(list.data.map((file: Part) => file.name)).toEqual(['notes.txt', 'back.png', 'front.png']);
    for (const file of list.data) {
      expect(file.description).toBe('First visit');
      expect(await (await open(file.link)).text()).toBe(file.name);
    }
  });

  test('takes the field names that forms of several files have', async () => {
    const form = new FormData();
    form.append('file[]', new Blob(['one']), 'one.txt');
    form.append('file[1]', new Blob(['two']), 'two.txt');
    form.append('other', new Blob(['three']), 'three.txt');
    const answer = await shop.call('POST', filesOf(), { rawBody: form });
    expect(answer.data.map((file: Part) => file.name)).toEqual(['one.txt', 'two.txt']);
  });

  test.each([
    ['a picture, whatever its name says', 'letter.txt', png, 'image/png'],
    ['HTML as a text, so that no browser runs it', 'page.html', '<html><script>alert(1)</script></html>', 'text/plain'],
    ['SVG as a text, so that no browser runs it', 'icon.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'text/plain'],
    ['a PDF', 'contract.pdf', '%PDF-1.7\n', 'application/pdf'],
    ['unknown bytes', 'data.bin', new Uint8Array([0, 1, 2, 255]), 'application/octet-stream'],
    ['an empty file', 'empty.txt', '', 'application/x-empty'],
  ])('knows %s by its content', async (_, name, content, mime) => {
    const file = await uploadOne(name, content);
    expect([file.mime, file.extension]).toEqual([mime, name.split('.')[1]]);
    const response = await open(file.link);
    expect(response.headers.get('content-type')?.split(';')[0]).toBe(mime);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(content));
  });

  test('shows sizes for people', async () => {
    await uploadOne('photo.jpg', new Uint8Array(98_970));
    expect((await shop.call('GET', filesOf())).data[0].size).toBe('96.65 KB');
  });

  test('keeps the upload in the history of the client', async () => {
    await uploadOne('x-ray.png');
    const history = await shop.call('GET', `/clients/${shop.locationId}/clients/${client}/comments`);
    expect(history.data).toMatchObject([{ type: 'file', files: [{ filename: 'x-ray.png' }] }]);
  });

  test('by many people at the same time never mixes contents up', async () => {
    const contents = Array.from({ length: 10 }, (_, number) => `${number}:${randomBytes(50_000).toString('hex')}`);
    const answers = await Promise.all(contents.map((content) => upload([{ name: 'photo.jpg', content }])));
    for (const [number, answer] of answers.entries()) {
      expect(answer.status).toBe(201);
      expect((await (await open(answer.data[0].link)).text()) === contents[number]).toBe(true);
    }
    expect(new Set(answers.map((answer) => answer.data[0].id)).size).toBe(10);
  });

  test('to an unknown client or one of another location is 404 and stores nothing', async () => {
    const other = await openShop();
    const stranger = (await other.addClient()).id;
    await leavesNothing(async () => {
      expect((await upload([{ name: 'a.txt', content: 'a' }], { to: filesOf(2_000_000_000) })).status).toBe(404);
      expect((await upload([{ name: 'a.txt', content: 'a' }], { to: filesOf(stranger) })).status).toBe(404);
    });
    expect((await other.call('GET', filesOf(stranger, other))).data).toEqual([]);
  });
});

describe('an upload that fails leaves nothing behind', () => {
  test('when a file is larger than the limit: 413, and its fellows are not kept either', async () => {
    const server = await startServer({ fileLimit: 1000 });
    await leavesNothing(async () => {
      const files = [
        { name: 'small.txt', content: 'small' },
        { name: 'large.txt', content: 'x'.repeat(1001) },
      ];
      const answer = await upload(files, { server });
      expect(answer).toMatchObject({ status: 413, body: { success: false, data: null } });
      expect(answer.meta.errors).toEqual({ file: ['is too large'] });
      expect((await upload([{ name: 'huge.txt', content: 'x'.repeat(3_000_000) }], { server })).status).toBe(413);
    }, server);
    expect((await upload([{ name: 'fits.txt', content: 'x'.repeat(1000) }], { server })).status).toBe(201);
  });

  test('when there are more than twenty files: 413', async () => {
    await leavesNothing(async () => {
      const files = Array.from({ length: 21 }, (_, number) => ({ name: `${number}.txt`, content: 'x' }));
      expect((await upload(files)).status).toBe(413);
    });
  });

  test('when the form has no file: 422', async () => {
    await leavesNothing(async () => {
      const answer = await upload([], { description: 'Nothing' });
      expect(answer.status).toBe(422);
      expect(answer.meta.errors).toEqual([{ file: ['is required'] }]);
    });
  });

  test('when the description is too long: 422', async () => {
    await leavesNothing(async () => {
      const answer = await upload([{ name: 'a.txt', content: 'a' }], { description: 'x'.repeat(1001) });
      expect(answer.status).toBe(422);
      expect(answer.meta.errors.map(Object.keys)).toEqual([['description']]);
    });
  });

  test('if the description has a NUL character, which the database cannot store: 422', async () => {
    await leavesNothing(async () => {
      expect((await upload([{ name: 'a.txt', content: 'a' }], { description: 'a\0b' })).status).toBe(422);
    });
  });

  test('when the body is no form: 400', async () => {
    await leavesNothing(async () => {
      const answer = await shop.call('POST', filesOf(), { body: { file: 'content' } });
      expect(answer).toMatchObject({ status: 400, body: { success: false, data: null } });
      expect(answer.meta.errors).toEqual({ file: ['must be sent as multipart/form-data'] });
    });
  });

  test('when the form is empty: 422', async () => {
    await leavesNothing(async () => {
      expect((await shop.call('POST', filesOf(), { rawBody: '', headers: multipart })).status).toBe(422);
    });
  });

  test.each([
    ['ends before its last boundary', `${partHead('name="file"; filename="a.txt"')}half a file`],
    ['ends within the head of a part', `--${boundary}\r\nContent-Disposition: form-data; name="fi`],
    ['ends after its first part', `${partHead('name="file"; filename="a.txt"')}a file\r\n--${boundary}\r\n`],
    ['has another boundary than its header says', '--other\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--other--'],
  ])('when the form %s: 400', async (_, rawBody) => {
    await leavesNothing(async () => {
      const answer = await shop.call('POST', filesOf(), { rawBody, headers: multipart });
      expect(answer).toMatchObject({ status: 400, body: { success: false, data: null } });
    });
  });

  test.each(['multipart/form-data', `multipart/form-data; boundary=${'x'.repeat(300)}`])(
    'when the form names no boundary, or one that is too long: 400 (%#)',
    async (type) => {
      await leavesNothing(async () => {
        const rawBody = `${partHead('name="file"; filename="a"')}x`;
        expect((await shop.call('POST', filesOf(), { rawBody, headers: { 'content-type': type } })).status).toBe(400);
      });
    },
  );

  test('when the connection breaks in the middle of a file', async () => {
    const server = await testServer();
    await leavesNothing(async () => {
      const head = partHead('name="file"; filename="first.txt"');
      const second = `\r\n${partHead('name="file"; filename="second.txt"')}`;
      for (const body of [`${head}${'x'.repeat(200_000)}`, `${head}whole${second}${'y'.repeat(200_000)}`]) {
        const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
        socket.on('error', () => {});
        const before = (await unclaimed()).length + (await stored()).length;
        socket.write(
          [
            `POST /api/v1${filesOf()} HTTP/1.1`,
            'Host: localhost',
            `Authorization: ${shop.owner.authorization}`,
            `Content-Type: ${multipart['content-type']}`,
            'Content-Length: 1000000',
            '',
            body,
          ].join('\r\n'),
        );
        await expect.poll(async () => (await unclaimed()).length + (await stored()).length).toBeGreaterThan(before);
        socket.destroy();
        await new Promise((resolve) => socket.once('close', resolve));
      }
    });
  });

  test('if its client is deleted at the same time: it is stored before or refused with 404, and deleted with the client', async () => {
    const before = (await stored()).sort();
    const uploads = Array.from({ length: 8 }, (_, number) => upload([{ name: `${number}.txt`, content: randomBytes(5000) }]));
    const deleting = shop.call('DELETE', `/client/${shop.locationId}/${client}`);
    const late = Array.from({ length: 8 }, (_, number) => upload([{ name: `late ${number}.txt`, content: 'late' }]));
    const answers = await Promise.all([...uploads, ...late]);
    expect((await deleting).status).toBe(204);
    expect(answers.map(({ status }) => status).filter((status) => status !== 201 && status !== 404)).toEqual([]);
    await expect.poll(async () => (await stored()).sort()).toEqual(before);
    const { query } = await testDatabase();
    const rows = await query({ text: 'select id from client_files where client_id = $1', values: [client] });
    expect(rows).toEqual([]);
  });
});

describe('names', () => {
  test.each([
    'Отчёт за май.docx',
    '報告書.pdf',
    '보고서.pdf',
    'รายงาน.pdf',
    'रिपोर्ट.pdf',
    'תקציר.pdf',
    'تقرير.pdf',
    'Ελληνικά.pdf',
    'Übergrößenträger.txt',
    '👩‍👩‍👧‍👦🏳️‍🌈.png',
    "it's 100% (really); a=b, c&d+e #1.txt",
    'no extension',
    '.bashrc',
  ])('of every script survive the upload and the download: %s', async (name) => {
    const file = await uploadOne(name);
    expect(file.name).toBe(name);
    const header = (await open(file.link)).headers.get('content-disposition') ?? '';
    expect(header).toMatch(/^attachment; filename/);
    expect(parseDisposition(header).parameters['filename']).toBe(name);
  });

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\windows\\system32\\cmd.exe', 'cmd.exe'],
    ['/etc/shadow', 'shadow'],
    ['..', 'file'],
    ['evil\0.txt', 'evil.txt'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    [`${'a'.repeat(300)}.pdf`, `${'a'.repeat(251)}.pdf`],
    [`${'ж'.repeat(300)}.pdf`, `${'ж'.repeat(125)}.pdf`],
  ])('that play tricks are shown without them and never become a path: %j', async (name, shown) => {
    const outside = async () => (await readdir((await testServer()).config.dataDirectory)).sort();
    const before = await outside();
    const file = await uploadOne(name, 'harmless');
    expect(file.name).toBe(shown);
    expect(await outside()).toEqual(before);
    const response = await open(file.link);
    expect(parseDisposition(response.headers.get('content-disposition') ?? '').parameters['filename']).toBe(shown);
    expect(await response.text()).toBe('harmless');
  });

  test('of a part may be missing', async () => {
    const body = `${partHead('name="file"; filename=""').replace('\r\n\r\n', '\r\nContent-Type: text/plain\r\n\r\n')}x\r\n--${boundary}--\r\n`;
    const answer = await shop.call('POST', filesOf(), { rawBody: body, headers: multipart });
    expect([answer.status, answer.data?.[0]?.name]).toEqual([201, 'file']);
  });
});

describe('the link of a list', () => {
  test('downloads the file without any header, as an attachment that no browser interprets or stores', async () => {
    const content = randomBytes(300_000);
    const file = await uploadOne('photo.jpg', new Uint8Array(content));
    const response = await open(file.link);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-disposition': 'attachment; filename=photo.jpg',
      'x-content-type-options': 'nosniff',
      'content-length': '300000',
      'cache-control': 'private, no-store',
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
  });

  test('also opens below /api/v1', async () => {
    const file = await uploadOne('a.txt');
    expect((await call('GET', file.link)).body).toBe('content');
  });

  test('tells the size to a HEAD request', async () => {
    const file = await uploadOne('a.txt', 'twelve bytes');
    const response = await fetch((await testServer()).url + file.link, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '12']);
  });

  test('opens nothing once any part of it is changed', async () => {
    const file = await uploadOne('a.txt');
    const colleague = await shop.hire('owner');
    const stranger = await openShop();
    const changes: ((link: URL) => void)[] = [
      (link) => link.searchParams.set('user', String(colleague.id)),
      (link) => link.searchParams.set('partner', String(stranger.partner.id)),
      (link) => link.searchParams.set('expires', String(Number(link.searchParams.get('expires')) + 1)),
      (link) => {
        const right = link.searchParams.get('signature') ?? '';
        link.searchParams.set('signature', `${right.startsWith('x') ? 'y' : 'x'}${right.slice(1)}`);
      },
      (link) => link.searchParams.set('signature', `${link.searchParams.get('signature')}x`),
      (link) => link.searchParams.delete('signature'),
      (link) => link.searchParams.delete('user'),
      (link) => {
        link.search = '';
      },
    ];
    expect(await statusOf(file.link)).toBe(200);
    for (const [number, change] of changes.entries()) {
      const link = new URL(file.link, 'http://localhost');
      change(link);
      expect(await statusOf(link.pathname + link.search), `change ${number}`).toBe(404);
    }
  });

  test('does not open another file', async () => {
    const [one, two] = [await uploadOne('one.txt'), await uploadOne('two.txt')];
    expect(await statusOf(one.link.replace(`/${one.id}/`, `/${two.id}/`))).toBe(404);
  });

  test('opens for a day', async () => {
    const file = await uploadOne('a.txt');
    const key = await loadSigningKey((await testDatabase()).db);
    const of = { location: shop.locationId, file: file.id, user: shop.owner.id, partner: shop.partner.id };
    const hour = 3_600_000;
    expect(await statusOf(fileLink(key, of, Date.now() - 23.9 * hour))).toBe(200);
    expect(await statusOf(fileLink(key, of, Date.now() - 24.1 * hour))).toBe(404);
  });

  test.each([
    ['may no longer see files', { permissions: { client_files_list_access: false } }],
    ['is a member no more', undefined],
  ])('stops opening when the user it was made for %s', async (_, change) => {
    const { db } = await testDatabase();
    const colleague = await shop.hire('administrator');
    const { link } = await uploadOne('a.txt', 'content', colleague);
    const { dataDirectory } = (await testServer()).config;
    expect(await statusOf(link, await startServer({ dataDirectory }))).toBe(200);

    const membership = and(eq(locationUsers.locationId, shop.locationId), eq(locationUsers.userId, colleague.id));
    if (change) await db.update(locationUsers).set(change).where(membership);
    else await db.delete(locationUsers).where(membership);
    expect(await statusOf(link, await startServer({ dataDirectory }))).toBe(404);
  });
});

describe('downloading with the Authorization header', () => {
  test('works for every user who may see the files', async () => {
    const file = await uploadOne('a.txt');
    const path = `//client_files/download/${shop.locationId}/${file.id}/`;
    expect((await call('GET', path, as(shop.owner))).body).toBe('content');
    const blind = await shop.hire('owner', { client_files_list_access: false });
    for (const authorization of [
      undefined,
      `Bearer ${shop.partner.token}`,
      `Bearer ${shop.partner.token}, User unknown`,
      `Bearer unknown, User ${shop.owner.token}`,
      blind.authorization,
      (await openShop()).owner.authorization,
    ]) {
      expect((await call('GET', path, { authorization })).status).toBe(404);
    }
  });
});

describe('changing the description', () => {
  test('answers the changed file', async () => {
    const file = await uploadOne('a.txt');
    const answer = await shop.call('PUT', `${filesOf()}/${file.id}`, { body: { description: 'Signed' } });
    expect(answer).toMatchObject({ status: 200, data: { id: file.id, name: 'a.txt', description: 'Signed' } });
    expect((await shop.call('GET', filesOf())).data).toMatchObject([{ description: 'Signed' }]);
    await shop.call('PUT', `${filesOf()}/${file.id}`, { body: { description: '' } });
    expect((await shop.call('GET', filesOf())).data).toMatchObject([{ description: '' }]);
  });

  test.each([[{}], [{ description: 'x'.repeat(1001) }]])('wants a text of at most 1000 characters', async (body) => {
    const file = await uploadOne('a.txt');
    const answer = await shop.call('PUT', `${filesOf()}/${file.id}`, { body });
    expect(answer.status).toBe(422);
    expect(answer.meta.errors.map(Object.keys)).toEqual([['description']]);
  });
});

describe('deleting a file', () => {
  test('answers 202 with a message, and the content is gone from the disk', async () => {
    const before = await stored();
    const file = await uploadOne('a.txt');
    expect(await stored()).toHaveLength(before.length + 1);
    const answer = await shop.call('DELETE', `${filesOf()}/${file.id}`);
    expect([answer.status, answer.body]).toEqual([202, { success: true, data: null, meta: { message: 'Accepted' } }]);
    expect((await stored()).sort()).toEqual(before.sort());
    expect(await statusOf(file.link)).toBe(404);
    expect((await shop.call('GET', filesOf())).data).toEqual([]);
    expect((await shop.call('DELETE', `${filesOf()}/${file.id}`)).status).toBe(404);
    expect((await shop.call('PUT', `${filesOf()}/${file.id}`, { body: { description: '' } })).status).toBe(404);
  });

  test('goes by the path of its own client', async () => {
    const file = await uploadOne('a.txt');
    const other = (await shop.addClient()).id;
    expect((await shop.call('DELETE', `${filesOf(other)}/${file.id}`)).status).toBe(404);
    expect(await statusOf(file.link)).toBe(200);
  });

  test('at the same time by ten requests succeeds once', async () => {
    const file = await uploadOne('a.txt');
    const { db } = await testDatabase();
    let deleting: Promise<Answer>[] = [];
    await db.transaction(async (tx) => {
      // The file is locked until all requests wait for it. Otherwise the first would be done before the others arrive.
      await tx.select().from(clientFiles).where(eq(clientFiles.id, file.id)).for('update');
      deleting = Array.from({ length: 10 }, () => shop.call('DELETE', `${filesOf()}/${file.id}`));
      await setTimeout(500);
    });
    expect((await Promise.all(deleting)).map(({ status }) => status).sort()).toEqual([202, ...Array(9).fill(404)]);
  });

  test('happens with its client', async () => {
    const before = await stored();
    await upload([
      { name: 'a.txt', content: 'a' },
      { name: 'b.txt', content: 'b' },
    ]);
    expect((await shop.call('DELETE', `/client/${shop.locationId}/${client}`)).status).toBe(204);
    expect((await stored()).sort()).toEqual(before.sort());
  });
});

describe('permissions', () => {
  test('client_files_list_access is for seeing, client_files_upload_access for adding', async () => {
    const blind = await shop.hire('owner', { client_files_list_access: false });
    expect((await call('GET', filesOf(), as(blind))).status).toBe(403);
    const reader = await shop.hire('owner', { client_files_upload_access: false });
    await leavesNothing(async () => {
      expect((await upload([{ name: 'a.txt', content: 'a' }], { by: reader })).status).toBe(403);
    });
    expect((await call('GET', filesOf(), as(reader))).status).toBe(200);
  });

  test('without client_files_delete_access only the own uploads can be changed and deleted', async () => {
    const theirs = await uploadOne('theirs.txt');
    const worker = await shop.hire('administrator', { client_files_delete_access: false });
    const own = await uploadOne('own.txt', 'own', worker);
    const list = await call('GET', filesOf(), as(worker));
    expect(list.data).toMatchObject([
      { name: 'own.txt', can_edit: true },
      { name: 'theirs.txt', can_edit: false },
    ]);
    for (const [file, changed, deleted] of [
      [theirs, 403, 403],
      [own, 200, 202],
    ] as const) {
      const path = `${filesOf()}/${file.id}`;
      expect((await call('PUT', path, { ...as(worker), body: { description: 'Mine' } })).status).toBe(changed);
      expect((await call('DELETE', path, as(worker))).status).toBe(deleted);
    }
    expect((await shop.call('GET', filesOf())).data).toMatchObject([{ name: 'theirs.txt', description: '', can_edit: true }]);
  });
});
