import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cleanFileName,
  diskStore,
  FileMissingError,
  type FileStore,
  FileTooLargeError,
  fileExtension,
  humanSize,
  newFileKey,
  s3Store,
} from './files.ts';

const MB = 1024 * 1024;
const limits = { maxBytes: 50 * MB };
const bucket = 'foyer';

/** The part of s3rver, which has no types, that these tests use. */
interface S3rver {
  middleware: ((
    context: { method: string; query: Record<string, string>; status: number },
    next: () => Promise<void>,
  ) => Promise<void>)[];
  store: {
    putObject(object: { bucket: string; key: string }): Promise<{ size: number }>;
    getResourcePath(bucket: string, key: string, resource: string): string;
  };
  httpServer: Server;
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: Record<string, unknown>) => S3rver;

let directory: string;
let s3: S3rver;
let s3Address: AddressInfo;
let refuseAborts = false;

const diskDirectory = () => join(directory, 'disk');
const bucketDirectory = () => join(directory, 's3', bucket);
const uploadsDirectory = () => s3.store.getResourcePath(bucket, '', 'uploads');

const disk = () => diskStore(diskDirectory());
const remote = (options: { prefix?: string; bucket?: string; endpoint?: string } = {}) =>
  s3Store({
    endpoint: `http://127.0.0.1:${s3Address.port}`,
    region: 'us-east-1',
    bucket,
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
    forcePathStyle: true,
    ...options,
  });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'foyer-files-'));
  s3 = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: join(directory, 's3'),
    configureBuckets: [{ name: bucket }],
  });
  // s3rver cannot abort an upload in parts.
  s3.middleware.unshift(async (context, next) => {
    const { uploadId } = context.query;
    if (context.method !== 'DELETE' || !uploadId) return next();
    if (!refuseAborts) await rm(join(uploadsDirectory(), uploadId), { recursive: true });
    context.status = refuseAborts ? 403 : 204;
  });
  // s3rver answers before the last bytes of an object are in its file.
  const { store } = s3;
  const putObject = store.putObject.bind(store);
  store.putObject = async (object) => {
    const result = await putObject(object);
    while ((await stat(store.getResourcePath(object.bucket, object.key, 'object'))).size < result.size) await delay(1);
    return result;
  };
  s3Address = await s3.run();
});

afterAll(async () => {
  s3.httpServer.closeAllConnections();
  await s3.close();
  await rm(directory, { recursive: true, force: true });
});

/** Every file below a directory, with any purpose: contents, temporary files, parts of uploads. */
async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
}

/** A body in chunks of 64 KB, one for each turn of the event loop, that can fail after its last byte. */
function bodyOf(content: Uint8Array, failure?: Error): Readable {
  return Readable.from(
    (async function* () {
      for (let start = 0; start < content.length; start += 65536) {
        yield content.subarray(start, start + 65536);
        await new Promise(setImmediate);
      }
      if (failure) throw failure;
    })(),
  );
}

