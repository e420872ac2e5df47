import type { TSchema } from 'typebox';
import type { FieldErrors } from './errors.ts';
import { compileAnswer, maxFieldName, maxMessages } from './validation.ts';

/** The parts of a schema that declare the fields of a value. */
interface Shape {
  type?: string | string[];
  properties?: Record<string, Shape>;
  items?: Shape;
  additionalProperties?: boolean | Shape;
  patternProperties?: Record<string, Shape>;
  discriminator?: { propertyName: string };
  anyOf?: Shape[];
  oneOf?: Shape[];
  enum?: unknown[];
  const?: unknown;
}

/** The problems found in a value. */
interface Finding {
  hasUnstorable: boolean;
  tooDeep: unknown[];
}

type Keep = (value: unknown, finding: Finding) => unknown;

/** The maximum depth of a free-form value, such as the value of a custom field. */
const maxNesting = 20;

/** JSON can contain NUL and unpaired surrogates, but the database cannot store them in a text. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/**
 * Compiles a function that reduces a valid value to its declared fields, at every depth. Free-form values (`additionalProperties`, or no
 * type at all) keep every field. If a text anywhere in the value cannot be stored, the function throws the error that `refuse` makes.
 */
export function compileDeclared(schema: TSchema, refuse: (fields: FieldErrors) => Error): (value: unknown) => unknown {
  const keep = compile(schema as Shape);
  if (!keep) return (value) => value;
  return (value) => {
    const finding: Finding = { hasUnstorable: false, tooDeep: [] };
    const kept = keep(value, finding);
    if (!finding.hasUnstorable && finding.tooDeep.length === 0) return kept;
    const fields: FieldErrors = {};
    describeRefused(kept, finding.tooDeep, [], fields);
    throw refuse(fields);
  };
}

/** @returns undefined when every value that fits the schema is kept as it is */
function compile(schema: Shape): Keep | undefined {
  const { type, properties, items, anyOf, oneOf } = schema;
  const variants = anyOf ?? oneOf;
  if (variants) return compileVariants(schema, variants);
  const types = [type ?? []].flat();
  if (types.length === 0 && schema.enum === undefined && schema.const === undefined && !properties && !items) return keepAnything;
  const keepObject = types.includes('object') || properties ? compileObject(schema) : undefined;
  const keepItem = types.includes('array') || items ? compile(items ?? {}) : undefined;
  const isText = types.includes('string') && schema.enum === undefined && schema.const === undefined;
  if (!keepObject && !keepItem && !isText) return undefined;
  return (value, finding) => {
    if (typeof value === 'string') return keepText(value, finding);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return keepItem ? value.map((item) => keepItem(item, finding)) : value;
    return keepObject ? keepObject(value, finding) : value;
  };
}

function keepText(value: string, finding: Finding): string {
  if (!isStorable(value)) finding.hasUnstorable = true;
  return value;
}

function compileObject({ properties = {}, additionalProperties, patternProperties = {} }: Shape): Keep {
  const names = Object.keys(properties);
  const keeps = names.map((name) => compile(properties[name] as Shape));
  const others: [RegExp, Keep | undefined][] = Object.entries(patternProperties).map(([pattern, shape]) => [
    new RegExp(pattern, 'u'),
    compile(shape),
  ]);
  if (additionalProperties) others.push([/^/, compile(additionalProperties === true ? {} : additionalProperties)]);
  return (value, finding) => {
    const given = value as Record<string, unknown>;
    const kept: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      if (!Object.hasOwn(given, name)) continue;
      const keep = keeps[index];
      kept[name] = keep ? keep(given[name], finding) : given[name];
    }
    if (others.length === 0) return kept;
    for (const [name, inner] of Object.entries(given)) {
      if (Object.hasOwn(properties, name)) continue;
      const declared = others.find(([pattern]) => pattern.test(name));
      if (!declared) continue;
      keepText(name, finding);
      kept[name] = declared[1] ? declared[1](inner, finding) : inner;
    }
    return kept;
  };
}

/**
 * A variant is selected by the JSON type of the value, by its discriminator, or else by the schema that the value fits. If a variant
 * accepts anything, the handler reads the value itself.
 */
function compileVariants({ discriminator }: Shape, variants: Shape[]): Keep | undefined {
  const isAnything = (shape: Shape) => Object.keys(shape).every((key) => key === 'description');
  if (variants.some(isAnything)) return undefined;
  const keeps = variants.map(compile);
  if (keeps.every((keep) => keep === undefined)) return undefined;
  const tag = discriminator?.propertyName;
  if (tag) {
    const byTag = new Map(variants.map((variant, index) => [variant.properties?.[tag]?.const, keeps[index]]));
    return (value, finding) => byTag.get((value as Record<string, unknown>)[tag])?.(value, finding) ?? value;
  }
  const ofType = (type: string) => variants.filter((variant) => [variant.type ?? []].flat().includes(type)).length;
  const isToldByType = ['object', 'array', 'string'].every((type) => ofType(type) <= 1) && variants.every(({ type }) => type);
  const matchers = isToldByType
    ? variants.map(
        ({ type }) =>
          (value: unknown) =>
            [type].flat().includes(typeOf(value)),
      )
    : variants.map((variant) => compileAnswer(variant));
  return (value, finding) => {
    const keep = keeps[matchers.findIndex((matches) => matches(value))];
    return keep ? keep(value, finding) : value;
  };
}

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

const keepAnything: Keep = (value, finding) => {
  if (nestsDeeper(value, maxNesting)) finding.tooDeep.push(value);
  else if (hasUnstorable(value)) finding.hasUnstorable = true;
  return value;
};

const nestsDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => nestsDeeper(inner, levels - 1)));

function hasUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return !isStorable(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => !isStorable(name) || hasUnstorable(inner));
}

/** The messages for the problems that were found. */
function describeRefused(value: unknown, tooDeep: unknown[], path: string[], fields: FieldErrors): void {
  if (Object.keys(fields).length >= maxMessages) return;
  const refuse = (message: string) => {
    fields[path.join('.').slice(0, maxFieldName) || 'body'] = [message];
  };
  const isWrong = 'must not contain NUL characters or halves of characters';
  if (typeof value === 'string' && !isStorable(value)) refuse(isWrong);
  if (typeof value !== 'object' || value === null) return;
  if (tooDeep.includes(value)) {
    refuse(`must nest at most ${maxNesting} levels`);
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    if (isStorable(name)) describeRefused(inner, tooDeep, [...path, name], fields);
    else refuse(isWrong);
  }
}
