import { and, desc, gt, sql } from 'drizzle-orm';
import type { Read, Transact, Write } from '../../api/write.ts';
import { deleteInSteps } from '../../platform/database.ts';
import { messages } from './tables.ts';

/** Something to be sent to a person; of no use any more after `expiresAt`. */
export interface Message {
  locationId: number | null;
  channel: 'sms' | 'email';
  recipient: string;
  text: string;
  expiresAt: Date;
}

/** Notes a message in the transaction of what it tells of. A provider delivers it; the demo shows it at `/demo/messages`. */
export const sendMessage = async (write: Write, message: Message): Promise<void> => {
  await write.insert(messages).values(message);
};

/** Messages that are of use still, latest first. */
export const listMessages = (db: Read, limit: number) =>
  db
    .select({ channel: messages.channel, recipient: messages.recipient, text: messages.text, createdAt: messages.createdAt })
    .from(messages)
    .where(and(gt(messages.expiresAt, sql`now()`)))
    .orderBy(desc(messages.id))
    .limit(limit);

/** Removes messages that nobody needs any more. */
export const sweepMessages = (transact: Transact): Promise<void> =>
  deleteInSteps(transact, messages, sql`${messages.expiresAt} < now()`);
