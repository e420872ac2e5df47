import { parseDate, parseDateTime } from '../platform/clock.ts';
import type { FieldErrors } from './errors.ts';
import { dateKind } from './openapi/believable.ts';
import type { Schema } from './openapi/example.ts';

/**
 * What the rules of the real server would refuse of a request's dates, which no schema says: the real server reads them with the clock of
 * the location.
 * @param schema of a query or body
 * @returns messages by field; none when every date can be read
 */
export function dateErrors(schema: Schema | undefined, value: unknown, path: string[] = []): FieldErrors {
  if (!schema || value === null || value === undefined) return {};
  if (Array.isArray(value))
    return Object.assign({}, ...value.map((item, index) => dateErrors(schema.items, item, [...path, String(index)])));
  if (typeof value === 'object') {
    const parts = Object.entries(schema.properties ?? {});
    return Object.assign(
      {},
      ...parts.map(([name, part]) => dateErrors(part, (value as Record<string, unknown>)[name], [...path, name])),
    );
  }
  const kind = typeof value === 'string' && value !== '' ? dateKind(path.at(-1) ?? '', schema) : undefined;
  if (!kind || parseDate(value as string) || parseDateTime(value as string, 'UTC')) return {};
  return {
    [path.join('.')]: [
      kind === 'date' ? 'must be a date, as 2026-09-21' : 'must be a date and time, as 2026-09-21T10:00:00-04:00',
    ],
  };
}