/** Resolves when the body was read to its end. The parser of a multipart request waits for this. */
async function runOut(body: Readable): Promise<void> {
  if (!body.readableEnded) await once(body, 'end');
}

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe.each<[string, () => FileStore, () => string]>([
  ['diskStore', disk, diskDirectory],
  ['s3Store', remote, bucketDirectory],
])('%s', (_name, create, root) => {
  let store: FileStore;

  beforeEach(async () => {
    await rm(root(), { recursive: true, force: true });
    await mkdir(root());
    store = create();
  });

  it.each([0, 1, 5 * MB, 11 * MB + 7])('gives back the %i bytes it was given', async (size) => {
    const content = randomBytes(size);
    const key = newFileKey();
    expect(await store.put(key, bodyOf(content), limits)).toMatchObject({ size });
    expect((await buffer(await store.open(key))).equals(content)).toBe(true);
  });

  it('takes strings and objects of a stream as their bytes', async () => {
    const key = newFileKey();
    expect(await store.put(key, Readable.from(['Привет', '', Buffer.from(', мир')]), limits)).toMatchObject({ size: 20 });
    expect((await buffer(await store.open(key))).toString()).toBe('Привет, мир');
  });

  it('replaces the content of a key', async () => {
    const key = newFileKey();
    await store.put(key, Readable.from(['the first and longer']), limits);
    await store.put(key, Readable.from(['second']), limits);
    expect((await buffer(await store.open(key))).toString()).toBe('second');
  });

  it.each([
    ['below one part', 1 * MB, 2 * MB],
    ['after a whole part', 6 * MB, 13 * MB],
  ])('leaves nothing of a body over the limit, %s', async (_case, maxBytes, size) => {
    const body = bodyOf(randomBytes(size));
    const error = await store.put(newFileKey(), body, { maxBytes }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileTooLargeError);
    expect(error).toMatchObject({ maxBytes });
    expect(await filesBelow(root())).toEqual([]);
    await runOut(body);
  });

  it('takes a body of exactly the limit', async () => {
    expect(await store.put(newFileKey(), bodyOf(randomBytes(MB)), { maxBytes: MB })).toMatchObject({ size: MB });
  });

  it.each([0, 1000, 12 * MB])('leaves nothing of a body that fails after %i bytes', async (size) => {
    const failure = new Error('the client went away');
    await expect(store.put(newFileKey(), bodyOf(randomBytes(size), failure), limits)).rejects.toBe(failure);
    expect(await filesBelow(root())).toEqual([]);
  });

  it('leaves nothing of a body that is destroyed while it is read', async () => {
    const body = new Readable({ read() {} });
    body.push(randomBytes(6 * MB));
    const put = store.put(newFileKey(), body, limits);
    setTimeout(() => body.destroy(new Error('aborted')), 50);
    await expect(put).rejects.toThrow('aborted');
    expect(await filesBelow(root())).toEqual([]);
  });

  it('leaves nothing of a body that is destroyed without a reason', async () => {
    const body = new Readable({ read() {} });
    body.push('some');
    const put = store.put(newFileKey(), body, limits);
    setTimeout(() => body.destroy(), 50);
    await expect(put).rejects.toThrow('Premature close');
    expect(await filesBelow(root())).toEqual([]);
  });

  it('survives a body that fails at once, or had failed before', async () => {
    const failing = new Readable({ read() {} });
    const put = store.put(newFileKey(), failing, limits);
    failing.destroy(new Error('at once'));
    await expect(put).rejects.toThrow('at once');

    const failed = new Readable({ read() {} }).on('error', () => {});
    failed.destroy(new Error('before'));
    await delay(5);
    await expect(store.put(newFileKey(), failed, limits)).rejects.toThrow('before');
    expect(await filesBelow(root())).toEqual([]);
  });

  it('keeps the content of a key if a later body fails', async () => {
    const key = newFileKey();
    await store.put(key, Readable.from(['kept']), limits);
    await expect(store.put(key, bodyOf(randomBytes(MB)), { maxBytes: 10 })).rejects.toThrow(FileTooLargeError);
    expect((await buffer(await store.open(key))).toString()).toBe('kept');
  });

  it('keeps parallel bodies apart', async () => {
    const files = Array.from({ length: 8 }, () => ({ key: newFileKey(), content: randomBytes(300_000) }));
    await Promise.all(files.map(({ key, content }) => store.put(key, bodyOf(content), limits)));
    for (const { key, content } of files) expect((await buffer(await store.open(key))).equals(content)).toBe(true);
  });

  it('rejects for a missing key, and removes it all the same', async () => {
    const key = newFileKey();
    const error = await store.open(key).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileMissingError);
    expect(error).toMatchObject({ key });
    await store.remove(key);
  });

  it('removes a file, any number of times', async () => {
    const key = newFileKey();
    await store.put(key, Readable.from(['text']), limits);
    await store.remove(key);
    await store.remove(key);
    await expect(store.open(key)).rejects.toThrow(FileMissingError);
    expect(await filesBelow(root())).toEqual([]);
  });

  it.each([
    '',
    '../../etc/passwd',
    `../${newFileKey()}`,
    `${newFileKey()}/../../x`,
    `${newFileKey()}\n`,
    `${newFileKey()}\0.txt`,
    `/${newFileKey()}`,
    newFileKey().toUpperCase().replace(/^../, 'FF'),
    newFileKey().slice(3),
    '00/3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    newFileKey().replace('/', '\\'),
  ])('refuses the key %j', async (key) => {
    const body = Readable.from(['text']);
    await expect(store.put(key, body, limits)).rejects.toThrow(TypeError);
    await runOut(body);
    await expect(store.open(key)).rejects.toThrow(TypeError);
    await expect(store.remove(key)).rejects.toThrow(TypeError);
    expect(await filesBelow(root())).toEqual([]);
  });

  // A letter of two bytes on every odd offset, so that one straddles the end of the sample.
  const longText = `a${'я'.repeat(100_000)}`;
  it.each<[string, string | Uint8Array, string, string | null]>([
    ['a PNG picture', png, 'image/png', 'png'],
    ['a PDF document', '%PDF-1.7\n%âãÏÓ\n', 'application/pdf', 'pdf'],
    ['an HTML page', '<!doctype html><script>alert(1)</script>', 'text/plain', 'txt'],
    ['an SVG picture', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'text/plain', 'txt'],
    ['an SVG picture with a prolog', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', 'text/plain', 'txt'],
    ['XHTML in UTF-16', Buffer.from('\uFEFF<?xml version="1.0"?><html/>', 'utf16le'), 'application/octet-stream', null],
    ['Cyrillic text', 'Справка об оплате\r\n\tитого: 5\u00A0₽\n', 'text/plain', 'txt'],
    ['a long text', longText, 'text/plain', 'txt'],
    ['text with a byte order mark', '\uFEFFname;phone\n', 'text/plain', 'txt'],
    ['text cut within a letter', Buffer.from('письмо').subarray(0, 5), 'application/octet-stream', null],
    ['Windows-1251', Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]), 'application/octet-stream', null],
    ['text with a NUL', 'a\0b', 'application/octet-stream', null],
    ['text with a control character', 'a\u0007b', 'application/octet-stream', null],
    ['random bytes', Buffer.concat([Buffer.from([0xff, 0x00, 0xfe]), randomBytes(1000)]), 'application/octet-stream', null],
    ['nothing', '', 'application/x-empty', null],
  ])('knows %s by its content', async (_case, content, mime, extension) => {
    const bytes = Buffer.from(content);
    const body = bodyOf(bytes);
    expect(await store.put(newFileKey(), body, limits)).toEqual({ size: bytes.length, mime, extension });
  });
});

