import { type FieldErrors, Invalid, NotFound } from '../../../api/errors.ts';
import { maxMessages } from '../../../api/validation.ts';
import { daysBetween, parseCalendarDate } from '../../../platform/clock.ts';
import { doOverlap, parseInterval } from '../intervals.ts';
import type { Interval } from '../tables.ts';
import type { DayChange } from '../work-schedule.ts';
import { maxDays, maxRange, type SlotInput } from './schemas.ts';

/** A date of a path. @throws NotFound if the day does not exist */
export function dateInPath(text: string): string {
  const date = parseCalendarDate(text);
  if (!date) throw new NotFound(`${text} is not a date`);
  return date;
}

/** @throws Invalid naming the fields when they are no dates, out of order or too far apart */
export function dateRange(first: string, last: string): { first: string; last: string } {
  const [start, end] = [parseCalendarDate(first), parseCalendarDate(last)];
  const wrong = 'must be a date YYYY-MM-DD';
  if (!start || !end) throw new Invalid({ ...(start ? {} : { start_date: [wrong] }), ...(end ? {} : { end_date: [wrong] }) });
  const days = daysBetween(start, end);
  if (days < 0) throw new Invalid({ end_date: ['must not be before start_date'] });
  if (days > maxRange) throw new Invalid({ end_date: [`must be at most ${maxRange} days after start_date`] });
  return { first: start, last: end };
}

/** Collects the days that a request changes, and its errors by field. */
export class DayChanges {
  readonly #errors: FieldErrors = {};
  #wrong = 0;
  readonly #changes = new Map<string, DayChange>();
  /** The same dates are named for one member after the other. */
  readonly #dates = new Map<string, string | undefined>();

  /** The hours of a day; the first mistake is noted under the field. */
  slots(given: readonly SlotInput[], field: string): Interval[] {
    const slots: Interval[] = [];
    for (const [index, { from, to }] of given.entries()) {
      const interval = parseInterval(from, to);
      if (typeof interval === 'string') this.wrong(`${field}.${index}`, interval);
      else slots.push(interval);
    }
    if (doOverlap(slots)) this.wrong(field, 'must not overlap');
    return slots;
  }

  /** @throws Invalid as soon as there are too many */
  add(teamMemberId: number, text: string, slots: Interval[], field: string): void {
    if (!this.#dates.has(text)) this.#dates.set(text, parseCalendarDate(text));
    const date = this.#dates.get(text);
    const key = `${teamMemberId} ${date}`;
    if (!date) this.wrong(field, 'must be a date YYYY-MM-DD');
    else if (this.#changes.has(key)) this.wrong(field, `names ${date} of team member ${teamMemberId} twice`);
    else this.#changes.set(key, { teamMemberId, date, slots });
    if (this.#changes.size > maxDays) throw new Invalid({ ...this.#errors, body: [`must change at most ${maxDays} days`] });
  }

  /** @throws Invalid as soon as further errors would not be reported */
  wrong(field: string, message: string): void {
    this.#errors[field] ??= [];
    this.#errors[field].push(message);
    if (++this.#wrong >= maxMessages) throw new Invalid(this.#errors);
  }

  /** @throws Invalid with everything that is wrong */
  all(): DayChange[] {
    if (this.#wrong) throw new Invalid(this.#errors);
    return [...this.#changes.values()];
  }
}
