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
 * Holds a directory for this process: the embedded database is ruined when two processes open it. The system lets go of it the moment
 * the process ends, however it ends: what is held is a socket that the process listens on.
 * @returns releases the directory
 * @throws Error naming the process that holds it
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
    // Whoever looks whether we live may be another user.
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

/** Milliseconds that another one may take to decide. */
const patience = 10_000;

/**
 * A socket's file outlives its process. So each process listens on a file of its own, under a name that is never used again: a file that
 * nobody listens on belongs to a dead process for good and may be removed at any time. Whoever has entered looks for others: of two,
 * one at least sees the other. Who sees a holder gives up; of two that enter at once, the one with the lesser name stays.
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
    // It gets its name once it is listened on, or it could be taken for that of a dead process.
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

/** The names of the other processes that are there; what dead ones left is removed. */
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

/** Whether somebody listens, be it busy: the system answers for it. */
const isListening = (path: string) =>
  new Promise<boolean>((tell) => {
    const connection = connect(path);
    connection.once('connect', () => {
      connection.destroy();
      tell(true);
    });
    connection.once('error', ({ code }: NodeJS.ErrnoException) => tell(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