describe('diskStore only', () => {
  beforeEach(() => rm(diskDirectory(), { recursive: true, force: true }));

  it('creates its directory, and fans files out in folders', async () => {
    const key = newFileKey();
    await disk().put(key, Readable.from(['text']), limits);
    expect(await readFile(join(diskDirectory(), key), 'utf8')).toBe('text');
    expect((await stat(join(diskDirectory(), key))).mode & 0o777).toBe(0o600);
  });

  it('stores one of two parallel bodies under the same key as a whole', async () => {
    const key = newFileKey();
    const contents = [randomBytes(2 * MB), randomBytes(2 * MB)];
    await Promise.all(contents.map((content) => disk().put(key, bodyOf(content), limits)));
    const stored = await readFile(join(diskDirectory(), key));
    expect(contents.some((content) => content.equals(stored))).toBe(true);
    expect(await filesBelow(diskDirectory())).toHaveLength(1);
  });

  it('leaves no temporary file when the file cannot be put in its place', async () => {
    const key = newFileKey();
    await mkdir(join(diskDirectory(), key), { recursive: true });
    await expect(disk().put(key, Readable.from(['text']), limits)).rejects.toThrow();
    expect(await filesBelow(diskDirectory())).toEqual([]);
  });

  it('lets the body run out when its directory cannot be written', async () => {
    await mkdir(diskDirectory());
    await writeFile(join(diskDirectory(), 'file'), '');
    const body = Readable.from(['text']);
    await expect(diskStore(join(diskDirectory(), 'file')).put(newFileKey(), body, limits)).rejects.toThrow();
    await runOut(body);
  });

  it('sweeps only old temporary files', async () => {
    const store = disk();
    expect(await store.sweepTemporaryFiles(0)).toBe(0);
    const key = newFileKey();
    await store.put(key, Readable.from(['text']), limits);
    const [stale, fresh, foreign] = [`${randomUUID()}.tmp`, `${randomUUID()}.tmp`, 'notes.tmp'];
    for (const name of [stale, fresh, foreign]) await writeFile(join(diskDirectory(), name), 'text');
    const anHourAgo = new Date(Date.now() - 3_600_000);
    for (const name of [stale, foreign, key]) await utimes(join(diskDirectory(), name), anHourAgo, anHourAgo);
    expect(await store.sweepTemporaryFiles(60_000)).toBe(1);
    expect((await filesBelow(diskDirectory())).sort()).toEqual([fresh, foreign, key.slice(3)].sort());
  });
});

