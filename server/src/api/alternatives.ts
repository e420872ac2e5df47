/** A schema in JSON Schema. */
interface Schema {
  type?: string | string[];
  anyOf?: Schema[];
  [keyword: string]: unknown;
}

/** Keywords that say nothing about the value. */
const texts = new Set(['title', 'description', 'examples', 'deprecated', '~kind', '~optional']);

/**
 * Makes alternatives of different JSON types a question of the type. A writer of JSON otherwise validates a value against each alternative,
 * with everything in it, to find out which one it is.
 * @returns a schema for writing values that are as declared. Their JSON is the same.
 */
export function chosenByType(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const { anyOf, ...others } = schema as Schema;
  if (anyOf && hasOneOfEachType(anyOf) && Object.keys(others).every((keyword) => texts.has(keyword))) {
    return choice(anyOf.map((each) => chosenByType(each) as Schema));
  }
  const inner: Schema = { ...others, ...(anyOf && { anyOf: anyOf.map(chosenByType) as Schema[] }) };
  for (const keyword of ['items', 'additionalProperties']) if (keyword in inner) inner[keyword] = chosenByType(inner[keyword]);
  for (const keyword of ['properties', 'patternProperties']) {
    const named = inner[keyword] as object | undefined;
    if (named) {
      inner[keyword] = Object.fromEntries(Object.entries(named).map(([name, each]) => [name, chosenByType(each)]));
    }
  }
  return inner;
}

const hasOneOfEachType = (alternatives: readonly Schema[]): boolean =>
  alternatives.every(({ type }) => typeof type === 'string') &&
  // An integer is a number too.
  new Set(alternatives.map(({ type }) => (type === 'integer' ? 'number' : type))).size === alternatives.length;

/** @param alternatives of different types. Null is written by the last of the others. */
function choice(alternatives: readonly Schema[]): Schema {
  const others = alternatives.filter(({ type }) => type !== 'null');
  const isNullable = others.length < alternatives.length;
  return others.reduceRight<Schema | undefined>((rest, each) => {
    if (rest === undefined) return isNullable ? { ...each, nullable: true } : each;
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    return { if: { type: each.type }, then: each, else: rest };
  }, undefined) as Schema;
}
