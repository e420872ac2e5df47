import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Schema } from '../src/api/openapi/example.ts';
import { compileAnswer, type Validate } from '../src/api/validation.ts';
import { burnPoints } from '../src/domains/loyalty-transactions/burning.ts';
import { sumCounts } from '../src/domains/loyalty-transactions/counts.ts';
import { activateMemberships } from '../src/domains/memberships/activation.ts';
import { followLevels } from '../src/domains/redemption/levels.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { type Built, builtOperations, callBuilt, pictureForm } from './every-operation.ts';
import { anywhere, type Base, baseOf, openFuzzedWorld } from './fuzz-bases.ts';
import { type Change, changed, changes, fieldsOf, jsonOf, pathValue } from './fuzz-values.ts';
import { type Answer, onPostgres, openShop, testDatabase } from './harness.ts';
import { rowsOfBusiness } from './rows.ts';
import { destroys, keyOf, pathIn, type World } from './world.ts';

/** The part of a request that is fuzzed. */
type Part = 'body' | 'form' | 'query' | 'path';

interface Trial {
  built: Built;
  part: Part;
}

const parameters = ({ operation }: Built): string[] =>
  [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);

const partsOf = (built: Built): Part[] => {
  const { method, multipart, query } = built.operation;
  // fetch sends no body with a GET.
  const body = method !== 'GET' && built.operation.body;
  return [
    ...(body && !multipart ? (['body'] as const) : []),
    ...(body ? (['form'] as const) : []),
    ...(query ? (['query'] as const) : []),
    ...(parameters(built).length ? (['path'] as const) : []),
  ];
};

const trials: Trial[] = builtOperations.flatMap((built) => partsOf(built).map((part) => ({ built, part })));

/** How many times as many requests a part gets as another. */
const weights: Record<Part, number> = { body: 6, form: 3, query: 5, path: 1 };
/** Hashing a password takes as long as fifty other requests. */
const weightOf = ({ built, part }: Trial) => weights[part] / (/\/(auth|password)$/.test(built.operation.path) ? 6 : 1);
const weightOfAll = trials.reduce((sum, trial) => sum + weightOf(trial), 0);

const requests = Number(process.env.FUZZ_RUNS ?? 1000);
/** The number of requests of the whole run, and the seed: the same seed makes the same changes. */
const settings = { requests, seed: Number(process.env.FUZZ_SEED ?? Date.now() % 1e6), isLong: requests > 20_000 };

const runsOf = (trial: Trial) => Math.ceil((settings.requests * weightOf(trial)) / weightOfAll);

/** The seed of an operation. */
const seedOf = (key: string) => [...key].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, settings.seed);

/** The operation in its document, and the declared schemas of its answers by status. */
const documents = new Map<string, { paths: Record<string, Record<string, Documented>>; components: object }>();
interface Documented {
  responses: Record<string, { $ref?: string }>;
}
function documented({ surface, operation }: Built) {
  let document = documents.get(surface.name);
  if (!document) {
    document = JSON.parse(readFileSync(new URL(`../../openapi/${surface.name}.json`, import.meta.url), 'utf8'));
    documents.set(surface.name, document as NonNullable<typeof document>);
  }
  return document?.paths[operation.path]?.[operation.method.toLowerCase()] as Documented;
}

const checkers = new Map<string, Validate>();
/** How a refusal must look, by its status. */
function refusalOf(status: number): Validate {
  const name = status === 422 ? 'ValidationError' : 'Error';
  let checker = checkers.get(name);
  if (!checker) {
    const { components } =
      documents.get('b2b-v1') ?? JSON.parse(readFileSync(new URL('../../openapi/b2b-v1.json', import.meta.url), 'utf8'));
    checker = compileAnswer({ $ref: `#/components/schemas/${name}`, components });
    checkers.set(name, checker);
  }
  return checker;
}

/** Statuses that any request may get: unreadable, not found, too large or too many. */
const anyones = [400, 404, 413, 414, 429, 431];

/** The problems of an answer. */
function faultOf(answer: Answer, built: Built, part: Part): string | undefined {
  const { status, body, meta } = answer;
  const { success } = built.operation;
  if (status >= 500) return 'fails';
  // A changed path may be another operation's.
  if (status < 300) return status === success.status || part === 'path' ? undefined : 'succeeds with an undeclared status';
  if (status < 400) return 'is no refusal';
  if (!anyones.includes(status) && !documented(built).responses[status]) return 'refuses with an undeclared status';
  const check = refusalOf(status);
  if (!check(body)) return `is not as declared: ${JSON.stringify(check.errors?.slice(0, 2))}`;
  if ((status === 422 || (status === 400 && part !== 'path')) && !Object.keys(meta.errors ?? {}).length) return 'names no field';
  if (/\b(select|insert|update) .* (from|into|set) |node_modules|\.ts:/i.test(JSON.stringify(body)))
    return 'shows what is inside';
  return undefined;
}

