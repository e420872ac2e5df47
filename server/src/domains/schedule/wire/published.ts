import type { Publisher } from '../../outbox/publisher.ts';

/** The team member whose days changed. No operation reads days without dates. */
export const publishedSchedules: Publisher<'schedule'> = {
  resource: 'schedule',
  find: async (_db, _locationId, ids) => ids.map((id) => ({ id })),
  present: () => [],
};
