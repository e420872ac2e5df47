import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { Services } from '../platform/services.ts';
import type { Access, Flag, Limited, Location, Partner, User } from './access.ts';
import type { ApiError, FieldErrors } from './errors.ts';
import { CountMeta, type StaticOf } from './schema.ts';
import type { Spelling } from './spelling.ts';
import type { Read, Transact, Write } from './write.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How an operation answers when all went well. */
export interface Success<
  Data extends TSchema | undefined = TSchema | undefined,
  Meta extends TSchema | undefined = TSchema | undefined,
> {
  status: number;
  data: Data;
  meta: Meta;
  /** `envelope`: {success, data, meta}; `document`: the data alone, a JSON:API document of V2; `empty`: no body; `stream`: the handler answers by itself. */
  body: 'envelope' | 'document' | 'empty' | 'stream';
  description: string;
}

/** 200 with data, and with meta when a schema of it is given. The handler returns data, or {data, meta}. */
export function ok<Data extends TSchema>(data: Data): Success<Data, undefined>;
export function ok<Data extends TSchema, Meta extends TSchema>(data: Data, meta: Meta): Success<Data, Meta>;
export function ok(data: TSchema, meta?: TSchema): Success {
  return { status: 200, data, meta, body: 'envelope', description: 'Done' };
}

const descriptions: Record<number, string> = { 200: 'Done', 201: 'Created', 202: 'Accepted' };

/** Any status with data, and with meta when a schema of it is given. */
export function answer<Data extends TSchema | undefined>(status: number, data: Data): Success<Data, undefined>;
export function answer<Data extends TSchema | undefined, Meta extends TSchema>(
  status: number,
  data: Data,
  meta: Meta,
): Success<Data, Meta>;
export function answer(status: number, data: TSchema | undefined, meta?: TSchema): Success {
  return { status, data, meta, body: 'envelope', description: descriptions[status] ?? 'Done' };
}

/** A JSON:API document, as V2 answers. The handler returns the whole document. */
export const document = <Data extends TSchema>(status: number, data: Data): Success<Data, undefined> => ({
  status,
  data,
  meta: undefined,
  body: 'document',
  description: descriptions[status] ?? 'Done',
});

/** 200 with a list whose length is in `meta.count`; the handler returns the list. */
export const counted = <Data extends TSchema>(data: Data): Success<Data, undefined> & { counted: true } => ({
  status: 200,
  data,
  meta: CountMeta as unknown as undefined,
  body: 'envelope',
  description: 'Done',
  counted: true,
});

/** 201 with what was created. */
export const created = <Data extends TSchema>(data: Data): Success<Data, undefined> => ({
  status: 201,
  data,
  meta: undefined,
  body: 'envelope',
  description: 'Created',
});

/** 202 (or 201) with `meta.message` and no data; the handler returns the meta, or nothing for the message `Accepted`. */
export const accepted = (meta: TSchema, status: 201 | 202 = 202): Success<undefined, undefined> => ({
  status,
  data: undefined,
  meta: meta as unknown as undefined,
  body: 'envelope',
  description: descriptions[status] as string,
});

/** A status without a body. */
export const empty = (status: 200 | 201 | 202 | 204): Success<undefined, undefined> => ({
  status,
  data: undefined,
  meta: undefined,
  body: 'empty',
  description: status === 204 ? 'Done, no content' : (descriptions[status] ?? 'Done'),
});

/** The handler streams the answer and returns the reply. */
export const streamed = (description: string): Success<undefined, undefined> => ({
  status: 200,
  data: undefined,
  meta: undefined,
  body: 'stream',
  description,
});

/** How an operation uses the database. */
export type Transaction = 'read' | 'write' | 'manual';

/** What a handler changes the database with. One that reads has nothing of the kind. */
interface Changing {
  read: unknown;
  /** The transaction that the handler runs in. */
  write: { write: Write };
  /** Opens a transaction. */
  manual: { transact: Transact };
}

/** What a handler gets. */
export type Context<Params, Query, Body, UserNeed, Located, Mode extends Transaction = Transaction> = Changing[Mode] &
  Surroundings<Params, Query, Body, UserNeed, Located>;

interface Surroundings<Params, Query, Body, UserNeed, Located> extends Limited {
  /** Reads: in the transaction of a writing operation, in none otherwise. */
  db: Read;
  partner: Partner;
  /** The signed-in user. */
  user: UserNeed extends 'required' ? User : User | undefined;
  location: Located extends true ? Location : undefined;
  /** Whether the user holds a permission in the location. */
  can(flag: Flag): boolean;
  params: Params;
  query: Query;
  body: Body;
  services: Services;
  request: FastifyRequest;
  reply: FastifyReply;
}

type Answer<Data extends TSchema | undefined, Meta extends TSchema | undefined> = Meta extends TSchema
  ? { data: StaticOf<Data>; meta: StaticOf<Meta> }
  : Data extends TSchema
    ? StaticOf<Data>
    : unknown;

