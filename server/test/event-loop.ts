import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startProcess } from './process.ts';

/** The longest time for which the event loop of a server did not turn, in milliseconds. */
export interface Pause {
  /** Of the main thread's processor time. */
  processor: number;
  /** Clock time. On a busy machine other processes may use most of it. */
  clock: number;
}

const probe = pathToFileURL(join(import.meta.dirname, 'loop-probe.mjs')).href;

/** Starts a server in a separate process that reports how long its event loop is blocked. */
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
