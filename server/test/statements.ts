import { vi } from 'vitest';
import type { Tx } from '../src/platform/database.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { testDatabase } from './harness.ts';

/** How many statements some work sends. */
export async function statementsOf(work: (tx: Tx) => Promise<unknown>): Promise<number> {
  const { db } = await testDatabase();
  return beginAlone(db)(async (tx) => {
    const { client } = (tx as unknown as { session: { client: { query(): unknown } } }).session;
    const sent = vi.spyOn(client, 'query');
    try {
      await work(tx);
      return sent.mock.calls.length;
    } finally {
      sent.mockRestore();
    }
  });
}

/** The database, on which something happens just before the statement of a number, from 1, is sent. */
export async function interrupted(at: number, work: () => Promise<unknown>): Promise<{ db: Tx; sent: () => number }> {
  const { db } = await testDatabase();
  const { session } = db as unknown as { session: { client: object } };
  let sent = 0;
  const client = new Proxy(session.client, {
    get(target, name) {
      const own = Reflect.get(target, name, target);
      if (typeof own !== 'function') return own;
      if (name !== 'query') return own.bind(target);
      return async (...statement: unknown[]) => {
        sent++;
        if (sent === at) await work();
        return own.apply(target, statement);
      };
    },
  });
  const own = Object.create(session, { client: { value: client } });
  return { db: Object.create(db, { session: { value: own } }) as Tx, sent: () => sent };
}
