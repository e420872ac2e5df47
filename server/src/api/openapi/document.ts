import type { TSchema } from 'typebox';
import { pathAliases } from '../aliases.ts';
import { closed } from '../closed.ts';
import { answerSchema } from '../envelope.ts';
import { errorSchema } from '../error-schema.ts';
import { errorExample } from '../errors.ts';
import { longestKey } from '../idempotency-key.ts';
import { errorStatuses, type Operation, type Surface, takesKeys } from '../operation.ts';
import { answerExample } from './answer-example.ts';
import { exampleOf } from './example.ts';

type Json = Record<string, unknown>;

const errorMessages: Record<number, string> = {
  400: 'The request cannot be understood',
  401: 'No valid partner or user token',
  402: 'The license of the location has ended',
  403: 'You may not do this',
  404: 'There is no such thing, or none that you may see',
  409: 'The request disagrees with the present state',
  410: 'It is no longer kept',
  413: 'The body or a file is too large',
  422: 'A field breaks a rule; `meta.errors` names it',
  429: 'Too many requests; `Retry-After` has the seconds to wait',
};

/** The OpenAPI 3.1 document of a surface, made from its operations. */
export function openapiDocument(surface: Surface): Json {
  const components = new Components(namesIn(surface.operations.map(answerSchema)));
  const paths: Record<string, Json> = {};
  const webhooks: Record<string, Json> = {};
  for (const operation of surface.operations) {
    if (operation.path.startsWith('webhook:')) {
      webhooks[operation.path.replace(/^webhook:/, '')] = { post: describe(surface, operation, components) };
      continue;
    }
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describe(surface, operation, components),
    };
  }
  const responses = Object.fromEntries(
    Object.entries(errorMessages).map(([status, description]) => [
      `Error${status}`,
      errorResponse(Number(status), description, components),
    ]),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: `Foyer: ${surface.title}`,
      version: surface.version,
      description: surface.description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: surface.basePath, description: 'This server' }],
    tags: surface.tags,
    paths,
    ...(Object.keys(webhooks).length ? { webhooks } : {}),
    components: {
      securitySchemes: {
        Partner: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`Bearer <partner_token>`' },
        PartnerAndUser: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`Bearer <partner_token>, User <user_token>`',
        },
      },
      schemas: sorted(components.schemas),
      ...(surface.operations.some(takesKeys) ? keyComponents : {}),
      responses,
    },
  };
}

const headersOfTooMany = {
  'Retry-After': { description: 'seconds to wait', schema: { type: 'integer', minimum: 1 } },
  'RateLimit-Policy': {
    description: 'the limits of one address: `q` requests in `w` seconds. It is on every answer if the server limits requests.',
    schema: { type: 'string', examples: ['"minute";q=200;w=60, "second";q=5;w=1'] },
  },
  RateLimit: {
    description: 'what is left of them: `r` requests until `t` seconds have passed. It is on every answer, too.',
    schema: { type: 'string', examples: ['"minute";r=163;t=41, "second";r=0;t=1'] },
  },
};

const keyComponents = {
  parameters: {
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description:
        'A text of your choice that nobody guesses, such as a UUID, in quotes or not. The same request with the same key is done once, however often it is sent within 24 hours: the first answer is given again. An extension of Foyer.',
      schema: { type: 'string', minLength: 1, maxLength: longestKey, examples: ['"8e03978e-40d5-43dd-bc93-6894a57f9324"'] },
      'x-foyer-extension': true,
    },
  },
  headers: {
    IdempotentReplayed: {
      description: 'the answer was given before to the same `Idempotency-Key`, and nothing was done this time',
      schema: { type: 'string', const: 'true' },
    },
  },
};

const errorResponse = (status: number, description: string, components: Components) => ({
  description,
  ...(status === 429 ? { headers: headersOfTooMany } : {}),
  content: {
    'application/json': {
      schema: components.refer(errorSchema(status)),
      example: errorExample(status),
    },
  },
});

const sorted = (record: Json): Json => Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The names of all schemas in these, at every depth. */
function namesIn(schemas: unknown, names = new Set<string>()): Set<string> {
  if (typeof schemas !== 'object' || schemas === null) return names;
  const { title } = schemas as { title?: unknown };
  if (typeof title === 'string') names.add(title);
  for (const inner of Object.values(schemas)) namesIn(inner, names);
  return names;
}

/**
 * Collects the schemas that have a name (their title) and refers to them. Answers are closed and requests are not: an object of both is
 * declared twice, for requests as `…Input`.
 */
class Components {
  readonly #answered: Set<string>;

  constructor(answered: Set<string>) {
    this.#answered = answered;
  }

  readonly schemas: Json = {};

