import { exampleOf } from '../api/openapi/example.ts';
import { moveDates } from '../api/openapi/near-today.ts';
import { contentOf, type Documented, documentOf, type Parameter, parametersOf, resolve, type Schema } from './model.ts';
import { type Entry, type ServerName, serverPath } from './paths.ts';

/** The tokens and the login that samples are filled in with. */
export interface Credentials {
  partnerToken: string;
  /** The owner's token. The owner may do everything. */
  userToken: string;
  receptionistToken: string;
  workerToken: string;
  clientToken: string;
  login: string;
  password: string;
}

/** The server and the tokens of samples. Without credentials the samples have placeholders. */
export interface SampleServer {
  /** `http://localhost:8080` */
  base: string;
  server: ServerName;
  credentials: Credentials | undefined;
  values?: SampleValues | undefined;
}

/** A part of a form: a text, or a file with a content to begin with. */
export type FormPart =
  | { name: string; value: string }
  | { name: string; fileName: string; contentType: string; content: string; isBase64: boolean };

/** An example request of an operation. */
export interface SampleRequest {
  id: string;
  method: string;
  url: string;
  headers: [name: string, value: string][];
  json?: unknown;
  form?: FormPart[];
}

/** Values for a sample where the declared example names data that this server does not have. */
export interface SampleValues {
  /** The user token it is sent with. */
  userToken?: string;
  /** Parameters by name. Those of the query are sent even if they are optional. */
  parameters?: Record<string, unknown>;
  /** The whole body. */
  body?: unknown;
  /** Texts of a form; null leaves one out. */
  form?: Record<string, string | null>;
}

/** An example of a parameter that this server understands. */
export function parameterExample({ name, schema }: Parameter, values?: SampleValues): unknown {
  const known = values?.parameters?.[name];
  if (known !== undefined) return known;
  const declared = schema.enum?.[0] ?? schema.examples?.[0] ?? schema.default;
  if (declared !== undefined) return toCome(declared);
  // An id of the demo business exists for everything it has.
  if (/(^|_)(id|ids)$/.test(name)) return 1;
  if ([schema.type].flat().includes('string') && /date|^from$|^till$|^to$|_after$|_before$/.test(name)) {
    return inDays(/end|till|^to$|_to$|before/.test(name) ? 8 : 1);
  }
  return exampleOf(schema, { name });
}

/** Documents show examples in the present week, part of which is over. Samples use the next week. */
const toCome = (example: unknown) => moveDates(example, 7, inDays(0));

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Whether a parameter appears in samples and is filled in in forms. */
export const isSent = (parameter: Parameter, values?: SampleValues): boolean =>
  parameter.in === 'path' || parameter.required || values?.parameters?.[parameter.name] !== undefined;

/** The example body of a request, as the samples send it. Undefined if the operation takes no body. */
export function sampleBody(entry: Entry, operation: Documented, values?: SampleValues): unknown {
  if (entry.operation.method === 'GET') return undefined;
  const body = contentOf(operation.requestBody);
  if (!body || body.type === 'multipart/form-data') return undefined;
  return values?.body ?? toCome(body.example);
}

/** The example request of an operation: its required input, with values that exist on this server. */
export function sampleRequest(entry: Entry, operation: Documented, target: SampleServer): SampleRequest {
  const { surface } = entry;
  const { values } = target;
  const parameters = parametersOf(entry, operation);
  const path = entry.operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((candidate) => candidate.in === 'path' && candidate.name === name);
    return encodeURIComponent(String(parameter ? parameterExample(parameter, values) : 1));
  });
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && isSent(parameter, values))
    .flatMap((parameter) => [parameterExample(parameter, values)].flat().map((value) => [parameter.name, value] as const))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  const json = sampleBody(entry, operation, values);
  const form = entry.operation.multipart ? formParts(entry, operation, values) : undefined;
  const authorization = authorizationOf(entry, target.credentials, values);
  return {
    id: operation.operationId,
    method: entry.operation.method,
    url: target.base + serverPath(surface, target.server) + path + (query.length ? `?${query.join('&')}` : ''),
    headers: [
      ['Accept', surface.mediaType ?? (entry.operation.success.body === 'stream' ? '*/*' : 'application/json')],
      ...(authorization ? [['Authorization', authorization] as [string, string]] : []),
      ...(json === undefined ? [] : [['Content-Type', 'application/json'] as [string, string]]),
    ],
    ...(json === undefined ? {} : { json }),
    ...(form ? { form } : {}),
  };
}

/**
 * The user token of a sample; undefined where it has none: where no user is asked for, and where a booking widget calls, which works
 * for people who have not signed in.
 */
export function userTokenOf({ surface, operation: { access } }: Entry, credentials?: Credentials, values?: SampleValues) {
  if (!access.partner || access.user === 'none') return undefined;
  if (values?.userToken !== undefined) return values.userToken;
  if (surface.name === 'public' && access.user === 'optional') return undefined;
  return credentials ? (surface.name === 'public' ? credentials.clientToken : credentials.userToken) : '<user_token>';
}

/** The Authorization header of an operation. Undefined if the operation needs none. */
function authorizationOf(entry: Entry, credentials?: Credentials, values?: SampleValues): string | undefined {
  if (!entry.operation.access.partner) return undefined;
  const partner = `Bearer ${credentials?.partnerToken ?? '<partner_token>'}`;
  const user = userTokenOf(entry, credentials, values);
  return user ? `${partner}, User ${user}` : partner;
}

/** A PNG of one pixel. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';

const isFile = (name: string, schema: Schema) => schema.format === 'binary' || name === 'file' || name === 'image';

/** The parts of a form: the texts first, as the server wants them before the files. */
function formParts(entry: Entry, operation: Documented, values?: SampleValues): FormPart[] {
  const body = contentOf(operation.requestBody);
  const { schema } = resolve(documentOf(entry.surface), body?.schema ?? {});
  const fields = Object.entries(schema.properties ?? {});
  return [
    ...fields
      .filter(([name, field]) => !isFile(name, field))
      .flatMap(([name, field]) => {
        const value = values?.form?.[name];
        return value === null ? [] : [{ name, value: value ?? String(exampleOf(field, { name })) }];
      }),
    ...fields
      .filter(([name, field]) => isFile(name, field))
      .map(([name]) =>
        name === 'image'
          ? { name, fileName: 'photo.png', contentType: 'image/png', content: pixel, isBase64: true }
          : { name, fileName: 'note.txt', contentType: 'text/plain', content: 'Prefers mornings', isBase64: false },
      ),
  ];
}
