import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksOf, Shell } from './documented.ts';
import { embedded, startProcess } from './process.ts';

/** What the tour shows refusals of: an hour that is taken, and a client without a phone number. */
const refusals = ['422 /api/v1/records/1', '422 /api/v1/clients/1'];

/**
 * Pastes every block of the README's tour against a new demo.
 * @param node the Node.js binary that runs the demo and the blocks
 * @returns what went wrong
 */
async function tour(node: string, directory: string): Promise<string[]> {
  const { url, child } = await startProcess(['demo'], embedded(directory), node);
  const shell = new Shell({ node });
  const problems: string[] = [];
  try {
    const seen: string[] = [];
    for (const { language, code } of await blocksOf('README.md', 'A tour')) {
      if (language === 'python' && spawnSync('python3', ['--version']).status !== 0) continue;
      const { output, answers, failures } = await shell.paste({
        language,
        code: code.replaceAll('http://127.0.0.1:8080', url),
      });
      const refused = answers.filter(({ status }) => status >= 400).map(({ status, path }) => `${status} ${path}`);
      seen.push(...refused);
      if (failures.length || refused.some((answer) => !refusals.includes(answer))) {
        problems.push(`${failures.join(', ')} ${refused.join(', ')}\n${code}\n${output}`);
      }
    }
    if (seen.join() !== refusals.join()) problems.push(`The tour shows the refusals ${seen.join(', ')}`);
  } finally {
    shell.close();
    child.kill('SIGTERM');
    const [exitCode] = child.exitCode === null ? await once(child, 'close') : [child.exitCode];
    if (exitCode !== 0) problems.push(`The demo ended with ${exitCode}`);
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
    const problems = await tour(node, join(directory, `demo-${version}`));
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    process.stdout.write(`Node.js ${exact}: ${problems.length ? 'the tour fails' : 'the tour works'}, ${seconds} s\n`);
    for (const problem of problems) process.stdout.write(`${problem}\n`);
    failed ||= problems.length > 0;
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
