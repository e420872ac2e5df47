import { expect, test } from 'vitest';
import { answerSchema } from '../src/api/envelope.ts';
import { errorSchema } from '../src/api/error-schema.ts';
import { builtOperations } from './every-operation.ts';
import { exceptions, mostExceptions } from './loose-answers.ts';

interface Shape {
  title?: string;
  type?: string | string[];
  properties?: Record<string, Shape>;
  patternProperties?: Record<string, Shape>;
  additionalProperties?: boolean | Shape;
  required?: string[];
  items?: Shape;
  maxItems?: number;
  anyOf?: Shape[];
  oneOf?: Shape[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
}

/**
 * The places in a schema that promise less than they could, each with the loose part. A place is named from the nearest schema with a name,
 * because many answers may share it, or else from the operation.
 */
function looseIn(schema: Shape, from: string): string[] {
  const place = schema.title ?? from;
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return variants.flatMap((variant) => looseIn(variant, place));
  const { properties = {}, patternProperties = {}, additionalProperties, required = [], items } = schema;
  const types = [schema.type ?? []].flat().filter((type) => type !== 'null');
  const isConstant = schema.const !== undefined || schema.enum !== undefined;
  if (types.length === 0 && schema.type === undefined && !isConstant) return [`${place}: has any type`];
  const loose = types.length > 1 ? [`${place}: ${types.join(' or ')}`] : [];
  if (types.includes('object')) {
    if (additionalProperties !== false && typeof additionalProperties !== 'object') loose.push(`${place}: has any properties`);
    const maps = [
      ...Object.values(patternProperties),
      ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ];
    for (const values of maps) loose.push(...looseIn(values, `${place}.*`));
    for (const [name, property] of Object.entries(properties)) {
      // The documents leave properties with a default out of `required`.
      const isThere = required.includes(name) && property.default === undefined;
      if (!isThere) loose.push(`${place}.${name}: may be absent`);
      loose.push(...looseIn(property, `${place}.${name}`));
    }
  }
  if (types.includes('array') && schema.maxItems !== 0) {
    loose.push(...(items ? looseIn(items, `${place}[]`) : [`${place}: has items of any type`]));
  }
  return loose;
}

const looseAnswers = (): string[] => {
  const answers = builtOperations.flatMap(({ operation }) => {
    const schema = answerSchema(operation);
    return schema ? looseIn(schema as Shape, operation.id) : [];
  });
  const errors = [400, 422].flatMap((status) => looseIn(errorSchema(status) as Shape, `${status}`));
  return [...new Set([...answers, ...errors])].sort();
};

const listed = exceptions.flatMap(({ places }) => places);

test('an answer has the properties that it declares, all of them, each of one type; exceptions are listed with a reason', () => {
  expect(looseAnswers()).toEqual([...listed].sort());
});

test('the list of exceptions does not grow', () => {
  const own = exceptions.filter(({ isPublished }) => !isPublished).flatMap(({ places }) => places);
  expect(own.length).toBeLessThanOrEqual(mostExceptions);
  for (const { reason } of exceptions) expect(reason.length).toBeGreaterThan(20);
});
