import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import qs from 'qs';
import { beforeAll, expect, test } from 'vitest';
import { exampleOf } from '../src/api/openapi/example.ts';
import type { Operation } from '../src/api/operation.ts';
import { surfaces } from '../src/surfaces/index.ts';
import { type Built, builtOperations, mockPath, titled } from './every-operation.ts';
import { testServer } from './harness.ts';
import { heldBuffers, heldHeap } from './memory.ts';
import { bodyOf, callerOf, destroys, openWorld, pathIn, queryOf, type World } from './world.ts';
import {
  formBodies,
  multipartBodies,
  shapelessBodies,
  shapelessQueries,
  type WorstInput,
  type WorstQuery,
  worstBodies,
  worstQueries,
} from './worst-input.ts';

/** Bytes of memory that may stay in use after a walk: compiled code and cached data of the database. */
const mayStay = 24 * 1024 * 1024;
/** The size limit of a body in bytes, if its operation declares none, and of a URL in characters. */
const [usualBody, longestAddress] = [256 * 1024, 8192];

/** COST=all sends everything, which takes half an hour. Otherwise only the most different bodies are sent. */
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

/** Every request comes from another address, because failed logins count by address. */
const someAddress = () => `10.${[1, 2, 3].map(() => Math.floor(Math.random() * 250)).join('.')}`;

/** The cost of an answer. */
interface Cost {
  status: number;
  /** of the processor */
  milliseconds: number;
}

/** The processor time of this thread in milliseconds. Only Linux has it; elsewhere it is the time of the whole process. */
function processorTime(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}

/** The slowness of this machine compared to the one on which the limits were set; 1 on faster ones. */
function slowness(): number {
  const text = JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, name: `Client ${id}`, phone: `+1315555${id}` })));
  const times = Array.from({ length: 10 }, () => {
    const before = processorTime();
    JSON.parse(text);
    return processorTime() - before;
  });
  return Math.max(1, Math.min(...times) / 12);
}

/** The processor time that an answer may take, in milliseconds. */
const most = 100 * slowness();
/** The same for a form with files, because a piece of 64 KB is split before its parts are counted. */
const mostOfUpload = 2 * most;

/**
 * Measures the time that a request takes of the thread that serves all requests, including the time for sending it from here. The database
 * has its own limits. The best of five runs counts, because a busy machine slows runs down.
 */
async function costOf(sent: Sent): Promise<Cost> {
  let best: Cost | undefined;
  for (let round = 0; round < 5; round++) {
    const before = processorTime();
    const status = await send(sent);
    const milliseconds = processorTime() - before;
    if (!best || milliseconds < best.milliseconds) best = { status, milliseconds };
    if (status >= 500) return { status, milliseconds };
    if (milliseconds < most) break;
  }
  return best as Cost;
}

/** @returns the problem of the answer, if any */
async function faultOf(name: string, sent: Sent, { bodyLimit, multipart }: Operation): Promise<string[]> {
  const { status, milliseconds } = await costOf(sent);
  // Large but valid work may take its time. test/event-loop.ts checks that nobody waits for it.
  const isWork = bodyLimit !== undefined && status < 300;
  return (milliseconds < (multipart ? mostOfUpload : most) || isWork) && status < 500
    ? []
    : [`${name}: ${status} after ${Math.round(milliseconds)} ms`];
}

/** The path and the caller of an operation. */
interface Target extends Built {
  path: string;
  query: Record<string, unknown>;
  headers: Record<string, string>;
  /** A valid body. */
  body: unknown;
}

const withQuery = (path: string, query: string) => (query ? `${path}?${query}` : path);
const headersOf = ({ surface }: Built, authorization: string): Record<string, string> => ({
  authorization,
  ...(surface.mediaType ? { accept: surface.mediaType } : {}),
});