  /** A schema with every named schema in it replaced by a reference. */
  refer(schema: unknown, isRoot = false): unknown {
    if (Array.isArray(schema)) return schema.map((item) => this.refer(item));
    if (typeof schema !== 'object' || schema === null) return schema;
    const { title } = schema as { title?: unknown };
    if (!isRoot && typeof title === 'string') {
      const name =
        this.#answered.has(title) && JSON.stringify(closed(schema)) !== JSON.stringify(schema) ? `${title}Input` : title;
      const body = this.refer(schema, true);
      const known = this.schemas[name];
      if (known && JSON.stringify(known) !== JSON.stringify(body)) throw new Error(`Two schemas are named ${name}`);
      this.schemas[name] = body;
      return { $ref: `#/components/schemas/${name}` };
    }
    return Object.fromEntries(
      Object.entries(optionalDefaults(schema))
        .filter(([key]) => key !== 'title' || !isRoot)
        .map(([key, value]) => [key, this.refer(value)]),
    );
  }
}

function describe(surface: Surface, operation: Operation, components: Components): Json {
  const { access, success } = operation;
  const aliases = pathAliases(operation.path).slice(1);
  const permission = access.flag ? `\n\nNeeds the permission \`${access.flag}\`.` : '';
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: `${operation.description ?? `${operation.summary}.`}${permission}`,
    ...(operation.deprecated ? { deprecated: true } : {}),
    ...(operation.extension ? { 'x-foyer-extension': true } : {}),
    ...(aliases.length ? { 'x-path-aliases': aliases } : {}),
    security: !access.partner
      ? []
      : access.user === 'required'
        ? [{ PartnerAndUser: [] }]
        : access.user === 'optional'
          ? [{ Partner: [] }, { PartnerAndUser: [] }]
          : [{ Partner: [] }],
    ...parameters(operation, components),
    ...(operation.body ? { requestBody: requestBody(operation, components) } : {}),
    responses: {
      [success.status]: {
        description: success.description,
        ...(takesKeys(operation)
          ? { headers: { 'Idempotent-Replayed': { $ref: '#/components/headers/IdempotentReplayed' } } }
          : {}),
        ...successContent(surface, operation, components),
      },
      ...Object.fromEntries(
        errorStatuses(operation).map((status) => [status, { $ref: `#/components/responses/Error${status}` }]),
      ),
    },
  };
}

function successContent(surface: Surface, operation: Operation, components: Components): Json {
  if (operation.success.body === 'stream') return { content: { '*/*': { schema: { type: 'string', format: 'binary' } } } };
  const schema = answerSchema(operation);
  if (!schema) return {};
  return {
    content: { 'application/json': { schema: components.refer(schema), example: answerExample(surface.name, operation) } },
  };
}

function requestBody(operation: Operation, components: Components): Json {
  // A webhook's body is what this server sends.
  const body = operation.webhook ? closed(operation.body) : operation.body;
  const type = operation.multipart ? 'multipart/form-data' : 'application/json';
  const example = operation.multipart ? {} : { example: operation.example?.body ?? exampleOf(operation.body) };
  return { required: true, content: { [type]: { schema: components.refer(body), ...example } } };
}

function parameters(operation: Operation, components: Components): Json {
  const key = takesKeys(operation) ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : [];
  const list = [...inPath(operation, components), ...inQuery(operation.query, components), ...key];
  return list.length ? { parameters: list } : {};
}

function inPath(operation: Operation, components: Components): Json[] {
  const properties = (operation.params as { properties?: Record<string, TSchema> } | undefined)?.properties ?? {};
  return [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    const schema = properties[name as string] ?? { type: 'integer', minimum: 1 };
    return { name, in: 'path', required: true, ...described(schema), schema: components.refer(schema) };
  });
}

/** Nested objects of a query are written as `filter[is_approved]`. */
function inQuery(schema: TSchema | undefined, components: Components): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as { properties?: Record<string, TSchema>; required?: string[] };
  return Object.entries(properties).flatMap(([name, property]) => {
    const inside = property as { properties?: Record<string, TSchema>; required?: string[] };
    if (inside.properties)
      return Object.entries(inside.properties).map(([key, inner]) => ({
        name: `${name}[${key}]`,
        in: 'query',
        required: required.includes(name) && (inside.required?.includes(key) ?? false),
        ...described(inner),
        schema: components.refer(inner),
      }));
    const hasDefault = (property as { default?: unknown }).default !== undefined;
    return [
      {
        name,
        in: 'query',
        required: required.includes(name) && !hasDefault,
        ...described(property),
        schema: components.refer(property),
      },
    ];
  });
}

/** A field with a default need not be sent: the server fills it in before it looks for required ones. */
function optionalDefaults(schema: object): object {
  const { required, properties } = schema as { required?: string[]; properties?: Record<string, { default?: unknown }> };
  if (!required || !properties) return schema;
  const left = required.filter((name) => properties[name]?.default === undefined);
  const { required: _, ...rest } = schema as { required: string[] };
  return left.length ? { ...rest, required: left } : rest;
}

const described = (schema: unknown) => {
  const { description } = schema as { description?: string };
  return description ? { description } : {};
};
