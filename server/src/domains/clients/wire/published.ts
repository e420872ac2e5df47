import type { Location } from '../../../api/access.ts';
import type { Tx } from '../../../platform/database.ts';
import { publish } from '../../outbox/outbox.ts';
import type { OutboxStatus } from '../../outbox/tables.ts';
import { type ClientCard, getClient } from '../client.ts';
import { presentClient } from './present.ts';

const everything = { phone: true, email: true, surname: true, comment: true, customFields: true };

/** Notes changes of clients for the webhooks, as get_client answers them, in one statement. */
export const publishClients = (
  tx: Tx,
  location: Location,
  userId: number | null,
  rows: readonly ClientCard[],
  status: OutboxStatus,
): Promise<void> =>
  publish(
    tx,
    location.id,
    userId,
    rows.map((row) => ({ resource: 'client', resourceId: row.id, status, data: presentClient(row, location, everything) })),
  );

/** Notes that a client was added with something else. */
export async function publishNewClient(tx: Tx, location: Location, userId: number | null, id: number | undefined): Promise<void> {
  if (id !== undefined) await publishClients(tx, location, userId, [await getClient(tx, location.id, id)], 'create');
}
