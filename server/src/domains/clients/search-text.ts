import { phoneDigits } from '../../platform/phone.ts';
import { fold } from '../../platform/text.ts';

interface Searchable {
  name?: string;
  surname?: string;
  middleName?: string;
  phone?: string | null;
  email?: string;
}

/**
 * The text that a quick search looks through: full name, phone number and e-mail, folded, one line each. The application makes it, because
 * the database's folding depends on its locale.
 */
export const searchText = (client: Searchable): string =>
  [
    fold([client.name, client.surname, client.middleName].filter(Boolean).join(' ')),
    client.phone ?? '',
    fold(client.email ?? ''),
  ].join('\n');

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&');

/** A LIKE pattern that finds the text anywhere. % and _ in the text are taken literally. */
export const containsPattern = (text: string): string => `%${escapeLike(text)}%`;

/** Whether a search text can only mean a part of a phone number: its digits then, however they are grouped. */
export function phonePart(text: string): string | undefined {
  return /^[\d\s()+.\-/]+$/.test(text.normalize('NFKC')) ? phoneDigits(text) || undefined : undefined;
}
