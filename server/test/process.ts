import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../bin/foyer.js');

/**
 * Runs a `foyer` command of the build, which the global setup makes. On a PostgreSQL server it runs no jobs unless
 * its environment says so: they would be those of other tests.
 * @param talks whether it can send us messages
 */
export function foyer(args: string[], env: NodeJS.ProcessEnv, node = process.execPath, talks = false): ChildProcess {
  // Optimizing the code of the embedded database takes longer than it saves, unless the process fills it with the demo.
  const flags = args[0] === 'demo' ? [] : ['--liftoff-only'];
  return spawn(node, [...flags, main, ...args], {
    env: { ...process.env, ...(env.DATABASE_URL && { FOYER_JOBS_AT_ONCE: '0' }), ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(talks ? (['ipc'] as const) : [])],
  });
}

/** Runs a command to its end. */
export async function foyerOutput(
  args: string[],
  env: NodeJS.ProcessEnv,
  node?: string,
): Promise<{ code: number; output: string }> {
  const child = foyer(args, env, node);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code: code as number, output };
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a server process and waits until it is ready. @throws Error with its output if it ends or takes too long */
export async function startProcess(
  args: string[],
  env: NodeJS.ProcessEnv,
  node?: string,
  talks?: boolean,
): Promise<{ url: string; child: ChildProcess }> {
  const port = await freePort();
  const child = foyer(args, { PORT: String(port), HOST: '127.0.0.1', ...env }, node, talks);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (child.exitCode !== null) throw new Error(`foyer ${args.join(' ')} ended: ${output}`);
    const answer = await fetch(`${url}/ready`).catch(() => undefined);
    if (answer?.ok) return { url, child };
  }
  child.kill('SIGKILL');
  throw new Error(`foyer ${args.join(' ')} did not start: ${output}`);
}

/** The environment of a command on the embedded database, on which every developer meets it first. */
export const embedded = (directory: string) => ({ FOYER_DATA: directory, DATABASE_URL: '', FOYER_LOG_LEVEL: 'error' });
