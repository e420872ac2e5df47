import { sql } from 'drizzle-orm';
import { describe, expect, inject, test } from 'vitest';
import { onPostgres } from '../../test/harness.ts';
import { openPostgres, rowsOf } from './database.ts';
import { StatementNames } from './statement-names.ts';

const times = <Result>(count: number, work: () => Result) => Array.from({ length: count }, work);

test('a statement gets a name of its own at its tenth use, and keeps it', () => {
  const names = new StatementNames();
  expect(times(9, () => names.nameOf('select $1'))).toEqual(Array(9).fill(undefined));
  const [first, ...later] = times(3, () => names.nameOf('select $1'));
  expect(first).toMatch(/^\w+$/);
  expect(later).toEqual([first, first]);
  expect(times(10, () => names.nameOf('select $1, 2')).at(-1)).not.toBe(first);
});

test('names are used up by 200,000 characters, and those that exist stay', () => {
  const names = new StatementNames();
  const long = (index: number) => `select $1, '${String(index).padStart(9_986, '0')}'`;
  const given = times(30, () => 0).map((_, index) => times(10, () => names.nameOf(long(index))).at(-1));
  expect(given.filter((name) => name !== undefined)).toHaveLength(20);
  expect(names.nameOf(long(0))).toBe(given[0]);
  expect(names.nameOf(long(29))).toBeUndefined();
});

test('texts that come once are not kept in memory', () => {
  const names = new StatementNames();
  for (let use = 1; use < 10; use++) names.nameOf('select $1');
  for (let index = 0; index < 5_000; index++) names.nameOf(`select $1, ${index}`);
  expect(names.nameOf('select $1')).toBeUndefined();
});

describe.runIf(onPostgres())('on PostgreSQL', () => {
  test('a frequent statement is parsed once per connection, with the same answers and errors', async () => {
    const { db, close } = await openPostgres(inject('databaseUrl'), 1);
    try {
      const divide = (by: number) => rowsOf<{ result: number; at: string }>(db, sql`select 12 / ${by}::int as result`);
      for (let use = 1; use <= 12; use++) {
        expect(await divide(use)).toEqual([{ result: Math.floor(12 / use) }]);
        await rowsOf(db, sql`select ${use}::int, ${sql.raw(String(use))}`);
      }
      const named = await rowsOf(db, sql`select statement from pg_prepared_statements`);
      expect(named).toEqual([{ statement: 'select 12 / $1::int as result' }]);
      await expect(divide(0)).rejects.toMatchObject({ cause: { code: '22012' } });
      // The driver has opened another connection.
      expect(await divide(4)).toEqual([{ result: 3 }]);
    } finally {
      await close();
    }
  });
});
