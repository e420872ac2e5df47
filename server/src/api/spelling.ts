import type { FieldErrors } from './errors.ts';

/** The operation's names for the fields that rules name, if they are not the snake case of them: `{ teamMemberId: 'staff_id' }`. */
export type Spelling = Readonly<Record<string, string>>;

/** `teamMemberId` becomes `team_member_id`; the names of the wire stay as they are. */
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * The errors of a rule in the spelling of an operation. A message names another field in braces: `must not be less than {priceMin}`. The
 * part after a dot, such as a position in a list or the code of a custom field, stays the same.
 * @param spelling of the operation; fields that it does not name are written in snake case
 */
export function spelled(errors: FieldErrors, spelling: Spelling = {}): FieldErrors {
  const name = (field: string) => {
    const [first = '', ...inside] = field.split('.');
    return [spelling[first] ?? snakeCase(first), ...inside].join('.');
  };
  return Object.fromEntries(
    Object.entries(errors).map(([field, messages]) => [
      name(field),
      messages.map((message) => message.replace(/\{(\w+)\}/g, (_, other: string) => name(other))),
    ]),
  );
}
