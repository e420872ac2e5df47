import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { EmbeddedDatabase } from './embedded.ts';

describe('a statement that is sent again and again', () => {
  let database: EmbeddedDatabase;
  beforeAll(async () => {
    database = await EmbeddedDatabase.open({ loadDataDir: new Blob([new Uint8Array(await readFile(inject('embeddedDump')))]) });
    await database.query('create table things (id int primary key, name text)');
  });
  afterAll(() => database.close());

  /** The statements that the database has, and how often it planned each for its values and for any values. */
  const statements = async (like: string) => {
    const found = await database.query<{ text: string; custom: number; generic: number }>(
      `select statement as text, custom_plans as custom, generic_plans as generic from pg_prepared_statements where statement like $1`,
      [like],
    );
    return found.rows;
  };

  test('takes and gives values of every type each time', async () => {
    const text = `select $1::boolean as yes, $2::smallint as small, $3::bigint as large, $4::numeric as exact, $5::text as text, $6::jsonb as data,
      $7::bytea as bytes, $8::timestamptz as moment, $9::date as day, $10::int[] as numbers, $11::text[] as texts, $12::float8 as float, $13::uuid as id`;
    const moment = new Date('2024-02-29T23:59:59.123Z');
    const day = new Date('2024-02-29T00:00:00Z');
    const bytes = new Uint8Array([0, 39, 92, 255]);
    const id = '0b55ab4d-1d11-4d9c-9a5e-0e2a4d1d2f10';
    const values = [
      ...[true, -3, 9_223_372_036_854_775_807n, '1234567890.0100', `Zoë's 🎉 \\ "`, { a: [null, 1.5], b: "it's" }, bytes],
      ...[moment, '2024-02-29', [1, 2], ['a', 'b,"c"', ''], 1.5, id],
    ];
    const written = {
      ...{ yes: true, small: -3, large: 9_223_372_036_854_775_807n, exact: '1234567890.0100', text: `Zoë's 🎉 \\ "` },
      ...{ data: { a: [null, 1.5], b: "it's" }, bytes, moment, day, numbers: [1, 2], texts: ['a', 'b,"c"', ''], float: 1.5, id },
    };
    const nothing = Object.fromEntries(Object.keys(written).map((name) => [name, null]));
    for (let use = 1; use <= 12; use++) {
      expect((await database.query(text, values)).rows).toEqual([written]);
      expect(
        (
          await database.query(
            text,
            values.map(() => null),
          )
        ).rows,
      ).toEqual([nothing]);
    }
  });

  test('says how many rows it changed, and gives rows as lists and as objects', async () => {
    for (let id = 100; id < 108; id++) {
      const added = await database.query('insert into things values ($1, $2), ($1 + 100, $2)', [id, 'new']);
      expect(added).toEqual({ rows: [], affectedRows: 2 });
      const found = 'select id, name from things where id = $1';
      expect((await database.query(found, [id])).rows).toEqual([{ id, name: 'new' }]);
      expect((await database.query(found, [id], { rowMode: 'array' })).rows).toEqual([[id, 'new']]);
    }
  });

  test('fails as PostgreSQL does, and works again after it', async () => {
    const add = (id: unknown) => database.query('insert into things (id) values ($1::int)', [id]);
    for (let id = 1; id <= 8; id++) {
      await add(id);
      await expect(add(id)).rejects.toMatchObject({ code: '23505', table: 'things', constraint: 'things_pkey' });
      await expect(add('many')).rejects.toMatchObject({ code: '22P02' });
    }
    for (let time = 1; time <= 3; time++) {
      await expect(database.query('selec 1')).rejects.toMatchObject({ code: '42601' });
      await expect(database.query('select $1::boolean', ['perhaps'])).rejects.toThrow('Invalid input for boolean type');
    }
    expect((await database.query('select count(*)::int from things where id <= 8')).rows).toEqual([{ count: 8 }]);
  });

  test('fails in a transaction, which is undone each time', async () => {
    for (let time = 1; time <= 8; time++) {
      const failed = database.transaction(async (tx) => {
        await tx.query('insert into things values ($1, $2)', [20, 'first']);
        await expect(tx.query('insert into things values ($1, $2)', [20, 'second'])).rejects.toMatchObject({ code: '23505' });
        await expect(tx.query('select name from things')).rejects.toMatchObject({ code: '25P02' });
        throw new Error('That is all.');
      });
      await expect(failed).rejects.toThrow('That is all.');
      expect((await database.query('select id from things where id = 20')).rows).toEqual([]);
    }
  });

  test('gives the columns that the table has now', async () => {
    await database.query('create table changing (id int)');
    await database.query('insert into changing values (1)');
    const all = async () => (await database.query('select * from changing')).rows;
    for (let time = 1; time <= 3; time++) expect(await all()).toEqual([{ id: 1 }]);
    await database.query("alter table changing add column name text default 'one'");
    for (let time = 1; time <= 3; time++) expect(await all()).toEqual([{ id: 1, name: 'one' }]);
    await database.query('alter table changing alter column id type text');
    expect(await all()).toEqual([{ id: '1', name: 'one' }]);
    await database.query('drop table changing');
    await expect(all()).rejects.toMatchObject({ code: '42P01' });
  });

  test('gives the columns that the table has in a transaction, and those of before when it is undone', async () => {
    await database.query('create table undone (id int)');
    await database.query('insert into undone values (1)');
    const text = 'select * from undone';
    for (let time = 1; time <= 3; time++) {
      expect((await database.query(text)).rows).toEqual([{ id: 1 }]);
      const failed = database.transaction(async (tx) => {
        expect((await tx.query(text)).rows).toEqual([{ id: 1 }]);
        await tx.query('alter table undone add column name text');
        for (let use = 1; use <= 3; use++) expect((await tx.query(text)).rows).toEqual([{ id: 1, name: null }]);
        throw new Error('That is all.');
      });
      await expect(failed).rejects.toThrow('That is all.');
      await database.transaction(async (tx) => expect((await tx.query(text)).rows).toEqual([{ id: 1 }]));
    }
  });

  test('is planned for its values each time', async () => {
    const text = 'select name from things where id = $1 and 1 = 1';
    for (let use = 1; use <= 18; use++) await database.query(text, [use]);
    expect(await statements(text)).toEqual([{ text, custom: 3, generic: 0 }]);
  });

  test('is planned once for any values if it is a prepared one, for a hundred uses', async () => {
    const text = 'select name from things where id = $1 and 2 = 2';
    for (let use = 1; use <= 100; use++) await database.query(text, [use], { isPrepared: true });
    expect(await statements(text)).toEqual([{ text, custom: 5, generic: 95 }]);
    await database.query(text, [101], { isPrepared: true });
    expect(await statements(text)).toEqual([{ text, custom: 1, generic: 0 }]);
  });

  test('makes way for others: the database keeps no more than 500', async () => {
    for (let time = 1; time <= 2; time++) {
      for (let number = 1; number <= 600; number++) {
        const { rows } = await database.query(`select ${number} + $1::int as sum`, [time]);
        expect(rows).toEqual([{ sum: number + time }]);
      }
    }
    expect((await statements('%')).length).toBeLessThanOrEqual(500);
  });

  test('is not kept if it is very long', async () => {
    const text = `select id from things where id in (${Array.from({ length: 3000 }, (_, index) => `$${index + 1}`).join(', ')})`;
    const ids = Array.from({ length: 3000 }, (_, index) => index + 100);
    for (let use = 1; use <= 3; use++) expect((await database.query(text, ids)).rows).toHaveLength(16);
    expect(await statements('select id from things where id in%')).toEqual([]);
  });
});
