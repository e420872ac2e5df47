/** The parts of a JSON schema that examples are made from. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  pattern?: string;
  format?: string;
}

/**
 * An example that a schema accepts, always the same: every property is there (or with `onlyRequired` those that must be),
 * lists have one item (or as few as they may), and a text says what it stands for.
 */
export function exampleOf(schema: unknown, { name = 'text', onlyRequired = false } = {}): unknown {
  const { type, properties = {}, items, anyOf, oneOf, examples, minimum, maximum, ...rest } = schema as Schema;
  if (examples?.length) return examples[0];
  if (rest.const !== undefined) return rest.const;
  if (rest.enum?.length) return rest.enum[0];
  const alternatives = oneOf ?? anyOf;
  if (alternatives?.length && !Object.keys(properties).length) return exampleOf(alternatives[0], { name, onlyRequired });
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object': {
      const keys = onlyRequired ? (rest.required ?? []) : Object.keys(properties);
      return Object.fromEntries(keys.map((key) => [key, exampleOf(properties[key] ?? {}, { name: key, onlyRequired })]));
    }
    case 'array': {
      const length = onlyRequired || !items || !Object.keys(items).length ? (rest.minItems ?? 0) : 1;
      return Array.from({ length }, () => exampleOf(items ?? {}, { name, onlyRequired }));
    }
    case 'integer':
    case 'number':
      return (rest.default as number | undefined) ?? Math.min(Math.max(1, minimum ?? 1), maximum ?? Number.POSITIVE_INFINITY);
    case 'boolean':
      return rest.default ?? true;
    case 'null':
      return null;
    case 'string':
      return (rest.default as string | undefined) ?? textOf(name, rest);
    default:
      return null;
  }
}

function textOf(name: string, { minLength = 0, maxLength = 255, format }: Schema): string {
  if (format === 'email') return 'name@example.com';
  return name.replaceAll('_', ' ').padEnd(minLength, '.').slice(0, maxLength);
}
