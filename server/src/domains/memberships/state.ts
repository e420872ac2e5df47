import { addDays, dateIn, daysBetween } from '../../platform/clock.ts';
import { endOfDate, endOfPeriod } from '../loyalty/period.ts';
import type { PeriodUnit } from '../loyalty/tables.ts';

/** The times of a membership, as they are stored. */
export interface MembershipTimesOfLife {
  period: number;
  periodUnit: PeriodUnit;
  activatedAt: Date | null;
  activatesAt: Date | null;
  expiresAt: Date | null;
  frozenAt: Date | null;
  frozenUntil: Date | null;
  frozenDays: number;
}

/** 1 created, 2 active, 3 expired, 4 no visits left. Source: the published list of states. */
export type MembershipState = 'created' | 'active' | 'expired' | 'used up';

/** The end of a membership that becomes active: the end of a day of the location that sold it. Null for always. */
export const expiryOf = (
  { period, periodUnit, frozenDays }: Pick<MembershipTimesOfLife, 'period' | 'periodUnit' | 'frozenDays'>,
  activatedAt: Date,
  timeZone: string,
): Date | null => (period === 0 ? null : later(endOfPeriod(activatedAt, period, periodUnit, timeZone), frozenDays, timeZone));

/** The end of the day that is so many days after the day of an instant. */
export const later = (at: Date, days: number, timeZone: string): Date => endOfDate(addDays(dateIn(at, timeZone), days), timeZone);

/** What is true now: a membership whose time has come is active, also before a job has written that down. */
export function atMoment<Row extends MembershipTimesOfLife>(row: Row, timeZone: string, now: Date): Row {
  if (row.activatedAt || !row.activatesAt || row.activatesAt > now) return row;
  return { ...row, activatedAt: row.activatesAt, expiresAt: expiryOf(row, row.activatesAt, timeZone) };
}

export const isFrozen = (
  { frozenAt, frozenUntil }: Pick<MembershipTimesOfLife, 'frozenAt' | 'frozenUntil'>,
  now: Date,
): boolean => frozenAt !== null && (frozenUntil === null || frozenUntil > now);

/** @param hasVisits whether visits are left, or unlimited @param row as `atMoment` has it */
export function stateOf(row: MembershipTimesOfLife, hasVisits: boolean, now: Date): MembershipState {
  if (!row.activatedAt) return 'created';
  if (!hasVisits) return 'used up';
  // What is frozen until somebody ends it does not expire meanwhile: its end moves when that happens.
  const isHeld = row.frozenAt !== null && row.frozenUntil === null;
  return row.expiresAt && row.expiresAt < now && !isHeld ? 'expired' : 'active';
}

/** The days that a freeze counts, by the calendar of the location that sold the membership: at least one. */
export const frozenDaysBetween = (from: Date, until: Date, timeZone: string): number =>
  Math.max(1, daysBetween(dateIn(from, timeZone), dateIn(until, timeZone)));
