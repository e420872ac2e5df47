import { postgresError } from './database.ts';

/** The classes of PostgreSQL's errors that are about the statement or the server, never about a value. */
const quotesNoValue = /^(08|40|42(?!601)|53|55|57)/;

/**
 * The name and message of an error without what callers sent. That is in the statements and values that Drizzle writes into its
 * errors, in most messages of PostgreSQL, and in those of Temporal, after a colon.
 */
export function plainError(error: Error): { name: string; message: string } {
  const origin = 'params' in error && error.cause instanceof Error ? error.cause : error;
  const { name } = origin;
  const database = postgresError(error);
  if (database && !quotesNoValue.test(database.code)) {
    return { name, message: `PostgreSQL refused a statement with ${database.code}` };
  }
  return { name, message: name === 'RangeError' && !database ? (origin.message.split(':')[0] as string) : origin.message };
}
