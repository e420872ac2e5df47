import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { Services } from '../platform/services.ts';
import type { Access, ChainGrant, Flag, Gate, Limited, Location, Partner, User } from './access.ts';
import type { ApiError, ErrorForm, FieldErrors } from './errors.ts';
import { CountMeta, type StaticOf } from './schema.ts';
import type { Spelling } from './spelling.ts';
import type { Conclude, Read, Transact, Write } from './write.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How an operation answers when all went well. */
export interface Success<
  Data extends TSchema | undefined = TSchema | undefined,
  Meta extends TSchema | undefined = TSchema | undefined,
> {
  status: number;
  data: Data;
  meta: Meta;
  /**
   * `envelope`: {success, data, meta}; `document`: only the data, a JSON:API document of V2; `empty`: no body; `stream`: the handler writes
   * the answer.
   */
  body: 'envelope' | 'document' | 'empty' | 'stream';
  description: string;
}

/** 200 with data, and with meta if it has a schema. The handler returns data, or {data, meta}. */
export function ok<Data extends TSchema>(data: Data): Success<Data, undefined>;
export function ok<Data extends TSchema, Meta extends TSchema>(data: Data, meta: Meta): Success<Data, Meta>;
export function ok(data: TSchema, meta?: TSchema): Success {
  return { status: 200, data, meta, body: 'envelope', description: 'Done' };
}

const descriptions: Record<number, string> = { 200: 'Done', 201: 'Created', 202: 'Accepted' };

/** Any status with data, and with meta if it has a schema. */
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

/** 200 with a list and its length in `meta.count`. The handler returns the list. */
export const counted = <Data extends TSchema>(data: Data): Success<Data, undefined> & { counted: true } => ({
  status: 200,
  data,
  meta: CountMeta as unknown as undefined,
  body: 'envelope',
  description: 'Done',
  counted: true,
});

/** 201 with the created object. */
export const created = <Data extends TSchema>(data: Data): Success<Data, undefined> => ({
  status: 201,
  data,
  meta: undefined,
  body: 'envelope',
  description: 'Created',
});

/** 202 (or 201) with `meta.message` and no data. The handler returns the meta, or nothing for the message `Accepted`. */
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

/** What a handler has by the way it uses the database. */
interface Using {
  read: Asking;
  /** The transaction that the handler runs in. It has no gate, which would wait for another connection, and the embedded database has one. */
  write: { write: Write };
  /** Opens transactions. The one that makes the change is opened with `conclude`. */
  manual: { transact: Transact; conclude: Conclude } & Asking;
}

interface Asking {
  /** For operations about a location that the path does not name. */
  gate: Gate;
}

/** The parameters of a handler. */
export type Context<
  Params,
  Query,
  Body,
  UserNeed,
  Located,
  Mode extends Transaction = Transaction,
  Chained = boolean,
> = Using[Mode] & Surroundings<Params, Query, Body, UserNeed, Located, Chained>;

