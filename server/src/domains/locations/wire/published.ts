import type { Publisher } from '../../outbox/publisher.ts';
import { type LocationRow, locationsById } from '../location.ts';
import { type Knowledge, loadKnowledge } from './knowledge.ts';
import { presentLocation } from './present.ts';

type KnownLocation = LocationRow & { known: Knowledge };

/** In the form of get_location. */
export const publishedLocations: Publisher<'location'> = {
  resource: 'salon',
  find: async (db, _locationId, ids): Promise<KnownLocation[]> => {
    const rows = await locationsById(db, ids);
    const known = await loadKnowledge(db, rows, '');
    return rows.map((row) => ({ ...row, known: known(row) }));
  },
  present: (row, _location, address) => presentLocation(row, { ...(row as KnownLocation).known, address }, {}),
};
