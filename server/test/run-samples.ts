import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createApp } from '../src/app.ts';
import { demoCredentials } from '../src/demo/accounts.ts';
import { seedDemo } from '../src/demo/demo.ts';
import { demoSample, needsMessage } from '../src/demo/samples.ts';
import { loadSigningKey } from '../src/domains/access/server-keys.ts';
import { readConfig } from '../src/platform/config.ts';
import { migrateDatabase, openEmbedded } from '../src/platform/database.ts';
import { diskStore } from '../src/platform/files.ts';
import { type Language, languages, pascalCase } from '../src/portal/languages.ts';
import { documented } from '../src/portal/model.ts';
import { type Entry, entriesOf } from '../src/portal/paths.ts';
import { renderSamples, type Sample } from '../src/portal/render-samples.ts';
import { sampleRequest } from '../src/portal/samples.ts';
import type { FindValues } from '../src/portal/site.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { surfaces } from '../src/surfaces/index.ts';

const run = promisify(execFile);

/** Executes the samples of a language: each sample unchanged, all of them in one process, which saves seconds. */
interface Runner {
  /** Whether the program is installed. */
  probe: Command;
  file: (id: string) => string;
  /** A program that executes files one after the other. */
  driver: { file: string; write: (files: string[]) => string };
  commands: Command[];
}

type Command = [program: string, ...args: string[]];

const javaScript = (ending: string): Runner => ({
  probe: ['node', '--version'],
  file: (id) => `${id}${ending}`,
  // The next one begins when nothing is left to do of the one before. Samples for a browser look for a file input.
  driver: {
    file: `run${ending}`,
    write: (files) => `globalThis.document = { querySelector: () => null };
const files = ${JSON.stringify(files)};
process.on('beforeExit', async () => {
  const file = files.shift();
  if (file) await import(\`./\${file}\`);
});`,
  },
  commands: [['node', `run${ending}`]],
});

const runners: Partial<Record<Language, Runner>> = {
  shell: {
    probe: ['curl', '--version'],
    file: (id) => `${id}.sh`,
    driver: { file: 'run.sh', write: (files) => files.map((file) => `sh ${file}`).join('\n') },
    commands: [['sh', 'run.sh']],
  },
  javascript: javaScript('.browser.mjs'),
  node: javaScript('.mjs'),
  python: {
    probe: ['python3', '-c', 'import requests'],
    file: (id) => `${id}.py`,
    driver: {
      file: 'run.py',
      write: (files) => `import runpy\nfor file in ${JSON.stringify(files)}:\n    runpy.run_path(file)\n`,
    },
    commands: [['python3', 'run.py']],
  },
  php: {
    probe: ['php', '-r', 'exit(function_exists("curl_init") ? 0 : 1);'],
    file: (id) => `${id}.php`,
    driver: { file: 'run.php', write: (files) => `<?php\nforeach (${JSON.stringify(files)} as $file) { include $file; }\n` },
    commands: [['php', 'run.php']],
  },
  ruby: {
    probe: ['ruby', '--version'],
    file: (id) => `${id}.rb`,
    driver: { file: 'run.rb', write: (files) => `${JSON.stringify(files)}.each { |file| load "./#{file}" }\n` },
    commands: [['ruby', 'run.rb']],
  },
  java: {
    probe: ['javac', '-version'],
    file: (id) => `${pascalCase(id)}.java`,
    driver: {
      file: 'Run.java',
      write: (files) => `public class Run {
  public static void main(String[] args) throws Exception {
${files.map((file) => `    ${file.replace('.java', '')}.main(args);`).join('\n')}
  }
}`,
    },
    commands: [
      ['javac', '-d', 'classes', 'Run.java'],
      ['java', '-cp', 'classes', 'Run'],
    ],
  },
};

/** Checks of a whole directory of samples that are not executed. */
const checkers: Partial<
  Record<Language, { probe: [string, ...string[]]; file: (id: string) => string; check: (file: string) => [string, ...string[]] }>
