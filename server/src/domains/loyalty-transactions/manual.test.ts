import { expect, test } from 'vitest';
import { openClub } from '../../../test/club.ts';
import { testDatabase } from '../../../test/harness.ts';

test('a movement by hand keeps its comment, and the ledger says what it was for', async () => {
  const club = await openClub();
  const { id } = await club.loyalMember();
  await club.move(id, 30, { title: '  A present  ' });
  await club.move(id, -10);
  const { query } = await testDatabase();
  const text = `select entries.cause, made.comment from loyalty_transactions made
    join ledger_entries entries on entries.chain_id = made.chain_id and entries.id = made.entry_id
    where made.chain_id = $1 order by made.id`;
  expect(await query({ text, values: [club.chainId] })).toEqual([
    { cause: 'top-up by hand', comment: 'A present' },
    { cause: 'withdrawal by hand', comment: '' },
  ]);
});