/** Every operation that is declared, built or not, as its mock is called. */
const mocks: Target[] = surfaces.flatMap((surface) =>
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

/** An operation as it is called in a world. */
const inWorld = (world: World, built: Built): Target => ({
  ...built,
  path: built.surface.basePath + pathIn(built, world.ids),
  query: queryOf(built, world.ids),
  headers: headersOf(built, callerOf(world, built)),
  body: bodyOf(built, world.ids) ?? {},
});

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

/** Tests that the memory in use is the same as before the tests of this file. @param prepare fills caches that are kept for ever */
function expectMemoryBack(prepare: () => Promise<void>): () => void {
  let before: number;
  beforeAll(async () => {
    await prepare();
    before = heldHeap() + heldBuffers();
  }, 300_000);
  return () =>
    test('the memory in use is the same as before', () => {
      expect(heldHeap() + heldBuffers() - before).toBeLessThan(mayStay);
    });
}

const takesBody = ({ operation: { method, body, multipart } }: Built) => method !== 'GET' && body !== undefined && !multipart;

/** Sends an invalid body, so that the operation compiles its validators. */
const sendWrongBody = (target: Target) =>
  send(bodyTo(target, { name: 'first', type: 'application/json', make: () => Buffer.from('0') }));

/** Like sendWrongBody, but also for the code that writes answers. */
async function sendFirst(target: Target): Promise<void> {
  if (target.operation.method === 'GET') {
    await send(queryTo(target, { name: 'first', isRare: false, text: qs.stringify(target.query) }));
    return;
  }
  await sendWrongBody(target);
  await send(bodyTo(target, { name: 'second', type: 'application/json', make: () => Buffer.from(JSON.stringify(target.body)) }));
}

/** Sends an operation its worst bodies. */
async function tryBodies(target: Target): Promise<void> {
  const { operation, body } = target;
  const faults: string[] = [];
  for (const input of worstBodies(operation, body, limitOf(operation))) {
    if (isSent(input)) faults.push(...(await faultOf(input.name, bodyTo(target, input), operation)));
  }
  expect(faults).toEqual([]);
}

async function tryQueries(target: Target): Promise<void> {
  const { operation, query, path } = target;
  const faults: string[] = [];
  for (const input of worstQueries(operation, query, longestAddress - path.length - 1)) {
    if (isSent(input)) faults.push(...(await faultOf(input.name, queryTo(target, input), target.operation)));
  }
  expect(faults).toEqual([]);
}

/** Tests the mocks of the operations with a body. */
export function walkMocks(isWalked: (built: Built) => boolean): void {
  const walked = mocks.filter((target) => takesBody(target) && isWalked(target));
  const testMemory = expectMemoryBack(async () => {
    for (const target of walked) await sendFirst(target);
  });
  test.each(walked.map((target) => [titled(target)[0], target] as const))(
    'the mock of %s answers its worst bodies soon',
    (_, target) => tryBodies(target),
  );
  testMemory();
}

/** Tests the operations with a body. Those that delete come last. */
export function walkBodies(isWalked: (built: Built) => boolean): void {
  const walked = builtOperations
    .filter((built) => takesBody(built) && isWalked(built))
    .sort((a, b) => Number(destroys(a)) - Number(destroys(b)));
  let world: World;
  const testMemory = expectMemoryBack(async () => {
    world = await openWorld();
    for (const built of walked) await sendWrongBody(inWorld(world, built));
  });
  test.each(walked.map(titled))('%s answers its worst bodies soon', (_, built) => tryBodies(inWorld(world, built)));
  testMemory();
}

const hasQuery = ({ operation: { method, query, body } }: Built) => Boolean(query ?? (method === 'GET' && body));

/** Walks the queries of everything that has one. */
export function walkQueries(): void {
  const walked = builtOperations.filter((built) => hasQuery(built) && !destroys(built));
  let world: World;
  const testMemory = expectMemoryBack(async () => {
    world = await openWorld();
    for (const built of walked) await sendFirst(inWorld(world, built));
  });
  test.each(walked.map(titled))('%s answers its worst queries soon', (_, built) => tryQueries(inWorld(world, built)));
  testMemory();
}

/** Walks the queries of the mocks. */
export function walkMockQueries(): void {
  const walked = mocks.filter(hasQuery);
  const testMemory = expectMemoryBack(async () => {
    for (const target of walked) await sendFirst(target);
  });
  test.each(walked.map((target) => [titled(target)[0], target] as const))(
    'the mock of %s answers its worst queries soon',
    (_, target) => tryQueries(target),
  );
  testMemory();
}

/** Bytes of a form with files: more than any other body, and not all that it may have. */
const largeForm = 4 * 1024 * 1024;

/** Sends odd forms to operations with files. */
export function walkUploads(): void {
  const walked = builtOperations.filter(({ operation }) => operation.multipart);
  let world: World;
  const testMemory = expectMemoryBack(async () => {
    world = await openWorld();
  });
  test.each(walked.map(titled))('%s refuses odd forms soon', async (_, built) => {
    const target = inWorld(world, built);
    const faults: string[] = [];
    for (const input of multipartBodies(built.operation, largeForm))
      faults.push(...(await faultOf(input.name, bodyTo(target, input), built.operation)));
    expect(faults).toEqual([]);
  });
  testMemory();
}

/** Sends bodies that do not depend on a schema, to one operation of every limit and kind. */
export function walkReaders(): void {
  const kinds = new Map<string, Target>();
  for (const target of mocks) {
    const { operation } = target;
    if (operation.method === 'GET') continue;
    const kind = operation.multipart ? 'takes files' : operation.body ? `takes ${limitOf(operation)} bytes` : 'takes no body';
    if (!kinds.has(kind)) kinds.set(kind, target);
  }
  const testMemory = expectMemoryBack(async () => {
    for (const target of kinds.values()) await sendFirst(target);
  });
  test.each([...kinds])('%s soon refuses an invalid body', async (_, target) => {
    const { operation } = target;
    const limit = limitOf(operation);
    const faults: string[] = [];
    for (const input of [...shapelessBodies(limit), ...formBodies(operation, limit)])
      faults.push(...(await faultOf(input.name, bodyTo(target, input), operation)));
    expect(faults).toEqual([]);
  });
  test('a query with unknown parameters costs nothing', async () => {
    const target = mocks.find(({ operation }) => operation.id === 'get_client') as Target;
    const faults: string[] = [];
    for (const input of shapelessQueries(longestAddress - target.path.length - 1))
      faults.push(...(await faultOf(input.name, queryTo(target, input), target.operation)));
    expect(faults).toEqual([]);
  });
  testMemory();
}