> = {
  go: { probe: ['go', 'version'], file: (id) => `${id}.go`, check: (file) => ['go', 'vet', file] },
  r: { probe: ['Rscript', '--version'], file: (id) => `${id}.R`, check: (file) => ['Rscript', '-e', `parse("${file}")`] },
};

const isThere = ([program, ...args]: Command) => spawnSync(program, args).status === 0;

/** The languages whose samples can be executed on this machine. */
export const runnable = (): Language[] =>
  (Object.keys(runners) as Language[]).filter((language) => isThere((runners[language] as Runner).probe));

/** The operations, in an order that respects their dependencies: reading first, deleting last and from the inside out. */
function inOrder(): Entry[] {
  const last = [
    'delete_resource',
    'delete_timetable_client_schedule',
    'delete_timetable_schedule_day',
    'delete_timetable_event_schedule',
    'delete_appointment',
    'delete_event',
    'delete_service',
    'delete_service_category',
    'delete_team_member',
    'delete_client_file',
    'delete_client_comment',
    'delete_client',
    'delete_location',
    'delete_user_token',
    // These end the sessions of the neighbour and of the guest.
    'update_user_password',
    'update_booking_user_password',
  ];
  const rank = ({ operation: { id, method } }: Entry) =>
    last.includes(id) ? 10 + last.indexOf(id) : ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].indexOf(method);
  return entriesOf(surfaces)
    .filter((entry) => !entry.isWebhook)
    .sort((a, b) => rank(a) - rank(b));
}

/** The answer of a demo server to one request. */
export interface Answered {
  /** Surface and operation. */
  key: string;
  status: number;
  /** The beginning of an error. */
  refusal: string;
  payload: unknown;
}

/** A server with a demo business. */
export interface RunningDemo {
  url: string;
  /** The answers so far. */
  answers: Answered[];
  /** The current sample of an operation, as its page shows it. */
  sample: FindValues;
  stop: () => Promise<void>;
}

/** A demo business that can be started over and over. */
export class DemoBusiness {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes it in a directory. */
  static async make(directory: string): Promise<DemoBusiness> {
    const database = await openEmbedded(join(directory, 'made', 'database'));
    await migrateDatabase(database);
    await seedDemo(database, diskStore(join(directory, 'made', 'files')));
    await database.close();
    return DemoBusiness.at(directory);
  }

  /** The demo that was created in a directory. */
  static at(directory: string): DemoBusiness {
    return new DemoBusiness(directory);
  }

