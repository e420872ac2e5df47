import type { Location } from '../api/access.ts';
import {
  type Author,
  type Begin,
  type Change,
  type ChangeKind,
  disorderedLocks,
  type LockRules,
  type Transact,
  type Write,
  writeOn,
} from '../api/write.ts';
import { settleChanges } from '../domains/appointments/changes.ts';
import { publishedAppointments } from '../domains/appointments/wire/published.ts';
import { recordNothing, setAuthor } from '../domains/audit/author.ts';
import { followParts } from '../domains/catalog/composite.ts';
import { publishedCategories, publishedServices } from '../domains/catalog/wire/published.ts';
import { keepPhone, takeBackTopUp } from '../domains/client-accounts/account.ts';
import type { ClientCard } from '../domains/clients/client.ts';
import { publishedClients } from '../domains/clients/wire/published.ts';
import { followServices } from '../domains/consumables/plan.ts';
import { openStorages } from '../domains/inventory/storage.ts';
import { publishedLines } from '../domains/inventory/wire/published.ts';
import { getPlace } from '../domains/locations/location.ts';
import { publishedLocations } from '../domains/locations/wire/published.ts';
import { lockOrder } from '../domains/lock-order.ts';
import { issueToNew } from '../domains/loyalty/card.ts';
import { publishedCards } from '../domains/loyalty/wire/published.ts';
import { planNotices } from '../domains/messaging/plan.ts';
import { endMessages } from '../domains/messaging/send.ts';
import { openAccounts } from '../domains/money/account.ts';
import { publishedTransactions } from '../domains/money/wire/published.ts';
import { publish } from '../domains/outbox/outbox.ts';
import type { Publisher } from '../domains/outbox/publisher.ts';
import { followPayouts } from '../domains/payroll/statement.ts';
import { followDeletedAppointments } from '../domains/prepayment/prepayment.ts';
import { publishedProducts } from '../domains/products/wire/published.ts';
import { followCashback } from '../domains/redemption/cashback.ts';
import { followIssued, lockIssued } from '../domains/redemption/issue.ts';
import { noteSales } from '../domains/redemption/levels.ts';
import { followAppointments, followLines, followTransactions } from '../domains/sales/follow.ts';
import { publishedSchedules } from '../domains/schedule/wire/published.ts';
import { publishedTeamMembers } from '../domains/team/wire/published.ts';
import { followBookings } from '../domains/waiting-list/bookings.ts';
import { dropOrphans, endWaiting, markIfAwaited } from '../domains/waiting-list/entry.ts';
import { endDeliveries } from '../domains/webhooks/settings.ts';
import { inTransaction, type Tx } from '../platform/database.ts';
import { batches, pause } from '../platform/pause.ts';

/** @param changes of one kind in the location */
type Reaction = (write: Write, location: Location, changes: readonly Change[]) => Promise<void>;

/**
 * What other rooms do when something changes, in its transaction, by the kind of the change. They run in this order. A reaction may report
 * further changes. Those of the same or an earlier kind cause no reactions.
 */
const reactions: { [Kind in ChangeKind]?: Reaction } = {
  location: async (write, { id }, changes) => {
    // The last change that is sent tells of the deletion.
    if (changes.some(({ status }) => status === 'delete')) {
      await endDeliveries(write, id);
      await endMessages(write, id);
    }
    if (changes.every(({ status }) => status !== 'create')) return;
    await openStorages(write, id);
    await openAccounts(write, id);
  },
  service: async (write, { id }, changes) => {
    await followParts(
      write,
      id,
      changes.flatMap((change) => (change.status === 'update' ? [change.id] : [])),
    );
  },
  client: async (write, location, changes) => {
    for (const { status, row } of changes) {
      if (status === 'update' && row) await keepPhone(write, location.id, row as ClientCard);
    }
    const fresh = changes.flatMap(({ id, status }) => (status === 'create' ? [id] : []));
    await issueToNew(write, location, fresh);
  },
  'appointment services': followServices,
  appointment: async (write, location, changes) => {
    const deleted = changes.filter(({ status }) => status === 'delete').map(({ id }) => id);
    await followDeletedAppointments(write, location.id, deleted);
    await followAppointments(write, location, changes, lockIssued);
  },
  'document line': async (write, location, changes) => {
    await followLines(write, location, changes, lockIssued);
    await followIssued(write, location, changes);
  },
  'finance transaction': async (write, location, changes) => {
    await followTransactions(write, location, changes);
    await followPayouts(write, location, changes);
  },
  'top-up': async (write, location, changes) => {
    for (const { id, status } of changes) if (status === 'delete') await takeBackTopUp(write, location, id);
  },
};

