import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';

/** Facts about a file that the store learns while it saves it. */
export interface StoredFile {
  /** Bytes. */
  size: number;
  /** By content, never by name. HTML and every XML (SVG too) are `text/plain`, so that no browser runs them. */
  mime: string;
  /** The usual extension of that type, without the dot; null for an unknown type and for an empty file. */
  extension: string | null;
}

/** Stores the contents of files under keys of `newFileKey`. Every method rejects with a TypeError if the key is not such a key. */
export interface FileStore {
  /**
   * Stores a body under a key and replaces earlier content. If it fails, nothing of the body is kept. After the rejection, the rest of the
   * body is read and discarded, so that its request can still be answered.
   * @throws FileTooLargeError if the body has more than `maxBytes`; the body's own error if it fails
   */
  put(key: string, body: Readable, limits: { maxBytes: number }): Promise<StoredFile>;
  /**
   * The contents of a file. The caller must read the stream to its end or destroy it, because it uses a descriptor or a connection.
   * @throws FileMissingError
   */
  open(key: string): Promise<Readable>;
  /** Deletes a file. Does nothing if there is none. */
  remove(key: string): Promise<void>;
}

export interface DiskFileStore extends FileStore {
  /**
   * Removes partial uploads of processes that died. An upload that is still writing is not removed, because its file is recent.
   * @param olderThanMs milliseconds since the last write
   * @returns the number of removed uploads
   */
  sweepTemporaryFiles(olderThanMs: number): Promise<number>;
}

export interface S3Config {
  /** The address of an S3-compatible service; left out or empty for AWS itself. */
  endpoint?: string;
  region: string;
  bucket: string;
  /** Without both, the AWS SDK's default credential chain is used (environment, profile, container or instance role). */
  accessKeyId?: string;
  secretAccessKey?: string;
  /** `https://host/bucket/key` rather than `https://bucket.host/key`. */
  forcePathStyle?: boolean;
  /** Put before every key as it is, so it wants its own slash: `uploads/`. */
  prefix?: string;
}

/** A body had more bytes than its limit. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`The file is larger than ${maxBytes} bytes`);
    this.maxBytes = maxBytes;
  }
}

/** There is no file under this key. */
export class FileMissingError extends Error {
  override readonly name = 'FileMissingError';
  readonly key: string;

  constructor(key: string, options?: ErrorOptions) {
    super(`There is no file ${key}`, options);
    this.key = key;
  }
}

const uuid = '[0-9a-f]{6}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const keyPattern = new RegExp(`^([0-9a-f]{2})/\\1${uuid}$`);
const temporaryPattern = new RegExp(`^[0-9a-f]{2}${uuid}\\.tmp$`);

/** A new key for a file: a random UUID in one of 256 folders, `3f/3f2504e0-4f89-41d3-9a0c-0305e82c3301`. */
export function newFileKey(): string {
  const id = randomUUID();
  return `${id.slice(0, 2)}/${id}`;
}

function validKey(key: string): string {
  if (!keyPattern.test(key)) throw new TypeError('Not a key of a stored file');
  return key;
}

/**
 * Stores files in a directory of the local disk, and creates the directory if needed. A file appears complete or not at all. When `put`
 * resolves, the file is on the disk, not only in its cache.
 */
export function diskStore(directory: string): DiskFileStore {
  return {
    put: (key, body, { maxBytes }) =>
      consume(body, async () => {
        const target = join(directory, validKey(key));
        const inspection = inspect(body, maxBytes);
        await mkdir(directory, { recursive: true });
        let written = join(directory, `${randomUUID()}.tmp`);
        // Not createWriteStream: it may still be opening when its pipeline fails, so the file could appear after its removal.
        const handle = await open(written, 'wx', 0o600);
        try {
          try {
            await writeFile(handle, inspection.content());
            await handle.sync();
          } finally {
            await handle.close();
          }
          const stored = await inspection.result();
          await mkdir(dirname(target), { recursive: true });
          await rename(written, target);
          written = target;
          await Promise.all([syncDirectory(dirname(target)), syncDirectory(directory)]);
          return stored;
        } catch (error) {
          await rm(written, { force: true });
          throw error;
        }
      }),

    async open(key) {
      try {
        // Opened here and not by createReadStream, so that a missing file is known before the response has begun.
        const handle = await open(join(directory, validKey(key)));
        return handle.createReadStream();
      } catch (error) {
        throw isMissing(error) ? new FileMissingError(key, { cause: error }) : error;
      }
    },

    async remove(key) {
      await rm(join(directory, validKey(key)), { force: true });
    },

    async sweepTemporaryFiles(olderThanMs) {
      await mkdir(directory, { recursive: true });
      const names = (await readdir(directory)).filter((name) => temporaryPattern.test(name));
      let removed = 0;
      for (const path of names.map((name) => join(directory, name))) {
        try {
          if (Date.now() - (await stat(path)).mtimeMs < olderThanMs) continue;
          await rm(path);
          removed++;
        } catch (error) {
          // Its upload, or another process, was faster.
          if (!isMissing(error)) throw error;
        }
      }
      return removed;
    },
  };
}

