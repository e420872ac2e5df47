import { sweepIdempotencyKeys } from '../api/idempotency.ts';
import type { Transact } from '../api/write.ts';
import { refreshAll } from '../domains/analytics/refresh.ts';
import { sweepTrail } from '../domains/audit/trail.ts';
import { sweepCodes } from '../domains/customers/verification.ts';
import { sweepUnclaimedFiles } from '../domains/files/stored.ts';
import { tokenFor } from '../domains/fiscal/settings.ts';
import { mostAttempts, sendReceipt } from '../domains/fiscal/settle.ts';
import { burnPoints, tellOfBurning } from '../domains/loyalty-transactions/burning.ts';
import { sumCounts } from '../domains/loyalty-transactions/counts.ts';
import { freezeUnpaid, tellPartner } from '../domains/marketplace/installation.ts';
import { presentNotice } from '../domains/marketplace/wire/present.ts';
import { activateMemberships } from '../domains/memberships/activation.ts';
import { tellOfMemberships } from '../domains/memberships/notices.ts';
import { greet } from '../domains/messaging/birthday.ts';
import { findDue, type Post, sweepLog, workOff } from '../domains/messaging/send.ts';
import { deliverMessage, sweepMessages } from '../domains/notifications/message.ts';
import { sweepDeliveries } from '../domains/outbox/deliveries.ts';
import { sweepOutbox } from '../domains/outbox/outbox.ts';
import { endOverdue } from '../domains/prepayment/prepayment.ts';
import { paymentsOf } from '../domains/prepayment/wire/caller.ts';
import { cancelPayment, capturePayment, sendRefund } from '../domains/prepayment/work.ts';
import { debitMemberships } from '../domains/redemption/debit.ts';
import { followLevels } from '../domains/redemption/levels.ts';
import { sweepCalls } from '../domains/telephony/call.ts';
import { sendReset, sweepLinks } from '../domains/users/password-reset.ts';
import { sweepEntries } from '../domains/waiting-list/entry.ts';
import { findAwaited, findMarked, offerFreeTimes } from '../domains/waiting-list/look.ts';
import { byTurns } from '../platform/database.ts';
import { type JobHandler, type JobHandlers, type Nothing, sweepJobs, Unfinished } from '../platform/jobs.ts';
import { noProvider } from '../platform/messages.ts';
import { postOutside } from '../platform/outside-request.ts';
import type { Services } from '../platform/services.ts';
import { beginAlone } from './changes.ts';

declare module '../platform/jobs.ts' {
  interface JobKinds {
    'sweep unclaimed files': Nothing;
    'sweep torn uploads': Nothing;
    'sweep the outbox': Nothing;
    'sweep codes': Nothing;
    'sweep links': Nothing;
    'sweep messages': Nothing;
    'sweep sent messages': Nothing;
    'find due messages': Nothing;
    'find free times': Nothing;
    'look at waiting lists': Nothing;
    'sweep waiting lists': Nothing;
    'greet clients': Nothing;
    'sweep calls': Nothing;
    'burn points': Nothing;
    memberships: Nothing;
    'loyalty levels': Nothing;
    'sum counts of loyalty transactions': Nothing;
    'add up figures': Nothing;
    'freeze unpaid applications': Nothing;
    'sweep the audit trail': Nothing;
    'sweep jobs': Nothing;
    'sweep idempotency keys': Nothing;
  }
}

const hour = 3_600;
/** Attempts of jobs about money: some days. */
const patient = 100;

/** Milliseconds that the messages of one location are sent before others get their turn. */
const turn = 4_000;
/** Days that the log of messages is kept. */
const messageDays = 90;

/** The cash register of the demo, which prints everything at once. Nothing is sent there. */
export const demoRegister = 'https://register.example/receipts';

