import { openapiDocument } from '../api/openapi/document.ts';
import { daysToPresent, withExamplesNearToday } from '../api/openapi/near-today.ts';
import type { Surface } from '../api/operation.ts';
import type { Entry } from './paths.ts';

/** The parts of a JSON schema that the reference shows. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  deprecated?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
}

interface Media {
  schema: Schema;
  example?: unknown;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: Schema;
}

/** Parameters that are declared once. */
interface Reference {
  $ref: string;
}

export interface Response {
  $ref?: string;
  description: string;
  content?: Record<string, Media>;
}

/** An operation as its document describes it. */
export interface Documented {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  parameters?: (Parameter | Reference)[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Response>;
  'x-path-aliases'?: string[];
}

export interface Document {
  openapi: string;
  info: { title: string; description: string };
  servers: { url: string; description?: string }[];
  paths: Record<string, Record<string, Documented>>;
  webhooks?: Record<string, Record<string, Documented>>;
  components: {
    schemas: Record<string, Schema>;
    responses: Record<string, Response>;
    parameters?: Record<string, Parameter>;
  };
}

const documents = new WeakMap<Surface, { days: number; document: Document }>();

/** The document of a surface, made once a week: the dates of its examples follow the present day. */
export function documentOf(surface: Surface): Document {
  const days = daysToPresent();
  let made = documents.get(surface);
  if (made?.days !== days) {
    made = { days, document: withExamplesNearToday(openapiDocument(surface)) as unknown as Document };
    documents.set(surface, made);
  }
  return made.document;
}

/** The operation in the OpenAPI document, with the references of its answers resolved. */
export function documented({ surface, operation }: Entry): Documented {
  const document = documentOf(surface);
  const found = operation.path.startsWith('webhook:')
    ? document.webhooks?.[operation.path.slice('webhook:'.length)]?.['post']
    : document.paths[operation.path]?.[operation.method.toLowerCase()];
  if (!found) throw new Error(`The document of ${surface.name} has no ${operation.id}`);
  return {
    ...found,
    responses: Object.fromEntries(
      Object.entries(found.responses).map(([status, response]) => [
        status,
        response.$ref ? (document.components.responses[nameOf(response.$ref)] as Response) : response,
      ]),
    ),
  };
}

const nameOf = (reference: string) => reference.slice(reference.lastIndexOf('/') + 1);

/** A schema behind its reference, with the name it has. */
export function resolve(document: Document, schema: Schema): { schema: Schema; name: string | undefined } {
  if (!schema.$ref) return { schema, name: undefined };
  const name = nameOf(schema.$ref);
  return { schema: document.components.schemas[name] ?? {}, name };
}

/** The only content of a body or an answer. */
export function contentOf(part: { content?: Record<string, Media> } | undefined): (Media & { type: string }) | undefined {
  const [entry] = Object.entries(part?.content ?? {});
  return entry && { type: entry[0], ...entry[1] };
}

/**
 * The parameters of a request in the path and in the query. If a published GET documents a body, its fields are query parameters here,
 * because most clients cannot send a body with GET.
 */
export function parametersOf(entry: Entry, operation: Documented): Parameter[] {
  const own = declaredParameters(entry, operation).filter((parameter) => parameter.in !== 'header');
  if (entry.operation.method !== 'GET' || !operation.requestBody) return own;
  const body = contentOf(operation.requestBody);
  const schema = body ? resolve(documentOf(entry.surface), body.schema).schema : {};
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, field]): Parameter => ({
      name,
      in: 'query',
      required: schema.required?.includes(name) ?? false,
      ...(field.description ? { description: field.description } : {}),
      schema: field,
    }),
  );
  return [...own, ...fields];
}

/** The headers of a request, besides those that say who calls and what is accepted. */
export const headersOf = (entry: Entry, operation: Documented): Parameter[] =>
  declaredParameters(entry, operation).filter((parameter) => parameter.in === 'header');

function declaredParameters(entry: Entry, { parameters = [] }: Documented): Parameter[] {
  const { parameters: shared = {} } = documentOf(entry.surface).components;
  return parameters.map((parameter) => ('$ref' in parameter ? (shared[nameOf(parameter.$ref)] as Parameter) : parameter));
}

/** The type of a value in words: `integer`, `array of Client`, `string or null`. */
export function typeText(document: Document, given: Schema): string {
  const { schema, name } = resolve(document, given);
  const options = schema.oneOf ?? schema.anyOf;
  if (options && !schema.properties) {
    const texts = new Set(options.map((option) => typeText(document, option)));
    const count = variantsOf(document, schema).length;
    // Types of one name say nothing of how many there are.
    return [...texts].join(' or ') + (count > texts.size ? ` (${count} variants)` : '');
  }
  if (schema.type === 'array') return `array of ${schema.items ? typeText(document, schema.items) : 'anything'}`;
  const type = [schema.type ?? (schema.const !== undefined ? typeof schema.const : 'anything')].flat().join(' or ');
  if (name) return `${type} ${name}`;
  return schema.format ? `${type} (${schema.format})` : type;
}

