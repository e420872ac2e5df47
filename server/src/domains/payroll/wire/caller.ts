import type { Flag, Limited, Location } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { today } from '../../../platform/clock.ts';
import { expectPeriod, type Period } from '../calculation.ts';
import type { Statement } from '../statement.ts';

interface Caller extends Limited {
  location: Location;
  can(flag: Flag): boolean;
}

/** What a right is about: to see what is earned, or to work with statements. */
export type Purpose = 'calculation' | 'statements';

/** The rights for all team members, and for one; each with the right to other days than today. */
const rights = {
  calculation: {
    all: 'finances_salary_calc_access',
    allDays: 'finances_salary_not_limitation_today_access',
    one: 'finances_salary_access_master_checkbox',
    oneDays: 'finances_salary_master_not_limitation_today_access',
  },
  statements: {
    all: 'finances_payroll_calculation_create_access',
    allDays: 'finances_payroll_calculation_create_not_limitation_today_access',
    one: 'finances_payroll_calculation_create_by_master_access',
    oneDays: 'calculation_create_by_master_not_limitation_today_access',
  },
} as const satisfies Record<Purpose, Record<string, Flag>>;

/** What the caller may see of the payroll of a team member. */
export interface Reach {
  /** Whether only today is seen. */
  isTodayOnly: boolean;
}

/** The right to the payroll of everyone. A user who is limited to one team member does not have it. @throws Forbidden */
export function reachOfAll({ can }: Pick<Caller, 'can'>, purpose: Purpose): Reach {
  const { all, allDays, one } = rights[purpose];
  if (!can('finances_access') || !can(all) || can(one)) throw new Forbidden();
  return { isTodayOnly: !can(allDays) };
}

/** The right to the payroll of one team member: to that of everyone, or of this one. @throws Forbidden */
export function reachOf(caller: Pick<Caller, 'can' | 'limit'>, purpose: Purpose, teamMemberId: number): Reach {
  const { can, limit } = caller;
  const { one, oneDays } = rights[purpose];
  if (!can(one)) return reachOfAll(caller, purpose);
  if (!can('finances_access') || limit('finances_salary_access_master_id') !== teamMemberId) throw new Forbidden();
  return { isTodayOnly: !can(oneDays) };
}

/** The right to rules, schemes and settings. @throws Forbidden */
export function expectSetup({ can }: Pick<Caller, 'can'>): void {
  if (!can('finances_access')) throw new Forbidden();
}

/** The days of a request that the caller sees: those asked for, or today. @throws Invalid for the period */
export function periodOf(
  { timeZone }: Pick<Location, 'timeZone'>,
  { isTodayOnly }: Reach,
  query: { date_from: string; date_to: string },
): Period {
  const period = { first: query.date_from, last: query.date_to };
  expectPeriod(period);
  const now = today(timeZone);
  return isTodayOnly ? { first: now, last: now } : period;
}

/** Other days than today are outside of the limit. @throws Forbidden */
export function expectDaysIn({ isTodayOnly }: Reach, { first, last }: Period, timeZone: string): void {
  const now = today(timeZone);
  if (isTodayOnly && (first !== now || last !== now)) throw new Forbidden();
}

/** A statement without today is outside of the limit to today. @throws Forbidden */
export function expectSeen(
  { isTodayOnly }: Reach,
  { dateFrom, dateTo }: Pick<Statement, 'dateFrom' | 'dateTo'>,
  timeZone: string,
): void {
  const now = today(timeZone);
  if (isTodayOnly && (dateTo < now || dateFrom > now)) throw new Forbidden();
}
