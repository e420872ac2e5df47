import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Bytes of buffers that are still in use. */
export function heldBuffers(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

/** Bytes of objects that are still in use. */
export function heldHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
