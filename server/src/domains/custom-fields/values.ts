import { Temporal } from 'temporal-polyfill';
import type { FieldErrors } from '../../api/errors.ts';
import { parseDate } from '../../platform/clock.ts';
import type { CustomFieldRow } from './custom-field.ts';

/** Values of custom fields by code, as they are stored. */
export type CustomValues = Record<string, unknown>;

const isNumber = (value: unknown) =>
  (typeof value === 'number' && Number.isFinite(value)) ||
  (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));

function parseLocalTime(text: string): string | undefined {
  try {
    return Temporal.PlainDateTime.from(text.trim(), { overflow: 'reject' })
      .toString({ smallestUnit: 'second' })
      .replace('T', ' ');
  } catch {
    return undefined;
  }
}

/** A value in its stored form, or its error. */
function stored(field: CustomFieldRow, value: unknown): { value: unknown } | string {
  switch (field.type) {
    case 'text': {
      if (!['string', 'number', 'boolean'].includes(typeof value)) return 'must be a text';
      const text = String(value);
      return text.length <= 10_000 ? { value: text } : 'must have at most 10000 characters';
    }
    case 'number':
      return isNumber(value) ? { value: Number(value) } : 'must be a number';
    case 'list': {
      const chosen = Array.isArray(value) ? value : [value];
      return chosen.every((option) => typeof option === 'string' && field.options.includes(option))
        ? { value }
        : `must be one of: ${field.options.join(', ')}`;
    }
    case 'date': {
      const date = typeof value === 'string' ? parseDate(value) : undefined;
      return date ? { value: date } : 'must be a date YYYY-MM-DD';
    }
    case 'datetime': {
      const time = typeof value === 'string' ? parseLocalTime(value) : undefined;
      return time ? { value: time } : 'must be a date and time YYYY-MM-DD HH:MM:SS';
    }
  }
}

const isEmpty = (value: unknown) => value === null || value === '' || (Array.isArray(value) && value.length === 0);

/**
 * Checks values by the types of their fields. An empty value clears the field. If no field has the code of a value, the value is stored
 * unchanged, because integrations store their own keys there.
 * @param current the stored values; a field that users may not change keeps its value
 * @returns the values to store, and messages by `customFields.<code>`
 */
export function checkCustomValues(
  fields: readonly CustomFieldRow[],
  values: CustomValues,
  current: CustomValues,
): { values: CustomValues; errors: FieldErrors } {
  const result: CustomValues = { ...values };
  const errors: FieldErrors = {};
  for (const field of fields) {
    const { code } = field;
    const given = Object.hasOwn(values, code) ? values[code] : undefined;
    const now = Object.hasOwn(current, code) ? current[code] : undefined;
    if (given === undefined && field.isEditable) continue;
    const outcome = given === undefined || isEmpty(given) ? { value: undefined } : stored(field, given);
    if (typeof outcome === 'string') errors[`customFields.${code}`] = [outcome];
    else if (!field.isEditable && given !== undefined && JSON.stringify(outcome.value) !== JSON.stringify(now)) {
      errors[`customFields.${code}`] = ['cannot be changed'];
    } else {
      const value = field.isEditable ? outcome.value : now;
      if (value === undefined) delete result[code];
      else result[code] = value;
    }
  }
  return { values: result, errors };
}
