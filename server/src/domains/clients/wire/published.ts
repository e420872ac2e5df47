import type { Location } from '../../../api/access.ts';
import type { Tx } from '../../../platform/database.ts';
import { batches, pause } from '../../../platform/pause.ts';
import { publish } from '../../outbox/outbox.ts';
import type { OutboxStatus } from '../../outbox/tables.ts';
import { type ClientCard, clientsAtOnce, getClient } from '../client.ts';
import { presentClient } from './present.ts';

const everything = { phone: true, email: true, surname: true, comment: true, customFields: true };

/** Notes changes of clients for the webhooks, as get_client answers them, some hundreds in a statement. */
export async function publishClients(
  tx: Tx,
  location: Location,
  userId: number | null,
  rows: readonly ClientCard[],
  status: OutboxStatus,
): Promise<void> {
  for (const some of batches(rows, clientsAtOnce)) {
    await publish(
      tx,
      location.id,
      userId,
      some.map((row) => ({ resource: 'client', resourceId: row.id, status, data: presentClient(row, location, everything) })),
    );
    await pause();
  }
}

/** Notes that a client was added with something else. */
export async function publishNewClient(tx: Tx, location: Location, userId: number | null, id: number | undefined): Promise<void> {
  if (id !== undefined) await publishClients(tx, location, userId, [await getClient(tx, location.id, id)], 'create');
}