/** A renamed file survives a power failure only once its directory is on the disk too. */
async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open directories, and NTFS journals renames.
  if (process.platform === 'win32') return;
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';

/**
 * Stores files in a bucket of S3 or a compatible service. Large bodies are uploaded in parts; an upload uses about 15 MB of memory. If the
 * process dies during an upload, its parts remain, so the bucket should have a lifecycle rule with AbortIncompleteMultipartUpload. Without
 * the permission s3:ListBucket, AWS answers 403 for a missing key, and `open` rejects with that error instead of FileMissingError.
 */
export function s3Store(config: S3Config): FileStore {
  // The SDK takes some 150 ms and 20 MB to load. A server with files on the disk does not need it.
  let connecting: ReturnType<typeof connect> | undefined;
  const connection = () => (connecting ??= connect(config));
  const address = (key: string) => ({ Bucket: config.bucket, Key: `${config.prefix ?? ''}${validKey(key)}` });

  return {
    put: (key, body, { maxBytes }) =>
      consume(body, async () => {
        const inspection = inspect(body, maxBytes);
        const params = { ...address(key), Body: Readable.from(inspection.content()) };
        const { client, Upload } = await connection();
        try {
          // Failing its body is the only safe way to stop an Upload: its abort() does not wait for parts on their way.
          await new Upload({ client, params, queueSize: 2, leavePartsOnError: false }).done();
        } catch (error) {
          // If the clean-up fails too, Upload throws that failure and hides its cause.
          throw inspection.failure() ?? error;
        }
        return inspection.result();
      }),

    async open(key) {
      const params = address(key);
      const { client, GetObjectCommand } = await connection();
      try {
        return (await client.send(new GetObjectCommand(params))).Body as Readable;
      } catch (error) {
        throw isNoSuchKey(error) ? new FileMissingError(key, { cause: error }) : error;
      }
    },

    async remove(key) {
      const params = address(key);
      const { client, DeleteObjectCommand } = await connection();
      try {
        await client.send(new DeleteObjectCommand(params));
      } catch (error) {
        // AWS answers 204 for a missing key, Google Cloud Storage 404.
        if (!isNoSuchKey(error)) throw error;
      }
    },
  };
}

async function connect({ endpoint, region, accessKeyId, secretAccessKey, forcePathStyle }: S3Config) {
  const [{ S3Client, GetObjectCommand, DeleteObjectCommand }, { Upload }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/lib-storage'),
  ]);
  const client = new S3Client({
    region,
    requestHandler: { connectionTimeout: 5000 },
    ...(forcePathStyle !== undefined && { forcePathStyle }),
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
    // Many compatible services do not know the checksums that AWS has wanted since 2025.
    ...(endpoint && {
      endpoint,
      requestChecksumCalculation: 'WHEN_REQUIRED' as const,
      responseChecksumValidation: 'WHEN_REQUIRED' as const,
    }),
  });
  return { client, Upload, GetObjectCommand, DeleteObjectCommand };
}

const isNoSuchKey = (error: unknown): boolean => error instanceof Error && error.name === 'NoSuchKey';

/** Runs a function that reads a body. If it fails, reads the rest of the body and discards it. */
async function consume<T>(body: Readable, read: () => Promise<T>): Promise<T> {
  // A body may fail before anyone reads it; without a listener that would end the process. Reading it reports the failure anyway.
  body.on('error', () => {});
  try {
    return await read();
  } catch (error) {
    // The body is not destroyed: the parser of a multipart request would wait for its part for ever, and block the connection. It is not
    // resumed: resuming has no effect on a stream whose iterator is just being closed.
    body.on('data', () => {});
    throw error;
  }
}

