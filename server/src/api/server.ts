import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { pino } from 'pino';
import type { Config } from '../platform/config.ts';
import { type Database, postgresError, refusalOfTrigger, type Trouble, troubleOf } from '../platform/database.ts';
import { plainError } from '../platform/plain-error.ts';
import { TurnedAway } from '../platform/turns.ts';
import { readBodies } from './bodies.ts';
import {
  AddressTooLong,
  ApiError,
  BadRequest,
  Conflict,
  errorBody,
  Forbidden,
  Invalid,
  NotFound,
  TooLarge,
  Unavailable,
} from './errors.ts';
import { parseFields } from './forms.ts';
import { replayHeader } from './idempotency-key.ts';
import { routerOptions, watchRoutes } from './methods.ts';
import { type OutcomeCounter, observeRequests } from './metrics.ts';
import { errorFormOf } from './operation.ts';
import { limitRates, rateLimitHeaders } from './rate-limits.ts';

/** The HTTP server without any operation: security headers, limits, logs, metrics, bodies, and errors in the API's envelope. */
export async function createHttpServer(
  config: Config,
  database: Database,
  counters: readonly OutcomeCounter[],
): Promise<FastifyInstance> {
  const logger = pino({ level: config.logLevel, serializers: { err: loggedError } });
  // Node.js exchanges the two when the headers have more time than the whole request.
  const headersTimeout = Math.min(config.bodyTimeout, config.uploadTimeout);
  const app = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // Every log line names its request. A separate logger for every request would cost more than the checks of a cheap answer.
    childLoggerFactory: (parent) => parent,
    trustProxy: typeof config.trustProxy === 'number' ? trustHops(config.trustProxy) : config.trustProxy,
    requestTimeout: config.uploadTimeout,
    http: { connectionsCheckingInterval: Math.min(30_000, headersTimeout) },
    clientErrorHandler: refuseConnection,
    routerOptions: { ...routerOptions, querystringParser: parseFields },
    requestIdHeader: false,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
    },
    // Paths that no route can be looked up by, before any hook.
    frameworkErrors: (error, request, reply) => {
      const known = error.code === 'FST_ERR_BAD_URL' ? new BadRequest('The path cannot be read.') : new NotFound();
      const answer: FastifyReply = reply as never;
      answer.code(known.status).header('x-request-id', request.id).send(errorBody(known.status, known.message));
    },
  });
  app.server.headersTimeout = headersTimeout;
  app.server.maxConnections = config.connectionLimit;
  const nothingAnswers = watchRoutes(app);
  app.decorateRequest('caller', undefined);
  app.decorateRequest('mocked', undefined);
  const headers = await securityHeaders();
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id);
    done(refuseAddress(request.raw.url ?? ''));
  });

  if (config.corsOrigins === '*' || config.corsOrigins.length) {
    await app.register(cors, {
      origin: config.corsOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: ['x-request-id', 'retry-after', ...rateLimitHeaders, replayHeader],
      maxAge: 86_400,
    });
  }
  readBodies(app, config);
  await limitRates(app, config);
  observeRequests(app, config.metricsToken, database, counters);

  if (logger.isLevelEnabled('info')) logAnswers(app);
  app.setNotFoundHandler(async (request) => {
    throw nothingAnswers(request.method, request.url);
  });
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (isGone(request)) {
      request.log.info({ request: request.id, operation: request.routeOptions.config.operation?.id }, 'the client went away');
      // Nobody receives this answer, and neither the log nor the metrics count it.
      return reply.code(400).send();
    }
    // Fastify closes the connection when a body is refused. The rest is thrown away instead, so that the answer is not lost with it.
    reply.removeHeader('connection');
    const known = knownError(error);
    // The operator must see that the database does not answer. Overload appears only in the metrics.
    if (known?.status === 503 && troubleOf(error) === 'unreachable') {
      request.log.error({ request: request.id, err: error }, 'the database does not answer');
    }
    if (!known) {
      request.log.error({ request: request.id, err: error }, 'failed');
      return reply.code(500).send(errorBody(500, `Internal error, request ${request.id}`));
    }
    const { operation } = request.routeOptions.config;
    return reply
      .code(known.status)
      .headers(known.headers)
      .send(errorBody(known.status, known.message, known.errors, operation && errorFormOf(operation), known.meta));
  });
  return app;
}

/** Whether the connection broke before the whole request was there. */
const isGone = ({ raw }: FastifyRequest): boolean => raw.complete === false && raw.socket.destroyed;

/** The maximum length of a URL, which is the limit of common proxies. */
const maxAddress = 8192;
const maxParameters = 1000;

