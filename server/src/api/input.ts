import type { TSchema } from 'typebox';
import { compileAliases } from './aliases.ts';
import { compileDeclared } from './declared.ts';
import { type FieldErrors, Invalid, NotFound } from './errors.ts';
import { isForm } from './forms.ts';
import { compileLeniency } from './leniency.ts';
import type { Operation } from './operation.ts';
import { compileBody, compileQuery, fieldErrors, type Validate } from './validation.ts';

/** The input of a request as its operation declares it. */
export interface Input {
  params: unknown;
  query: unknown;
  body: unknown;
}

type Refuse = (fields: FieldErrors) => Error;

/**
 * Compiles a reader for values of a declaration. The reader fills aliases, accepts other spellings, checks and coerces the value, and
 * removes undeclared fields. If the value is invalid, it throws the error that `refuse` makes of the messages by field.
 */
function compileReader(schema: TSchema, compile: (schema: TSchema) => Validate, refuse: Refuse): (given: unknown) => unknown {
  const fill = compileAliases(schema);
  const accept = compileLeniency(schema);
  const validate = compile(schema);
  const keepDeclared = compileDeclared(schema, refuse);
  return (given) => {
    fill?.(given);
    const value = accept ? accept(given) : given;
    if (!validate(value)) throw refuse(fieldErrors(validate.errors));
    return keepDeclared(value);
  };
}

const invalid: Refuse = (fields) => new Invalid(fields);

/** Compiles a reader for a part of a body, for operations that check its parts one by one. The reader throws Invalid. */
export const compilePartReader = (schema: TSchema) => compileReader(schema, compileBody, invalid);

/** Compiles a reader for the fields of a form with files, which the operation reads itself. */
export const compileFormReader = (schema: TSchema) => compileReader(schema, compileQuery, invalid);

/**
 * Compiles a reader for the input of an operation. The reader throws NotFound for an impossible id, and Invalid (or the operation's own
 * error) for all other invalid input.
 */
function compileInput(operation: Operation): (params: unknown, query: unknown, body: unknown) => Input {
  const refuse: Refuse = operation.invalid ?? invalid;
  const readParams = operation.params && compileReader(operation.params, compileQuery, () => new NotFound());
  const readQuery = operation.query && compileReader(operation.query, compileQuery, refuse);
  const split = splitLists(operation.query);
  const readBody = compileBodyReader(operation, refuse);

  return (params, query, body) => ({
    // An impossible id cannot name anything that exists.
    params: readParams?.(params),
    query: readQuery?.(split ? split(query) : query),
    body: readBody?.(query, body),
  });
}

function compileBodyReader(operation: Operation, refuse: Refuse): ((query: unknown, body: unknown) => unknown) | undefined {
  const { body: schema, multipart, method, bodyInQuery } = operation;
  if (!schema || multipart) return undefined;
  const readJson = compileReader(schema, compileBody, refuse);
  // Few requests are forms.
  let readTexts: ReturnType<typeof compileReader> | undefined;
  const listed = asLists(schema);
  const readForm = (given: unknown) => (readTexts ??= compileReader(schema, compileQuery, refuse))(listed(given));
  // A published GET that documents a body (list_voip_calls) accepts its fields in the query too, because few clients can send a body.
  const isInQuery = bodyInQuery || method === 'GET';
  return (query, body) => {
    if (isInQuery && Object.keys(query as object).length && isFields(body)) return readForm({ ...(query as object), ...body });
    return isForm(body) ? readForm(body) : readJson(body ?? {});
  };
}

const isFields = (body: unknown): body is object | undefined =>
  body === undefined || (typeof body === 'object' && body !== null && !Array.isArray(body));

/**
 * Lists of numbers in a query may also be separated by commas, `service_ids[]=1,2` or `service_ids=1,2`: the published API declares them as
 * `explode: false`.
 * @returns undefined if the query has no such list
 */
function splitLists(schema: TSchema | undefined): ((query: unknown) => unknown) | undefined {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, { items?: { type?: string } }> };
  const names = Object.keys(properties).filter((name) => /^(integer|number)$/.test(properties[name]?.items?.type ?? ''));
  if (names.length === 0) return undefined;
  const listed = asLists(schema);
  const parts = (value: unknown): unknown => (typeof value === 'string' && value.includes(',') ? value.split(',') : value);
  return (query) => {
    const filled = { ...(listed(query) as Record<string, unknown>) };
    for (const name of names) {
      if (filled[name] !== undefined)
        filled[name] = [filled[name]]
          .flat()
          .flatMap(parts)
          .filter((value) => value !== '');
    }
    return filled;
  };
}

/** Lists in texts may have gaps in their places: `ids[3]=7&ids[5]=8`. */
function asLists(schema: TSchema | undefined): (given: unknown) => unknown {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, { type?: string }> };
  const names = Object.keys(properties).filter((name) => properties[name]?.type === 'array');
  const hasGaps = (value: unknown): value is object =>
    isFields(value) && Object.keys(value ?? {}).some((key) => /^\d+$/.test(key));
  return (given) => {
    if (!isFields(given)) return given;
    const filled: Record<string, unknown> = { ...given };
    for (const name of names) {
      const value = filled[name];
      if (hasGaps(value)) filled[name] = Object.values(value);
    }
    return filled;
  };
}

const compiled = new WeakMap<Operation, ReturnType<typeof compileInput>>();

/** The input reader of an operation. It is compiled at the first request, so that the server starts faster. */
export function inputOf(operation: Operation): ReturnType<typeof compileInput> {
  let read = compiled.get(operation);
  if (!read) {
    read = compileInput(operation);
    compiled.set(operation, read);
  }
  return read;
}
