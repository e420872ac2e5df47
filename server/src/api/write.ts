import type { Tx } from '../platform/database.ts';
import type { Location } from './access.ts';

export type { Read } from '../platform/database.ts';

/**
 * The kinds of objects that can change, each with the row that a rule may pass on when it reports a change. Each room adds its kinds by
 * declaration merging: `declare module '../../api/write.ts' { interface ChangeKinds { client: ClientCard } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface ChangeKinds {}
export type ChangeKind = keyof ChangeKinds;
export type ChangeStatus = 'create' | 'update' | 'delete';

/** One change of a transaction: the last state of a thing, however often it was touched. */
export interface Change<Kind extends ChangeKind = ChangeKind> {
  kind: Kind;
  locationId: number;
  id: number;
  status: ChangeStatus;
  /** The row after the change, if the rule has it already. After a deletion, it is the last row. */
  row: ChangeKinds[Kind] | undefined;
}

/** The kinds of rows that transactions lock; `domains/lock-order.ts` adds and orders them. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface LockKinds {}
export type LockKind = keyof LockKinds;

/** A query that can lock the rows it finds. */
interface Lockable {
  // biome-ignore lint/suspicious/noExplicitAny: of any table
  for(strength: any, config?: any): PromiseLike<{ id: number }[]>;
}

/** The order in which locks are taken, and the reaction to a lock out of order. */
export interface LockRules {
  order: readonly LockKind[];
  /** @throws Error in tests; a server counts it and continues */
  onDisorder(locked: LockKind, after: LockKind): void;
}

/** The number of locks that this process took out of order. Each of them can cause a deadlock. */
export const disorderedLocks = { count: 0 };

/** The request that a change comes from. */
export interface Source {
  partnerId: number | null;
  /** The network address of the caller. */
  address: string;
  operation: string;
  requestId: string;
}

/** The actor of a change, and the function that links pictures in published data. */
export interface Author {
  /** null if nobody is signed in, and for jobs and commands */
  userId: number | null;
  /** The address of this server, `https://foyer.example.com`. */
  address: string;
  /** Left out for jobs and commands. */
  source?: Source | undefined;
  /** The location that is looked up already. */
  location?: Location | undefined;
}

/** A transaction that changes data. It collects its changes and publishes them just before the commit. */
export type Write = Tx & Unit;

/** Runs work in its own transaction, and again if the database rolled it back. The work must not have effects outside the transaction. */
export type Transact = <Result>(work: (write: Write) => Promise<Result> | Result) => Promise<Result>;

/**
 * Like `Transact`, for the transaction that makes the change of a request. If the request has an idempotency key, the answer is stored in the
 * same transaction, and a request that was done before ends here.
 * @param present makes the answer of the operation from the result, if the result is not the answer
 */
export type Conclude = <Result>(
  work: (write: Write) => Promise<Result> | Result,
  present?: (result: Result) => unknown,
) => Promise<Result>;

/** Opens transactions for an actor. */
export type Begin = (db: Tx, author: Author) => Transact;

/** The state of a transaction until it commits. */
export interface Unit {
  readonly author: Author;
  /**
   * Reports a change. Just before the commit, all changes are published, each object once. An object that was created and then changed is
   * published as created. An object that was created and then deleted is not published.
   */
  changed<Kind extends ChangeKind>(
    kind: Kind,
    locationId: number,
    id: number,
    status: ChangeStatus,
    row?: ChangeKinds[Kind],
  ): void;
  /** Stores rows that were read after the last change, so that they are not read again. */
  remember<Kind extends ChangeKind>(kind: Kind, rows: readonly (ChangeKinds[Kind] & { id: number })[]): void;
  /**
   * Locks the rows of a query until the transaction ends. If the query finds several rows, it must order them by id. A transaction may lock
   * rows again that it has created or locked.
   * @param strength `no key update` by default
   * @returns the rows
   */
  lock<Query extends Lockable>(
    kind: LockKind,
    query: Query,
    ...how: Partial<Parameters<Query['for']>>
  ): Promise<Awaited<ReturnType<Query['for']>>>;
  /** Records a lock that a prepared or hand-written SQL statement has taken. */
  locked(kind: LockKind, ids: readonly number[]): void;
  /** Records that the transaction has created rows. No other transaction can wait for them. */
  made(kind: LockKind, ids: readonly number[]): void;
  /** Whether the transaction has created a row, so that no other one can see it yet. It needs no lock, and is still as it was created. */
  isNew(kind: LockKind, id: number): boolean;
  /** All changes so far, in the order in which they began. */
  changes(): Change[];
  /**
   * Runs work in a savepoint: if it fails, only this work is undone. Report changes after it, not in it, because a failure does not undo
   * reports.
   */
  savepoint<Result>(work: (write: Write) => Promise<Result>): Promise<Result>;
  /**
   * Runs what other rooms do about the changes so far, which otherwise happens just before the commit. Call it before reading an answer that
   * shows it, and before locking rows that come after those it locks.
   * @param isLast the transaction changes nothing more, so what must come last happens too
   */
  react(isLast?: boolean): Promise<void>;
  /** Runs after the commit. Use it for effects that cannot be undone, such as removing files. */
  afterCommit(work: () => Promise<void> | void): void;
}

