import type { Limited } from '../../api/access.ts';
import { addDays, startOfDay, today } from '../../platform/clock.ts';

/**
 * The earliest time that a limit of days allows: the start of a day of the location's calendar.
 * @param days the number of days before today, 0 for today only
 * @returns undefined for -1, which allows any number of days
 */
export const startOfDays = (days: number, timeZone: string): Date | undefined =>
  days < 0 ? undefined : startOfDay(addDays(today(timeZone), -days), timeZone);

/** Whether a moment is not before the start of a limit of days. */
export const isSince = (at: Date, since: Date | undefined): boolean => since === undefined || at >= since;

interface Caller extends Limited {
  can(flag: 'storages_limited_access' | 'finances_accounts_limited_access'): boolean;
}

/** The ids that a user is limited to. An empty limit allows nothing. @returns undefined if there is no limit */
const only = (ids: readonly number[], isLimited: boolean): readonly number[] | undefined =>
  isLimited || ids.length > 0 ? ids : undefined;

/** The storages that the user works with; undefined for all. */
export const allowedStorages = ({ can, limit }: Caller) => only(limit('storages_ids'), can('storages_limited_access'));

/** The accounts that the user works with; undefined for all. */
export const allowedAccounts = ({ can, limit }: Caller) =>
  only(limit('finances_accounts_ids'), can('finances_accounts_limited_access'));

/** The payment items that the user works with; undefined for all. */
export const allowedExpenses = ({ limit }: Limited) => only(limit('finances_expenses_ids'), false);