interface Sent {
  path: string;
  text?: string | FormData;
  type?: string;
}

/** A request of an operation with something changed in it. */
function requestOf({ built, part }: Trial, base: Base, given: Change[]): Sent {
  const { operation } = built;
  const change = given[0] as Change;
  const pathChanges = Object.fromEntries(
    part === 'path'
      ? given.slice(0, 2).map((each) => {
          const names = parameters(built);
          const name = names[each.place % names.length] as string;
          const value = pathValue(each, operation.params.properties[name] ?? {}, name);
          return [`${operation.tag}.${name}`, value];
        })
      : [],
  );
  const query = part === 'query' ? changed(operation.query as Schema, base.query, given) : base.query;
  const odd =
    part === 'query' && change.how % 10 === 0
      ? ['&=', '&%', '&a[b]=%ED%A0%80', '&%00=1', '&a[__proto__][b]=1'][change.which % 5]
      : '';
  const path = `${pathIn(built, base.ids, pathChanges)}?${fieldsOf(query)}${odd}`.slice(0, 8000);
  if (operation.multipart) {
    const { location_id: company_id, service_id, team_member_id: master_id, image_group_id } = base.ids;
    const fields = { company_id, service_id, master_id, image_group_id };
    const form = pictureForm(
      part === 'form' ? ((changed(operation.body as Schema, fields, given) ?? {}) as object as Record<string, unknown>) : fields,
    );
    form.append('file', new Blob(['text']), 'text.txt');
    return { path, text: form };
  }
  if (base.body === undefined) return { path };
  if (part !== 'form') {
    const body = part === 'body' ? changed(operation.body as Schema, base.body, given) : base.body;
    return { path, text: jsonOf(body), type: 'application/json' };
  }
  return { path, text: fieldsOf(changed(operation.body as Schema, base.body, given)), type: 'application/x-www-form-urlencoded' };
}

function send(built: Built, { path, text, type }: Sent, authorization: string): Promise<Answer> {
  return callBuilt(built, path, {
    authorization,
    ...(text === undefined ? {} : { rawBody: text }),
    headers: {
      ...(type ? { 'content-type': type } : {}),
      ...anywhere(),
    },
  });
}

/** A world that one trial at a time changes. */
interface Lane {
  world: World;
}

/** Long runs try several operations at once: on a busy machine a request waits more than it works. */
const lanes = settings.isLong ? 5 : 1;

/** Data that the files of a worker share, because opening a world takes as long as a hundred requests. */
interface Ground {
  free: Lane[];
  waiting: ((lane: Lane) => void)[];
  /** Businesses that no test writes to: one of the same integration, and one of another. */
  others: Pick<World, 'shop'>[];
  before: string[];
}

async function openGround(): Promise<Ground> {
  const free: Lane[] = [];
  for (let lane = 0; lane < lanes; lane++) free.push({ world: await openFuzzedWorld() });
  const { partner } = (free[0] as Lane).world.shop;
  const others = [{ shop: await openShop({ partner }) }, await openFuzzedWorld()];
  await settle();
  return { free, waiting: [], others, before: await Promise.all(others.map(({ shop }) => rowsOfBusiness(shop))) };
}

/**
 * Does what jobs do in all businesses. Other tests run these jobs at the same time on a PostgreSQL server: now they find nothing here, and the
 * rows stay as they are.
 */
async function settle(): Promise<void> {
  const { db } = await testDatabase();
  for (const job of [activateMemberships, burnPoints, followLevels, sumCounts]) await job(beginAlone(db));
}

let shared: Promise<Ground> | undefined;
let ground: Ground;
const made = { requests: 0, statuses: {} as Record<number, number> };

/** Tests a part of the operations with invalid input. */
export function fuzz(title: string, pick: (trial: Trial) => unknown): void {
  const picked = trials.filter(pick);
  let done = 0;
  beforeAll(async () => {
    ground = await (shared ??= openGround());
  }, 3_600_000);
  afterAll(expectOthersAsBefore);
  const rows = picked.map((trial) => [`${keyOf(trial.built)}, ${trial.part}`, trial] as const);
  const options = { timeout: 7_200_000, concurrent: settings.isLong };
  test.each(rows)('%s never fails, refuses as declared, and writes nothing when it refuses', options, async (key, trial) => {
    const { free, waiting } = ground;
    const lane = free.pop() ?? (await new Promise<Lane>((resolve) => waiting.push(resolve)));
    try {
      await tryOut(trial, key, lane);
    } catch (error) {
      report(`${title}: ${key} fails: ${String((error as Error).message).slice(0, 3000)}`);
      throw error;
    } finally {
      const next = waiting.shift();
      if (next) next(lane);
      else free.push(lane);
      report(`${title}: ${++done} of ${picked.length}, ${key}`);
    }
  });
}

