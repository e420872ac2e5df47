import Type, { type TSchema } from 'typebox';
import { expect, test } from 'vitest';
import { compileDeclared } from './declared.ts';
import { Invalid } from './errors.ts';

const kept = (schema: TSchema, value: unknown) => compileDeclared(schema, (fields) => new Invalid(fields))(value);

/** The messages by field that a value is refused with. */
function refused(schema: TSchema, value: unknown): unknown {
  try {
    kept(schema, value);
  } catch (error) {
    return (error as Invalid).errors;
  }
}

const isWrong = ['must not contain NUL characters or halves of characters'];
const map = Type.Object({ values: Type.Object({}, { additionalProperties: true }) });

test('declared fields stay and others are removed, in objects and lists at every depth', () => {
  const schema = Type.Object({ a: Type.Integer(), list: Type.Array(Type.Object({ b: Type.String() })) });
  expect(kept(schema, { a: 1, x: 1, list: [{ b: 'b', x: 1 }, { b: 'c' }] })).toEqual({ a: 1, list: [{ b: 'b' }, { b: 'c' }] });
});

test('a field that was not sent does not come up', () => {
  const schema = Type.Object({ constructor: Type.Optional(Type.String()), a: Type.Optional(Type.Integer()) });
  expect(Object.keys(kept(schema, {}) as object)).toEqual([]);
});

test('an object without any declared field is left empty', () => {
  expect(kept(Type.Object({ empty: Type.Object({}) }), { empty: { x: 1 } })).toEqual({ empty: {} });
});

test('of variants only the fields of the one that was sent stay', () => {
  const variant = (type: string, name: string) => Type.Object({ type: Type.Literal(type), [name]: Type.Integer() });
  const variants = [variant('a', 'one'), variant('b', 'two')];
  const sent = { type: 'b', one: 1, two: 2 };
  expect(kept(Type.Union(variants), sent)).toEqual({ type: 'b', two: 2 });
  const told = Type.Unsafe({ type: 'object', discriminator: { propertyName: 'type' }, oneOf: variants });
  expect(kept(told, sent)).toEqual({ type: 'b', two: 2 });
});

test('the JSON type of a value selects its variant', () => {
  const schema = Type.Union([Type.Object({ a: Type.Integer() }), Type.Array(Type.Object({ b: Type.Integer() })), Type.Null()]);
  expect(kept(schema, { a: 1, b: 1 })).toEqual({ a: 1 });
  expect(kept(schema, [{ a: 1, b: 1 }])).toEqual([{ b: 1 }]);
  expect(kept(schema, null)).toBeNull();
});

test('a map keeps every key that its declaration allows', () => {
  expect(kept(map, { values: { a: 1, b: { c: [] } } })).toEqual({ values: { a: 1, b: { c: [] } } });
  const patterned = Type.Unsafe({ type: 'object', patternProperties: { '^x': { type: 'string' } } });
  expect(kept(patterned, { x1: 'x', y1: 'y' })).toEqual({ x1: 'x' });
});

test.each(['\ud800', 'a\udc00b', 'a\u0000b', '\udc00\ud800'])('the text %j is refused by the name of its field', (text) => {
  const schema = Type.Object({
    a: Type.String(),
    list: Type.Array(Type.Object({ b: Type.String() })),
    either: Type.Union([Type.Number(), Type.String()]),
  });
  const good = { a: 'a 🎉', list: [{ b: 'b' }], either: 'c' };
  expect(refused(schema, good)).toBeUndefined();
  expect(refused(schema, { ...good, a: text })).toEqual({ a: isWrong });
  expect(refused(schema, { ...good, list: [{ b: 'b' }, { b: text }] })).toEqual({ 'list.1.b': isWrong });
  expect(refused(schema, { ...good, either: text })).toEqual({ either: isWrong });
  expect(refused(map, { values: { a: [text] } })).toEqual({ 'values.a.0': isWrong });
  expect(refused(map, { values: { a: { [text]: 1 } } })).toEqual({ 'values.a': isWrong });
  expect(refused(schema, { ...good, undeclared: text })).toBeUndefined();
});

test('a free-form value nests at most twenty levels', () => {
  const nested = (levels: number) => Array.from({ length: levels }).reduce<unknown>((inner) => ({ a: inner }), 1);
  const values = (levels: number) => ({ values: { a: nested(levels) } });
  expect(refused(map, values(20))).toBeUndefined();
  expect(refused(map, values(21))).toEqual({ 'values.a': ['must nest at most 20 levels'] });
  expect(refused(map, values(200_000))).toEqual({ 'values.a': ['must nest at most 20 levels'] });
});