/** The rules for a value, in words. */
export function rulesOf(schema: Schema): string[] {
  const range = (low: number | undefined, high: number | undefined, unit: string) => {
    // The largest id of the database does not help a reader, so it is not shown.
    const top = high !== undefined && high >= 2_147_483_647 ? undefined : high;
    if (low === undefined && top === undefined) return [];
    if (low !== undefined && top !== undefined) return [`${low} to ${top}${unit}`];
    return [low !== undefined ? `at least ${low}${unit}` : `at most ${top}${unit}`];
  };
  return [
    ...(schema.const !== undefined ? [`always ${JSON.stringify(schema.const)}`] : []),
    ...(schema.enum && schema.const === undefined
      ? [`one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`]
      : []),
    ...range(schema.minimum, schema.maximum, ''),
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...range(schema.minItems, schema.maxItems, ' items'),
    ...(schema.pattern ? [`matches ${schema.pattern}`] : []),
    ...(schema.default !== undefined ? [`${JSON.stringify(schema.default)} when left out`] : []),
  ];
}

/** A field of a value. */
export interface Field {
  name: string;
  schema: Schema;
  isRequired: boolean;
}

/** The fields of a value: of an object, of the items of a list, of the objects among alternatives. */
export function fieldsOf(document: Document, given: Schema): { fields: Field[]; name: string | undefined } {
  const { schema, name } = resolve(document, given);
  if (schema.items && !schema.properties) return fieldsOf(document, schema.items);
  const options = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  const own = Object.entries(schema.properties ?? {}).map(([key, field]) => ({
    name: key,
    schema: field,
    isRequired: schema.required?.includes(key) ?? false,
  }));
  const seen = new Set(own.map((field) => field.name));
  const others = (options ?? [])
    .flatMap((option) => fieldsOf(document, option).fields)
    .filter((field) => !seen.has(field.name) && seen.add(field.name));
  return { fields: [...own, ...others], name };
}

/** One of the alternatives of a value. */
export interface Variant {
  /** The label that distinguishes it: `type "quick_search"`, or its name. */
  label: string;
  schema: Schema;
}

/** The alternatives of a value, or of the items of a list, that have their own fields. Empty if there is only one. */
export function variantsOf(document: Document, given: Schema): Variant[] {
  const { schema } = resolve(document, given);
  if (schema.items && !schema.properties) return variantsOf(document, schema.items);
  const seen = new Set<string>();
  const options = (schema.oneOf ?? schema.anyOf ?? []).filter((option) => {
    const { fields, name } = fieldsOf(document, option);
    // An object and a list of this object have the same fields.
    const key = name ?? JSON.stringify(option);
    return fields.length > 0 && !seen.has(key) && seen.add(key);
  });
  if (options.length < 2) return [];
  const constants = options.map((option) => constantsOf(document, option));
  const telling = [...(constants[0]?.keys() ?? [])].find(
    (name) => new Set(constants.map((each) => each.get(name))).size === options.length,
  );
  return options.map((option, index) => ({
    label: telling ? `${telling} ${constants[index]?.get(telling)}` : (fieldsOf(document, option).name ?? `Variant ${index + 1}`),
    schema: option,
  }));
}

/** The fields of a value that have one value only, as JSON. */
const constantsOf = (document: Document, given: Schema): Map<string, string> =>
  new Map(
    fieldsOf(document, given).fields.flatMap(({ name, schema: field }) => {
      const { schema } = resolve(document, field);
      const values = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
      return values.length === 1 ? [[name, JSON.stringify(values[0])] as const] : [];
    }),
  );

/** Who may call an operation, as a sentence. */
export function callersOf({ operation: { access }, isWebhook }: Entry): string {
  if (isWebhook) return 'Nobody calls it: this server sends it to the address that you registered.';
  if (!access.partner) return 'Anyone: no token is needed.';
  const tokens =
    access.user === 'none'
      ? 'An integration with its partner token'
      : access.user === 'optional'
        ? 'An integration with its partner token; with a user token, the answer has what that user may see'
        : access.chained
          ? 'A user of the chain with a user token, through an integration with its partner token'
          : access.located
            ? 'A user of the location with a user token, through an integration with its partner token'
            : 'A signed-in user with a user token, through an integration with its partner token';
  const place = access.located ? ', connected to the location' : '';
  const held = access.flag ?? access.chainFlag;
  const flag = held ? `, who holds the permission \`${held}\`` : '';
  return `${tokens}${place}${flag}.`;
}
