import { parseDate, parseDateTime } from '../platform/clock.ts';
import type { FieldErrors } from './errors.ts';
import { dateKind } from './openapi/believable.ts';
import type { Schema } from './openapi/example.ts';
import { maxMessages } from './validation.ts';

/** The number of dates that are checked in one request. Parsing one date takes as long as checking a hundred values. */
const maxDates = 1000;

/** The state of the check of a value. */
interface Finding {
  looked: number;
  wrong: FieldErrors;
  messages: number;
}

type Look = (value: unknown, path: (string | number)[], finding: Finding) => void;

/**
 * Compiles a check for the date rules of the real server, which schemas do not express: the real server parses dates with the clock of the
 * location.
 * @param schema of a query or body
 * @returns a function that returns messages by field, for the first thousand dates; it is empty if all dates can be parsed
 */
export function compileDates(schema: Schema | undefined): (value: unknown) => FieldErrors {
  const look = schema && compile(schema, '');
  return (value) => {
    const finding: Finding = { looked: 0, wrong: {}, messages: 0 };
    look?.(value, [], finding);
    return finding.wrong;
  };
}

/** @returns undefined when the schema has no dates */
function compile(schema: Schema, name: string): Look | undefined {
  const lookAtText = compileText(schema, name);
  const lookAtItem = schema.items && compile(schema.items, '');
  const parts = Object.entries(schema.properties ?? {}).flatMap(([part, inner]) => {
    const look = compile(inner, part);
    return look ? [[part, look] as const] : [];
  });
  if (!lookAtText && !lookAtItem && parts.length === 0) return undefined;
  return (value, path, finding) => {
    if (typeof value === 'string') return lookAtText?.(value, path, finding);
    if (typeof value !== 'object' || value === null || isEnough(finding)) return;
    if (!Array.isArray(value)) {
      for (const [part, look] of parts) look((value as Record<string, unknown>)[part], [...path, part], finding);
      return;
    }
    if (!lookAtItem) return;
    for (let index = 0; index < value.length && !isEnough(finding); index++) lookAtItem(value[index], [...path, index], finding);
  };
}

const isEnough = ({ looked, messages }: Finding) => looked >= maxDates || messages >= maxMessages;

function compileText(schema: Schema, name: string): Look | undefined {
  const kind = dateKind(name, schema);
  if (!kind) return undefined;
  const message = kind === 'date' ? 'must be a date, as 2026-09-21' : 'must be a date and time, as 2026-09-21T10:00:00-04:00';
  return (value, path, finding) => {
    if (value === '') return;
    finding.looked++;
    if (parseDate(value as string) || parseDateTime(value as string, 'UTC')) return;
    finding.wrong[path.join('.')] = [message];
    finding.messages++;
  };
}
