import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { byTurns, type Database } from '../platform/database.ts';
import { nextTurn } from '../platform/pause.ts';
import type { Services } from '../platform/services.ts';
import type { ChainGrant, Gate, Grant, Partner, User } from './access.ts';
import { pathAliases } from './aliases.ts';
import { expectCredentials, missingToken, wrongToken } from './authorization.ts';
import { ApiError, BadRequest, Forbidden, NotFound } from './errors.ts';
import { KeyedRequest, Replayed } from './idempotency.ts';
import { replayHeader } from './idempotency-key.ts';
import { inputOf } from './input.ts';
import { type Operation, type Surface, transactionOf } from './operation.ts';
import { outputOf, type Sent } from './output.ts';
import { publicAddress } from './public-address.ts';
import { maxId } from './schema.ts';
import { registerUploads } from './server.ts';
import { spelled } from './spelling.ts';
import type { Begin, Conclude, Transact, Write } from './write.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation;
    surface?: Surface['name'];
    /** Requests to this route do not count towards the rate limits. */
    isUncounted?: true;
  }
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

interface Caller {
  partner: Partner | undefined;
  user: User | undefined;
  grant: Grant | undefined;
  chain?: ChainGrant;
}

export interface RouteOptions {
  services: Services;
  gate: Gate;
  begin: Begin;
  /** Checks every answer against its declaration and fails the request if they differ (tests). */
  checkAnswers?: boolean;
}

/** Turns the operations of a surface into routes, under every spelling of their paths. */
export function registerSurface(app: FastifyInstance, surface: Surface, options: RouteOptions): void {
  for (const { operation, path } of routesOf(surface)) {
    const register = (scope: FastifyInstance) => registerOperation(scope, surface, operation, surface.basePath + path, options);
    if (operation.multipart) registerUploads(app, options.services.config, register);
    else register(app);
  }
  for (const operation of surface.operations) {
    if (operation.atRoot) registerOperation(app, surface, operation, operation.path, options);
  }
}

const withoutLast = (path: string) => path.slice(0, path.lastIndexOf('/'));

/** The declared path of an operation, and the path without the last segment if that is optional. */
const declaredPaths = ({ path, optionalLast }: Operation): string[] => (optionalLast ? [path, withoutLast(path)] : [path]);

/**
 * Every path of a surface, below the surface's base, with its operation. If one operation's path is an alias of another's, the declared
 * path wins. Among aliases, the first operation wins.
 */
export function routesOf(surface: Surface): { operation: Operation; path: string }[] {
  const operations = surface.operations.filter((operation) => !operation.webhook);
  const routes = new Map<string, { operation: Operation; path: string }>();
  const add = (operation: Operation, path: string) => {
    const key = `${operation.method} ${path}`;
    if (!routes.has(key)) routes.set(key, { operation, path });
  };
  for (const operation of operations) add(operation, operation.path);
  for (const operation of operations) for (const path of declaredPaths(operation)) add(operation, path);
  for (const operation of operations) {
    const aliases = pathAliases(operation.path);
    for (const path of operation.optionalLast ? [...aliases, ...aliases.map(withoutLast)] : aliases) add(operation, path);
  }
  return [...routes.values()];
}

