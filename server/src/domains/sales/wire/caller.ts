import { isSince, startOfDays } from '../../access/limits.ts';
import type { Authorized } from '../../appointments/wire/caller.ts';

/** Whether the caller may take payments for a sale of this time. */
export const mayTakePayments = ({ can, limit, location }: Pick<Authorized, 'can' | 'limit' | 'location'>, at: Date): boolean =>
  can('records_finances_access') && isSince(at, startOfDays(limit('records_finances_last_days_count'), location.timeZone));
