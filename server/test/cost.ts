import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import qs from 'qs';
import { beforeAll, expect, test } from 'vitest';
import { exampleOf } from '../src/api/openapi/example.ts';
import type { Operation } from '../src/api/operation.ts';
import { surfaces } from '../src/surfaces/index.ts';
import { type Built, mockPath, titled } from './every-operation.ts';
import { testServer } from './harness.ts';
import { heldBuffers, heldHeap } from './memory.ts';
import { formBodies, shapelessBodies, shapelessQueries, type WorstInput, type WorstQuery, worstBodies } from './worst-input.ts';

/** Milliseconds of processor time that an answer may take. */
const most = 100;
/** Bytes of memory that may stay in use after a walk: code that was compiled meanwhile, and what is remembered of the database. */
const mayStay = 24 * 1024 * 1024;
/** Bytes of a body where its operation says nothing else, and characters of an address. */
const [usualBody, longestAddress] = [256 * 1024, 8192];

/** COST=all sends everything, which takes half an hour; without it what is most different. */
const isSent = ({ isRare }: { isRare?: boolean }) => process.env.COST === 'all' || !isRare;

interface Sent {
  method: string;
  /** below the root of the server */
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Sends a request as it is. @returns the status */
async function send({ method, path, headers, body }: Sent): Promise<number> {
  const { url } = await testServer();
  return new Promise((resolve, reject) => {
    const sent = request(url + path, {
      method,
      agent,
      headers: { 'x-forwarded-for': someAddress(), ...headers, ...(body ? { 'content-length': String(body.length) } : {}) },
    });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode as number));
      answer.on('error', reject);
    });
    sent.end(body);
  });
}

/** Every request comes from somebody else: failed logins count by address. */
const someAddress = () => `10.${[1, 2, 3].map(() => Math.floor(Math.random() * 250)).join('.')}`;

/** What an answer took. */
interface Cost {
  status: number;
  /** of the processor */
  milliseconds: number;
}

/**
 * Measures what a request takes of the processor, that of sending it from here included. Other threads count in one measure and waiting for
 * the processor in the other, so the smaller one is taken; and the best of five, for the same takes longer on a busy machine.
 */
async function costOf(sent: Sent): Promise<Cost> {
  let best: Cost | undefined;
  for (let round = 0; round < 5; round++) {
    const [before, loop] = [process.cpuUsage(), performance.eventLoopUtilization()];
    const status = await send(sent);
    const { user, system } = process.cpuUsage(before);
    const milliseconds = Math.min((user + system) / 1000, performance.eventLoopUtilization(loop).active);
    if (!best || milliseconds < best.milliseconds) best = { status, milliseconds };
    if (status >= 500) return { status, milliseconds };
    if (milliseconds < most) break;
  }
  return best as Cost;
}

/** @returns what is wrong about the answer, or nothing */
async function faultOf(name: string, sent: Sent): Promise<string[]> {
  const { status, milliseconds } = await costOf(sent);
  return milliseconds < most && status < 500 ? [] : [`${name}: ${status} after ${Math.round(milliseconds)} ms`];
}

/** Where and as whom an operation is called. */
interface Target extends Built {
  path: string;
  query: Record<string, unknown>;
  headers: Record<string, string>;
  /** One that it takes. */
  body: unknown;
}

const withQuery = (path: string, query: string) => (query ? `${path}?${query}` : path);
const headersOf = ({ surface }: Built, authorization: string): Record<string, string> => ({
  authorization,
  ...(surface.mediaType ? { accept: surface.mediaType } : {}),
});

/** Every operation that is declared, built or not, as its mock is called. */
const mocks: Target[] = surfaces({} as never).flatMap((surface) =>
  surface.operations
    .filter(({ webhook }) => !webhook)
    .map((operation) => ({
      surface,
      operation,
      path: mockPath({ surface, operation }),
      query: operation.query ? (exampleOf(operation.query, { onlyRequired: true }) as Record<string, unknown>) : {},
      headers: headersOf({ surface, operation }, 'Bearer any, User any'),
      body: operation.example?.body ?? (operation.body ? exampleOf(operation.body) : {}),
    })),
);

