import type pg from 'pg';
import type { Transact, Write } from '../src/api/write.ts';

/** A statement that a rule has sent, with its values and the values of the rows that it got. */
interface Step {
  text: string;
  values: unknown[];
  found: unknown[];
}

/** Runs work in a transaction and records its statements, those before the commit too. */
export async function recordRun(transact: Transact, work: (write: Write) => Promise<unknown>): Promise<Step[]> {
  const steps: Step[] = [];
  let restore = () => {};
  try {
    await transact(async (write) => {
      const { client } = (write as unknown as { session: { client: pg.ClientBase } }).session;
      const query = client.query;
      restore = () => {
        client.query = query;
      };
      client.query = (async (statement: pg.QueryConfig, values?: unknown[]) => {
        const answer = await (query as (...args: unknown[]) => Promise<pg.QueryResult>).call(client, statement, values);
        const found = answer.rows.flatMap((row) => (Array.isArray(row) ? row : Object.values(row)));
        if (statement.text !== 'commit') steps.push({ text: statement.text, values: values ?? statement.values ?? [], found });
        return answer;
      }) as never;
      await work(write);
    });
  } finally {
    restore();
  }
  return steps;
}

/** Sends recorded statements as they are. @returns the rows of each */
export async function replay(pool: pg.Pool, name: string, steps: readonly Step[]): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const [index, { text, values }] of steps.entries()) {
    rows.push((await pool.query({ name: `${name}_${index}`, text, values, rowMode: 'array' })).rows);
  }
  return rows;
}

/**
 * Sends the recorded statements of a transaction. Ids of new rows, and the ids in `replaced`, take the place of those of the recording.
 * @param firstNewId new rows have higher ids, and nothing else has such numbers
 */
export async function replayTransaction(
  pool: pg.Pool,
  name: string,
  steps: readonly Step[],
  { replaced, firstNewId }: { replaced: ReadonlyMap<number, number>; firstNewId: number },
): Promise<void> {
  const now = new Map(replaced);
  const rebound = (value: unknown): unknown => {
    if (typeof value === 'number') return now.get(value) ?? value;
    if (typeof value === 'string') {
      return value.replace(/\d{7,}/g, (digits) => String(now.get(Number(digits)) ?? digits));
    }
    return Array.isArray(value) ? value.map(rebound) : value;
  };
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const [index, { text, values, found }] of steps.entries()) {
      const answer = await client.query({ name: `${name}_${index}`, text, values: values.map(rebound), rowMode: 'array' });
      const made = (answer.rows as unknown[][]).flat();
      for (const [at, value] of found.entries()) {
        if (typeof value === 'number' && value > firstNewId && typeof made[at] === 'number') now.set(value, made[at]);
      }
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
