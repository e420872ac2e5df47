import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { instrument, type Mutant } from './instrument.ts';
import { type Room, rooms } from './rooms.ts';
import { type Outcome, Tests } from './tests.ts';

const server = join(import.meta.dirname, '..');
const source = join(server, 'src');
const reports = join(server, '../.mutants');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    room: { type: 'string', multiple: true, default: [] },
    since: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string', default: 'foyer' },
    again: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '1' },
  },
});

/** A fault with its result. `unreached` if no test runs its code. */
interface Judged extends Mutant {
  outcome: Outcome | { status: 'unreached' };
}

/** Why a fault that survives is none: `npm run mutants` says so instead of asking for a test. */
interface Reason extends Pick<Mutant, 'file' | 'original' | 'replacement'> {
  reason: string;
}
const reasons = JSON.parse(readFileSync(join(import.meta.dirname, 'reasons.json'), 'utf8')) as Reason[];
const reasonOf = (mutant: Mutant) =>
  reasons.find(
    ({ file, original, replacement }) =>
      file === mutant.file && original === mutant.original && replacement === mutant.replacement,
  )?.reason;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const find = (patterns: string[]) => globSync(patterns, { cwd: source }).sort();

/** The same for a seed, even if other parts of the file change. */
const rank = ({ file, original, replacement, column }: Mutant) =>
  createHash('sha256').update([values.seed, file, original, replacement, column].join('\n')).digest('hex');

const sampled = (mutants: Mutant[], count: number) =>
  mutants.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1)).slice(0, count);

const isSame = (one: Mutant, other: Mutant) => rank(one) === rank(other);
const isMissed = ({ outcome }: Judged) => outcome.status === 'survived' || outcome.status === 'unreached';
/** On a busy machine, a test may also take too long without a fault. */
const isDoubtful = (judged: Judged) => isMissed(judged) || judged.outcome.status === 'timeout';

/** The results of the last run of a room with this seed. */
function lastRun(title: string): Judged[] {
  const { seed, mutants } = JSON.parse(readFileSync(join(reports, `${title}.json`), 'utf8')) as {
    seed: string;
    mutants: Judged[];
  };
  if (seed !== values.seed) throw new Error(`The last run of ${title} had the seed ${seed}.`);
  return mutants;
}

/**
 * Switches on the faults of some rules one after the other, and reports the results.
 * @param known results that are reported without another run
 */
async function judge(
  title: string,
  room: Room,
  choose: (mutants: Mutant[]) => Mutant[],
  known: readonly Judged[] = [],
): Promise<void> {
  const began = Date.now();
  const { code, mutants } = await instrument(source, find(room.rules));
  const chosen = choose(mutants);
  if (!chosen.length) return say(`${title}: there is nothing to change.`);
  const tests = await Tests.open(
    find(room.tests).map((file) => join(source, file)),
    code,
  );
  const judgedMutants = new Map<Mutant, Judged['outcome']>();
  const seen = (mutant: Mutant, outcome: Judged['outcome']) => {
    judgedMutants.set(mutant, outcome);
    say(`  ${judgedMutants.size}/${chosen.length} ${outcome.status} ${describe(mutant)}`);
  };
  try {
    const baseline = await tests.baseline();
    for (const name of baseline.unreliable) say(`  fails without a fault, left out: ${name}`);
    say(`${title}: ${chosen.length} of ${mutants.length} faults, ${baseline.tests.length} tests`);
    const whileRunning = chosen.filter(({ id }) => baseline.reached.has(id));
    const survivors: Mutant[] = [];
    await tests.whileRunning(whileRunning, baseline, (mutant, outcome) => {
      // Code that is reached only once may have cached its result before.
      if (outcome.status === 'survived' && baseline.once.has(mutant.id)) survivors.push(mutant);
      else seen(mutant, outcome);
    });
    const fromTheStart = chosen.filter(({ id }) => baseline.once.has(id) && !baseline.reached.has(id));
    for (const mutant of [...survivors, ...fromTheStart]) seen(mutant, await tests.fromTheStart(mutant, baseline));
    for (const mutant of chosen.filter((one) => !judgedMutants.has(one))) seen(mutant, { status: 'unreached' });
  } finally {
    await tests.close();
  }
  report(
    title,
    [...known, ...chosen.map((mutant) => ({ ...mutant, outcome: judgedMutants.get(mutant) as Judged['outcome'] }))],
    (Date.now() - began) / 1000,
  );
}

const describe = ({ file, line, column, mutator, original, replacement }: Mutant) =>
  `${file}:${line}:${column} ${mutator}: ${original} → ${replacement}`;

