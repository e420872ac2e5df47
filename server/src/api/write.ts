import type { Tx } from '../platform/database.ts';
import type { Location } from './access.ts';

export type { Read } from '../platform/database.ts';

/**
 * What can change, with the row that a rule may hand over when it reports a change. Each room adds its kinds here by declaration
 * merging: `declare module '../../api/write.ts' { interface ChangeKinds { client: ClientCard } }`.
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
  /** The row after the change, where somebody has read it already; the last row of what is deleted for good. */
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

/** In which order locks are taken, and what happens when they are not. */
export interface LockRules {
  order: readonly LockKind[];
  /** @throws Error in tests; a server goes on and counts */
  onDisorder(locked: LockKind, after: LockKind): void;
}

/** How often this process took locks out of order, each of which may end in a deadlock. */
export const disorderedLocks = { count: 0 };

/** Who changes something, and how pictures are linked in what others are told. */
export interface Author {
  /** null for whoever is not signed in, and for jobs and commands */
  userId: number | null;
  /** The address of this server, `https://foyer.example.com`. */
  address: string;
  /** The location that is looked up already. */
  location?: Location | undefined;
}

/** A transaction that changes data, and what follows from its changes just before the commit. */
export type Write = Tx & Unit;

/** Runs work in a transaction of its own, again when the database undid it. The work must touch nothing but the transaction. */
export type Transact = <Result>(work: (write: Write) => Promise<Result> | Result) => Promise<Result>;

/** Opens transactions in which somebody changes something. */
export type Begin = (db: Tx, author: Author) => Transact;

/** What a transaction carries until it commits. */
export interface Unit {
  readonly author: Author;
  /**
   * Reports a change. Just before the commit, others are told of it once. What was created and then changed is told as
   * created. What was created and then deleted is not told.
   */
  changed<Kind extends ChangeKind>(
    kind: Kind,
    locationId: number,
    id: number,
    status: ChangeStatus,
    row?: ChangeKinds[Kind],
  ): void;
  /** Keeps rows that were read after the last change, so that nobody reads them again. */
  remember<Kind extends ChangeKind>(kind: Kind, rows: readonly (ChangeKinds[Kind] & { id: number })[]): void;
  /**
   * Locks the rows of a query until the transaction ends. A query that finds several orders them by their ids. What the transaction
   * has made or locked already may be locked again at any time.
   * @param strength `no key update` unless given
   * @returns the rows
   */
  lock<Query extends Lockable>(
    kind: LockKind,
    query: Query,
    ...how: Partial<Parameters<Query['for']>>
  ): Promise<Awaited<ReturnType<Query['for']>>>;
  /** Says that rows were locked by a statement that is prepared, or written in SQL. */
  locked(kind: LockKind, ids: readonly number[]): void;
  /** Says that the transaction has made rows: nobody else can wait for them. */
  made(kind: LockKind, ids: readonly number[]): void;
  /** All changes so far, in the order in which they began. */
  changes(): Change[];
  /**
   * Runs work whose failure undoes it alone, and not the rest of the transaction. Report changes after it, not in it: what was reported stays
   * reported when the work fails.
   */
  savepoint<Result>(work: (write: Write) => Promise<Result>): Promise<Result>;
  /** Runs once the transaction is committed: what cannot be undone, as the removal of files. */
  afterCommit(work: () => Promise<void> | void): void;
}

/** The parts of a transaction that outlive its work. */
export interface Written {
  write: Write;
  /** What `afterCommit` was given, in order. */
  afterwards: (() => Promise<void> | void)[];
}

const merged: Record<ChangeStatus, Record<ChangeStatus, ChangeStatus | undefined>> = {
  create: { create: 'create', update: 'create', delete: undefined },
  update: { create: 'update', update: 'update', delete: 'delete' },
  delete: { create: 'update', update: 'update', delete: 'delete' },
};

/** For what locks nothing that others want. */
const unordered: LockRules = { order: [], onDisorder: () => {} };

const carrying = (tx: Tx, unit: Unit): Write => Object.assign(Object.create(tx) as Tx, unit);

/** Makes a transaction of the database carry the changes of its work. */
export function writeOn(tx: Tx, author: Author, locks: LockRules = unordered): Written {
  let last = -1;
  const held = new Set<string>();
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
      if (ids.every((id) => held.has(`${kind} ${id}`))) return;
      unit.made(kind, ids);
      const rank = locks.order.indexOf(kind);
      if (rank < last) locks.onDisorder(kind, locks.order[last] as LockKind);
      last = Math.max(last, rank);
    },
    made(kind, ids) {
      for (const id of ids) held.add(`${kind} ${id}`);
    },
    changes: () => [...changes.values()],
    savepoint: (work) => tx.transaction((inner) => work(carrying(inner as unknown as Tx, unit))),
    afterCommit: (work) => afterwards.push(work),
  };
  return { write: carrying(tx, unit), afterwards };
}
