import Type from 'typebox';
import { Invalid } from '../../../api/errors.ts';
import { maxId } from '../../../api/schema.ts';
import { parseCalendarDate, parseDateTime } from '../../../platform/clock.ts';
import type { When } from '../slots.ts';

/** Ids of services: `service_ids[]=1,2`, `service_ids=1,2` or one parameter each. */
export const ServiceIds = (description: string) =>
  Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: maxId }), { maxItems: 20, description }));

/** @throws Invalid naming the field if the text is not a date */
export function expectDate(text: string, field: string): string {
  const date = parseCalendarDate(text);
  if (!date) throw new Invalid({ [field]: ['must be a date YYYY-MM-DD'] });
  return date;
}

/** An instant: ISO 8601, a local time of the location, or unix seconds. @throws Invalid naming the field */
export function momentIn(text: string, timeZone: string, field: string): Date {
  const trimmed = text.trim();
  const instant = /^\d{9,11}$/.test(trimmed) ? new Date(Number(trimmed) * 1000).toISOString() : trimmed;
  const at = parseDateTime(instant, timeZone);
  if (!at) throw new Invalid({ [field]: ['must be a date and time in ISO 8601'] });
  return at;
}

/** A date, or a moment; undefined when the text is empty. @throws Invalid naming the field */
export function whenOf(text: string | undefined, timeZone: string, field: string): When | undefined {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) return { date: expectDate(trimmed, field) };
  return { at: momentIn(trimmed, timeZone, field) };
}

/** 0 stands for any team member. */
export const memberOf = (id: number | undefined): number | undefined => id || undefined;
