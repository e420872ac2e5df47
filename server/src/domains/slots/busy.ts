/** Disjoint, half-open stretches of unix seconds, ascending: one is busy from `starts[i]` to `ends[i]`. */
export interface Busy {
  starts: readonly number[];
  ends: readonly number[];
}

export const neverBusy: Busy = { starts: [], ends: [] };

/** The index of the first span that ends after the instant. The number of spans if there is none. */
export function firstEndingAfter({ ends }: Busy, instant: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] as number) > instant) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function isFree(busy: Busy, start: number, end: number): boolean {
  const at = firstEndingAfter(busy, start);
  return at === busy.ends.length || (busy.starts[at] as number) >= end;
}

/** The seconds of a stretch that are busy. */
export function busySeconds(busy: Busy, start: number, end: number): number {
  let seconds = 0;
  for (let at = firstEndingAfter(busy, start); at < busy.ends.length && (busy.starts[at] as number) < end; at++) {
    seconds += Math.min(end, busy.ends[at] as number) - Math.max(start, busy.starts[at] as number);
  }
  return seconds;
}

/** The stretches of `start` to `end` that are free and not empty. */
export function freeStretches(busy: Busy, start: number, end: number): { start: number; end: number }[] {
  const free: { start: number; end: number }[] = [];
  let from = start;
  for (let at = firstEndingAfter(busy, start); at < busy.ends.length && (busy.starts[at] as number) < end; at++) {
    if ((busy.starts[at] as number) > from) free.push({ start: from, end: busy.starts[at] as number });
    from = busy.ends[at] as number;
  }
  if (from < end) free.push({ start: from, end });
  return free;
}

/** Makes any stretches disjoint and ascending; empty ones are dropped. */
export function busyOf(stretches: readonly (readonly [start: number, end: number])[]): Busy {
  const starts: number[] = [];
  const ends: number[] = [];
  for (const [start, end] of stretches.filter(([from, to]) => from < to).sort((a, b) => a[0] - b[0])) {
    const last = ends.length - 1;
    if (last >= 0 && start <= (ends[last] as number)) ends[last] = Math.max(ends[last] as number, end);
    else {
      starts.push(start);
      ends.push(end);
    }
  }
  return { starts, ends };
}
