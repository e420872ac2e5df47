import { sql } from 'drizzle-orm';
import type { Author } from '../../api/write.ts';
import { preparedSql, type Tx } from '../../platform/database.ts';

/** Says who makes the changes of a transaction, for the triggers that record them. */
export async function setAuthor(tx: Tx, { userId, source }: Author): Promise<void> {
  const author = source
    ? {
        source: 'request',
        user: userId,
        partner: source.partnerId,
        address: source.address,
        operation: source.operation,
        request: source.requestId,
      }
    : { source: 'system', user: userId };
  await setSetting(tx, { author: JSON.stringify(author) });
}

/** Leaves the changes of a transaction out of the audit trail. */
export const recordNothing = async (tx: Tx): Promise<void> => {
  await setSetting(tx, { author: '{"unrecorded": true}' });
};

const setSetting = preparedSql('set_author', sql`select set_config('foyer.author', ${sql.placeholder('author')}::text, true)`);