/** The definition of each kind of job. Jobs take turns at the database with the requests. */
export function jobHandlers(services: Services): JobHandlers {
  const { config, database, files, signingKey } = services;
  const { db } = byTurns(database, 'jobs');
  const transact = beginAlone(db);
  const payments = paymentsOf(services, config.publicUrl);
  return {
    ...messageJobs(postOf(services, db, transact)),
    'find free times': {
      run: async () => {
        await transact(findMarked);
        return undefined;
      },
      every: 5,
    },
    'look at waiting lists': {
      run: async () => {
        await transact(findAwaited);
        return undefined;
      },
      every: 600,
    },
    'offer free times': {
      run: async ({ locationId }, { signal }) => {
        const { offers, isDone } = await offerFreeTimes({ db, transact }, locationId, signal);
        if (!isDone) throw new Unfinished();
        return `offers: ${offers}`;
      },
      attempts: patient,
    },
    'sweep waiting lists': hourly(() => sweepEntries(transact)),
    'send message': {
      run: ({ messageId }, { signal }) => {
        const providers = services.messageProviders;
        if (isShown(services)) return Promise.resolve('shown at /demo/messages');
        return deliverMessage(db, transact, messageId, async (message) => {
          const provider = providers[message.channel];
          if (!provider) throw new Error(noProvider(message.channel));
          await provider.send(message, signal);
        });
      },
      timeLimit: 15,
    },
    'print fiscal receipt': {
      run: (payload, { attempt, signal }) =>
        sendReceipt(db, transact, { ...payload, attempt }, async (settings, request) => {
          const { url } = settings;
          const token = tokenFor(signingKey, payload.locationId, settings);
          if (config.mode === 'demo' && url === demoRegister) return { status: 200, body: '{"status":"success","code":0}' };
          return postOutside(url, request, {
            allowed: config.outsideNetworks,
            // A demo does not let its visitors send requests to others.
            onlyAllowed: config.mode === 'demo',
            headers: { 'idempotency-key': `"${request.id}"`, ...(token && { authorization: `Bearer ${token}` }) },
            signal,
          });
        }),
      attempts: mostAttempts,
      timeLimit: 20,
    },
    'send password reset': { run: (of) => transact((write) => sendReset(write, of)) },
    'end prepayment': { run: (of) => transact((write) => endOverdue(write, of)), attempts: patient },
    'cancel prepayment': { run: (of) => cancelPayment({ db }, of, payments), attempts: patient },
    'capture prepayment': { run: (of) => capturePayment({ db, transact }, of, payments), attempts: patient },
    'refund prepayment': { run: (of) => sendRefund({ db, transact }, of, payments), attempts: patient },
    'sweep unclaimed files': hourly(() => sweepUnclaimedFiles(db, transact, files)),
    'sweep torn uploads': hourly(async () => 'sweepTemporaryFiles' in files && (await files.sweepTemporaryFiles(hour * 1000))),
    'sweep the outbox': hourly(async () => {
      await sweepDeliveries(transact);
      await sweepOutbox(transact);
    }),
    'sweep links': hourly(() => sweepLinks(transact)),
    'sweep codes': hourly(() => sweepCodes(transact)),
    'sweep messages': hourly(() => sweepMessages(transact)),
    'tell a partner': {
      run: (notice, { signal }) =>
        tellPartner(db, notice, signingKey, (url, told) =>
          postOutside(url, presentNotice(told), {
            allowed: config.outsideNetworks,
            onlyAllowed: config.mode === 'demo',
            signal,
          }),
        ),
      timeLimit: 20,
    },
    'freeze unpaid applications': {
      run: () => freezeUnpaid(db, transact, services.forgetAccess),
      every: 300,
    },
    'burn points': {
      run: async () => {
        await burnPoints(transact);
        await tellOfBurning(transact);
        return undefined;
      },
      every: 300,
      timeLimit: 120,
    },
    memberships: {
      run: async () => {
        await activateMemberships(transact);
        await debitMemberships(transact);
        await tellOfMemberships(transact);
        return undefined;
      },
      every: 60,
      timeLimit: 120,
    },
    'loyalty levels': {
      run: async () => {
        await followLevels(transact);
        return undefined;
      },
      every: 60,
      timeLimit: 120,
    },
    'sum counts of loyalty transactions': {
      run: async () => {
        await sumCounts(transact);
        return undefined;
      },
      every: 300,
      timeLimit: 120,
    },
    'add up figures': {
      run: async () => {
        await refreshAll(db, transact);
        return undefined;
      },
      every: 60,
      // After an upgrade, there are years to add up.
      timeLimit: 900,
    },
    'greet clients': {
      run: async () => {
        await greet({ db, transact });
        return undefined;
      },
      every: 600,
      timeLimit: 300,
    },
    'sweep sent messages': hourly(() => sweepLog(transact, messageDays)),
    'sweep calls': hourly(() => sweepCalls(transact)),
    'sweep the audit trail': hourly(() => sweepTrail(transact, config.auditDays)),
    'sweep jobs': hourly(() => sweepJobs(transact)),
    'sweep idempotency keys': hourly(() => sweepIdempotencyKeys(transact)),
  };
}

/** The jobs that tell clients and users what is due. */
export const messageJobs = (post: Post): Pick<JobHandlers, 'find due messages' | 'send messages of a location'> => ({
  'find due messages': {
    run: async () => {
      await post.transact((write) => findDue(write));
      return undefined;
    },
    every: 5,
  },
  'send messages of a location': {
    run: async ({ locationId }, { signal }) => {
      const ends = Date.now() + turn;
      if (await workOff(post, locationId, signal, () => Date.now() > ends)) throw new Unfinished();
      return undefined;
    },
    attempts: patient,
  },
});

/** The demo has no providers. It shows messages instead. */
const isShown = ({ config, messageProviders }: Services) => config.mode === 'demo' && Object.keys(messageProviders).length === 0;

/** What sending messages needs of this server. */
const postOf = (services: Services, db: Post['db'], transact: Transact): Post => ({
  db,
  transact,
  providers: services.messageProviders,
  isShown: isShown(services),
  signingKey: services.signingKey,
  publicUrl: services.config.publicUrl,
  now: () => new Date(),
});

/** Runs at the start, and then every hour. */
const hourly = (sweep: () => Promise<unknown>): JobHandler<Nothing> => ({
  run: async () => {
    await sweep();
    return undefined;
  },
  every: hour,
  timeLimit: hour / 4,
});
