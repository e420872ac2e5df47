import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const server = join(here, '..');

/** A measured server, in its own process. */
export interface Started {
  /** The base of all paths. */
  base: string;
  pid: number;
  stop(): Promise<void>;
}

/** The address before the paths of pictures. It is the same for both servers, because their answers are compared. */
export const publicUrl = 'https://foyer.example';

/** Our build, as the container image runs it, without rate limits. @param more settings of this benchmark */
export async function startFoyer(databaseUrl: string, more: Record<string, string> = {}): Promise<Started> {
  const data = await mkdtemp(join(tmpdir(), 'foyer-bench-'));
  const { address, ...started } = await start(['--max-semi-space-size=32', join(server, 'bin/foyer.js'), 'serve'], {
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: '10',
    FOYER_DATA: data,
    FOYER_RATE_LIMIT_PER_MINUTE: '0',
    FOYER_RATE_LIMIT_PER_SECOND: '0',
    FOYER_LOG_LEVEL: 'warn',
    FOYER_PUBLIC_URL: publicUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    ...more,
  });
  const stop = async () => {
    await started.stop();
    await rm(data, { recursive: true, force: true });
  };
  return { ...started, base: `${address}/api/v1`, stop };
}

/** The same work without the server around it. */
export async function startBare(databaseUrl: string): Promise<Started> {
  const { address, ...started } = await start(['--import', 'tsx', join(here, 'bare.ts')], {
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: publicUrl,
  });
  return { ...started, base: `${address}/api/v1` };
}

const prismVersion = '5.14';

/** The mock server of the published document, installed on first use. @throws Error when npm cannot */
export async function startPrism(surface: string, progress: (step: string) => void): Promise<Started> {
  const folder = join(here, '.prism');
  const command = join(folder, 'node_modules/@stoplight/prism-cli/dist/index.js');
  if (!existsSync(command)) {
    progress('installing Prism');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    // `npm run` hands its own options down; the workspace among them is not for this folder.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^npm_config_(workspace|.*prefix)/.test(name)),
    );
    const options = ['--prefix', folder, '--no-audit', '--no-fund', '--loglevel', 'error'];
    try {
      execFileSync('npm', ['install', ...options, `@stoplight/prism-cli@${prismVersion}`], { cwd: folder, env, stdio: 'pipe' });
    } catch {
      throw new Error(`npm could not install @stoplight/prism-cli@${prismVersion}`);
    }
  }
  const port = await freePort();
  const document = join(server, `../openapi/${surface}.json`);
  const options = ['--host', '127.0.0.1', '--port', String(port), '--multiprocess', 'false', '--verboseLevel', 'silent'];
  const base = `http://127.0.0.1:${port}`;
  return { ...(await start([command, 'mock', document, ...options], {}, base)), base };
}

/** Runs a Node program until it prints its address, or until `base` answers. */
async function start(
  args: string[],
  env: Record<string, string>,
  base?: string,
): Promise<Omit<Started, 'base'> & { address: string }> {
  const child = spawn(process.execPath, args, {
    cwd: server,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output = (output + chunk).slice(-10_000)));
  child.stderr.on('data', (chunk) => (output = (output + chunk).slice(-10_000)));
  children.add(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
    children.delete(child);
  };
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (child.exitCode !== null) break;
    const address = base ? await answers(base) : /http:\/\/[\w.]+:\d+/.exec(output)?.[0];
    if (address) return { pid: child.pid as number, stop, address };
    await sleep(100);
  }
  await stop();
  throw new Error(`${args.map((arg) => basename(arg)).join(' ')} did not start:\n${output}`);
}

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

const answers = (base: string) =>
  fetch(base).then(
    () => base,
    () => undefined,
  );

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The memory of a process in MiB. */
export async function residentMemory(pid: number): Promise<number> {
  if (existsSync('/proc/self/status')) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  }
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}
