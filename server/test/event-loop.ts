import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startProcess } from './process.ts';

/** The longest time for which the event loop of a server did not turn, in milliseconds. */
export interface Pause {
  /** Of the main thread's processor time. */
  processor: number;
  /** Of the clock; on a busy machine most of it may be other processes. */
  clock: number;
}

const probe = pathToFileURL(join(import.meta.dirname, 'loop-probe.mjs')).href;

/** Starts a server in a process of its own that tells how long its event loop stands still. */
export async function startWatched(args: string[], env: NodeJS.ProcessEnv) {
  const { url, child } = await startProcess(args, { ...env, NODE_OPTIONS: `--import=${probe}` }, undefined, true);
  const ask = async (): Promise<Pause> => {
    const answer = once(child, 'message');
    child.send('longest');
    return (await answer)[0] as Pause;
  };
  return {
    url,
    child,
    /** The longest pause while some work is done. */
    pauseDuring: async (work: () => Promise<unknown>): Promise<Pause> => {
      await ask();
      await work();
      return ask();
    },
  };
}
