import type { Interval } from './tables.ts';

const day = 24 * 3600;

/** `09:30` in seconds from midnight. `24:00` is the end of the day. Undefined for anything else. */
export function parseTime(text: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-4]):([0-5]\d)(?::00)?$/.exec(text.trim()) ?? [];
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return seconds <= day ? seconds : undefined;
}

/** Seconds from midnight as `09:30`. */
export const formatTime = (seconds: number): string =>
  [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)].map((part) => String(part).padStart(2, '0')).join(':');

/**
 * An interval of a day from its times. Midnight as the end means the end of the day.
 * @returns the error if it is invalid
 */
export function parseInterval(from: string, to: string): Interval | string {
  const [start, end] = [parseTime(from), parseTime(to)];
  if (start === undefined || end === undefined) return 'must be from HH:MM to HH:MM';
  const interval = { from: start, to: end === 0 ? day : end };
  if (interval.from < interval.to) return interval;
  return 'must end after it begins, on the same day: hours over midnight are two days';
}

/** Whether any two of the intervals have a moment in common. */
export const doOverlap = (intervals: readonly Interval[]): boolean =>
  [...intervals].sort((a, b) => a.from - b.from).some(({ from }, index, sorted) => from < (sorted[index - 1]?.to ?? 0));

/** The times at which a step begins within the intervals, ascending: 10:00 to 11:00 has 10:00 and 10:30 in steps of half an hour. */
export const stepsOf = (intervals: readonly Interval[], step: number): number[] =>
  intervals.flatMap(({ from, to }) => Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step));