describe('s3Store only', () => {
  it('puts its prefix before every key', async () => {
    await rm(bucketDirectory(), { recursive: true, force: true });
    await mkdir(bucketDirectory());
    const store = remote({ prefix: 'uploads/' });
    const key = newFileKey();
    await store.put(key, Readable.from(['text']), limits);
    expect(await readdir(join(bucketDirectory(), 'uploads', key.slice(0, 2)))).not.toEqual([]);
    expect((await buffer(await store.open(key))).toString()).toBe('text');
    await expect(remote().open(key)).rejects.toThrow(FileMissingError);
    await store.remove(key);
    expect(await filesBelow(bucketDirectory())).toEqual([]);
  });

  it('does not mistake a missing bucket for a missing file', async () => {
    const store = remote({ bucket: 'nowhere' });
    for (const body of [Readable.from(['text']), bodyOf(randomBytes(20 * MB))]) {
      await expect(store.put(newFileKey(), body, limits)).rejects.toThrow(/bucket/);
      await runOut(body);
    }
    await expect(store.open(newFileKey())).rejects.toThrow(/bucket/);
  });

  it('reports the reason for a failed upload even when its parts cannot be removed', async () => {
    await rm(uploadsDirectory(), { recursive: true, force: true });
    refuseAborts = true;
    try {
      const failure = new Error('the client went away');
      await expect(remote().put(newFileKey(), bodyOf(randomBytes(12 * MB), failure), limits)).rejects.toBe(failure);
      const tooLarge = remote().put(newFileKey(), bodyOf(randomBytes(12 * MB)), { maxBytes: 11 * MB });
      await expect(tooLarge).rejects.toThrow(FileTooLargeError);
      expect(await readdir(uploadsDirectory())).toHaveLength(2);
    } finally {
      refuseAborts = false;
    }
  });
});

