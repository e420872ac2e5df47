import Type from 'typebox';
import { expect, test } from 'vitest';
import { compileLeniency } from './leniency.ts';
import { PageSize } from './pagination.ts';
import { Bit } from './schema.ts';

const accepted = (schema: Type.TSchema, value: unknown) => compileLeniency(schema)?.(value) ?? value;
const yesNo = Type.Object({ a: Type.Boolean(), b: Bit('b'), c: Type.Unsafe({ type: ['boolean', 'null'] }), text: Type.String() });

test('the texts 1 and 0 are yes and no, true and false are 1 and 0; texts stay texts', () => {
  expect(accepted(yesNo, { a: '1', b: 'true', c: '0', text: '1' })).toEqual({ a: true, b: 1, c: false, text: '1' });
  expect(accepted(yesNo, { a: '0', b: 'false', c: null, text: 'true' })).toEqual({ a: false, b: 0, c: null, text: 'true' });
  expect(accepted(yesNo, { a: 'perhaps', b: '2' })).toEqual({ a: 'perhaps', b: '2' });
});

test('they are found in lists and objects at every depth, and one item is taken for a list', () => {
  const schema = Type.Object({ list: Type.Array(Type.Object({ a: Type.Boolean() })), flags: Type.Array(Type.Boolean()) });
  expect(accepted(schema, { list: [{ a: '1' }, null, { a: '0' }], flags: '1' })).toEqual({
    list: [{ a: true }, null, { a: false }],
    flags: true,
  });
});

test('the discriminator selects a variant', () => {
  const variant = (type: string, value: Type.TSchema) => Type.Object({ type: Type.Literal(type), value });
  const oneOf = [variant('flag', Type.Boolean()), variant('text', Type.String())];
  const schema = Type.Unsafe({ type: 'object', discriminator: { propertyName: 'type' }, oneOf });
  expect(accepted(schema, { type: 'flag', value: '1' })).toEqual({ type: 'flag', value: true });
  expect(accepted(schema, { type: 'text', value: '1' })).toEqual({ type: 'text', value: '1' });
  expect(accepted(Type.Union([Type.Boolean(), Type.String()]), '1')).toBe('1');
  expect(accepted(Type.Union([Type.Boolean(), Type.Null()]), '1')).toBe(true);
});

test.each([
  [100, 100],
  [101, 100],
  ['101', 100],
  ['99999999999999999999', 100],
  [1e308, 100],
  ['100', '100'],
  ['1e9', '1e9'],
  [-1, -1],
  [null, null],
])('a page size of %j is %j where 100 is the largest', (given, expected) => {
  expect(accepted(Type.Object({ count: PageSize(100) }), { count: given })).toEqual({ count: expected });
});

test('a schema without leniency costs nothing', () => {
  expect(compileLeniency(Type.Object({ a: Type.String(), b: Type.Array(Type.Integer()) }))).toBeUndefined();
});
