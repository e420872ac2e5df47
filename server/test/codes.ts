import { and, desc, eq } from 'drizzle-orm';
import { messages } from '../src/domains/notifications/tables.ts';
import { testDatabase } from './harness.ts';

/** Every code that was sent to a phone, latest first. @param phone in E.164 */
export async function codesSentTo(phone: string): Promise<string[]> {
  const { db } = await testDatabase();
  const rows = await db
    .select({ text: messages.text })
    .from(messages)
    .where(and(eq(messages.channel, 'sms'), eq(messages.recipient, phone)))
    .orderBy(desc(messages.id));
  return rows.flatMap(({ text }) => /\b\d{6}\b/.exec(text)?.[0] ?? []);
}

/** The latest code that was sent to a phone. @param phone in E.164 */
export async function codeSentTo(phone: string): Promise<string> {
  const [code] = await codesSentTo(phone);
  if (!code) throw new Error(`No code was sent to ${phone}`);
  return code;
}
