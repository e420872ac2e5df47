import { describe, expect, test } from 'vitest';
import { type ApiError, Invalid } from '../src/api/errors.ts';
import { inputOf } from '../src/api/input.ts';
import { exampleOf, type Schema } from '../src/api/openapi/example.ts';
import type { Operation } from '../src/api/operation.ts';
import { builtOperations, titled } from './every-operation.ts';

/** Objects that are declared to accept any field. Everywhere else undeclared fields are removed. */
const freeForm = [
  'create_client.body.custom_fields',
  'update_client.body.custom_fields',
  // Its items are checked one by one in the operation, by the declaration of create_client.
  'bulk_create_clients.body',
  'create_appointment.body.custom_fields',
  'update_appointment.body.custom_fields',
  'create_online_booking.body.appointments.custom_fields',
];

/** Objects whose fields are ids, and whose values are counts: another field is refused. */
const byId = [
  'chain_loyalty_membership_types_create.body.services',
  'chain_loyalty_membership_types_create.body.service_categories',
];

type Part = 'body' | 'query';

/** An example of every shape that a schema accepts: one for each of its variants, at every depth. */
function examplesOf(schema: Schema, name?: string): unknown[] {
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return variants.flatMap((variant) => examplesOf(variant, name));
  const { properties = {}, items } = schema;
  const whole = exampleOf(schema, name === undefined ? {} : { name });
  if (Array.isArray(whole) && items) return [whole, ...examplesOf(items, name).map((item) => [item])];
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return [whole];
  return [
    whole,
    ...Object.entries(properties).flatMap(([key, property]) =>
      examplesOf(property, key).map((example) => ({ ...whole, [key]: example })),
    ),
  ];
}

/** The value with further fields in every object that is picked by its place. */
function withMore(value: unknown, place: string, isPicked: (place: string) => boolean): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withMore(item, place, isPicked));
  const inner = Object.entries(value).map(([name, each]) => [name, withMore(each, `${place}.${name}`, isPicked)]);
  const more: object = isPicked(place) ? { undeclared_field: 'x', constructor: 'x' } : {};
  return { ...Object.fromEntries(inner), ...more };
}

/** The reader of an operation's body or query only, with the usual error. */
function alone(operation: Operation, part: Part): ReturnType<typeof inputOf> {
  let read = readers[part].get(operation);
  if (!read) {
    const { invalid, ...rest } = operation;
    readers[part].set(operation, (read = inputOf({ ...rest, [part === 'body' ? 'query' : 'body']: undefined })));
  }
  return read;
}
const readers = {
  body: new Map<Operation, ReturnType<typeof inputOf>>(),
  query: new Map<Operation, ReturnType<typeof inputOf>>(),
};

/** The body or query after reading. Undefined if it is refused. */
function read(operation: Operation, part: Part, value: unknown): unknown {
  const params = exampleOf(operation.params ?? {}, {});
  const query = operation.query ? exampleOf(operation.query, { onlyRequired: true }) : {};
  const body = operation.body ? exampleOf(operation.body, { onlyRequired: true }) : {};
  const given = structuredClone({ query, body, [part]: value });
  return alone(operation, part)(structuredClone(params), given.query, given.body)[part];
}

function accepted(operation: Operation, part: Part): unknown[] {
  const examples = [
    ...(part === 'body' && operation.example?.body !== undefined ? [operation.example.body] : []),
    ...examplesOf(operation[part] as Schema),
    exampleOf(operation[part], { onlyRequired: true }),
  ];
  return examples.filter((example) => {
    try {
      read(operation, part, example);
      return true;
    } catch {
      return false;
    }
  });
}

const parts = builtOperations.flatMap((built) =>
  (['body', 'query'] as const).flatMap((part) => {
    const { operation } = built;
    const isRead = operation[part] && !(part === 'body' && operation.multipart);
    return isRead ? [[`${titled(built)[0]} ${part}`, operation, part] as const] : [];
  }),
);

describe.each(parts)('%s', (_, operation, part) => {
  test('reaches the handler as it was sent, without undeclared fields', () => {
    const examples = accepted(operation, part);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const kept = read(operation, part, example);
      expect(kept).toMatchObject(example as object);
      const place = `${operation.id}.${part}`;
      const isFree = (at: string) => [...freeForm, ...byId].some((free) => `${at}.`.startsWith(`${free}.`));
      const free = withMore(example, place, (at) => freeForm.includes(at));
      expect(read(operation, part, free)).toMatchObject(free as object);
      const undeclared = withMore(example, place, (at) => !isFree(at));
      expect(readOrRefuse(operation, part, undeclared, kept)).toEqual(kept);
    }
  });
});

describe.each(parts)('%s', (_, operation, part) => {
  test('is refused with the name of any text that the database cannot store', () => {
    if (freeForm.includes(`${operation.id}.${part}`)) return;
    for (const example of accepted(operation, part)) {
      for (const path of textsIn(example)) {
        for (const text of ['\ud800', 'a\u0000']) {
          const field = refusedBy(operation, part, replaced(example, path, text));
          expect(field).toBe(path.join('.'));
        }
      }
    }
  });
});

/** The places of texts in a value, as paths. */
function textsIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, [...path, name]));
}

function replaced(value: unknown, [name, ...rest]: string[], text: string): unknown {
  if (name === undefined) return text;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[name] = replaced(copy[name], rest, text);
  return copy;
}

/** The field in the error of an operation. One of them if it names several. */
function refusedBy(operation: Operation, part: Part, value: unknown): unknown {
  try {
    read(operation, part, value);
    return 'nothing';
  } catch (error) {
    return Object.keys((error as ApiError).errors ?? {}).at(0);
  }
}

/** A body that declares itself closed is refused with more in it. */
function readOrRefuse(operation: Operation, part: Part, value: unknown, otherwise: unknown): unknown {
  if (operation[part].additionalProperties !== false) return read(operation, part, value);
  expect(() => read(operation, part, value)).toThrow(Invalid);
  return otherwise;
}