const limitOf = ({ bodyLimit }: Operation) => bodyLimit ?? usualBody;

const bodyTo = ({ operation, path, query, headers }: Target, { type, make }: WorstInput): Sent => ({
  method: operation.method,
  path: withQuery(path, qs.stringify(query)),
  headers: { ...headers, 'content-type': type },
  body: make(),
});

const queryTo = ({ operation, path, headers }: Target, { text }: WorstQuery): Sent => ({
  method: operation.method,
  path: withQuery(path, text),
  headers,
});

/** Tests that the memory in use is what it was before the tests of this file. @param prepare does what is remembered for ever */
function expectMemoryBack(prepare: () => Promise<void>): () => void {
  let before: number;
  beforeAll(async () => {
    await prepare();
    before = heldHeap() + heldBuffers();
  }, 300_000);
  return () =>
    test('the memory in use is what it was before', () => {
      expect(heldHeap() + heldBuffers() - before).toBeLessThan(mayStay);
    });
}

const takesBody = ({ operation: { method, body, multipart } }: Built) => method !== 'GET' && body !== undefined && !multipart;

/** Compiles what an operation compiles at its first requests, a refused one and others. */
async function warmUp(target: Target): Promise<void> {
  for (const text of ['0', JSON.stringify(target.body)])
    await send(bodyTo(target, { name: 'first', type: 'application/json', make: () => Buffer.from(text) }));
}

/** Sends an operation its worst bodies. */
async function tryBodies(target: Target): Promise<void> {
  const { operation, body } = target;
  const faults: string[] = [];
  for (const input of worstBodies(operation, body, limitOf(operation))) {
    if (isSent(input)) faults.push(...(await faultOf(input.name, bodyTo(target, input))));
  }
  expect(faults).toEqual([]);
}

/** Walks the mocks of the operations that take a body. */
export function walkMocks(isWalked: (built: Built) => boolean): void {
  const walked = mocks.filter((target) => takesBody(target) && isWalked(target));
  const testMemory = expectMemoryBack(async () => {
    for (const target of walked) await warmUp(target);
  });
  test.each(walked.map((target) => [titled(target)[0], target] as const))(
    'the mock of %s answers its worst bodies soon',
    (_, target) => tryBodies(target),
  );
  testMemory();
}

/** Sends what no schema has to do with, to an operation of every limit and kind. */
export function walkReaders(): void {
  const kinds = new Map<string, Target>();
  for (const target of mocks) {
    const { operation } = target;
    if (operation.method === 'GET') continue;
    const kind = operation.multipart ? 'takes files' : operation.body ? `takes ${limitOf(operation)} bytes` : 'takes no body';
    if (!kinds.has(kind)) kinds.set(kind, target);
  }
  const testMemory = expectMemoryBack(async () => {
    for (const target of kinds.values()) await warmUp(target);
  });
  test.each([...kinds])('what %s refuses what is no body of it soon', async (_, target) => {
    const { operation } = target;
    const limit = limitOf(operation);
    const faults: string[] = [];
    for (const input of [...shapelessBodies(limit), ...formBodies(operation, limit)])
      faults.push(...(await faultOf(input.name, bodyTo(target, input))));
    expect(faults).toEqual([]);
  });
  test('a query that nobody asked for costs nothing', async () => {
    const target = mocks.find(({ operation }) => operation.id === 'get_client') as Target;
    const faults: string[] = [];
    for (const input of shapelessQueries(longestAddress - target.path.length - 1))
      faults.push(...(await faultOf(input.name, queryTo(target, input))));
    expect(faults).toEqual([]);
  });
  testMemory();
}
