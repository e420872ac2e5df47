/** A statement gets a name at this use in the process. Rarer ones would fill the memory of the connections for nothing. */
const namedAt = 10;

/**
 * Characters of all texts that get a name. Each connection of the server keeps some 80 bytes a character for a statement and its plan: 16 MB at
 * most.
 */
const namedCharacters = 200_000;

/** Texts that are counted before they get a name. */
const countedTexts = 5_000;

/**
 * Names for statements that are sent again and again. PostgreSQL parses a statement with a name once per connection. After five uses it also
 * stops planning it, if a plan for any values is estimated to be no worse than one for the values.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();
  #counts = new Map<string, number>();
  #characters = 0;

  /** @returns undefined for a statement that has not come often enough, and when the names are used up */
  nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known || this.#characters + text.length > namedCharacters) return known;
    const count = (this.#counts.get(text) ?? 0) + 1;
    if (count < namedAt) {
      // Texts that come once, such as those of lists of different lengths, are forgotten.
      if (this.#counts.size >= countedTexts) this.#counts = new Map();
      this.#counts.set(text, count);
      return undefined;
    }
    this.#counts.delete(text);
    this.#characters += text.length;
    const name = `frequent_${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }
}