function refuseAddress(url: string): ApiError | undefined {
  if (url.length > maxAddress) return new AddressTooLong(`The address is longer than ${maxAddress} characters.`);
  // A shorter one cannot have more.
  if (url.length > maxParameters && url.split('&', maxParameters + 1).length > maxParameters) {
    return new Invalid({ query: [`must not have more than ${maxParameters} parameters`] });
  }
  return undefined;
}

/** Answers unreadable or late requests, for which Fastify has no request object yet. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, message] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'The request took too long to arrive.']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'The headers are too large.']
        : [400, 'The request cannot be read.'];
  const body = JSON.stringify(errorBody(status, message));
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  socket.destroy(error);
}

/** An error for the log, without values from callers. */
function loggedError(error: Error): object {
  const { name, message } = plainError(error);
  const stack = error.stack?.slice(Math.max(0, error.stack.indexOf('\n    at '))) ?? '';
  return { type: name, message, ...postgresError(error), stack: `${name}: ${message}${stack}` };
}

/** Trusts the nearest proxies, at any address. */
const trustHops = (count: number) => (_address: string, hop: number) => hop < count;

/** Writes one line for each answer. Paths and queries contain phones and names, so the log names the operation instead. */
function logAnswers(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    // Successful health checks and scrapes are not logged, because they come every few seconds.
    if (!request.routeOptions.config.operation && reply.statusCode < 400) return done();
    request.log.info(
      {
        request: request.id,
        method: request.method,
        operation: request.routeOptions.config.operation?.id,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        partner: request.caller?.partner?.id,
        user: request.caller?.user?.id,
      },
      'answered',
    );
    done();
  });
}

/**
 * The headers that helmet sets, computed once. They are the same for every answer, and setting them each time would cost a tenth of a cheap
 * request.
 */
async function securityHeaders(): Promise<Record<string, string>> {
  const probe = Fastify();
  const withoutHelmet = Object.keys((await probe.inject('/')).headers);
  await probe.close();
  const helmeted = Fastify();
  // Headers that only matter to pages and to old browsers are left out, because every header costs time.
  await helmeted.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    dnsPrefetchControl: false,
    ieNoOpen: false,
    permittedCrossDomainPolicies: false,
    xssFilter: false,
    // frame-ancestors of the policy says the same.
    frameguard: false,
  });
  const { headers } = await helmeted.inject('/');
  await helmeted.close();
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (withoutHelmet.includes(name) ? [] : [[name, String(value)]])),
  );
}

/** Registers routes that read multipart forms. They have their own scope, because the plugin's hooks would slow down all other requests. */
export function registerUploads(app: FastifyInstance, config: Config, register: (scope: FastifyInstance) => void): void {
  app.register(async (scope) => {
    scope.removeContentTypeParser('multipart/form-data');
    await scope.register(multipart, {
      limits: { fileSize: config.fileLimit, files: 20, fields: 50, parts: 70, fieldSize: 64 * 1024 },
      throwFileSizeLimit: false,
    });
    // The parser would go on with a form that is refused, part by part. The rest is thrown away instead.
    scope.addHook('onError', async ({ raw }) => {
      raw.unpipe();
      raw.resume();
    });
    register(scope);
  });
}

/** seconds */
const retrySoon = 5;

const troubleMessages: Record<Trouble, string> = {
  contended: 'Others are changing the same things. Try again later.',
  slow: 'This takes too long now. Ask for less, or try again later.',
  unreachable: 'The server cannot answer now. Try again later.',
};

/** Errors of the caller and temporary errors. Undefined for errors of this server. */
function knownError(error: FastifyError): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof TurnedAway) return new Unavailable(error.retryAfter, error.message);
  const trouble = troubleOf(error);
  if (trouble) return new Unavailable(retrySoon, troubleMessages[trouble]);
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' || error.statusCode === 413) return new TooLarge('The request is too large.');
  if (error.code?.startsWith('FST_ERR_CTP_') || error instanceof SyntaxError || error.statusCode === 400) {
    return new BadRequest('The request body cannot be read.', { body: ['must be valid JSON'] });
  }
  if (error.statusCode === 404) return new NotFound();
  if (error.statusCode === 406 || error.statusCode === 415) return new BadRequest('The request body cannot be read.');
  const database = postgresError(error);
  if (database?.code === '22021' || database?.code === '22P05') return new Invalid({ body: ['must not contain NUL characters'] });
  if (database?.code === '22003') return new Invalid({ body: ['a number is out of range'] });
  if (database?.code === '23505') return new Conflict('This already exists.');
  if (database?.code === '23503') return new Conflict('A referenced object does not exist any more.');
  const refusal = refusalOfTrigger(error);
  if (refusal) return new Forbidden(refusal);
  return undefined;
}
