import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDatabase } from './databases.ts';
import { blocksOf, Shell } from './documented.ts';
import { foyerOutput, startProcess } from './process.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'foyer-first-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const init = ['init', '--location', 'Blue Door', '--city', 'Lisbon', '--email', 'owner@example.com', '--name', 'The owner'];

/** The commands that `init` prints for pasting, without the one that starts the server. */
const printed = (output: string, url: string) =>
  [...output.matchAll(/^ {5}(.*)$/gm)]
    .map(([, line]) => line as string)
    .filter((line) => !line.startsWith('foyer '))
    .join('\n')
    .replaceAll('http://127.0.0.1:8080', url);

/** Pastes commands that all have to succeed. @returns the output of the last block */
async function pasted(shell: Shell, codes: string[]): Promise<string> {
  let last = '';
  for (const code of codes) {
    const { output, failures, answers } = await shell.paste({ language: 'sh', code: `${code}\n` });
    // With the published limits a call may get a 429, and curl tries again.
    const refused = answers.filter(({ status }) => status >= 400 && status !== 429);
    expect({ code, output, failures, refused }).toMatchObject({ failures: [], refused: [] });
    last = output;
  }
  return last;
}

test('docs/first-business.md leads from nothing to the first online booking', { timeout: 120_000 }, async () => {
  const env = await emptyDatabase(join(directory, 'documented'));
  const shell = new Shell({ env });
  const [make, ...rest] = (await blocksOf('docs/first-business.md')).map(({ code }) => code);
  const kept = join(directory, 'blue-door.txt');
  await pasted(shell, [(make as string).replaceAll('blue-door.txt', kept)]);
  const { url, child } = await startProcess(['serve'], env);
  try {
    const day = await pasted(
      shell,
      rest.map((code) => code.replaceAll('http://127.0.0.1:8080', url)),
    );
    expect(day).toContain('"title":"Haircut"');
    expect(day).toContain('"name":"Ada"');
  } finally {
    child.kill('SIGTERM');
    shell.close();
  }
});

test('the output of foyer init can be pasted, up to the first online booking', { timeout: 120_000 }, async () => {
  const env = { ...(await emptyDatabase(join(directory, 'printed'))), FOYER_PASSWORD: "it's mine" };
  const { code, output } = await foyerOutput(init, env);
  expect(code).toBe(0);
  const { url, child } = await startProcess(['serve'], env);
  const shell = new Shell({ env });
  try {
    expect(await pasted(shell, [printed(output, url)])).toMatch(/"record_hash":"\w+"/);
  } finally {
    child.kill('SIGTERM');
    shell.close();
  }
});

test('foyer init --example makes a business that is booked at once', { timeout: 120_000 }, async () => {
  const env = {
    ...(await emptyDatabase(join(directory, 'example'))),
    FOYER_PASSWORD: 'choose one',
    FOYER_RATE_LIMIT_PER_SECOND: '0',
  };
  const { code, output } = await foyerOutput([...init, '--example'], env);
  expect(code).toBe(0);
  expect(output).toContain('team members 1 Alex, 2 Kim');
  const { url, child } = await startProcess(['serve'], env);
  const shell = new Shell({ env });
  try {
    expect(await pasted(shell, [printed(output, url)])).toMatch(/"record_hash":"\w+"/);
    const token = /only now: (\w+)/.exec(output)?.[1];
    const get = async (path: string) =>
      ((await (await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })).json()) as { data: never })
        .data;
    const { services, category } = (await get('/book_services/1')) as { services: { id: number }[]; category: object[] };
    expect(services).toHaveLength(5);
    expect(category).toHaveLength(2);
    const { booking_dates: dates } = (await get('/book_dates/1?staff_id=2')) as { booking_dates: string[] };
    const last = new Date(dates.at(-1) as string).getTime();
    expect(last).toBeGreaterThan(Date.now() + 90 * 86_400_000);
  } finally {
    child.kill('SIGTERM');
    shell.close();
  }
});
