import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedded, foyerOutput, startProcess } from './process.ts';
import { takeTour } from './tour.ts';

/** The refusals that the tour shows: a taken hour, and a client without a phone number. */
const expected = ['422 /api/v1/records/1', '422 /api/v1/clients/1'];

/**
 * Takes the README's tour on a new demo, twice.
 * @param node the Node.js binary that runs the demo and the programs of the tour
 * @returns the failures
 */
async function problemsOn(node: string, directory: string): Promise<string[]> {
  // Creating the demo can be slow on a busy machine. Starting it is quick.
  const { code, output } = await foyerOutput(['demo', '--no-start'], embedded(directory), node);
  if (code !== 0) return [output];
  const { url, child } = await startProcess(['demo'], embedded(directory), node);
  const problems: string[] = [];
  try {
    for (const round of ['first', 'second']) {
      const { failures, refusals } = await takeTour(url, node);
      problems.push(...failures);
      if (refusals.join() !== expected.join())
        problems.push(`The ${round} tour was refused ${refusals.join(', ') || 'nothing'}.`);
    }
  } finally {
    child.kill('SIGTERM');
    const [exitCode] = child.exitCode === null ? await once(child, 'close') : [child.exitCode];
    if (exitCode !== 0) problems.push(`The demo ended with ${exitCode}.`);
  }
  return problems;
}

/** The binary of a version of Node.js, from the npm package that contains it; undefined when it cannot be installed. */
function installNode(version: string, directory: string): string | undefined {
  const npm = ['install', '--no-audit', '--no-fund', '--no-save', '--silent', '--prefix', directory, `node@${version}`];
  const node = join(directory, 'node_modules/node/bin/node');
  const isInstalled = spawnSync('npm', npm, { stdio: 'ignore' }).status === 0 && spawnSync(node, ['--version']).status === 0;
  return isInstalled ? node : undefined;
}

const versions = process.argv.slice(2);
const directory = await mkdtemp(join(tmpdir(), 'foyer-tour-'));
let failed = false;
try {
  for (const version of versions) {
    const began = Date.now();
    const isThis = process.versions.node.split('.')[0] === version;
    const node = isThis ? process.execPath : installNode(version, join(directory, `node-${version}`));
    if (!node) {
      process.stdout.write(`Node.js ${version} could not be installed: the tour is not run on it.\n`);
      continue;
    }
    const exact = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    const problems = await problemsOn(node, join(directory, `demo-${version}`));
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    process.stdout.write(`Node.js ${exact}: ${problems.length ? 'the tour fails' : 'the tour works'}, ${seconds} s\n`);
    for (const problem of problems) process.stdout.write(`${problem}\n`);
    failed ||= problems.length > 0;
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