interface Surroundings<Params, Query, Body, UserNeed, Located, Chained> extends Limited {
  /** Reads: in the transaction of a writing operation, in none otherwise. */
  db: Read;
  partner: Partner;
  /** The signed-in user. */
  user: UserNeed extends 'required' ? User : User | undefined;
  location: Located extends true ? Location : undefined;
  /** What the user may do in the chain in the path. */
  chain: Chained extends true ? ChainGrant : undefined;
  /** Whether the user has a permission in the location. */
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
  Chained extends boolean = boolean,
> {
  /** The published operation id. */
  id: string;
  method: HttpMethod;
  /** The published path below the surface's base, parameters in braces. */
  path: string;
  /** Also served without its last segment. The handler then lists all, and does not get that parameter. */
  optionalLast?: boolean;
  /** Also served below the root of the server, because published answers link to it. */
  atRoot?: boolean;
  tag: string;
  summary: string;
  /** The purpose of the operation, in plain Markdown. */
  description?: string;
  deprecated?: boolean;
  /** Not in the published API: Foyer's own. */
  extension?: boolean;
  access: Access<UserNeed, Located, Chained>;
  params?: Params;
  query?: Query;
  body?: Body;
  /** The body is a multipart form that the handler reads as a stream; `body` then only documents it. */
  multipart?: boolean;
  /** The fields of the body are also accepted in the query. */
  bodyInQuery?: true;
  /** The size limit of the body in bytes, if 256 KB are too few: for operations on many items. */
  bodyLimit?: number;
  success: Success<Data, Meta>;
  /** Further statuses of its errors, besides 401, 429 and those that its access and its input imply. */
  errors?: readonly (400 | 402 | 403 | 404 | 409 | 410 | 413 | 422)[];
  /** An older operation whose errors also have `errors: {code, message}`. */
  legacyErrors?: boolean;
  /** Its errors also have the codes that SMS operators know. */
  operatorErrors?: true;
  /** The operation's names for the fields that rules name, if they are not the snake case of them. */
  spelling?: Spelling;
  /** Makes the error for invalid input, if it is not the usual 422. */
  invalid?: (fields: FieldErrors) => ApiError;
  /**
   * `write` runs the handler in a transaction, `read` without one. `manual` lets the handler open transactions, so that it can wait for
   * something other than the database between them. By default, GET uses `read` and all others use `write`.
   */
  transaction?: Mode;
  /**
   * Idempotency keys are ignored: nothing is written, the answer has a token, or the request ends the session that a repetition would need.
   */
  ignoresKeys?: true;
  /** An example of the request body and of the success answer's data; both are checked against the schemas. */
  example?: { body?: unknown; data?: unknown; meta?: unknown };
  /** A request that this server sends, not an operation that it answers. The document lists it under webhooks. */
  webhook?: true;
  /** Answers the operation. Only a webhook has none. */
  handle?(
    context: Context<StaticOf<Params>, StaticOf<Query>, StaticOf<Body>, UserNeed, Located, Mode, Chained>,
  ): Promise<Answer<Data, Meta>> | Answer<Data, Meta>;
}

// biome-ignore lint/suspicious/noExplicitAny: an operation of any shape
export type Operation = Declaration<any, any, any, any, any, any, any, any, any, any>;

/** The input, as the handler gets it. `undefined` for a part that the operation does not declare. */
export interface InputOf<Of extends Operation> {
  params: SentOf<Of['params']>;
  query: SentOf<Of['query']>;
  body: SentOf<Of['body']>;
}

type SentOf<Schema extends TSchema | undefined> = [Schema] extends [undefined] ? undefined : StaticOf<Exclude<Schema, undefined>>;

/** The data that an operation answers. */
export type AnswerOf<Of extends Operation> = StaticOf<Of['success']['data']>;

/** The meta that an operation answers. */
export type MetaOf<Of extends Operation> = StaticOf<Of['success']['meta']>;

/** Declares an operation; see CONTRIBUTING for the recipe. It keeps its types: `AnswerOf<typeof createClientComment>`. */
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
  Chained extends boolean = false,
>(
  declaration: Declaration<Params, Query, Body, Data, Meta, UserNeed, Located, HttpMethod, Mode, Chained>,
): Declaration<Params, Query, Body, Data, Meta, UserNeed, Located, HttpMethod, Mode, Chained> {
  return declaration;
}

/** The form of its errors. */
export const errorFormOf = ({ legacyErrors, operatorErrors }: Pick<Operation, 'legacyErrors' | 'operatorErrors'>): ErrorForm =>
  operatorErrors ? 'operator' : legacyErrors ? 'older' : 'usual';

/** Operations that share a base path and a document. */
export interface Surface {
  name: 'b2b-v1' | 'b2b-v2' | 'public' | 'developers';
  title: string;
  version: string;
  /** `/api/v1` */
  basePath: string;
  /** The media type that requests must accept, if the surface requires one. */
  mediaType?: string;
  description: string;
  tags: { name: string; description: string }[];
  operations: Operation[];
}

/** Whether the operation changes data. */
export const transactionOf = (operation: Operation): Transaction =>
  operation.transaction ?? (operation.method === 'GET' ? 'read' : 'write');

/** Whether a request may have an idempotency key, so that it is done only once. */
export const takesKeys = (operation: Operation): boolean =>
  operation.method !== 'GET' && !operation.webhook && !operation.ignoresKeys && transactionOf(operation) !== 'read';

/** Every error status an operation may answer with, ascending. */
export function errorStatuses(operation: Operation): number[] {
  const { access } = operation;
  return [
    ...new Set([
      ...(operation.errors ?? []),
      ...(access.partner ? [401, 403, 404] : []),
      ...(operation.invalid ? [operation.invalid({}).status] : operation.query || operation.body ? [422] : []),
      ...(operation.multipart ? [413] : []),
      ...(takesKeys(operation) ? [400, 409, 422] : []),
      429,
    ]),
  ].sort((a, b) => a - b);
}
