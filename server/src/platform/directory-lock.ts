import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Holds a directory for this process: the embedded database is ruined when two processes open it.
 * A lock left by a process that was killed is taken over at once. Time-based lock libraries do not fit here: the embedded
 * database may keep the event loop busy for longer than their heartbeat.
 * @param file the lock file, beside the directory
 * @returns releases the lock
 * @throws Error naming the process that holds it
 */
export function holdDirectory(file: string): () => void {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(readFileSync(file, 'utf8'));
      if (holder !== process.pid && isRunning(holder)) {
        throw new Error(`The data directory is in use by process ${holder}. Stop it, or set FOYER_DATA to another directory.`);
      }
      rmSync(file, { force: true });
    }
  }
  throw new Error(`The lock ${file} could not be taken.`);
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