function report(title: string, mutants: Judged[], seconds: number): void {
  const count = (status: string) => mutants.filter(({ outcome }) => outcome.status === status).length;
  const noticed = count('killed') + count('timeout');
  const missed = mutants.filter(isMissed);
  const explained = missed.filter((mutant) => reasonOf(mutant) !== undefined);
  const lines = missed
    .toSorted((one, other) => one.file.localeCompare(other.file) || one.line - other.line)
    .map((mutant) => {
      const reason = reasonOf(mutant);
      return `${describe(mutant)}${mutant.outcome.status === 'unreached' ? ' (no test reaches it)' : ''}${reason ? ` (reason: ${reason})` : ''}`;
    });
  mkdirSync(reports, { recursive: true });
  writeFileSync(join(reports, `${title}.json`), `${JSON.stringify({ seed: values.seed, seconds, mutants }, null, 2)}\n`);
  writeFileSync(join(reports, `survivors-${title}.txt`), lines.map((line) => `${line}\n`).join(''));
  say(
    [
      `${title}: score ${((100 * noticed) / mutants.length).toFixed(1)} % of ${mutants.length} faults (${count('killed')} killed, ${count('timeout')} timed out,`,
      `${count('survived')} survived, ${count('unreached')} reached by no test; ${explained.length} with a reason), ${Math.round(seconds)} s`,
    ].join(' '),
  );
  for (const line of lines) say(`  ${line}`);
}

/** The tests of a file: those of its rooms, and those beside it. */
function roomOf(file: string): Room {
  const own = Object.values(rooms).filter(({ rules }) => find(rules).includes(file));
  const beside = `${dirname(file)}/*.test.ts`;
  return { rules: [file], tests: [...new Set([...own.flatMap(({ tests }) => find(tests)), ...find([beside])])] };
}

/** The rules that changed since a commit, with the lines that are new or different. */
function changedSince(revision: string): Map<string, Set<number>> {
  const git = ['diff', '--unified=0', '--no-color', '--relative', revision, '--', '.'];
  const text = execFileSync('git', git, { cwd: source, encoding: 'utf8', maxBuffer: 1e9 });
  const changed = new Map<string, Set<number>>();
  let lines = new Set<number>();
  for (const line of text.split('\n')) {
    const file = /^\+\+\+ b\/(.+)/.exec(line)?.[1];
    if (file) {
      lines = new Set();
      if (isRule(file)) changed.set(file, lines);
    }
    const [, from, count = '1'] = /^@@ \S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (from) for (let at = 0; at < Number(count); at++) lines.add(Number(from) + at);
  }
  return changed;
}

const isRule = (file: string) =>
  file.endsWith('.ts') &&
  !/\.test\.ts$|\/(operations|present|schemas|tables|published)[^/]*$|\/(wire|data)\//.test(file) &&
  file.startsWith('domains/') &&
  existsSync(join(source, file));

/** Runs a room in its own process. @returns whether it succeeded */
async function inProcess(title: string): Promise<boolean> {
  const args = [...process.execArgv, import.meta.filename, '--room', title, '--seed', values.seed];
  if (values.sample) args.push('--sample', values.sample);
  if (values.again) args.push('--again');
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const [code] = await once(child, 'close');
  return code === 0;
}

if (values.since !== undefined) {
  for (const [file, lines] of changedSince(values.since)) {
    await judge(file.replaceAll('/', '-'), roomOf(file), (mutants) =>
      mutants.filter(({ line, endLine }) => [...lines].some((at) => at >= line && at <= endLine && endLine - line < 20)),
    );
  }
} else if (positionals.length) {
  for (const name of positionals) {
    const file = name.replace(/^(server\/)?src\//, '');
    if (!existsSync(join(source, file))) throw new Error(`There is no file ${name}. Name it from server/, as src/domains/…`);
    await judge(file.replaceAll('/', '-'), roomOf(file), (mutants) =>
      values.sample ? sampled(mutants, Number(values.sample)) : mutants,
    );
  }
} else if (values.room.length === 1) {
  const [title] = values.room as [string];
  const room = rooms[title];
  if (!room) throw new Error(`There is no room ${title}. Rooms: ${Object.keys(rooms).join(', ')}`);
  const last = values.again ? lastRun(title) : [];
  await judge(
    title,
    room,
    (mutants) =>
      values.again
        ? mutants.filter((mutant) => last.some((each) => isDoubtful(each) && isSame(each, mutant)))
        : sampled(mutants, Number(values.sample ?? 60)),
    last.filter((each) => !isDoubtful(each)),
  );
} else {
  const waiting = values.room.length ? [...values.room] : Object.keys(rooms);
  const work = async () => {
    for (let title = waiting.shift(); title; title = waiting.shift()) if (!(await inProcess(title))) process.exitCode = 1;
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
}
