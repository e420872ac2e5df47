import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createApp } from '../src/app.ts';
import { demoCredentials } from '../src/demo/accounts.ts';
import { seedDemo } from '../src/demo/demo.ts';
import { readConfig } from '../src/platform/config.ts';
import { migrateDatabase, openEmbedded } from '../src/platform/database.ts';
import { diskStore } from '../src/platform/files.ts';
import { documented } from '../src/portal/model.ts';
import { type Entry, entriesOf } from '../src/portal/paths.ts';
import { type Language, languages, pascalCase, renderSamples, type Sample, sampleRequest } from '../src/portal/samples.ts';
import { surfaces } from '../src/surfaces/index.ts';

const run = promisify(execFile);

/** How the samples of a language are executed: each as it stands, all of them by one process, which costs seconds less. */
interface Runner {
  /** Whether the program is there. */
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

/** The built operations, what they need of each other respected: reading first, deleting last and from the inside out. */
function inOrder(): Entry[] {
  // They rely on times that are free and on a phone number, which others change.
  const first = ['validate_booking_params', 'create_online_booking', 'update_online_booking_datetime'];
  const last = [
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
  ];
  const rank = ({ operation: { id, method } }: Entry) =>
    first.includes(id)
      ? -1
      : last.includes(id)
        ? 10 + last.indexOf(id)
        : ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].indexOf(method);
  return entriesOf(surfaces({} as never))
    .filter((entry) => !entry.isPlanned && !entry.isWebhook)
    .sort((a, b) => rank(a) - rank(b));
}

/** What a server of the demo answered to one request. */
export interface Answered {
  /** Surface and operation. */
  key: string;
  status: number;
  /** The beginning of an error. */
  refusal: string;
  payload: unknown;
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

  /** The one that was made in a directory. */
  static at(directory: string): DemoBusiness {
    return new DemoBusiness(directory);
  }

  /** A server with the business as it was made, and what it has answered so far. */
  async start(): Promise<{
    url: string;
    answers: Answered[];
    stop: () => Promise<void>;
  }> {
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
    return { url, answers, stop };
  }

  remove(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true });
  }
}

/** The two generations share some operation ids. */
const keyOf = ({ surface, operation }: Entry) => (surface.name === 'b2b-v2' ? `${operation.id}_v2` : operation.id);

async function sampleOf(entry: Entry, base: string, language: Language): Promise<Sample> {
  const request = sampleRequest(entry, documented(entry), { base, server: 'this', credentials: demoCredentials });
  const address = addresses[entry.operation.id];
  const body = bodies[entry.operation.id];
  const [sample] = await renderSamples(
    {
      ...request,
      ...(address ? { url: await address(request.url) } : {}),
      ...(body ? { json: await body(request.json as object, request.url) } : {}),
    },
    language,
  );
  return sample as Sample;
}

/** What cannot be known before: the sample runs with an address that the server gives out. */
const addresses: Record<string, (url: string) => Promise<string>> = {
  download_client_file: signedLink,
  get_image: imagePath,
  get_online_booking_details: (url) => ofBooked(url, ({ id, hash }) => `book_record/1/${id}/${hash}`),
  update_online_booking_datetime: (url) => ofBooked(url, ({ id }) => `book_record/1/${id}`),
  get_user_appointment_list: (url) => ofBooked(url, ({ id, hash }) => `user/records/${id}/${hash}`),
  delete_user_appointment: (url) => ofBooked(url, ({ id, hash }) => `user/records/${id}/${hash}`),
  get_feedback_form_status: pastVisit,
  submit_feedback_form: pastVisit,
  send_phone_update_verification_code: async (url) => `${url}&company_id=1`,
};

/** Bodies that name a time that is free today, or a code that was just sent. */
const bodies: Record<string, (declared: object, url: string) => Promise<object>> = {
  validate_booking_params: async (_, url) => ({ appointments: [await freeSlot(url, 2)] }),
  create_online_booking: async (declared, url) => ({ ...declared, appointments: [await freeSlot(url, 3)] }),
  update_online_booking_datetime: async (declared, url) => ({ ...declared, datetime: (await freeSlot(url, 4)).datetime }),
  log_in_with_phone_number_and_code: async (_, url) => {
    const phone = '+13155550176';
    await ask(url, '/api/v1/book_code/1', { phone });
    const page = await (await fetch(new URL('/demo/messages', url))).text();
    return { login: phone, password: /Your code\D+(\d{6})/.exec(page)?.[1] ?? 'none' };
  },
};

