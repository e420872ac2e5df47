import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Gate } from './api/access.ts';
import { registerHealth } from './api/health.ts';
import { registerMock } from './api/mock.ts';
import { registerOpenapi } from './api/openapi/routes.ts';
import { registerSurface } from './api/routes.ts';
import { createHttpServer } from './api/server.ts';
import { loadSigningKey } from './domains/access/server-keys.ts';
import { Sessions } from './domains/access/sessions.ts';
import { chainGrantOf } from './domains/locations/chain-user.ts';
import { Grants } from './domains/locations/grants.ts';
import { listSent } from './domains/messaging/log.ts';
import { withLink } from './domains/messaging/signed-link.ts';
import { listMessages } from './domains/notifications/message.ts';
import { findBookingPage } from './domains/online-booking/booking-page.ts';
import type { Deliverer } from './domains/webhooks/deliverer.ts';
import type { Config } from './platform/config.ts';
import type { Database } from './platform/database.ts';
import { type DiskFileStore, diskStore, type FileStore, s3Store } from './platform/files.ts';
import { JobRunner } from './platform/jobs.ts';
import { messageProviders } from './platform/messages.ts';
import type { Services } from './platform/services.ts';
import { registerPortal } from './portal/portal.ts';
import type { FindValues } from './portal/site.ts';
import { begin, beginAlone, beginStrictly } from './surfaces/changes.ts';
import { registerDeliveryReports } from './surfaces/delivery-reports.ts';
import { surfaces } from './surfaces/index.ts';
import { jobHandlers } from './surfaces/jobs.ts';
import { registerOptOuts } from './surfaces/opt-outs.ts';
import { registerPayments } from './surfaces/payments.ts';
import { webhookCounter, webhookDeliverer } from './surfaces/webhooks.ts';

declare module 'fastify' {
  interface FastifyInstance {
    jobs: JobRunner;
    webhooks: Deliverer;
  }
}

export interface AppOptions {
  /** Checks every answer against its declaration, and locks against their order (tests). */
  checkAnswers?: boolean;
}

/** Puts the house together on a migrated database. The caller closes the database after the app. */
export async function createApp(config: Config, database: Database, options: AppOptions = {}): Promise<FastifyInstance> {
  const sessions = new Sessions(database.db);
  const grants = new Grants(database.db);
  const gate: Gate = {
    partner: (token) => sessions.partner(token),
    partnerById: (id) => sessions.partnerById(id),
    user: (token, partner) => sessions.user(token, partner),
    partnerGrant: (partner, locationId) => grants.ofPartner(partner, locationId),
    userGrant: (partner, user, locationId, address) => grants.ofUser(partner, user, locationId, address),
    chainGrant: (partner, user, chainId) => chainGrantOf(database.db, partner, user, chainId),
  };
  const files = fileStore(config);
  const transact = beginAlone(database.db);
  const services: Services = {
    config,
    database,
    files,
    messageProviders: messageProviders(config),
    signingKey: await transact(loadSigningKey),
    forgetAccess: () => {
      sessions.forget();
      grants.forget();
    },
  };

  const app = await createHttpServer(config, database, [webhookCounter]);
  registerHealth(app, database);
  for (const surface of surfaces)
    registerSurface(app, surface, {
      services,
      gate,
      begin: options.checkAnswers ? beginStrictly : begin,
      checkAnswers: options.checkAnswers ?? false,
    });
  await registerPayments(app, services, options.checkAnswers ? beginStrictly : begin);
  await registerDeliveryReports(app, services, options.checkAnswers ? beginStrictly : begin);
  await registerOptOuts(app, services, options.checkAnswers ? beginStrictly : begin);
  if (config.mode === 'demo') (await import('./demo/payments.ts')).registerDemoPayments(app, services);
  registerOpenapi(app, surfaces, config);
  registerMock(app, surfaces);
  await registerPortal(app, {
    surfaces,
    config,
    mode: config.mode,
    credentials: async () => (config.mode === 'demo' ? (await import('./demo/accounts.ts')).demoCredentials : undefined),
    messages: async (base) => {
      const sent = (await listSent(database.db, 50)).map(({ text, link, ...message }) => ({
        ...message,
        text: withLink(text, link, services.signingKey, base),
      }));
      return [...(await listMessages(database.db, 50)), ...sent].toSorted(
        (one, other) => other.createdAt.getTime() - one.createdAt.getTime(),
      );
    },
    bookingPage: (form, languages) => findBookingPage(database.db, transact, services.signingKey, form, languages),
    samples: sampleFinder(services),
  });

  const jobs = new JobRunner({ database, handlers: jobHandlers(services), log: app.log, atOnce: config.jobsAtOnce });
  app.decorate('jobs', jobs);
  if (config.jobsAtOnce > 0) app.addHook('onListen', async () => jobs.start());
  app.addHook('onClose', async () => {
    await jobs.close();
    for (const provider of Object.values(services.messageProviders)) provider.close?.();
  });
  const webhooks = webhookDeliverer(services, app.log);
  app.decorate('webhooks', webhooks);
  if (config.jobsAtOnce > 0 && config.webhooksAtOnce > 0) app.addHook('onListen', async () => webhooks.start());
  app.addHook('onClose', () => webhooks.close());
  return app;
}

/** The demo's samples use its data. On the server of a business they use the declared values. */
const sampleFinder = ({ config, database, signingKey }: Services): FindValues =>
  config.mode === 'demo'
    ? async (key) => (await import('./demo/samples.ts')).demoSample(database.db, signingKey, key)
    : async () => undefined;

function fileStore(config: Config): FileStore | DiskFileStore {
  return config.s3 ? s3Store(config.s3) : diskStore(join(config.dataDirectory, 'files'));
}
