import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../platform/config.ts';
import { nextTurn } from '../platform/pause.ts';
import { BadRequest, RequestTimeout, TooLarge, Unavailable } from './errors.ts';
import { parseForm, parseMultipart } from './forms.ts';
import { idempotencyHeader } from './idempotency-key.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The SHA-256 of the body as it was sent, for requests with an idempotency key. */
    bodyDigest: Buffer | undefined;
  }
}

/** The size limit of a body in bytes, if its operation declares no `bodyLimit`. */
const defaultBodyLimit = 256 * 1024;
/** The maximum depth of nested lists and objects. */
const maxDepth = 32;
/** Values of one body: each costs as much to read as a hundred characters of a text. */
const maxValues = 200_000;
/** Objects and lists of one body: each costs as much to read as two other values. */
const maxContainers = 100_000;
/** Different names of fields in one body: each new one costs as much to read as ten values. */
const maxNames = 1000;
/** The memory that a chunk of a body uses besides its bytes. */
const bytesOfChunk = 200;
/** After the answer, the connection stays open for at most this many milliseconds while the rest of the body arrives. */
const lingering = 5000;

/**
 * The published operations accept `Content-Type: *\/*`. With any header, the body is read as JSON. It is read as a form only if the header
 * declares a form and the body does not look like JSON (curl declares everything as a form). `registerUploads` reads the forms that contain
 * files.
 */
