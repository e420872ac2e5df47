/** The parts of a JSON schema that examples are made from. */
interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
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
 * An example that a schema accepts, always the same: every property is there, lists have one item, and a text says what it
 * stands for.
 */
export function exampleOf(schema: unknown, name = 'text'): unknown {
  const { type, properties, items, anyOf, oneOf, examples, minimum, maximum, ...rest } = schema as Schema;
  if (examples?.length) return examples[0];
  if (rest.const !== undefined) return rest.const;
  if (rest.enum?.length) return rest.enum[0];
  const alternatives = oneOf ?? anyOf;
  if (alternatives?.length && !properties) return exampleOf(alternatives[0], name);
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return Object.fromEntries(Object.entries(properties ?? {}).map(([key, property]) => [key, exampleOf(property, key)]));
    case 'array':
      return items && Object.keys(items).length ? [exampleOf(items, name)] : [];
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
