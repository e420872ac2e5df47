import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { TSchema } from 'typebox';
import type { FieldErrors } from './errors.ts';

const options = { strict: false, allErrors: true, useDefaults: true, discriminator: true } as const;
const addFormats = formats as unknown as (ajv: Ajv) => Ajv;

/** Bodies: a number where a text is declared is taken as the text and the other way round, as clients of the API send both. */
const bodies = addFormats(new Ajv({ ...options, coerceTypes: true }));
/** Query strings and forms: besides, one value is taken for a list of one. */
const queries = addFormats(new Ajv({ ...options, coerceTypes: 'array' }));
/** Answers, in tests: exactly as declared. */
const answers = addFormats(new Ajv({ ...options, useDefaults: false, coerceTypes: false }));

export type Validate = ValidateFunction;
export const compileBody = (schema: TSchema): Validate => bodies.compile(schema);
export const compileQuery = (schema: TSchema): Validate => queries.compile(schema);
export const compileAnswer = (schema: object): Validate => answers.compile(schema);

/** At most this many messages are reported of one request. */
const maxMessages = 50;

/** Ajv's errors as messages by field: `{"filters.0.type": ["must be equal to one of the allowed values"]}`. */
export function fieldErrors(errors: ErrorObject[] | null | undefined): FieldErrors {
  const fields: FieldErrors = {};
  for (const error of (errors ?? []).slice(0, maxMessages)) {
    const missing = error.keyword === 'required' ? (error.params as { missingProperty: string }).missingProperty : undefined;
    const path = [...error.instancePath.split('/').slice(1).map(unescapePointer), ...(missing ? [missing] : [])];
    const field = path.join('.') || 'body';
    fields[field] ??= [];
    fields[field].push(message(error));
  }
  return fields;
}

const unescapePointer = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');

function message(error: ErrorObject): string {
  if (error.keyword === 'required') return 'is required';
  if (error.keyword === 'discriminator') return `${(error.params as { tag: string }).tag} is not known`;
  if (error.keyword === 'enum')
    return `must be one of: ${(error.params as { allowedValues: unknown[] }).allowedValues.join(', ')}`;
  return error.message ?? 'is invalid';
}