export function readBodies(app: FastifyInstance, config: Config): void {
  const reader = new BodyReader(config);
  const parse = app.getDefaultJsonParser('error', 'error');
  app.decorateRequest('bodyDigest', undefined);
  app.removeContentTypeParser(['application/json', 'text/plain']);
  const read: Parser = (request, payload, done) => {
    // No handler will read it.
    if (request.is404) return done(null, undefined);
    reader.read(request, payload, (error, text) => {
      if (error) return done(error);
      if (!text) return done(null, undefined);
      if (idempotencyHeader in request.headers) request.bodyDigest = createHash('sha256').update(text).digest();
      const type = request.headers['content-type'] ?? '';
      const isMultipart = /^multipart\/form-data/i.test(type);
      if (isMultipart || (/^application\/x-www-form-urlencoded/i.test(type) && !/^\s*[[{]/.test(text))) {
        if (text.length > defaultBodyLimit) return done(new TooLarge(`A form is larger than ${defaultBodyLimit} bytes.`));
        return isMultipart ? parseMultipart(type, text, done) : parseForm(text, done);
      }
      const parseJson = () => {
        const refusal = refuseCostly(text);
        return refusal ? done(refusal) : parse(request, text, done);
      };
      // Large ones that arrive together are parsed one after the other.
      return text.length > defaultBodyLimit ? nextTurn().then(parseJson) : parseJson();
    });
  };
  app.addContentTypeParser(['*', 'multipart/form-data'], read);
  // Fastify reads no bodies of GETs, and one is published (list_voip_calls).
  app.addHook('preValidation', (request, _reply, done) => {
    const { method, headers, routeOptions } = request;
    const isSent = Number(headers['content-length']) > 0 || headers['transfer-encoding'] !== undefined;
    if (method !== 'GET' || !isSent || !routeOptions.config.operation?.body) return done();
    read(request, request.raw, (error, body) => {
      request.body = body;
      done(error ?? undefined);
    });
  });
  closeUnfinished(app, Math.min(lingering, config.bodyTimeout));
}

type Parser = (request: FastifyRequest, payload: IncomingMessage, done: (error: Error | null, body?: unknown) => void) => void;

/** A body that is being read. */
interface Unfinished {
  /** Bytes of memory. */
  held: number;
  refuse(error: Error): void;
}

/**
 * Reads bodies into memory. It limits the size and the time of each body, and the memory of all unfinished bodies together. If they exceed
 * that memory, the largest body is refused, so small requests always get through.
 */
class BodyReader {
  readonly #config: Pick<Config, 'bodyLimit' | 'bodyMemory' | 'bodyTimeout'>;
  readonly #unfinished = new Set<Unfinished>();
  #held = 0;

  constructor(config: Pick<Config, 'bodyLimit' | 'bodyMemory' | 'bodyTimeout'>) {
    this.#config = config;
  }

  read(request: FastifyRequest, payload: IncomingMessage, done: (error: Error | null, text?: string) => void): void {
    const operation = request.routeOptions.config.operation ?? request.mocked?.operation;
    const limit = Math.min(operation?.bodyLimit ?? defaultBodyLimit, this.#config.bodyLimit);
    const tooLarge = () => new TooLarge(`The body is larger than ${limit} bytes.`);
    if (Number(request.headers['content-length']) > limit) {
      payload.resume();
      done(tooLarge());
      return;
    }

    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) return body.refuse(tooLarge());
      chunks.push(chunk);
      this.#hold(body, chunk.length + bytesOfChunk);
    };
    const onEnd = () => {
      finish();
      done(null, Buffer.concat(chunks, length).toString('utf8'));
    };
    const onError = () => body.refuse(new BadRequest('The request body cannot be read.'));
    const timer = setTimeout(() => body.refuse(new RequestTimeout()), this.#config.bodyTimeout);
    const finish = () => {
      clearTimeout(timer);
      payload.off('data', onData).off('end', onEnd).off('error', onError);
      this.#unfinished.delete(body);
      this.#held -= body.held;
    };
    const body: Unfinished = {
      held: 0,
      refuse: (error) => {
        finish();
        chunks.length = 0;
        // The rest is discarded as it arrives, so that the client can read the answer.
        payload.resume();
        done(error);
      },
    };
    this.#unfinished.add(body);
    payload.on('data', onData).on('end', onEnd).on('error', onError);
  }

  #hold(body: Unfinished, bytes: number): void {
    body.held += bytes;
    this.#held += bytes;
    if (this.#held <= this.#config.bodyMemory) return;
    let largest = body;
    for (const other of this.#unfinished) if (other.held > largest.held) largest = other;
    largest.refuse(new Unavailable(1));
  }
}

/**
 * Scans JSON before it is parsed, because parsing takes a hundred times longer. It refuses shapes that no declared body needs.
 * @returns the error, or undefined if the text may be parsed
 */
function refuseCostly(text: string): Error | undefined {
  const names = new Set<string>();
  let depth = 0;
  let values = 0;
  let containers = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote: {
        const end = endOfString(text, at);
        if (isName(text, end)) names.add(text.slice(at, end));
        at = end;
        break;
      }
      case openBracket:
      case openBrace:
        if (++depth > maxDepth) {
          return new BadRequest('The request body cannot be read.', { body: [`must not nest deeper than ${maxDepth} levels`] });
        }
        values++;
        containers++;
        break;
      case closeBracket:
      case closeBrace:
        depth--;
        break;
      case comma:
        values++;
        break;
    }
    if (values > maxValues) return new TooLarge(`The body has more than ${maxValues} values.`);
    if (containers > maxContainers) return new TooLarge(`The body has more than ${maxContainers} objects and lists.`);
    if (names.size > maxNames) return new TooLarge(`The body has more than ${maxNames} different names of fields.`);
  }
  return undefined;
}

const [quote, comma, colon, backslash] = [34, 44, 58, 92] as const;
const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125] as const;

/** The end of the string that begins at a quote. */
function endOfString(text: string, start: number): number {
  for (let end = start + 1; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === quote) return end;
    if (code === backslash) end++;
  }
  return text.length;
}

/** Whether the string that ends here is the name of a field. */
function isName(text: string, end: number): boolean {
  let next = end + 1;
  while (isSpace(text.charCodeAt(next))) next++;
  return text.charCodeAt(next) === colon;
}

const isSpace = (code: number) => code === 32 || code === 10 || code === 13 || code === 9;

/** Ends connections that go on with a body when the answer is long there. */
function closeUnfinished(app: FastifyInstance, milliseconds: number): void {
  app.addHook('onResponse', (request, _reply, done) => {
    const { raw } = request;
    if (raw.complete === false) setTimeout(() => raw.complete || raw.socket.destroy(), milliseconds).unref();
    done();
  });
}
