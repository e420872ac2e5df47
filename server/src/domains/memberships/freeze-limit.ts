import type { PeriodUnit } from '../loyalty/tables.ts';

const days: Record<PeriodUnit, number> = { day: 1, week: 7, month: 30, year: 365 };

/** The days of a limit of freezes. It has no dates, so a month is 30 days and a year 365. */
export const daysOf = (amount: number, unit: PeriodUnit): number => amount * days[unit];
