import type { OutcomeCounter } from '../api/metrics.ts';
import { Deliverer, webhookTries } from '../domains/webhooks/deliverer.ts';
import { webhookPoster } from '../domains/webhooks/poster.ts';
import { presentChange } from '../domains/webhooks/wire/published.ts';
import type { Services } from '../platform/services.ts';
import { beginAlone } from './changes.ts';

/** What delivers the changes of this database to the addresses of its locations. */
export const webhookDeliverer = (
  { config, database, signingKey }: Services,
  log: ConstructorParameters<typeof Deliverer>[0]['log'],
): Deliverer =>
  new Deliverer({
    database,
    begin: beginAlone,
    signingKey,
    present: presentChange,
    post: webhookPoster(config),
    log,
    atOnce: config.webhooksAtOnce,
  });

/** The tries of this process, for `/metrics`. */
export const webhookCounter: OutcomeCounter = {
  name: 'webhooks_tries_total',
  help: 'Tries of this node to deliver webhooks, by how they ended: the delivery was taken, will be tried again, or was given up',
  outcomes: webhookTries,
};