/** By what is deleted or changed, a time may become free for a client who waits. */
async function mayFreeTime(write: Write, { id }: { id: number }, changes: readonly Change[]): Promise<void> {
  if (changes.some(({ kind, status }) => kind !== 'appointment' || status !== 'create')) await markIfAwaited(write, id);
}

/**
 * What happens after all other reactions, when nothing more changes. It locks rows that come late in the order, and sees what the other
 * reactions have done.
 */
const lastReactions: { [Kind in ChangeKind]?: Reaction } = {
  location: async (write, { id }, changes) => {
    if (changes.some(({ status }) => status === 'delete')) await endWaiting(write, id);
    else await mayFreeTime(write, { id }, changes);
  },
  'team member': mayFreeTime,
  service: mayFreeTime,
  schedule: mayFreeTime,
  client: async (write, { id }, changes) => {
    if (changes.some(({ status }) => status === 'delete')) await dropOrphans(write, id);
  },
  appointment: async (write, location, changes) => {
    await followCashback(write, location, changes);
    await planNotices(write, location, changes);
    await followBookings(write, location);
    await mayFreeTime(write, location, changes);
  },
  overbooking: followBookings,
  'document line': noteSales,
  'finance transaction': noteSales,
};

/** The objects that webhooks report, in the order in which the changes of one transaction are reported. Others are not reported. */
const publishers: { [Kind in ChangeKind]: Publisher<Kind> | undefined } = {
  location: publishedLocations,
  'service category': publishedCategories,
  service: publishedServices,
  'team member': publishedTeamMembers,
  schedule: publishedSchedules,
  client: publishedClients,
  product: publishedProducts,
  'appointment services': undefined,
  'appointment time': undefined,
  appointment: publishedAppointments,
  overbooking: undefined,
  'finance transaction': publishedTransactions,
  'top-up': undefined,
  'loyalty card': publishedCards,
  'document line': publishedLines,
};

/** A request, a job or a command without a signed-in user. */
const nobody: Author = { userId: null, address: 'http://localhost' };

/** Opens transactions whose changes are published just before they commit. */
export const begin: Begin = (db, author) =>
  transactions(db, author, follow, {
    order: lockOrder,
    onDisorder: () => {
      disorderedLocks.count++;
    },
  });

/** Like `begin`, but refuses locks out of order: for tests. */
export const beginStrictly: Begin = (db, author) =>
  transactions(db, author, follow, {
    order: lockOrder,
    onDisorder: (locked, after) => {
      throw new Error(
        locked === after
          ? `Rows of the kind "${locked}" are locked after one with a higher id.`
          : `Rows of the kind "${locked}" are locked after "${after}", which comes later in domains/lock-order.ts.`,
      );
    },
  });

/** Like `begin`, for jobs and commands. */
export const beginAlone = (db: Tx): Transact => begin(db, nobody);

/** Opens transactions whose changes are neither published nor recorded, for the data of the demo. */
export const beginUntold = (db: Tx): Transact => transactions(db, nobody, finish, undefined, recordNothing);

