import type { Flag, Limited, Location } from '../../../api/access.ts';
import { Forbidden, Invalid } from '../../../api/errors.ts';
import type { Read } from '../../../api/write.ts';
import { parseDate, parseDateTime, startOfDay } from '../../../platform/clock.ts';
import { allowedAccounts, allowedExpenses, isSince, startOfDays } from '../../access/limits.ts';
import { seesClient } from '../../appointments/visible-clients.ts';
import type { Allowed } from '../transaction.ts';
import type { Seen } from '../transaction-list.ts';
import type { AccountVisibility, ClientVisibility } from './present.ts';

/** The parts of a handler's context, or of a grant, that tell what the caller may do. */
export interface Caller extends Limited {
  db: Read;
  location: Location;
  can(flag: Flag): boolean;
}

/** The accounts and payment items that the user works with. */
export const allowedTo = (caller: Pick<Caller, 'can' | 'limit'>): Allowed => ({
  accounts: allowedAccounts(caller),
  expenses: allowedExpenses(caller),
});

/** The movements of money that the user sees. @throws Forbidden for a user who may not see finances at all */
export function seenBy({ can, limit, location }: Omit<Caller, 'db'>): Seen {
  expectFinances(can);
  return { ...allowedTo({ can, limit }), since: startOfDays(limit('finances_last_days_count'), location.timeZone) };
}

/** Every other right to finances needs this one. @throws Forbidden */
export function expectFinances(can: Caller['can']): void {
  if (!can('finances_access')) throw new Forbidden();
}

/** @throws Forbidden for a time before the days that the user may write in */
export function expectDays(
  { limit, location }: Pick<Caller, 'limit' | 'location'>,
  name: 'finances_create_last_days_count' | 'finances_edit_last_days_count',
  ...times: Date[]
): void {
  const since = startOfDays(limit(name), location.timeZone);
  if (!times.every((at) => isSince(at, since))) throw new Forbidden();
}

/** A client whom the user may not see is unknown. @throws Invalid */
export async function expectVisibleClient(caller: Caller, clientId: number | null | undefined): Promise<void> {
  if (clientId && !(await seesClient(caller, clientId))) throw new Invalid({ clientId: ['is unknown'] });
}

export const clientVisibilityOf = (can: Caller['can']): ClientVisibility => ({
  phone: can('clients_phones_access'),
  email: can('clients_phones_email_access'),
});

export const accountVisibilityOf = (can: Caller['can']): AccountVisibility => ({
  balances: can('finances_accounts_banalce_access'),
  settings: can('finances_options_read_access'),
});

/** The forms in which integrations send dates: YYYYMMDD, YYYY-MM-DD and DD.MM.YYYY. @returns yyyy-mm-dd */
const plain = (text: string): string =>
  text
    .trim()
    .replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
    .replace(/^(\d\d)\.(\d\d)\.(\d{4})/, '$3-$2-$1');

/** @throws Invalid naming the field if the text is not a date */
export function dateFrom(text: string | number, field: string): string {
  const date = parseDate(plain(String(text)));
  if (!date || date < '1900-01-01' || date > '2999-12-31') {
    throw new Invalid({ [field]: ['must be a date YYYYMMDD, YYYY-MM-DD or DD.MM.YYYY'] });
  }
  return date;
}

/** The instants of dates of the location's calendar, both included. An empty text or 0 is no bound. @throws Invalid */
export const periodFrom = (timeZone: string, start: string | number | undefined, end: string | number | undefined) => ({
  from: isGiven(start) ? startOfDay(dateFrom(start, 'start_date'), timeZone) : undefined,
  until: isGiven(end) ? startOfDay(dateFrom(end, 'end_date'), timeZone, 1) : undefined,
});

const isGiven = (value: string | number | undefined): value is string | number =>
  value !== undefined && value !== '' && value !== 0 && value !== '0';

/** @throws Invalid if the text is not a date or a time */
export function momentFrom(text: string, timeZone: string): Date {
  const at = parseDateTime(plain(text), timeZone);
  if (!at) throw new Invalid({ date: ['must be a date and time YYYY-MM-DD HH:MM:SS'] });
  return at;
}