function registerOperation(
  app: FastifyInstance,
  surface: Surface,
  operation: Operation,
  path: string,
  options: RouteOptions,
): void {
  const { services, gate, begin } = options;
  const url = path.replace(/\{(\w+)\}/g, ':$1');
  const config = { operation, surface: surface.name };
  // Surfaces that share a base path may spell one alias alike; the first one declared has it.
  if (app.hasRoute({ method: operation.method, url })) return;
  const { handle } = operation;
  if (!handle) throw new Error(`The operation ${operation.id} has no handler`);
  const transaction = transactionOf(operation);
  const takesTurn = transaction !== 'manual' && operation.success.body !== 'stream';
  let read: ReturnType<typeof inputOf> | undefined;
  const readInput: ReturnType<typeof inputOf> = (...parts) => (read ??= inputOf(operation))(...parts);

  app.route({
    method: operation.method,
    url,
    config,
    onRequest: async (request) => {
      if (surface.mediaType && !accepts(request.headers.accept, surface.mediaType)) {
        throw new BadRequest(`Send the header Accept: ${surface.mediaType}`);
      }
      request.caller = await identify(surface, operation, request, gate);
    },
    handler: async (request, reply) => {
      const { partner, user, grant, chain } = request.caller as Caller;
      // Bodies with many items are parsed, checked and handled in separate turns of the event loop.
      if (operation.bodyLimit) await nextTurn();
      const keyed = KeyedRequest.of(operation, request, { partner, user }, services.signingKey);
      const { params, query, body } = readInput(request.params, request.query, request.body);
      if (operation.bodyLimit) await nextTurn();
      const author = {
        userId: user?.id ?? null,
        source: { partnerId: partner?.id ?? null, address: request.ip, operation: operation.id, requestId: request.id },
        address: publicAddress(request, services.config),
        location: grant?.location,
      };
      const context = {
        partner,
        user,
        location: grant?.location,
        chain,
        can: grant?.can ?? cannot,
        limit: grant?.limit ?? unlimited,
        services,
        request,
        reply,
        params,
        query,
        body,
      };
      const presented = (result: unknown) => present(operation, result, options.checkAnswers ?? false);
      const run = async ({ db }: Database): Promise<unknown> => {
        const transact = begin(db, author);
        const conclude = keyed ? concluding(transact, keyed, presented) : transact;
        if (transaction === 'write') return conclude((write) => handle({ ...context, db: write, write } as never));
        // Before anything outside of the transaction happens.
        if (keyed) await keyed.expectNew(db);
        return handle({ ...context, gate, db, transact, conclude } as never);
      };
      const { database } = services;
      const whose = turnOf(operation, request);
      // Without a turn of their own, handlers that wait for files or password hashes would block the database for others.
      const ran = takesTurn
        ? database.turns.take(whose, () => {
            expectListener(request);
            return run(database);
          })
        : run(byTurns(database, whose));
      const result = await ran.catch((error: unknown) => {
        if (error instanceof Replayed) return error;
        if (error instanceof ApiError && error.errors) error.errors = spelled(error.errors, operation.spelling);
        throw error;
      });
      if (result instanceof Replayed) {
        // Nobody reads a form that was sent again.
        if (operation.multipart) request.raw.resume();
        return send(reply.header(replayHeader, 'true'), result.sent);
      }
      if (operation.success.body === 'stream') return result ?? reply;
      return send(reply, keyed?.sent ?? (await presented(result)));
    },
  });
}

const cannot = () => false;
const unlimited = (): never => {
  throw new Error('This operation has no location in its path, so there are no limits');
};

/**
 * The queue that a request waits in: one for each location, or without a location, for each partner or address. Reading does not wait for
 * changes, because changes of one location wait for each other's locks.
 */
function turnOf(operation: Operation, request: FastifyRequest): string {
  const { grant, partner } = request.caller as Caller;
  const kind = transactionOf(operation) === 'read' ? 'reads' : 'changes';
  if (grant) return `location ${grant.location.id} ${kind}`;
  return `${partner ? `partner ${partner.id}` : `address ${request.ip}`} ${kind}`;
}

/** A request is dropped if its client disconnected while it waited. */
function expectListener(request: FastifyRequest): void {
  if (request.socket.destroyed) throw new BadRequest('The connection was closed.');
}

/** Whether an Accept header names a media type. Parameters such as a charset are allowed. */
export const accepts = (header: string | undefined, mediaType: string) =>
  (header ?? '').split(',').some((part) => part.split(';')[0]?.trim().toLowerCase() === mediaType);

