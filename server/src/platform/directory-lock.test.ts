import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdDirectory } from './directory-lock.ts';

let home: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'foyer-lock-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

const built = join(import.meta.dirname, '../../dist/platform/directory-lock.js');
const script = `
  const { holdDirectory } = await import(${JSON.stringify(built)});
  await holdDirectory(process.argv[1]).then(() => console.log('held ' + process.pid), (error) => console.log(error.message));
  setInterval(() => {}, 1000);`;

/** Another process that tries to lock a directory, and stays alive. @returns its output */
async function rival(directory: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [chunk] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  return { child, said: String(chunk).trim() };
}

const kill = async (child: ChildProcess) => {
  child.kill('SIGKILL');
  await once(child, 'close');
};

test('one process locks a directory, and the error of another one names it', async () => {
  const directory = join(home, 'one');
  const { child, said } = await rival(directory);
  expect(said).toBe(`held ${child.pid}`);
  await expect(holdDirectory(directory)).rejects.toThrow(
    `The data directory is in use by process ${child.pid}. Stop it, or set FOYER_DATA to another directory.`,
  );
});

test('it is free when it is released, and nothing is left of the lock', async () => {
  const directory = join(home, 'released');
  for (let turn = 0; turn < 3; turn++) (await holdDirectory(directory))();
  expect(readdirSync(`${directory}.lock`)).toEqual([]);
});

test('it is free when its process was killed, even while the system still knows the process', async () => {
  const directory = join(home, 'killed');
  // The parent becomes a program that never asks how its children ended: the killed one stays as a zombie.
  const parent = spawn(
    'sh',
    ['-c', '"$0" --input-type=module --eval "$1" "$2" & exec sleep 60 >/dev/null', process.execPath, script, directory],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(parent);
  const [said] = await once(parent.stdout, 'data');
  const pid = Number(/^held (\d+)/.exec(String(said))?.[1]);
  process.kill(pid, 'SIGKILL');
  parent.stdout.resume();
  await once(parent.stdout, 'end');
  expect(() => process.kill(pid, 0)).not.toThrow();
  (await holdDirectory(directory))();
});

test('a lock of an older build is no obstacle, whichever process has its id now', async () => {
  const directory = join(home, 'older');
  await writeFile(`${directory}.lock`, String(process.ppid));
  (await holdDirectory(directory))();
});

test('of many processes that start at once exactly one gets it, also after the last one was killed', async () => {
  const directory = join(home, 'many');
  for (let round = 0; round < 3; round++) {
    const all = await Promise.all(Array.from({ length: 5 }, () => rival(directory)));
    const holders = all.filter(({ said }) => said.startsWith('held'));
    expect(holders).toHaveLength(1);
    const holder = holders[0]?.child.pid;
    for (const { said } of all) if (!said.startsWith('held')) expect(said).toMatch(/in use by process \d+/);
    expect((await rival(directory)).said).toContain(`in use by process ${holder}`);
    await Promise.all(all.map(({ child }) => kill(child)));
  }
});

test('in one process too, one of many attempts gets it', async () => {
  const directory = join(home, 'within');
  const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => holdDirectory(directory)));
  const held = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  expect(held).toHaveLength(1);
  held[0]?.();
});

test('its path may be longer than that of a socket', async () => {
  const long = join(home, 'long-'.repeat(30), 'path-'.repeat(30));
  await mkdir(long, { recursive: true });
  const { child } = await rival(join(long, 'database'));
  await expect(holdDirectory(join(long, 'database'))).rejects.toThrow(`in use by process ${child.pid}`);
  await kill(child);
  (await holdDirectory(join(long, 'database')))();
  expect(existsSync(join(long, 'database.lock'))).toBe(true);
});
