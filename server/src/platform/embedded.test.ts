import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { EmbeddedDatabase } from './embedded.ts';

describe('the embedded database', () => {
  let database: EmbeddedDatabase;
  beforeAll(async () => {
    database = await EmbeddedDatabase.open({ loadDataDir: new Blob([new Uint8Array(await readFile(inject('embeddedDump')))]) });
    await database.query('create table things (id int primary key, name text)');
  });
  afterAll(() => database.close());

  test('lets the event loop turn while a statement takes long', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const { rows } = await database.query('select count(*)::int as count from generate_series(1, 1000000)');
    clearInterval(timer);
    expect(rows).toEqual([{ count: 1_000_000 }]);
    expect(turns).toBeGreaterThan(2);
  });

  test('gives long answers whole and in order', async () => {
    const { rows } = await database.query<number[]>('select n from generate_series(1, $1::int) as n', [1234], {
      rowMode: 'array',
    });
    expect(rows.map(([n]) => n)).toEqual(Array.from({ length: 1234 }, (_, index) => index + 1));
  });

  test('undoes a transaction that fails, and says why as PostgreSQL does', async () => {
    const failed = database.transaction(async (tx) => {
      await tx.query("insert into things values (1, 'one')");
      await tx.query("insert into things values (1, 'two')");
    });
    await expect(failed).rejects.toMatchObject({ code: '23505', table: 'things', constraint: 'things_pkey' });
    expect((await database.query('select * from things')).rows).toEqual([]);
  });

  test('runs simultaneous statements of a transaction one after the other, also with long answers', {
    timeout: 20_000,
  }, async () => {
    const asked = await database.transaction((tx) =>
      Promise.all(
        [1200, 1, 700].map((count) => tx.query<{ n: number }>('select n from generate_series(1, $1::int) as n', [count])),
      ),
    );
    expect(asked.map(({ rows }) => [rows.length, rows.at(-1)?.n])).toEqual([
      [1200, 1200],
      [1, 1],
      [700, 700],
    ]);
  });

  test('does one transaction after the other', async () => {
    const add = (id: number) =>
      database.transaction(async (tx) => {
        const { rows } = await tx.query<{ count: number }>('select count(*)::int as count from things');
        await new Promise((resolve) => setTimeout(resolve, 5));
        await tx.query('insert into things values ($1, $2)', [id, `after ${rows[0]?.count}`]);
      });
    await Promise.all([10, 11, 12].map(add));
    const { rows } = await database.query('select name from things where id >= 10 order by id');
    expect(rows).toEqual(['after 0', 'after 1', 'after 2'].map((name) => ({ name })));
  });

  test('answers nothing more after its end', async () => {
    const other = await EmbeddedDatabase.open({ loadDataDir: await database.dump() });
    expect((await other.query('select name from things where id = 10')).rows).toEqual([{ name: 'after 0' }]);
    await other.close();
    await other.close();
    await expect(other.query('select 1')).rejects.toThrow('The embedded database is closed.');
  });
});
