import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import type { TSchema } from 'typebox';
import { parseCalendarDate } from '../platform/clock.ts';
import type { FieldErrors } from './errors.ts';
import { defaultMaxItems } from './schema.ts';

const options = { strict: false, useDefaults: true, discriminator: true } as const;
const addFormats = formats as unknown as (ajv: Ajv) => Ajv;
/** Input must not contain dates that the database cannot store. */
const addInputFormats = (ajv: Ajv): Ajv => addFormats(ajv).addFormat('date', (text: string) => parseCalendarDate(text) === text);

/** Two validators for the same values: `first` stops at the first error, `all` collects all errors. */
interface Checker {
  first: Ajv;
  all: Ajv;
}
const checker = (coerceTypes: boolean | 'array'): Checker => ({
  first: addInputFormats(new Ajv({ ...options, coerceTypes, allErrors: false })),
  all: addInputFormats(new Ajv({ ...options, coerceTypes, allErrors: true })),
});

/** For bodies. A number is accepted for a declared text, and a text for a declared number, because clients of the API send both. */
const bodies = checker(true);
/** For query strings and forms. A single value is also accepted as a list of one. */
const queries = checker('array');
/** Answers, in tests: exactly as declared. */
const answers = addFormats(new Ajv({ ...options, allErrors: true, useDefaults: false, coerceTypes: false }));

/** Whether a value fits; coerces it in place and fills defaults. After a refusal `errors` says why. */
export interface Validate {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null | undefined;
}
export const compileBody = (schema: TSchema): Validate => compileInput(schema, bodies);
export const compileQuery = (schema: TSchema): Validate => compileInput(schema, queries);
export const compileAnswer = (schema: object): Validate => answers.compile(schema);

/** All errors are collected only for values with at most this many parts. This limits the cost of a refusal. */
const maxThorough = 1000;

/** At most this many messages are reported of one request. */
export const maxMessages = 50;

/** Field names in messages are cut to this many characters, because the caller chooses them. */
export const maxFieldName = 200;

/**
 * Checks input up to the first error. If a small value is invalid, it is checked again and all errors are collected. A large value could
 * have a huge number of errors. A list that is too long is refused before its items are checked.
 */
function compileInput(schema: TSchema, { first, all }: Checker): Validate {
  const bounded = withMaxItems(schema);
  const fits = first.compile(bounded);
  let thorough: ReturnType<Ajv['compile']> | undefined;
  const validate: Validate = (value) => {
    if (fits(value)) {
      validate.errors = undefined;
      return true;
    }
    validate.errors = fits.errors;
    if (holdsAtMost(value, maxThorough)) {
      thorough ??= all.compile(bounded);
      // The first check may have coerced the value so that it fits now. It is refused all the same.
      if (!thorough(value) && thorough.errors) validate.errors = thorough.errors.slice(0, maxMessages);
      // Otherwise Ajv keeps them in memory until its next failure.
      thorough.errors = null;
    }
    return false;
  };
  return validate;
}

/** Whether a value has at most this many parts. It stops counting there. */
function holdsAtMost(value: unknown, max: number): boolean {
  const parts: unknown[] = [value];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (typeof part !== 'object' || part === null) continue;
    if (Array.isArray(part) && parts.length + part.length > max) return false;
    for (const name in part) {
      parts.push((part as Record<string, unknown>)[name]);
      if (parts.length > max) return false;
    }
  }
  return true;
}

/** A copy of a schema in which every list has a maximum: `defaultMaxItems` if none is declared. */
function withMaxItems(schema: TSchema): TSchema {
  const bounded: Record<string, unknown> = { ...schema };
  const takesLists = [bounded.type].flat().includes('array') || 'items' in bounded;
  if (takesLists && bounded.maxItems === undefined) bounded.maxItems = defaultMaxItems;
  for (const keyword of ['items', 'additionalProperties']) {
    if (isSchema(bounded[keyword])) bounded[keyword] = withMaxItems(bounded[keyword]);
  }
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    if (Array.isArray(bounded[keyword])) bounded[keyword] = bounded[keyword].map(withMaxItems);
  }
  for (const keyword of ['properties', 'patternProperties']) {
    if (!isSchema(bounded[keyword])) continue;
    const entries = Object.entries(bounded[keyword] as Record<string, TSchema>);
    bounded[keyword] = Object.fromEntries(entries.map(([name, property]) => [name, withMaxItems(property)]));
  }
  return bounded as TSchema;
}

const isSchema = (value: unknown): value is TSchema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Ajv's errors as messages by field: `{"filters.0.type": ["must be equal to one of the allowed values"]}`. */
export function fieldErrors(errors: ErrorObject[] | null | undefined): FieldErrors {
  const fields: FieldErrors = {};
  for (const error of errors ?? []) {
    const { missingProperty, tag } = error.params as { missingProperty?: string; tag?: string };
    // These two are errors of the object, about one of its fields.
    const inside = error.keyword === 'required' ? missingProperty : error.keyword === 'discriminator' ? tag : undefined;
    const path = [...error.instancePath.split('/').slice(1).map(unescapePointer), ...(inside ? [inside] : [])];
    const field = path.join('.').slice(0, maxFieldName) || 'body';
    fields[field] ??= [];
    fields[field].push(message(error));
  }
  return fields;
}

const unescapePointer = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');

function message(error: ErrorObject): string {
  if (error.keyword === 'required') return 'is required';
  if (error.keyword === 'discriminator') return 'is not known';
  if (error.keyword === 'enum')
    return `must be one of: ${(error.params as { allowedValues: unknown[] }).allowedValues.join(', ')}`;
  return error.message ?? 'is invalid';
}