/** Enough for file-type to see the first entries of an office document. */
const sampleBytes = 64 * 1024;

/** Passes a body on unchanged, checks its limit, and knows its type and size at the end. */
function inspect(body: Readable, maxBytes: number) {
  const sample = Buffer.alloc(sampleBytes);
  let size = 0;
  return {
    async *content(): AsyncGenerator<Uint8Array, void, void> {
      for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array | string>) {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        if (size < sampleBytes) sample.set(bytes.subarray(0, sampleBytes - size), size);
        size += bytes.length;
        if (size > maxBytes) throw new FileTooLargeError(maxBytes);
        yield bytes;
      }
    },
    /** The error of the body itself, if any. */
    failure: (): Error | null => (size > maxBytes ? new FileTooLargeError(maxBytes) : body.errored),
    result: async (): Promise<StoredFile> => ({
      size,
      ...(await contentType(sample.subarray(0, size), size <= sampleBytes)),
    }),
  };
}

async function contentType(sample: Uint8Array, whole: boolean): Promise<Pick<StoredFile, 'mime' | 'extension'>> {
  if (sample.length === 0) return { mime: 'application/x-empty', extension: null };
  // A damaged file may make the detection fail; that is no reason to refuse it.
  const detected = await fileTypeFromBuffer(sample).catch(() => undefined);
  if (detected && detected.mime !== 'application/xml') return { mime: detected.mime, extension: detected.ext };
  return isText(sample, whole) ? { mime: 'text/plain', extension: 'txt' } : { mime: 'application/octet-stream', extension: null };
}

/** The binary data bytes of the WHATWG MIME Sniffing Standard. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the standard names control characters
const binaryData = /[\u0000-\u0008\u000B\u000E-\u001A\u001C-\u001F]/;

function isText(sample: Uint8Array, whole: boolean): boolean {
  try {
    return !binaryData.test(new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: !whole }));
  } catch {
    return false;
  }
}

const sizeUnits = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** A size in bytes for people, by 1024 and to two decimals at most: `9 B`, `96.65 KB`, `1.2 MB`. */
export function humanSize(bytes: number): string {
  let unit = 0;
  let value = bytes;
  // Compared after rounding, or one byte less than a megabyte would be `1024 KB`.
  while (Number(value.toFixed(2)) >= 1024 && unit < sizeUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toFixed(2))} ${sizeUnits[unit]}`;
}

/**
 * The extension of a display name in lower case without its dot: `gz` for `a.tar.gz`. Empty if there is none, as in `.bashrc` or `Dr.
 * Smith's letter`.
 */
export const fileExtension = (name: string): string => dottedExtension(name).slice(1).toLowerCase();

function dottedExtension(name: string): string {
  const extension = posix.extname(name);
  return /\s/.test(extension) ? '' : extension;
}

const nameBytes = 255;
/** A longer text is not an extension but a sentence with a dot in it. The longest extensions in use have some twenty characters. */
const extensionBytes = 32;
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Controls, lone surrogates, line and paragraph separators, and the bidi embeddings, overrides and isolates. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A name as it may be shown and sent in a Content-Disposition header: no directories, nothing of `unprintable`, in NFC, at most
 * 255 bytes of UTF-8 (cut between graphemes, before the extension). `file` when nothing is left. It is never part of a path.
 */
export function cleanFileName(name: string): string {
  const parts = name.replace(unprintable, '').normalize('NFC').split(/[/\\]/);
  const base = (parts.findLast((part) => part.trim() !== '') ?? '').trim();
  if (/^\.*$/.test(base)) return 'file';
  if (Buffer.byteLength(base) <= nameBytes) return base;

  const found = dottedExtension(base);
  const extension = Buffer.byteLength(found) <= extensionBytes ? found : '';
  const stem = base.slice(0, base.length - extension.length);
  let room = nameBytes - Buffer.byteLength(extension);
  let end = 0;
  for (const { segment } of graphemes.segment(stem)) {
    room -= Buffer.byteLength(segment);
    if (room < 0) break;
    end += segment.length;
  }
  return (stem.slice(0, end).trimEnd() || 'file') + extension;
}
