import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import createRouter from 'find-my-way';
import { expectCredentials, missingToken } from './authorization.ts';
import { answerSchema } from './envelope.ts';
import { BadRequest, errorExample, Invalid } from './errors.ts';
import { inputOf } from './input.ts';
import { nothingAt, routerOptions } from './methods.ts';
import { echo } from './mock-echo.ts';
import { compileDates } from './mock-formats.ts';
import { answerExample } from './openapi/answer-example.ts';
import type { Variety } from './openapi/believable.ts';
import { exampleOf } from './openapi/example.ts';
import { nearToday } from './openapi/near-today.ts';
import { errorFormOf, errorStatuses, type Operation, type Surface } from './operation.ts';
import { accepts, routesOf } from './routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The operation and parameters of a mocked request. On other routes, the route names its operation. */
    mocked: Mocked | undefined;
  }
}

interface Mocked {
  operation: Operation;
  params: Record<string, string | undefined>;
}

/** The parts of an operation that the mock uses, compiled at its first request. */
interface MockOperation {
  check: ReturnType<typeof inputOf>;
  wrongInQuery: ReturnType<typeof compileDates>;
  wrongInBody: ReturnType<typeof compileDates>;
  /** The whole body of the success answer; undefined when it has none. */
  example: unknown;
}

const known = new WeakMap<Operation, MockOperation>();

/**
 * The mock server at `/_mock/en/<surface>/openapi/<path>`. It is stateless and uses no database. It checks a request against the
 * declaration (tokens with any value, parameters, body) and answers the documented example, with the values of the request filled in.
 * `Prefer: code=404` asks for another declared status. `Prefer: dynamic=true` asks for generated data that fits the schema; the same
 * request gets the same data.
 */
export function registerMock(app: FastifyInstance, surfaces: Surface[]): void {
  for (const surface of surfaces) {
    const base = `/_mock/en/${surface.name}/openapi`;
    // A single route with its own router. The router is built at the first request, so that the server starts faster.
    let router: ReturnType<typeof routerOf> | undefined;
    app.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: `${base}/*`,
      // What needs no body is checked before it is read.
      onRequest: async (request) => {
        router ??= routerOf(surface);
        const path = request.url.slice(base.length).split('?')[0] ?? '';
        // Fastify takes care that an answer to HEAD has no body.
        const found = router.find(request.method === 'HEAD' ? 'GET' : (request.method as 'GET'), path);
        if (!found) throw nothingAt(router, request.method, path);
        if (surface.mediaType && !accepts(request.headers.accept, surface.mediaType)) {
          throw new BadRequest(`Send the header Accept: ${surface.mediaType}`);
        }
        const { operation } = found.store as { operation: Operation };
        checkCaller(operation, request);
        request.mocked = { operation, params: found.params };
      },
      handler: async (request, reply) => answer(surface, request, reply),
    });
  }
}

function routerOf(surface: Surface) {
  const router = createRouter(routerOptions);
  for (const { operation, path } of routesOf(surface)) {
    const url = path.replace(/\{(\w+)\}/g, ':$1');
    if (!router.hasRoute(operation.method, url)) router.on(operation.method, url, () => {}, { operation });
  }
  return router;
}

function answer(surface: Surface, request: FastifyRequest, reply: FastifyReply): unknown {
  const { operation, params } = request.mocked as Mocked;
  const mock = mockOf(surface, operation);
  const prefer = preferences(request.headers.prefer);
  const input = mock.check({ ...params }, request.query, request.body);
  const wrong = { ...mock.wrongInQuery(input.query), ...mock.wrongInBody(input.body) };
  if (Object.keys(wrong).length) throw operation.invalid?.(wrong) ?? new Invalid(wrong);

  const { status } = operation.success;
  const code = prefer.get('code');
  if (code !== undefined && Number(code) !== status) return declaredError(operation, Number(code), reply);
  reply.code(status);
  if (mock.example === undefined) return reply.send();
  reply.type('application/json; charset=utf-8');
  const schema = answerSchema(operation) as object;
  const example = prefer.get('dynamic') === 'true' ? exampleOf(schema, { variety: varietyOf(request) }) : mock.example;
  const isWriting = operation.method !== 'GET' && operation.method !== 'DELETE' && !operation.multipart;
  const sent = { ...(input.params as object), ...(isWriting ? (input.body as object | undefined) : undefined) };
  return reply.send(JSON.stringify(echo(nearToday(example), schema, sent)));
}

function mockOf(surface: Surface, operation: Operation): MockOperation {
  let mock = known.get(operation);
  if (!mock) {
    mock = {
      check: inputOf(operation),
      wrongInQuery: compileDates(operation.query),
      wrongInBody: compileDates(operation.multipart ? undefined : operation.body),
      example: answerExample(surface.name, operation),
    };
    known.set(operation, mock);
  }
  return mock;
}

/** A missing Authorization header, or one without the needed tokens, is a 401; their values do not matter here. */
function checkCaller({ access }: Operation, request: FastifyRequest): void {
  if (!access.partner) return;
  const { userToken } = expectCredentials(request.headers.authorization);
  if (access.user === 'required' && !userToken) throw missingToken('user_token');
}

function declaredError(operation: Operation, code: number, reply: FastifyReply): unknown {
  const declared = errorStatuses(operation);
  if (!declared.includes(code)) {
    throw new BadRequest(
      `Prefer: code=${code} is not declared here. Declared: ${[operation.success.status, ...declared].join(', ')}`,
    );
  }
  if (code === 429) reply.header('retry-after', '1');
  return reply.code(code).send(errorExample(code, errorFormOf(operation)));
}

/** The same request gives the same generated data. */
function varietyOf(request: FastifyRequest): Variety {
  const asked = `${request.method} ${request.url} ${JSON.stringify(request.body ?? null)}`;
  let state = createHash('sha256').update(asked).digest();
  const next = () => {
    state = createHash('sha256').update(state).digest();
    return state.readUInt32BE(0);
  };
  const integer = (minimum: number, maximum: number) => minimum + (next() % (maximum - minimum + 1));
  return { integer, pick: (choices) => choices[integer(0, choices.length - 1)] as never };
}

/** `Prefer: code=404, dynamic=true` */
const preferences = (header: string | string[] | undefined) =>
  new Map(
    [header ?? '']
      .flat()
      .join(',')
      .split(/[,;]/)
      .map((part) => part.trim().split('=') as [string, string | undefined])
      .map(([name, value]) => [name.toLowerCase(), value]),
  );
