import type { FieldErrors } from './errors.ts';

/** What an operation calls the fields that rules name, where that is not their name in snake case: `{ teamMemberId: 'staff_id' }`. */
export type Spelling = Readonly<Record<string, string>>;

/** `teamMemberId` becomes `team_member_id`; the names of the wire stay as they are. */
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * The errors of a rule in the spelling of an operation. A message names another field in braces: `must not be less than {priceMin}`.
 * What stands behind a dot, such as a position in a list or the code of a custom field, stays as it is.
 * @param spelling of the operation; a field that it leaves out is spelled in snake case
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
