import type { Publisher } from '../../outbox/publisher.ts';
import { transactionsById } from '../transaction-list.ts';
import { presentTransaction, withAppointments } from './present.ts';

/** In the published form of the webhook: as the list has it, with all of the client. */
export const publishedTransactions: Publisher<'finance transaction'> = {
  resource: 'finances_operation',
  find: async (db, locationId, ids) => withAppointments(db, locationId, await transactionsById(db, locationId, ids)),
  present: (row, location) => {
    const { client } = row;
    return {
      ...presentTransaction(row, location, { phone: true, email: true }),
      client: {
        id: client?.id ?? 0,
        name: client?.name ?? '',
        surname: client?.surname ?? '',
        patronymic: client?.middleName ?? '',
        phone: client?.phone ?? '',
        email: client?.email ?? '',
      },
    };
  },
};