  /** A server with the business in its original state. */
  async start(): Promise<RunningDemo> {
    const home = await mkdtemp(join(this.#directory, 'run-'));
    await cp(join(this.#directory, 'made'), home, { recursive: true });
    const database = await openEmbedded(join(home, 'database'));
    const config = { ...readConfig('demo', { FOYER_LOG_LEVEL: 'silent' }), dataDirectory: home };
    const app = await createApp(config, database);
    const answers: Answered[] = [];
    // Not onResponse, which a client that hangs up early prevents.
    app.addHook('onSend', async (request, reply, payload) => {
      const { operation } = request.routeOptions.config;
      const { surface } = request.routeOptions.config;
      const refusal = reply.statusCode < 400 ? '' : String(payload).slice(0, 300);
      if (operation) answers.push({ key: `${surface} ${operation.id}`, status: reply.statusCode, refusal, payload });
      return payload;
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const stop = async () => {
      await app.close();
      await database.close();
    };
    const key = await beginAlone(database.db)(loadSigningKey);
    return { url, answers, sample: (operation) => demoSample(database.db, key, operation), stop };
  }

  remove(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true });
  }
}

/** The two generations share some operation ids. */
const keyOf = ({ surface, operation }: Entry) => (surface.name === 'b2b-v2' ? `${operation.id}_v2` : operation.id);

async function sampleOf(entry: Entry, { url: base, sample: find }: RunningDemo, language: Language): Promise<Sample> {
  const values = await find(`${entry.surface.name} ${entry.operation.id}`);
  const target = { base, server: 'this' as const, credentials: demoCredentials, values };
  const [sample] = await renderSamples(sampleRequest(entry, documented(entry), target), language);
  return sample as Sample;
}

/**
 * Executes the samples of every built operation in a language against a demo server.
 * @param observe sees the answers of the servers to the samples
 * @returns the failures, and the number of executed samples
 */
export async function runSamples(
  business: DemoBusiness,
  language: Language,
  observe?: (answers: Answered[]) => void,
): Promise<{ count: number; failures: string[] }> {
  const entries = inOrder();
  return { count: entries.length, failures: await runBatch(business, language, entries, observe) };
}

/** Executes samples one after the other on a business in its original state. */
async function runBatch(
  business: DemoBusiness,
  language: Language,
  entries: Entry[],
  observe?: (answers: Answered[]) => void,
): Promise<string[]> {
  const runner = runners[language] as Runner;
  const directory = await mkdtemp(join(tmpdir(), `foyer-samples-${language}-`));
  const server = await business.start();
  try {
    for (const entry of entries) {
      await writeFile(join(directory, runner.file(keyOf(entry))), (await sampleOf(entry, server, language)).code);
    }
    const files = entries.map((entry) => runner.file(keyOf(entry)));
    await writeFile(join(directory, runner.driver.file), runner.driver.write(files));
    server.answers.length = 0;
    let said = '';
    for (const [program, ...args] of runner.commands) {
      const ended = await run(program, args, { cwd: directory, timeout: 120_000, maxBuffer: 256_000_000 }).catch(
        (error: Error) => ({
          stderr: error.message,
        }),
      );
      said += ended.stderr;
    }
    observe?.(server.answers);
    return entries.flatMap(({ surface, operation: { id, success } }) => {
      const key = `${surface.name} ${id}`;
      const answers = server.answers.filter((answer) => answer.key === key);
      const [only] = answers;
      return answers.length === 1 && only?.status === (needsMessage.has(key) ? 404 : success.status)
        ? []
        : [
            `${language} ${id}: ${answers.length ? `answered ${answers.map(({ status, refusal }) => `${status} ${refusal}`).join(', ')}` : `no request. ${said.slice(0, 1000)}`}`,
          ];
    });
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Checks the syntax of the samples that are not executed. @returns a report, one sentence per language */
async function checkSyntax(): Promise<string[]> {
  const checked = { url: 'http://localhost:8080', answers: [], sample: async () => undefined, stop: async () => {} };
  const said: string[] = [];
  for (const { language, title } of languages) {
    if (runners[language] || language === 'payload') continue;
    const checker = checkers[language];
    if (!checker || !isThere(checker.probe)) {
      said.push(`${title}: no checker on this machine${checker ? ` (${checker.probe[0]})` : ''}, not checked`);
      continue;
    }
    const directory = await mkdtemp(join(tmpdir(), `foyer-samples-${language}-`));
    for (const entry of inOrder()) {
      const file = checker.file(keyOf(entry));
      await writeFile(join(directory, file), (await sampleOf(entry, checked, language)).code);
    }
    for (const file of await readdir(directory)) {
      const [program, ...args] = checker.check(file);
      await run(program, args, { cwd: directory });
    }
    await rm(directory, { recursive: true, force: true });
    said.push(`${title}: the syntax of every sample is right`);
  }
  return said;
}

if (process.argv[1] === import.meta.filename) {
  const wanted = process.argv.slice(2);
  const there = runnable();
  const business = await DemoBusiness.make(await mkdtemp(join(tmpdir(), 'foyer-samples-')));
  let failed = 0;
  for (const { language, title } of languages) {
    if (!runners[language] || (wanted.length && !wanted.includes(language))) continue;
    if (!there.includes(language)) {
      process.stdout.write(`${title}: not installed, not executed\n`);
      continue;
    }
    const began = Date.now();
    const { count, failures } = await runSamples(business, language);
    failed += failures.length;
    process.stdout.write(
      `${title}: ${count - failures.length} of ${count} samples succeed, ${((Date.now() - began) / 1000).toFixed(1)} s\n`,
    );
    for (const failure of failures) process.stdout.write(`  ${failure}\n`);
  }
  await business.remove();
  if (!wanted.length) for (const line of await checkSyntax()) process.stdout.write(`${line}\n`);
  process.exit(failed ? 1 : 0);
}
