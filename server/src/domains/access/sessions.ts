import { and, eq, isNull, or } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import type { Partner, User } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { sameSecret, tokenHash } from '../../platform/secrets.ts';
import { partners, partnerTokens, userTokens } from './tables.ts';

/** How long another node may still honour a token after its revocation, in milliseconds. */
const staleness = 4000;

const partnerColumns = { id: partners.id, allLocations: partners.allLocations, onlyPublic: partners.onlyPublic };

/** Looks up tokens, and caches the results for `staleness`. A revocation on this node takes effect at once. */
export class Sessions {
  readonly #db: Read;
  readonly #partners = new LRUCache<string, Partner>({ max: 10_000, ttl: staleness });
  readonly #users = new LRUCache<string, User & { partnerId: number | null }>({ max: 50_000, ttl: staleness });
  /** Counts the revocations, so that a look-up that began before one is not remembered after it. */
  #generation = 0;

  constructor(db: Read) {
    this.#db = db;
  }

  /** Call after a token was revoked or a partner's rights changed. */
  forget(): void {
    this.#generation++;
    this.#partners.clear();
    this.#users.clear();
  }

  async partner(token: string): Promise<Partner | undefined> {
    return this.#remember(this.#partners, token, async (hash) => {
      const [row] = await this.#db
        .select({ ...partnerColumns, hash: partnerTokens.hash })
        .from(partnerTokens)
        .innerJoin(partners, eq(partners.id, partnerTokens.partnerId))
        .where(eq(partnerTokens.hash, hash));
      if (!row || !sameSecret(row.hash, hash)) return undefined;
      const { hash: _hash, ...partner } = row;
      return partner;
    });
  }

  /** Finds a partner by id, for links that were signed for it. */
  async partnerById(id: number): Promise<Partner | undefined> {
    const [row] = await this.#db.select(partnerColumns).from(partners).where(eq(partners.id, id));
    return row;
  }

  async user(token: string, partner: Partner): Promise<User | undefined> {
    const user = await this.#remember(this.#users, token, async (hash) => {
      const [row] = await this.#db
        .select({
          tokenId: userTokens.id,
          id: userTokens.userId,
          partnerId: userTokens.partnerId,
          hash: userTokens.hash,
          scope: userTokens.scope,
        })
        .from(userTokens)
        .where(and(eq(userTokens.hash, hash), or(isNull(userTokens.partnerId), eq(userTokens.partnerId, partner.id))));
      if (!row || !sameSecret(row.hash, hash)) return undefined;
      return { id: row.id, tokenId: row.tokenId, partnerId: row.partnerId, isClient: row.scope === 'client' };
    });
    return user && (user.partnerId === null || user.partnerId === partner.id) ? user : undefined;
  }

  async #remember<Value extends object>(
    cache: LRUCache<string, Value>,
    token: string,
    find: (hash: Buffer) => Promise<Value | undefined>,
  ) {
    // The cache uses the token itself as its key, for a few seconds. This saves hashing the token twice per request.
    const known = cache.get(token);
    if (known) return known;
    const hash = tokenHash(token);
    const generation = this.#generation;
    const found = await find(hash);
    if (found && generation === this.#generation) cache.set(token, found);
    return found;
  }
}