/** Identifies the caller and their rights in the location of the path. */
async function identify(surface: Surface, operation: Operation, request: FastifyRequest, gate: Gate): Promise<Caller> {
  const { access } = operation;
  if (!access.partner) return { partner: undefined, user: undefined, grant: undefined };

  const credentials = expectCredentials(request.headers.authorization);
  const partner = await gate.partner(credentials.partnerToken);
  if (!partner) throw wrongToken('partner_token');
  if (partner.onlyPublic && surface.name !== 'public') throw new Forbidden();
  let user: User | undefined;
  if (access.user !== 'none' && (credentials.userToken || access.user === 'required')) {
    if (!credentials.userToken) throw missingToken('user_token');
    user = await gate.user(credentials.userToken, partner);
    if (!user) throw wrongToken('user_token');
    if (user.isClient && !access.clients) {
      if (access.user === 'required') throw new Forbidden();
      user = undefined;
    }
  }
  const { location_id, company_id, chain_id } = request.params as Record<string, string>;
  if (access.chained && user) {
    const chain = await gate.chainGrant(partner, user, pathId(chain_id));
    if (!chain) throw new NotFound();
    if (access.chainFlag && !chain.can(access.chainFlag)) throw new Forbidden();
    return { partner, user, grant: undefined, chain };
  }
  if (!access.located) return { partner, user, grant: undefined };

  const locationId = pathId(location_id ?? company_id);
  const isMember =
    user && (access.members || (access.user === 'required' && (!access.clients || (access.flag && !user.isClient))));
  const grant =
    user && isMember ? await gate.userGrant(partner, user, locationId, request.ip) : await gate.partnerGrant(partner, locationId);
  if (!grant) throw new NotFound();
  if (!grant.isAdmitted) throw new Forbidden('You may not use this location from your network address.');
  if (access.flag && isMember && !grant.can(access.flag)) throw new Forbidden();
  return { partner, user, grant };
}

function pathId(text: string | undefined): number {
  if (!text || !/^\d{1,10}$/.test(text) || Number(text) > maxId) throw new NotFound();
  return Number(text);
}

/** Transactions that store the answer with the change, and do nothing for a request that was done before. */
const concluding =
  (transact: Transact, keyed: KeyedRequest, presented: (result: unknown) => Promise<Sent>): Conclude =>
  (work, presentResult = (result) => result) =>
    transact(async (write: Write) => {
      await keyed.begin(write);
      const result = await work(write);
      await keyed.keep(write, await presented(presentResult(result)));
      return result;
    });

function send(reply: FastifyReply, { status, body }: Sent): FastifyReply {
  // The handler has redirected the caller.
  if (reply.sent) return reply;
  reply.code(status);
  return body === undefined ? reply.send() : reply.header('content-type', 'application/json; charset=utf-8').send(body);
}

async function present(operation: Operation, result: unknown, isChecked: boolean): Promise<Sent> {
  const { status, body, data, meta } = operation.success;
  if (body === 'empty') return { status, body: undefined };
  const payload = body === 'document' ? (result as object) : envelope(result, data, meta, 'counted' in operation.success);
  const output = outputOf(operation);
  const differences = isChecked ? output.differences(payload) : undefined;
  if (differences) {
    throw new Error(`The answer of ${operation.id} differs from its declaration: ${JSON.stringify(differences)}`);
  }
  return { status, body: await output.writeInSteps(payload) };
}

function envelope(result: unknown, data: TSchema | undefined, meta: TSchema | undefined, isCounted: boolean): object {
  if (isCounted) return { success: true, data: result, meta: { count: (result as unknown[]).length } };
  if (!data)
    return meta
      ? { success: true, data: null, meta: result ?? { message: 'Accepted' } }
      : { success: true, data: null, meta: [] };
  return meta ? { success: true, ...(result as object) } : { success: true, data: result, meta: [] };
}
