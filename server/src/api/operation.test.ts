import { expectTypeOf, test } from 'vitest';
import type { createClientComment } from '../domains/clients/wire/operations.v1.ts';
import type { AnswerOf, InputOf, MetaOf } from './operation.ts';

test('the input and the answer of an operation can be imported as types', () => {
  type Input = InputOf<typeof createClientComment>;
  expectTypeOf<Input['params']>().toEqualTypeOf<{ location_id: number; client_id: number }>();
  expectTypeOf<Input['body']>().toEqualTypeOf<{ text: string }>();
  expectTypeOf<Input['query']>().toEqualTypeOf<undefined>();
  type Comment = AnswerOf<typeof createClientComment>;
  expectTypeOf<Comment['id']>().toEqualTypeOf<number>();
  expectTypeOf<Comment['files']>().toEqualTypeOf<{ link: string; filename: string }[]>();
  // Every property is there.
  expectTypeOf<Comment>().toEqualTypeOf<Required<Comment>>();
  expectTypeOf<MetaOf<typeof createClientComment>>().toEqualTypeOf<undefined>();
});
