import stringify from 'fast-json-stringify';
import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { chosenByType } from './alternatives.ts';

const person = Type.Object({ id: Type.Integer(), name: Type.String() });
const written = (schema: object, value: unknown) =>
  JSON.parse((stringify(chosenByType(schema) as object) as (value: unknown) => string)(value));
const ada = { id: 1, name: 'Ada' };

describe('alternatives of different types are written by the type of the value', () => {
  test.each([
    ['an object or null', Type.Union([person, Type.Null()]), [ada, null]],
    ['null or a list', Type.Union([Type.Null(), Type.Array(person)]), [[ada], [], null]],
    ['an object or a list', Type.Union([person, Type.Array(person)]), [ada, [ada], []]],
    ['an object, a text or null', Type.Union([person, Type.String(), Type.Null()]), [ada, 'Ada', '', null]],
    ['a number or an object', Type.Union([Type.Integer(), person]), [7, ada]],
    [
      'a record or an empty list',
      Type.Union([Type.Record(Type.String(), Type.Array(person)), Type.Array(person, { maxItems: 0 })]),
      [{ 7: [ada] }, {}, []],
    ],
  ] as const)('%s', (_, schema, values) => {
    for (const value of values) {
      expect(written(schema, value)).toEqual(value);
      const deep = Type.Object({ list: Type.Array(Type.Object({ one: schema })) });
      expect(written(deep, { list: [{ one: value }] })).toEqual({ list: [{ one: value }] });
    }
  });

  test('with their declared fields only', () => {
    expect(written(Type.Union([person, Type.Null()]), { ...ada, secret: 1 })).toEqual(ada);
  });

  test('and are no question of validity any more', () => {
    expect(JSON.stringify(chosenByType(Type.Object({ one: Type.Union([person, Type.Null()]) })))).not.toContain('anyOf');
  });
});

test('alternatives of the same type are still told apart by their content', () => {
  const cat = Type.Object({ kind: Type.Literal('cat'), lives: Type.Integer() });
  const dog = Type.Object({ kind: Type.Literal('dog'), barks: Type.Boolean() });
  const pets = Type.Array(Type.Union([cat, dog]));
  const both = [
    { kind: 'dog', barks: true },
    { kind: 'cat', lives: 9 },
  ];
  expect(written(pets, both)).toEqual(both);
  // A whole number is a number as well.
  const numbers = Type.Array(Type.Union([Type.Integer(), Type.Number()]));
  expect(written(numbers, [1, 1.5])).toEqual([1, 1.5]);
});
