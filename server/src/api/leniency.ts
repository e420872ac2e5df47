import type { TSchema } from 'typebox';
import { clamped } from './pagination.ts';

interface Shape {
  type?: string | string[];
  properties?: Record<string, Shape>;
  items?: Shape;
  anyOf?: Shape[];
  oneOf?: Shape[];
  discriminator?: { propertyName: string };
  const?: unknown;
  minimum?: number;
  maximum?: number;
  [clamped]?: boolean;
}

/** Brings a value that was sent into the form that is declared; objects and lists are changed in place. */
type Accept = (value: unknown) => unknown;

/**
 * Compiles the leniency of a schema beyond Ajv's coercion, at every depth: `1` and `0` as texts for booleans, `true` and `false` as texts
 * where 1 and 0 are declared, and the largest allowed page size for a larger one.
 * @returns undefined if the schema has none of these, so that most requests have no extra cost
 */
export function compileLeniency(schema: TSchema): Accept | undefined {
  return compile(schema as Shape);
}

function compile(shape: Shape): Accept | undefined {
  const variants = shape.anyOf ?? shape.oneOf;
  if (variants) return compileVariants(shape, variants);
  const types = [shape.type ?? []].flat();
  if (types.includes('string')) return undefined;
  if (types.includes('boolean')) return (value) => (value === '1' ? true : value === '0' ? false : value);
  if (types.includes('integer') && shape.minimum === 0 && shape.maximum === 1) {
    return (value) => (value === 'true' ? 1 : value === 'false' ? 0 : value);
  }
  if (shape[clamped]) {
    const most = shape.maximum as number;
    return (value) => (isNumber(value) && Number(value) > most ? most : value);
  }
  if (shape.properties) return compileObject(shape.properties);
  return shape.items ? compileList(shape.items) : undefined;
}

const isNumber = (value: unknown) => typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));

function compileObject(properties: Record<string, Shape>): Accept | undefined {
  const accepts = Object.entries(properties).flatMap(([name, property]) => {
    const accept = compile(property);
    return accept ? [{ name, accept }] : [];
  });
  if (accepts.length === 0) return undefined;
  return (value) => {
    if (!isRecord(value)) return value;
    for (const { name, accept } of accepts) if (Object.hasOwn(value, name)) value[name] = accept(value[name]);
    return value;
  };
}

function compileList(items: Shape): Accept | undefined {
  const accept = compile(items);
  if (!accept) return undefined;
  return (value) => {
    // Forms write a list of one as its item.
    if (!Array.isArray(value)) return accept(value);
    for (let index = 0; index < value.length; index++) value[index] = accept(value[index]);
    return value;
  };
}

/** The discriminator selects the variant. Without one, a variant is considered only if no other variant has leniency. */
function compileVariants({ discriminator }: Shape, variants: Shape[]): Accept | undefined {
  const accepts = variants.map(compile);
  const tag = discriminator?.propertyName;
  if (tag) {
    const byTag = new Map(variants.map((variant, index) => [variant.properties?.[tag]?.const, accepts[index]]));
    return (value) => (isRecord(value) ? (byTag.get(value[tag])?.(value) ?? value) : value);
  }
  const [accept, ...others] = accepts.filter((each) => each !== undefined);
  const takesText = variants.some(({ type }) => [type].flat().includes('string'));
  return others.length || takesText ? undefined : accept;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