async function ask(url: string, path: string, body?: object) {
  const answer = await fetch(new URL(path, url), {
    headers: { authorization, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any operation
  return (await answer.json()) as { data: any };
}

/** A slot that clients can book, the first one of a date. @param day the dates with slots are counted from 0 */
async function freeSlot(url: string, day: number) {
  const service = (await ask(url, '/api/v1/book_services/1')).data.services[0].id;
  const staff = (await ask(url, `/api/v1/book_staff/1?service_ids[]=${service}`)).data;
  const { id } = staff.find((member: { bookable: boolean }) => member.bookable);
  const dates = (await ask(url, `/api/v1/book_dates/1?staff_id=${id}&service_ids[]=${service}`)).data.booking_dates;
  const [slot] = (await ask(url, `/api/v1/book_times/1/${id}/${dates[day]}?service_ids[]=${service}`)).data;
  return { id: 1, staff_id: id, services: [service], datetime: slot.datetime };
}

/** An appointment that the owner of the demo booked online, as a client of the house. */
async function booked(url: string) {
  const body = { phone: '+12125550101', fullname: 'Olivia Hart', appointments: [await freeSlot(url, 1)] };
  const [{ record_id: id, record_hash: hash }] = (await ask(url, '/api/v1/book_record/1', body)).data;
  return { id: id as number, hash: hash as string };
}

const ofBooked = async (url: string, path: (of: { id: number; hash: string }) => string) =>
  new URL(`/api/v1/${path(await booked(url))}`, url).href;

/** The review form of a visit that is over. */
async function pastVisit(url: string): Promise<string> {
  const body = {
    staff_id: 1,
    services: [{ id: 1 }],
    client: { name: 'Ada' },
    datetime: '2026-01-05T10:00:00',
    seance_length: 3600,
    save_if_busy: true,
  };
  const [{ short_link: link }] = (await ask(url, '/api/v1/records/1', body)).data;
  return new URL(new URL(link).pathname, url).href;
}

const authorization = `Bearer ${demoCredentials.partnerToken}, User ${demoCredentials.userToken}`;

async function signedLink(url: string): Promise<string> {
  const list = await fetch(new URL('/api/v1/company/1/clients/files/1', url), { headers: { authorization } });
  const link = JSON.stringify(await list.json()).match(/[^"]*\/client_files\/download\/[^"]*/)?.[0] ?? '';
  return url + new URL(link, url).search;
}

async function imagePath(url: string): Promise<string> {
  const form = new FormData();
  form.append('company_id', '1');
  form.append('service_id', '1');
  form.append('image', new Blob([new Uint8Array(photo)]), 'photo.png');
  const answer = await fetch(new URL('/api/v1/images/service', url), { method: 'POST', headers: { authorization }, body: form });
  const name = (await answer.text()).match(/[\w-]+\.png/)?.[0] ?? 'none';
  return url.replace(/[^/]*$/, name);
}

/** One pixel. */
const photo = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
  'base64',
);

/**
 * Executes the samples of every built operation in a language against a demo server.
 * @param observe sees what the servers answered to the samples
 * @returns what went wrong, and how many samples were executed
 */
export async function runSamples(
  business: DemoBusiness,
  language: Language,
  observe?: (answers: Answered[]) => void,
): Promise<{ count: number; failures: string[] }> {
  const entries = inOrder();
  /** What ends the session gets a fresh business each. */
  const endsSession = ({ operation: { id } }: Entry) => ['update_user_password', 'update_booking_user_password'].includes(id);
  const failures = await runBatch(
    business,
    language,
    entries.filter((entry) => !endsSession(entry)),
    observe,
  );
  for (const entry of entries.filter(endsSession)) failures.push(...(await runBatch(business, language, [entry], observe)));
  return { count: entries.length, failures };
}

/** Executes samples one after the other on a business as it was made. */
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
    await writeFile(join(directory, 'note.txt'), 'Prefers mornings\n');
    await writeFile(join(directory, 'photo.png'), photo);
    for (const entry of entries) {
      await writeFile(join(directory, runner.file(keyOf(entry))), (await sampleOf(entry, server.url, language)).code);
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
      return answers.length === 1 && only?.status === success.status
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

/** Checks the syntax of the samples that are not executed. @returns what was done, in a sentence a language */
async function checkSyntax(): Promise<string[]> {
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
      await writeFile(join(directory, file), (await sampleOf(entry, 'http://localhost:8080', language)).code);
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