const transactions =
  (
    db: Tx,
    author: Author,
    before: (write: Write) => Promise<void>,
    locks?: LockRules,
    first: (tx: Tx, author: Author) => Promise<void> = setAuthor,
  ): Transact =>
  async (work) => {
    let afterwards: (() => Promise<void> | void)[] = [];
    const result = await inTransaction(db, async (tx) => {
      await first(tx, author);
      const written = writeOn(tx, author, locks, react);
      afterwards = written.afterwards;
      const outcome = await work(written.write);
      await before(written.write);
      return outcome;
    });
    for (const each of afterwards) await each();
    return result;
  };

/** The location of a change, which is mostly that of the request. */
const placeOf = async (write: Write, id: number): Promise<Location> =>
  write.author.location?.id === id ? write.author.location : getPlace(write, id);

/** The changes that reactions have seen. A later change of the same thing is another object, which they have not. */
const seen = new WeakSet<Change>();
/** The same for the last reactions. */
const seenLast = new WeakSet<Change>();

/** Runs the reactions to the changes of a transaction that they have not seen yet. */
async function react(write: Write, isLast: boolean): Promise<void> {
  await runReactions(write, reactions, seen);
  if (isLast) await runReactions(write, lastReactions, seenLast);
}

async function runReactions(write: Write, all: typeof reactions, done: WeakSet<Change>): Promise<void> {
  for (const [kind, reaction] of Object.entries(all)) {
    const changes = write.changes().filter((change) => change.kind === kind && !done.has(change));
    for (const locationId of new Set(changes.map((change) => change.locationId))) {
      const ofLocation = changes.filter((change) => change.locationId === locationId);
      await reaction(write, await placeOf(write, locationId), ofLocation);
    }
  }
  for (const change of write.changes()) done.add(change);
}

/** Runs the reactions to a transaction's changes, and then writes the time of changed appointments. */
async function finish(write: Write): Promise<void> {
  await write.react(true);
  await settleChanges(write);
}

/** The effects of a transaction's changes, in this order. */
async function follow(write: Write): Promise<void> {
  await finish(write);
  const changes = write.changes();
  if (changes.length === 0) return;
  for (const kind of Object.keys(publishers) as ChangeKind[]) {
    const ofKind = changes.filter((change) => change.kind === kind);
    const publisher = publishers[kind] as Publisher | undefined;
    if (publisher && ofKind.length) await tell(write, publisher, ofKind);
  }
}

/** The number of changes that one statement publishes. */
const atOnce = 500;

/** Writes changes of one kind to the outbox. */
async function tell(write: Write, publisher: Publisher, changes: readonly Change[]): Promise<void> {
  const { userId, address } = write.author;
  for (const locationId of new Set(changes.map((change) => change.locationId))) {
    const location = await placeOf(write, locationId);
    for (const some of batches(
      changes.filter((change) => change.locationId === locationId),
      atOnce,
    )) {
      const unread = some.filter(({ row }) => row === undefined).map(({ id }) => id);
      const found = unread.length ? await publisher.find(write, locationId, unread) : [];
      const rows = new Map(found.map((row) => [row.id, row]));
      const [statuses, order] = [[...new Set(some.map(({ status }) => status))], [...rows.keys()]];
      const place = ({ status, id }: Change) => statuses.indexOf(status) * (some.length + 1) + order.indexOf(id) + 1;
      // Groups created, changed and deleted objects. Within a group, they are in the order of the room's own lists, such as appointments by
      // their time.
      const told = some
        .toSorted((one, other) => place(one) - place(other))
        .map(({ kind, id, status, row = rows.get(id) }) => {
          if (row === undefined) throw new Error(`A change was reported of the ${kind} ${id}, which is not there.`);
          const { resource } = publisher;
          return {
            resource: typeof resource === 'string' ? resource : resource(row as never),
            resourceId: id,
            status,
            data: publisher.present(row as never, location, address),
          };
        });
      await publish(write, locationId, userId, told);
      await pause();
    }
  }
}
