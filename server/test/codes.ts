import { and, desc, eq } from 'drizzle-orm';
import { messages } from '../src/domains/notifications/tables.ts';
import { testDatabase } from './harness.ts';

/** Every code that was sent to a phone or an e-mail address, latest first. @param recipient in E.164, or in lower case */
export async function codesSentTo(recipient: string, channel: 'sms' | 'email' = 'sms'): Promise<string[]> {
  const { db } = await testDatabase();
  const rows = await db
    .select({ text: messages.text })
    .from(messages)
    .where(and(eq(messages.channel, channel), eq(messages.recipient, recipient)))
    .orderBy(desc(messages.id));
  return rows.flatMap(({ text }) => /\b\d{6}\b/.exec(text)?.[0] ?? []);
}

/** The token of the latest link that was sent. @param recipient in E.164, or in lower case */
export async function tokenSentTo(recipient: string): Promise<string> {
  const { db } = await testDatabase();
  const rows = await db
    .select({ text: messages.text })
    .from(messages)
    .where(eq(messages.recipient, recipient))
    .orderBy(desc(messages.id))
    .limit(1);
  return rows[0]?.text.match(/\b[0-9a-f]{40}\b/)?.[0] as string;
}

/** The latest code that was sent. @param recipient in E.164, or in lower case */
export async function codeSentTo(recipient: string, channel: 'sms' | 'email' = 'sms'): Promise<string> {
  const [code] = await codesSentTo(recipient, channel);
  if (!code) throw new Error(`No code was sent to ${recipient}`);
  return code;
}
