import { postgresError } from './database.ts';

/** The classes of PostgreSQL's errors that are about the statement or the server, never about a value. */
const quotesNoValue = /^(08|40|42(?!601)|53|55|57)/;

/**
 * The name and message of an error, without values from callers. Such values are in the statements that Drizzle adds to its errors, in most
 * messages of PostgreSQL, and in messages of Temporal after a colon.
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
