import type { Publisher } from '../../outbox/publisher.ts';

/** Which team member's days changed; there is no operation that reads them without dates. */
export const publishedSchedules: Publisher<'schedule'> = {
  resource: 'schedule',
  find: async (_db, _locationId, ids) => ids.map((id) => ({ id })),
  present: () => [],
};
