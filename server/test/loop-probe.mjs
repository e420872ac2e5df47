/*
 * Loaded by a server's process before anything else: tells the process that started it how long the event loop did not turn.
 * A timer comes round with every turn. Between two turns, what counts is the processor time of the main thread: on a busy machine the
 * time of the clock says more about the other processes.
 */
import { existsSync, readFileSync } from 'node:fs';

const statistics = '/proc/self/schedstat';
/** Processor time in milliseconds, of the main thread only if the system reports it. */
const processorTime = existsSync(statistics)
  ? () => Number(readFileSync(statistics, 'latin1').split(' ', 1)[0]) / 1e6
  : () => Object.values(process.cpuUsage()).reduce((sum, microseconds) => sum + microseconds, 0) / 1000;

let longest = { processor: 0, clock: 0 };
let before = { processor: processorTime(), clock: performance.now() };

function turn() {
  const now = { processor: processorTime(), clock: performance.now() };
  longest = {
    processor: Math.max(longest.processor, now.processor - before.processor),
    clock: Math.max(longest.clock, now.clock - before.clock),
  };
  before = now;
  setTimeout(turn, 1).unref();
}
turn();

process.on('message', (message) => {
  if (message === 'longest') process.send(longest);
  longest = { processor: 0, clock: 0 };
});
process.channel?.unref();
