import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';

const server = join(import.meta.dirname, '..');
const root = join(server, '..');

interface Block {
  language: string;
  /** The file that the text before the block names. */
  file: string | undefined;
  text: string;
}

/** The fenced blocks of a section of CONTRIBUTING.md. */
async function blocksOf(title: string): Promise<Block[]> {
  const guide = await readFile(join(root, 'CONTRIBUTING.md'), 'utf8');
  const section = guide.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  const blocks: Block[] = [];
  let end = 0;
  for (const found of section.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    const before = section.slice(end, found.index);
    end = found.index + found[0].length;
    const file = /in the new file `(server\/[^`]+)`/.exec(before)?.[1];
    blocks.push({ language: found[1] as string, file, text: found[2] as string });
  }
  return blocks;
}

/** Adds the `+` lines of a diff below the lines above them, each of which the file must have once. @returns the changed files */
async function applyDiff(copy: string, diff: string): Promise<string[]> {
  const files: string[] = [];
  for (const part of diff.split(/^\+\+\+ /m).slice(1)) {
    const [file, ...lines] = part.trimEnd().split('\n') as [string, ...string[]];
    const text = (await readFile(join(copy, file), 'utf8')).split('\n');
    let at = -1;
    for (const line of lines) {
      const content = line.slice(1);
      if (line.startsWith('+')) {
        text.splice(++at, 0, content);
      } else {
        at = text.indexOf(content);
        expect(
          text.filter((each) => each === content),
          `${file} has the line once: ${content}`,
        ).toHaveLength(1);
      }
    }
    await writeFile(join(copy, file), text.join('\n'));
    files.push(file);
  }
  return files;
}

/** A copy of the server's sources, which ends with the test. */
async function copySources(): Promise<string> {
  const copy = await realpath(await mkdtemp(join(tmpdir(), 'foyer-recipe-')));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  for (const part of ['src', 'test', 'package.json', 'tsconfig.json']) {
    await cp(join(server, part), join(copy, 'server', part), { recursive: true });
  }
  for (const part of ['assets', 'migrations']) await symlink(join(server, part), join(copy, 'server', part));
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Runs a command of node_modules in the copy. @returns its output if it fails, else nothing */
async function run(copy: string, command: string, args: string[]): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|RECORD_TRAFFIC$)/.test(name));
  const child = spawn(join(root, 'node_modules/.bin', command), args, {
    cwd: join(copy, 'server'),
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return code === 0 ? '' : `${command} fails:\n${output}`;
}

/** Checks the types of the sources, of some tests, and of all that these import. */
async function checkTypes(copy: string, files: string[]): Promise<string> {
  const config = {
    extends: './tsconfig.json',
    compilerOptions: { incremental: false },
    // The set-up declares what it provides to tests.
    files: [...files.map((file) => relative('server', file)), 'test/global-setup.ts'],
    include: ['src'],
    exclude: ['src/**/*.test.ts'],
  };
  await writeFile(join(copy, 'server/tsconfig.recipe.json'), JSON.stringify(config));
  // Several checkers repeat much of their work.
  return run(copy, 'tsc', ['-p', 'tsconfig.recipe.json', '--checkers', '1']);
}

/** The walks over all operations whose tables the recipe adds to. */
const walks = ['test/rights.test.ts', 'test/rights-limits.test.ts', 'test/outbox.test.ts'];

/** Runs the tests of the recipe, and the walks for its operation, on the database of this run. */
async function runTests(copy: string, files: string[], titles: string[]): Promise<string> {
  const provide = { databaseUrl: inject('databaseUrl'), embeddedDump: inject('embeddedDump'), directory: copy };
  const patience = { testTimeout: 60_000, hookTimeout: 60_000 };
  const config = { test: { provide, setupFiles: ['test/each-file.ts'], isolate: false, maxWorkers: 1, ...patience } };
  await writeFile(join(copy, 'server/vitest.config.ts'), `export default ${JSON.stringify(config)};`);
  const chosen = titles.map((title) => title.replaceAll(/[^\w ]/g, '.')).join('|');
  return run(copy, 'vitest', ['run', ...files.map((file) => relative('server', file)), ...walks, '-t', chosen]);
}

test('the recipe for an operation compiles, and its tests pass', { timeout: 120_000 }, async () => {
  const copy = await copySources();
  const blocks = await blocksOf('Add an operation');
  const files: string[] = [];
  for (const { language, file, text } of blocks) {
    if (language === 'diff') {
      files.push(...(await applyDiff(copy, text)));
    } else if (language === 'ts') {
      expect(file, `the file of the block\n${text}`).toBeDefined();
      await writeFile(join(copy, file as string), text, { flag: 'wx' });
      files.push(file as string);
    }
  }
  const tests = files.filter((file) => file.endsWith('.test.ts'));
  const texts = blocks.map(({ text }) => text).join('');
  const titles = [...texts.matchAll(/^test\('([^']+)'|^ {2}id: '(\w+)'/gm)].map(([, title, id]) => title ?? (id as string));
  expect([tests.length, titles.length], 'test files, and titles of tests and operations').toEqual([1, 3]);
  const failures = await Promise.all([
    checkTypes(copy, files),
    runTests(copy, tests, [...titles, 'has every operation', 'every operation of members']),
  ]);
  expect(failures.join('')).toBe('');
});