/** The parts of a transaction that outlive its work. */
export interface Written {
  write: Write;
  /** The functions passed to `afterCommit`, in order. */
  afterwards: (() => Promise<void> | void)[];
}

const merged: Record<ChangeStatus, Record<ChangeStatus, ChangeStatus | undefined>> = {
  create: { create: 'create', update: 'create', delete: undefined },
  update: { create: 'update', update: 'update', delete: 'delete' },
  delete: { create: 'update', update: 'update', delete: 'delete' },
};

/** For transactions that take no contended locks. */
const unordered: LockRules = { order: [], onDisorder: () => {} };

const carrying = (tx: Tx, unit: Unit): Write => Object.assign(Object.create(tx) as Tx, unit);

/** Makes a transaction of the database carry the changes of its work. @param react what other rooms do about the changes so far */
export function writeOn(
  tx: Tx,
  author: Author,
  locks: LockRules = unordered,
  react: (write: Write, isLast: boolean) => Promise<void> = async () => {},
): Written {
  let last = -1;
  /** The highest id that was locked of the last kind. */
  let highest = 0;
  const held = new Set<string>();
  const made = new Set<string>();
  const changes = new Map<string, Change>();
  const afterwards: Written['afterwards'] = [];
  const unit: Unit = {
    author,
    changed(kind, locationId, id, status, row) {
      const key = `${kind} ${id}`;
      if (status === 'create') held.add(key);
      const before = changes.get(key);
      const now = before ? merged[before.status][status] : status;
      if (now) changes.set(key, { kind, locationId, id, status: now, row });
      else changes.delete(key);
    },
    remember(kind, rows) {
      for (const row of rows) {
        const change = changes.get(`${kind} ${(row as { id: number }).id}`);
        if (change) change.row = row;
      }
    },
    lock: (kind, query, ...[strength = 'no key update', config]) =>
      query.for(strength, config).then((rows) => {
        unit.locked(
          kind,
          rows.map(({ id }) => id),
        );
        return rows;
      }) as never,
    locked(kind, ids) {
      const fresh = ids.filter((id) => !held.has(`${kind} ${id}`));
      if (fresh.length === 0) return;
      for (const id of fresh) held.add(`${kind} ${id}`);
      const rank = locks.order.indexOf(kind);
      if (rank < last || (rank === last && fresh.some((id) => id < highest))) {
        locks.onDisorder(kind, locks.order[last] as LockKind);
      }
      if (rank < last) return;
      highest = Math.max(rank === last ? highest : 0, ...fresh);
      last = rank;
    },
    made(kind, ids) {
      for (const id of ids) {
        held.add(`${kind} ${id}`);
        made.add(`${kind} ${id}`);
      }
    },
    isNew: (kind, id) => made.has(`${kind} ${id}`),
    changes: () => [...changes.values()],
    savepoint: (work) => tx.transaction((inner) => work(carrying(inner as unknown as Tx, unit))),
    react: (isLast = false) => react(write, isLast),
    afterCommit: (work) => afterwards.push(work),
  };
  const write = carrying(tx, unit);
  return { write, afterwards };
}
