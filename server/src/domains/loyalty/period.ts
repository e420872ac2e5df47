import { Temporal } from 'temporal-polyfill';
import { dateIn, startOfDay } from '../../platform/clock.ts';
import type { PeriodUnit } from './tables.ts';

/** A date so many units later: a month after 31 January is the last day of February. @param date yyyy-mm-dd */
export const laterDate = (date: string, amount: number, unit: PeriodUnit): string =>
  Temporal.PlainDate.from(date)
    .add({ [`${unit}s`]: amount })
    .toString();

/** The last second of a date of a time zone. */
export const endOfDate = (date: string, timeZone: string): Date => new Date(startOfDay(date, timeZone, 1).getTime() - 1000);

/** The last second of the day that is so many units after the day of an instant, by the calendar of a time zone. */
export const endOfPeriod = (from: Date, amount: number, unit: PeriodUnit, timeZone: string): Date =>
  endOfDate(laterDate(dateIn(from, timeZone), amount, unit), timeZone);

/** The units of the published API: 1 day, 2 week, 3 month, 4 year. */
export const periodUnits: readonly PeriodUnit[] = ['day', 'week', 'month', 'year'];
