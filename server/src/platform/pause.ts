/** Milliseconds of computing in one turn of the event loop. Longer work continues in a later turn. */
const longest = 10;

/** The time at which computing began in this turn of the event loop. */
let began: number | undefined;

/** Work that continues in later turns, the first one in the next turn. */
const waiting: (() => void)[] = [];

function begin(): void {
  began = performance.now();
  setImmediate(() => {
    began = undefined;
  });
}

/** Whether there was enough computing in this turn of the event loop, and the work at hand should `pause`. */
export function isLong(): boolean {
  if (began === undefined) {
    begin();
    return false;
  }
  return performance.now() - began > longest;
}

/**
 * Lets all other work run before it resolves. Waiting computations continue one after the other, one in each turn of the event loop. So
 * with any number of computing requests, other requests wait for one step of one of them.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resume) => {
    waiting.push(resume);
    if (waiting.length === 1) setImmediate(resumeNext);
  });
}

/** Like `nextTurn`, but only after enough computing in this turn. */
export async function pause(): Promise<void> {
  if (isLong()) await nextTurn();
}

function resumeNext(): void {
  const resume = waiting.shift();
  if (waiting.length) setImmediate(resumeNext);
  begin();
  resume?.();
}

/** Like `items.map(map)`, with pauses. */
export async function mapInSteps<Item, Result>(
  items: readonly Item[],
  map: (item: Item, index: number) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) {
    if (isLong()) await pause();
    results.push(map(item, index));
  }
  return results;
}

/** The items in lists of at most this size. */
export function* batches<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
