import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Locks a directory for this process, because two processes would destroy the embedded database. The lock is a socket that the process
 * listens on, so the system releases it when the process ends in any way.
 * @returns a function that releases the directory
 * @throws Error that names the process with the lock
 */
export async function holdDirectory(directory: string): Promise<() => void> {
  const path = resolve(directory);
  const name = `foyer-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
  if (process.platform === 'win32') return holdPipe(name);
  try {
    return await holdSocket(`${path}.lock`);
  } catch (error) {
    // Some file systems have no sockets, such as those that virtual machines share with their hosts.
    if (!withoutSockets.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return holdSocket(join(tmpdir(), `${name}.lock`));
  }
}

const withoutSockets = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'ENOSYS']);

const inUse = (holder: string) =>
  new Error(`The data directory is in use by ${holder}. Stop it, or set FOYER_DATA to another directory.`);

const listening = (server: Server, path: string) =>
  new Promise<void>((done, fail) => {
    server.once('error', fail);
    // Another user may run the process that checks whether this one lives.
    server.listen({ path, writableAll: true }, () => {
      server.off('error', fail);
      server.on('error', () => {});
      server.unref();
      done();
    });
  });

/** The system gives the name of a pipe to one process. */
async function holdPipe(name: string): Promise<() => void> {
  const server = createServer((connection) => connection.destroy());
  try {
    await listening(server, `\\\\.\\pipe\\${name}`);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? inUse('another process') : error;
  }
  return () => server.close();
}

/** Longer paths of sockets are cut off, by macOS first. */
const longestPath = 100;

/** Milliseconds that another process may take to decide. */
const patience = 10_000;

/**
 * The file of a socket outlives its process. So each process listens on its own file, under a name that is never used again. If nobody
 * listens on a file, its process is dead for good, and the file may be removed at any time. A process first opens its socket, then looks
 * for others. So of two processes at least one sees the other. A process that sees an older holder gives up. If two start at once, the one
 * with the lower name stays.
 * @param lock the directory of the sockets
 */
async function holdSocket(lock: string): Promise<() => void> {
  // Builds before this one kept a process id in a file of the name.
  if (lstatSync(lock, { throwIfNoEntry: false })?.isFile()) rmSync(lock);
  mkdirSync(lock, { recursive: true });
  const own = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const isLong = Buffer.byteLength(join(lock, `${own}.new`)) > longestPath;
  const detour = isLong ? mkdtempSync(join(tmpdir(), 'foyer-')) : undefined;
  if (detour) symlinkSync(lock, join(detour, 'l'));
  const reach = detour ? join(detour, 'l') : lock;

  const server = createServer((connection) => connection.destroy());
  const release = () => {
    rmSync(join(lock, `${own}.held`), { force: true });
    rmSync(join(lock, own), { force: true });
    server.close();
  };
  try {
    // The file gets its final name only when the process listens on it. Before that, others would take its process for dead.
    await listening(server, join(reach, `${own}.new`));
    renameSync(join(lock, `${own}.new`), join(lock, own));
    for (const deadline = Date.now() + patience; ; await sleep(20)) {
      const others = await living(lock, reach, own);
      if (others.length === 0) break;
      const first = others.find((name) => existsSync(join(lock, `${name}.held`))) ?? others.find((name) => name < own);
      if (first) throw inUse(`process ${Number.parseInt(first, 10)}`);
      if (Date.now() > deadline) throw inUse(`process ${Number.parseInt(others[0] as string, 10)}`);
    }
    writeFileSync(join(lock, `${own}.held`), '');
    return release;
  } catch (error) {
    release();
    throw error;
  } finally {
    if (detour) rmSync(detour, { recursive: true });
  }
}

/** The names of the other living processes. Files of dead ones are removed. */
async function living(lock: string, reach: string, own: string): Promise<string[]> {
  const names = readdirSync(lock).filter((name) => /^\d+-[0-9a-f]{12}$/.test(name) && name !== own);
  const alive = await Promise.all(names.map((name) => isListening(join(reach, name))));
  for (const [index, name] of names.entries()) {
    if (alive[index]) continue;
    rmSync(join(lock, `${name}.held`), { force: true });
    rmSync(join(lock, name), { force: true });
  }
  return names.filter((_, index) => alive[index]);
}

/** Whether a process listens, even a busy one: the system accepts the connection for it. */
const isListening = (path: string) =>
  new Promise<boolean>((tell) => {
    const connection = connect(path);
    connection.once('connect', () => {
      connection.destroy();
      tell(true);
    });
    connection.once('error', ({ code }: NodeJS.ErrnoException) => tell(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