/** One operation of the published API, declared once: routes, validation, permissions and documents derive from it. */
export interface Declaration<
  Params extends TSchema | undefined,
  Query extends TSchema | undefined,
  Body extends TSchema | undefined,
  Data extends TSchema | undefined,
  Meta extends TSchema | undefined,
  UserNeed extends 'none' | 'optional' | 'required',
  Located extends boolean,
  HttpMethod extends Method,
  Mode extends Transaction,
> {
  /** The published operation id. */
  id: string;
  method: HttpMethod;
  /** The published path below the surface's base, parameters in braces. */
  path: string;
  /** Served without its last segment too, whose parameter the handler then does not get: a list of all. */
  optionalLast?: boolean;
  /** Served below the root of the server too, where published answers link to it. */
  atRoot?: boolean;
  tag: string;
  summary: string;
  /** What it is for, in plain words, Markdown. */
  description?: string;
  deprecated?: boolean;
  /** Not in the published API: Foyer's own. */
  extension?: boolean;
  access: Access<UserNeed, Located>;
  params?: Params;
  query?: Query;
  body?: Body;
  /** The body is a multipart form that the handler reads as a stream; `body` then only documents it. */
  multipart?: boolean;
  /** The fields of the body may stand in the query too. */
  bodyInQuery?: true;
  /** Bytes of the body, where 256 KB are too few: operations on many things at once. */
  bodyLimit?: number;
  success: Success<Data, Meta>;
  /** Statuses it may fail with, beyond 401, 429 and what its access and its input imply. */
  errors?: readonly (400 | 402 | 403 | 404 | 409 | 413 | 422)[];
  /** An older operation whose errors carry `errors: {code, message}` too. */
  legacyErrors?: boolean;
  /** What the operation calls the fields that rules name, where that is not their name in snake case. */
  spelling?: Spelling;
  /** Makes the error for input that breaks the schema, where it is not the usual 422. */
  invalid?: (fields: FieldErrors) => ApiError;
  /**
   * `write` runs the handler in a transaction, `read` without one; `manual` lets the handler open transactions, for what must wait for
   * something else than the database in between.
   * By default GET reads and everything else writes.
   */
  transaction?: Mode;
  /** An example of the request body and of the success answer's data; both are checked against the schemas. */
  example?: { body?: unknown; data?: unknown; meta?: unknown };
  /** Not an operation of this server but a request that this server sends: it stands in the document's webhooks. */
  webhook?: 'planned' | 'sent';
  /** Left out while the operation is planned: it is documented, mocked and answers 501. Adding it builds the operation. */
  handle?(
    context: Context<StaticOf<Params>, StaticOf<Query>, StaticOf<Body>, UserNeed, Located, Mode>,
  ): Promise<Answer<Data, Meta>> | Answer<Data, Meta>;
}

// biome-ignore lint/suspicious/noExplicitAny: an operation of any shape
export type Operation = Declaration<any, any, any, any, any, any, any, any, any>;

/** Declares an operation; see CONTRIBUTING for the recipe. */
export function operation<
  Params extends TSchema | undefined = undefined,
  Query extends TSchema | undefined = undefined,
  Body extends TSchema | undefined = undefined,
  Data extends TSchema | undefined = undefined,
  Meta extends TSchema | undefined = undefined,
  UserNeed extends 'none' | 'optional' | 'required' = 'required',
  Located extends boolean = boolean,
  HttpMethod extends Method = Method,
  Mode extends Transaction = HttpMethod extends 'GET' ? 'read' : 'write',
>(declaration: Declaration<Params, Query, Body, Data, Meta, UserNeed, Located, HttpMethod, Mode>): Operation {
  return declaration as unknown as Operation;
}

/** Declared, but not built yet. */
export const isPlanned = (operation: Operation): boolean =>
  operation.webhook ? operation.webhook === 'planned' : operation.handle === undefined;

/** Operations that share a base path and a document. */
export interface Surface {
  name: 'b2b-v1' | 'b2b-v2' | 'public' | 'developers';
  title: string;
  version: string;
  /** `/api/v1` */
  basePath: string;
  /** What requests must accept, where the surface insists on it. */
  mediaType?: string;
  description: string;
  tags: { name: string; description: string }[];
  operations: Operation[];
}

/** Whether the operation changes data. */
export const transactionOf = (operation: Operation): Transaction =>
  operation.transaction ?? (operation.method === 'GET' ? 'read' : 'write');

/** Every error status an operation may answer with, ascending. */
export function errorStatuses(operation: Operation): number[] {
  const { access } = operation;
  return [
    ...new Set([
      ...(operation.errors ?? []),
      ...(access.partner ? [401, 403, 404] : []),
      ...(operation.invalid ? [operation.invalid({}).status] : operation.query || operation.body ? [422] : []),
      ...(operation.multipart ? [413] : []),
      429,
    ]),
  ].sort((a, b) => a - b);
}
