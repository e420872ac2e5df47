/** The parts of a schema in which further schemas stand. */
interface Shape {
  type?: string | string[];
  properties?: Record<string, Shape>;
  patternProperties?: Record<string, Shape>;
  additionalProperties?: boolean | Shape;
  items?: Shape;
  anyOf?: Shape[];
  oneOf?: Shape[];
}

const known = new WeakMap<object, object>();

/**
 * The schema with every object closed, at every depth: only the named properties are allowed. So declarations do not have to say it. An
 * object that declares additional properties keeps them.
 */
export function closed<Schema extends object>(schema: Schema): Schema {
  let result = known.get(schema);
  if (!result) known.set(schema, (result = close(schema)));
  return result as Schema;
}

function close(schema: Shape): Shape {
  const { properties, patternProperties, additionalProperties, items, anyOf, oneOf } = schema;
  const isObject = [schema.type].flat().includes('object') || properties !== undefined;
  return {
    ...schema,
    ...(properties ? { properties: mapped(properties) } : {}),
    ...(patternProperties ? { patternProperties: mapped(patternProperties) } : {}),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: closed(additionalProperties) } : {}),
    ...(isObject && additionalProperties === undefined ? { additionalProperties: false } : {}),
    ...(items ? { items: closed(items) } : {}),
    ...(anyOf ? { anyOf: anyOf.map(closed) } : {}),
    ...(oneOf ? { oneOf: oneOf.map(closed) } : {}),
  };
}

const mapped = (schemas: Record<string, Shape>): Record<string, Shape> =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closed(schema)]));
