import { believableNumber, believableText, noVariety, type Variety } from './believable.ts';

/** The parts of a JSON schema that are used to generate examples. */
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
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
  description?: string;
}

interface ExampleOptions {
  /** The name of the value, if the schema belongs to a field. */
  name?: string;
  /** Leaves out optional properties. */
  onlyRequired?: boolean;
  /** Makes the example one of many; without it, it is always the same. */
  variety?: Variety;
}

/**
 * Generates an example that fits a schema. It has every property (or only the required ones, with `onlyRequired`). Lists have one item (or
 * the smallest allowed number; one to three with variety). Texts and numbers fit their names.
 */
export function exampleOf(schema: unknown, { name = 'text', onlyRequired = false, variety }: ExampleOptions = {}): unknown {
  const { type, properties = {}, items, anyOf, oneOf, examples, ...rest } = schema as Schema;
  const { pick, integer } = variety ?? noVariety;
  if (examples?.length) return pick(examples);
  if (rest.const !== undefined) return rest.const;
  if (rest.enum?.length) return pick(rest.enum);
  const inner = { name, onlyRequired, ...(variety ? { variety } : {}) };
  const alternatives = oneOf ?? anyOf;
  if (alternatives?.length && !Object.keys(properties).length) return exampleOf(alternatives[0], inner);
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object': {
      const keys = onlyRequired ? (rest.required ?? []) : Object.keys(properties);
      return Object.fromEntries(keys.map((key) => [key, exampleOf(properties[key] ?? {}, { ...inner, name: key })]));
    }
    case 'array': {
      const { minItems = 0, maxItems = 3 } = rest;
      const isBare = onlyRequired || !items || !Object.keys(items).length;
      const length = isBare ? minItems : Math.min(Math.max(1, minItems, integer(1, 3)), Math.max(1, maxItems));
      return Array.from({ length }, () => exampleOf(items ?? {}, inner));
    }
    case 'integer':
    case 'number':
      return (
        (rest.default as number | undefined) ??
        believableNumber(name, schema as Schema, [type].flat().includes('integer'), variety ?? noVariety)
      );
    case 'boolean':
      return rest.default ?? pick([true, false]);
    case 'null':
      return null;
    case 'string':
      return (rest.default as string | undefined) ?? believableText(name, schema as Schema, variety ?? noVariety);
    default:
      return null;
  }
}
