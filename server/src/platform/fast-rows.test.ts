import { eq, getTableColumns, sql } from 'drizzle-orm';
import { bigint, boolean, integer, jsonb, pgTable, smallint, text, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/harness.ts';
import { bytea, moment } from './columns.ts';
import { prepared, type Tx } from './database.ts';

const samples = pgTable('fast_rows_samples', {
  id: integer().primaryKey(),
  name: text(),
  isOpen: boolean('is_open'),
  weight: smallint(),
  size: bigint({ mode: 'number' }),
  exact: bigint({ mode: 'bigint' }),
  tags: integer().array(),
  data: jsonb(),
  madeAt: moment('made_at'),
  writtenAt: timestamp('written_at', { mode: 'string' }),
  content: bytea(),
  parentId: integer('parent_id'),
});
const parents = pgTable('fast_rows_parents', { id: integer().primaryKey(), title: text() });

let db: Tx;
beforeAll(async () => {
  ({ db } = await testDatabase());
  await db.execute(sql`create table fast_rows_parents (id int primary key, title text)`);
  await db.execute(sql`create table fast_rows_samples (id int primary key, name text, is_open boolean, weight smallint, size bigint,
    exact bigint, tags int[], data jsonb, made_at timestamptz, written_at timestamp, content bytea, parent_id int)`);
  await db.insert(parents).values({ id: 1, title: 'Здравствуйте' });
  await db.insert(samples).values([
    {
      id: 1,
      name: 'Zoë 🎉',
      isOpen: true,
      weight: -3,
      size: 9_007_199_254_740_991,
      exact: 9_223_372_036_854_775_807n,
      tags: [1, 2],
      data: { a: [null, 1.5] },
      madeAt: new Date('2024-02-29T23:59:59.123Z'),
      writtenAt: '2024-02-29 23:59:59',
      content: Buffer.from([0, 255]),
      parentId: 1,
    },
    { id: 2, isOpen: false, weight: 0, tags: [], data: [], parentId: 404 },
    { id: 3 },
  ]);
});
afterAll(async () => {
  await db.execute(sql`drop table fast_rows_samples`);
  await db.execute(sql`drop table fast_rows_parents`);
});

/** The result of a query, prepared with fast rows and as Drizzle itself decodes it. */
async function bothWays(build: (db: Tx) => { prepare(name: string): object } & PromiseLike<unknown>, name: string) {
  const statement = prepared((on) => build(on).prepare(name) as { execute(values: object): Promise<unknown> });
  return { fast: await statement(db).execute({}), usual: await build(db) };
}

describe('fast rows equal the rows that Drizzle decodes', () => {
  test('of every type, and null', async () => {
    const { fast, usual } = await bothWays((on) => on.select().from(samples).orderBy(samples.id), 'fast_rows_all');
    expect(fast).toHaveLength(3);
    expect(fast).toEqual(usual);
  });

  test('of expressions with and without a decoder of their own', async () => {
    const columns = {
      id: samples.id,
      plain: sql<number>`${samples.weight} * 2`,
      mapped: sql`${samples.madeAt}`.mapWith(samples.madeAt),
      named: sql<string>`upper(${samples.name})`.as('shouted'),
    };
    const { fast, usual } = await bothWays((on) => on.select(columns).from(samples).orderBy(samples.id), 'fast_rows_expressions');
    expect(fast).toEqual(usual);
  });

  test('of joined tables, which are null where nothing was found', async () => {
    const { fast, usual } = await bothWays(
      (on) =>
        on
          .select({ sample: samples, parent: parents, title: parents.title })
          .from(samples)
          .leftJoin(parents, eq(parents.id, samples.parentId))
          .orderBy(samples.id),
      'fast_rows_joined',
    );
    expect(fast).toMatchObject([{ parent: { id: 1 } }, { parent: null, title: null }, { parent: null }]);
    expect(fast).toEqual(usual);
  });

  test('of groups that are not of one table', async () => {
    const group = { id: samples.id, twice: sql<number>`${samples.id} * 2` };
    const { fast, usual } = await bothWays((on) => on.select({ group }).from(samples).orderBy(samples.id), 'fast_rows_group');
    expect(fast).toEqual(usual);
  });

  test('in a transaction, over its own connection', async () => {
    const byId = prepared((on) =>
      on
        .select(getTableColumns(parents))
        .from(parents)
        .where(eq(parents.id, sql.placeholder('id')))
        .prepare('fast_rows_by_id'),
    );
    const seen = await db.transaction(async (tx) => {
      await tx.insert(parents).values({ id: 2, title: 'new' });
      return byId(tx as unknown as Tx).execute({ id: 2 });
    });
    expect(seen).toEqual([{ id: 2, title: 'new' }]);
  });
});

test('a missing value is refused before the statement is sent', async () => {
  const byId = prepared((on) =>
    on
      .select()
      .from(parents)
      .where(eq(parents.id, sql.placeholder('id')))
      .prepare('fast_rows_missing'),
  );
  await expect(byId(db).execute({})).rejects.toThrow('No value for placeholder "id" was provided');
});