/** Long runs show how far they are. */
function report(where: string): void {
  if (!settings.isLong) return;
  const line = `${new Date().toISOString()} seed ${settings.seed}, ${where}; ${made.requests} requests ${JSON.stringify(made.statuses)}\n`;
  process.stderr.write(line);
}

/** Checks that the unchanged request succeeds. Uses a new world if the last one has changed too much. */
async function expectToSucceed(built: Built, lane: Lane, isNew = false): Promise<void> {
  const base = await baseOf(lane.world, built);
  const answer = await send(built, requestOf({ built, part: 'body' }, base, []), base.authorization);
  if (answer.status === built.operation.success.status) return;
  if (isNew) throw new Error(`The unchanged request is refused: ${answer.status} ${JSON.stringify(answer.body)}`);
  lane.world = await openFuzzedWorld();
  await expectToSucceed(built, lane, true);
}

/** How often the operation is tried before its unchanged request must succeed again. */
const runsOfAWorld = 100;
/** Rows are compared after this many requests, because comparing takes longer than most refusals. */
const compareEvery = settings.isLong ? 10 : 1;

async function tryOut(trial: Trial, key: string, lane: Lane): Promise<void> {
  const { built, part } = trial;
  const isDestructive = destroys(built);
  const faults: string[] = [];
  let own = '';
  const attempt = async (base: Base, sent: Sent, compares: boolean) => {
    if (compares && (base.isNew || !own)) own = await rowsOfBusiness(lane.world.shop);
    const answer = await send(built, sent, base.authorization);
    made.requests++;
    made.statuses[answer.status] = (made.statuses[answer.status] ?? 0) + 1;
    let after = compares ? await rowsOfBusiness(lane.world.shop) : '';
    let wrote = answer.status >= 400 && after !== own && compares;
    if (wrote && onPostgres()) {
      // A job of all businesses, which another test runs at the same time, may have written. It does so once.
      const before = after;
      await send(built, sent, base.authorization);
      after = await rowsOfBusiness(lane.world.shop);
      wrote = after !== before;
    }
    const fault = faultOf(answer, built, part) ?? (wrote ? 'refuses, and writes' : undefined);
    if (fault) faults.push(describeFault(fault, built, sent, answer));
    own = after;
    return answer;
  };
  for (const [index, given] of fc.sample(changes, { seed: seedOf(key), numRuns: runsOf(trial) }).entries()) {
    if (index % runsOfAWorld === 0 && !isDestructive) {
      await expectToSucceed(built, lane);
      own = '';
    }
    const base = await baseOf(lane.world, built);
    const answer = await attempt(base, requestOf(trial, base, given), index % compareEvery === 0);
    if (isDestructive && answer.status < 300) {
      lane.world = await openFuzzedWorld();
      own = '';
    }
  }
  if (part === 'body') {
    const base = await baseOf(lane.world, built);
    for (const text of ['{', 'nonsense', '{"a":1}}', '\u0000', '{"__proto__": {"a": 1}}']) {
      const { status } = await attempt(base, { ...requestOf(trial, base, []), text }, true);
      if (status < 400) faults.push(`takes ${JSON.stringify(text)}, which is no JSON`);
    }
  }
  // The object to delete still exists.
  if (isDestructive && (part === 'body' || settings.isLong)) {
    await expectToSucceed(built, lane);
    lane.world = await openFuzzedWorld();
  }
  expect(faults.slice(0, 8), `FUZZ_SEED=${settings.seed}`).toEqual([]);
  // On a PostgreSQL server it takes longer than the requests, so it is done once for a file.
  if (!onPostgres()) await expectOthersAsBefore();
}

async function expectOthersAsBefore(): Promise<void> {
  expect(await Promise.all(ground.others.map(({ shop }) => rowsOfBusiness(shop))), 'what is of others').toEqual(ground.before);
}

const describeFault = (fault: string, { operation }: Built, { path, text }: Sent, { status, body }: Answer): string =>
  `${fault}: ${operation.method} ${path.slice(0, 600)} ${typeof text === 'string' ? text.slice(0, 900) : ''} → ${status} ${JSON.stringify(body)?.slice(0, 400)}`;