describe('newFileKey', () => {
  it('is a UUID in the folder of its first two letters', () => {
    expect(newFileKey()).toMatch(/^([0-9a-f]{2})\/\1[0-9a-f]{6}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(new Set(Array.from({ length: 1000 }, newFileKey)).size).toBe(1000);
  });
});

describe('humanSize', () => {
  it.each([
    [0, '0 B'],
    [9, '9 B'],
    [1023, '1023 B'],
    [1024, '1 KB'],
    [1536, '1.5 KB'],
    [98_970, '96.65 KB'],
    [MB - 1, '1 MB'],
    [1_258_291, '1.2 MB'],
    [50 * MB, '50 MB'],
    [3 * 1024 * MB, '3 GB'],
    [2 ** 50 * 5000, '5000 PB'],
  ])('writes %i as %s', (bytes, text) => expect(humanSize(bytes)).toBe(text));
});

describe('fileExtension', () => {
  it.each([
    ['report.PDF', 'pdf'],
    ['a.tar.gz', 'gz'],
    ['.bashrc', ''],
    ['.bashrc.bak', 'bak'],
    ['README', ''],
    ['ends with a dot.', ''],
    ['Dr. Smith letter', ''],
    ['фото.ЖПГ', 'жпг'],
    ['', ''],
    ['..', ''],
  ])('of %j is %j', (name, extension) => expect(fileExtension(name)).toBe(extension));
});

describe('cleanFileName', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['Отчёт за май.docx', 'Отчёт за май.docx'],
    ['報告書.pdf', '報告書.pdf'],
    ['보고서.pdf', '보고서.pdf'],
    ['รายงาน.pdf', 'รายงาน.pdf'],
    ['रिपोर्ट.pdf', 'रिपोर्ट.pdf'],
    ['תקציר.pdf', 'תקציר.pdf'],
    ['تقرير\u200f.pdf', 'تقرير\u200f.pdf'],
    ['Ελληνικά.pdf', 'Ελληνικά.pdf'],
    ['👩‍👩‍👧‍👦🏳️‍🌈.png', '👩‍👩‍👧‍👦🏳️‍🌈.png'],
    ['Cafe\u0301.txt', 'Café.txt'],
    ['10:30 notes.txt', '10:30 notes.txt'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\photo.jpg', 'photo.jpg'],
    ['/var/tmp/', 'tmp'],
    ['a\\b/c', 'c'],
    ['a/\u202e/ ', 'a'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a\r\nSet-Cookie: x\0.txt', 'aSet-Cookie: x.txt'],
    ['high\uD83D low\uDE00.txt', 'high low.txt'],
    ['\uD83D\0\uDE00', 'file'],
    ['  spaced .txt ', 'spaced .txt'],
    ['.bashrc', '.bashrc'],
    ['', 'file'],
    [' ', 'file'],
    ['/', 'file'],
    ['.', 'file'],
    ['a/..', 'file'],
    ['.'.repeat(300), 'file'],
  ])('makes %j %j', (name, clean) => expect(cleanFileName(name)).toBe(clean));

  it.each([
    [`${'a'.repeat(300)}.pdf`, `${'a'.repeat(251)}.pdf`],
    [`${'ж'.repeat(300)}.pdf`, `${'ж'.repeat(125)}.pdf`],
    [`${'👩‍👩‍👧‍👦'.repeat(300)}.png`, `${'👩‍👩‍👧‍👦'.repeat(10)}.png`],
    ['語'.repeat(300), '語'.repeat(85)],
    [`a.${'b'.repeat(300)}`, `a.${'b'.repeat(253)}`],
    [`${'a'.repeat(254)} ${'b'.repeat(50)}`, 'a'.repeat(254)],
    [`a${'\u0316'.repeat(300)}.txt`, 'file.txt'],
  ])('shortens a long name, keeping its extension and whole graphemes (%#)', (name, clean) => {
    expect(cleanFileName(name)).toBe(clean);
  });

  const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
  const specials = ['/', '\\', '.', ' ', '\0', '\n', '\u202e', '\u0301', '\u200d', '👩', '\uD83D', '\uDE00', '\uFEFF', '한', 'e'];
  const special = fc.constantFrom(...specials);
  const long = { maxLength: 400, size: 'max' } as const;
  const anyName = fc.oneof(
    fc.string({ unit: 'grapheme', ...long }),
    fc.string({ unit: 'binary', ...long }),
    fc.string({ unit: fc.oneof(codeUnit, special), ...long }),
    fc.string({ unit: special, maxLength: 12 }),
    fc.tuple(fc.string({ unit: special, minLength: 150, ...long }), fc.string({ maxLength: 40 })).map((parts) => parts.join('.')),
  );

  it('is safe, short, never empty and idempotent', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const clean = cleanFileName(name);
        expect(clean).not.toMatch(/[/\\\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
        expect(clean).not.toMatch(/^\.*$/);
        expect(clean).toBe(clean.normalize('NFC'));
        expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(255);
        expect(cleanFileName(clean)).toBe(clean);
      }),
      { numRuns: 2000 },
    );
  });
});
