import { createHash, createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../platform/address.ts';
import { deleteInSteps, rowsOf } from '../platform/database.ts';
import { seal, unsealBytes } from '../platform/secrets.ts';
import { idempotencyKeys } from '../platform/tables.ts';
import { Conflict, Invalid } from './errors.ts';
import { idempotencyHeader, readKey } from './idempotency-key.ts';
import { type Operation, takesKeys } from './operation.ts';
import type { Sent } from './output.ts';
import type { Read, Transact, Write } from './write.ts';

/** Bytes of a stored answer, compressed. */
const longestAnswer = 4 * 1024 * 1024;

const [compress, decompress] = [promisify(deflateRaw), promisify(inflateRaw)];
/** Speed matters more than size, because locks are held meanwhile. */
const quickly = { level: 1 };

const lifetime = sql`interval '24 hours'`;

/** A request that was done before: its answer is given again, and nothing else happens. */
export class Replayed extends Error {
  readonly sent: Sent;
  constructor(sent: Sent) {
    super('The request was answered before.');
    this.sent = sent;
  }
}

/** The caller of a request with a key. Keys of different callers have nothing to do with each other. */
interface Caller {
  partner: { id: number } | undefined;
  user: { id: number } | undefined;
}

/** A request that is to be done once, however often it is sent. */
export class KeyedRequest {
  readonly #id: Buffer;
  readonly #secret: Buffer;
  readonly #fingerprint: Buffer;
  /** The answer that the transaction stored. */
  sent: Sent | undefined;

  private constructor(secret: Buffer, fingerprint: Buffer) {
    this.#secret = secret;
    this.#fingerprint = fingerprint;
    this.#id = createHash('sha256').update('id').update(secret).digest();
  }

  /** @returns undefined if the request has no key, or its operation ignores keys @throws BadRequest for a malformed key */
  static of(operation: Operation, request: FastifyRequest, caller: Caller, signingKey: Buffer): KeyedRequest | undefined {
    const header = request.headers[idempotencyHeader];
    if (header === undefined || !takesKeys(operation)) return undefined;
    const key = readKey(header);
    const { partner, user } = caller;
    // Nobody else at the same address can have the answer without the key, and a key that others choose by chance disturbs only them.
    const who = [partner?.id ?? 0, user ? `user ${user.id}` : `address ${callerOf(request.ip)}`, key];
    const secret = createHmac('sha256', signingKey)
      .update(`idempotency ${JSON.stringify(who)}`)
      .digest();
    const fingerprint = createHmac('sha256', secret)
      .update(`${request.method} ${request.url} `)
      .update(request.bodyDigest ?? '')
      .digest();
    return new KeyedRequest(secret, fingerprint);
  }

  /** Ends the request if it was done before. @throws Replayed; Invalid if the key was used for another request */
  async expectNew(db: Read): Promise<void> {
    const [kept] = await db
      .select()
      .from(idempotencyKeys)
      .where(and(eq(idempotencyKeys.id, this.#id), gt(idempotencyKeys.createdAt, sql`now() - ${lifetime}`)));
    if (!kept) return;
    if (!kept.fingerprint.equals(this.#fingerprint)) {
      throw new Invalid(
        { idempotency_key: ['was used for another request: another method, path or body'] },
        'This Idempotency-Key was used for another request.',
      );
    }
    if (!kept.answer) {
      throw new Conflict('This request was done before. Its answer was too long to be kept, so read what you need.');
    }
    const text = await decompress(unsealBytes(this.#secret, kept.answer, 'answer'));
    throw new Replayed({ status: kept.status, body: text.length ? text : undefined });
  }

  /**
   * Begins the transaction that does the request. It holds a lock until it ends, and waits for none.
   * @throws Conflict while the same request is being done; errors of `expectNew`
   */
  async begin(write: Write): Promise<void> {
    const lock = this.#id.readBigInt64BE().toString();
    const [row] = await rowsOf<{ free: boolean }>(write, sql`select pg_try_advisory_xact_lock(${lock}::bigint) as free`);
    if (!row?.free) throw new Conflict('A request with this Idempotency-Key is being done.', undefined, { 'retry-after': '1' });
    await this.expectNew(write);
  }

  /** Stores the answer, in the transaction that does the request. */
  async keep(write: Write, sent: Sent): Promise<void> {
    const { status, body = '' } = sent;
    const compressed = await compress(body, quickly);
    const values = {
      id: this.#id,
      fingerprint: this.#fingerprint,
      status,
      answer: compressed.length <= longestAnswer ? seal(this.#secret, compressed, 'answer') : null,
      createdAt: sql`now()`,
    };
    const kept = await write
      .insert(idempotencyKeys)
      .values(values)
      .onConflictDoUpdate({
        target: idempotencyKeys.id,
        set: values,
        // One that is too old, and not swept yet.
        setWhere: lte(idempotencyKeys.createdAt, sql`now() - ${lifetime}`),
      })
      .returning({ status: idempotencyKeys.status });
    if (kept.length === 0) throw new Conflict('A request with this Idempotency-Key was done.', undefined, { 'retry-after': '1' });
    this.sent = sent;
  }
}

/** Deletes the answers that are kept no longer. */
export const sweepIdempotencyKeys = (transact: Transact): Promise<void> =>
  deleteInSteps(transact, idempotencyKeys, lte(idempotencyKeys.createdAt, sql`now() - ${lifetime}`));
