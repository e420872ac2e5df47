import { desc, eq, gt, sql } from 'drizzle-orm';
import type { Read, Transact, Write } from '../../api/write.ts';
import { deleteInSteps } from '../../platform/database.ts';
import { enqueueAll, Hopeless } from '../../platform/jobs.ts';
import type { OutgoingMessage } from '../../platform/messages.ts';
import { messages } from './tables.ts';

declare module '../../platform/jobs.ts' {
  interface JobKinds {
    'send message': { messageId: number };
  }
}

/** Something to be sent to a person; of no use any more after `expiresAt`. */
export interface Message {
  locationId: number | null;
  channel: 'sms' | 'email';
  recipient: string;
  text: string;
  expiresAt: Date;
}

/** Records a message in the transaction that causes it. A job sends it right after the commit. */
export const sendMessage = (write: Write, message: Message): Promise<void> => sendMessages(write, [message]);

/** As `sendMessage`, for several messages in two statements. */
export async function sendMessages(write: Write, wanted: readonly Message[]): Promise<void> {
  if (wanted.length === 0) return;
  const rows = await write
    .insert(messages)
    .values([...wanted])
    .returning({ id: messages.id, locationId: messages.locationId });
  await enqueueAll(
    write,
    'send message',
    rows.map(({ id, locationId }) => ({ payload: { messageId: id }, locationId })),
  );
}

const isOfUse = gt(messages.expiresAt, sql`now()`);

/**
 * Sends a message that was not sent yet. It is deleted only after it is sent, so after a crash in between it is sent again.
 * @param send throws if the message was not sent
 * @returns the result
 * @throws Hopeless if the message has expired
 */
export async function deliverMessage(
  db: Read,
  transact: Transact,
  messageId: number,
  send: (message: OutgoingMessage) => Promise<void>,
): Promise<string> {
  const [found] = await db
    .select({
      message: { id: messages.id, channel: messages.channel, recipient: messages.recipient, text: messages.text },
      isOfUse: sql<boolean>`${isOfUse}`,
    })
    .from(messages)
    .where(eq(messages.id, messageId));
  if (!found) return 'gone';
  if (!found.isOfUse) throw new Hopeless('It expired before it could be sent');
  await send(found.message);
  await transact((write) => write.delete(messages).where(eq(messages.id, messageId)));
  return 'sent';
}

/** Messages that are of use still, latest first. */
export const listMessages = (db: Read, limit: number) =>
  db
    .select({ channel: messages.channel, recipient: messages.recipient, text: messages.text, createdAt: messages.createdAt })
    .from(messages)
    .where(isOfUse)
    .orderBy(desc(messages.id))
    .limit(limit);

/** Removes expired messages. */
export const sweepMessages = (transact: Transact): Promise<void> =>
  deleteInSteps(transact, messages, sql`${messages.expiresAt} < now()`);
