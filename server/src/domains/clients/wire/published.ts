import type { Publisher } from '../../outbox/publisher.ts';
import { clientsById } from '../client.ts';
import { presentClient } from './present.ts';

const everything = { phone: true, email: true, surname: true, comment: true, customFields: true };

/** In the form of get_client. */
export const publishedClients: Publisher<'client'> = {
  resource: 'client',
  find: clientsById,
  present: (row, location) => presentClient(row, location, everything),
};
