const [minute, hour, day] = [60, 3_600, 86_400];

/**
 * Seconds after each failed try until the next: quick ones at first, then every eight hours, three days in all. After the last one, a
 * delivery is given up.
 */
export const waits: readonly number[] = [
  5,
  30,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  ...Array.from({ length: 8 }, () => 8 * hour),
];

/** An address that has failed for so long without any success is switched off, in seconds. */
export const failingLimit = 5 * day;
/** It is switched off only after this many failed tries in a row. */
export const failingTries = 10;

/** An address that failed so often in a row is left in peace for a while. A single failure is more likely the fault of one delivery. */
export const failuresBeforePause = 3;
/** The longest pause of an address, in seconds. When it is well again, it waits no longer than this. */
const longestPause = 10 * minute;
/** A longer `Retry-After` counts as this, in seconds. */
const longestRetryAfter = hour;

/** A fifth more or less, so that those who failed together do not return together. */
const varied = (seconds: number, chance: number) => seconds * (0.8 + 0.4 * chance);

/** Seconds until the next try. @param failures the failed tries so far @returns undefined if there is none */
export function retryWait(failures: number, retryAfter = 0, chance = Math.random()): number | undefined {
  const wait = waits[failures - 1];
  return wait === undefined ? undefined : Math.max(varied(wait, chance), retryAfter);
}

/** Seconds in which an address is left in peace. @param failures the failed tries in a row */
export const pauseAfter = (failures: number, chance = Math.random()): number =>
  failures < failuresBeforePause ? 0 : varied(Math.min(5 * 2 ** (failures - failuresBeforePause), longestPause), chance);

/** The seconds of a `Retry-After`, a number or a date, within its limit. 0 if it says nothing. */
export function retryAfterSeconds(header: string | undefined, now = Date.now()): number {
  if (header === undefined) return 0;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), longestRetryAfter) : 0;
}
