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
