import fc from 'fast-check';
import { expect, test } from 'vitest';
import { busyOf, busySeconds, firstEndingAfter, freeStretches, isFree, neverBusy } from './busy.ts';

const busy = busyOf([
  [400, 500],
  [100, 200],
  [50, 120],
  [200, 300],
]);

test('busy time is merged, also where it only touches', () => {
  expect(busy).toEqual({ starts: [50, 400], ends: [300, 500] });
});

test('a time is free if it ends when busy time begins, or begins when busy time ends', () => {
  expect([isFree(busy, 0, 50), isFree(busy, 300, 400), isFree(busy, 500, 600)]).toEqual([true, true, true]);
  expect([isFree(busy, 0, 51), isFree(busy, 299, 310), isFree(busy, 420, 430), isFree(busy, 0, 1000)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(isFree(neverBusy, 0, 1)).toBe(true);
});

test('free stretches are the gaps, within the bounds', () => {
  expect(freeStretches(busy, 0, 600)).toEqual([
    { start: 0, end: 50 },
    { start: 300, end: 400 },
    { start: 500, end: 600 },
  ]);
  expect(freeStretches(busy, 60, 300)).toEqual([]);
  expect(freeStretches(busy, 350, 450)).toEqual([{ start: 350, end: 400 }]);
});

test('nothing is busy for no time', () => {
  expect(
    busyOf([
      [100, 100],
      [200, 200],
    ]),
  ).toEqual(neverBusy);
});

test('second by second it is the same', () => {
  const second = fc.integer({ min: 0, max: 60 });
  const stretch = fc.tuple(second, fc.integer({ min: 0, max: 15 })).map(([start, length]) => [start, start + length] as const);
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 8 }), second, fc.integer({ min: 1, max: 40 }), (stretches, start, length) => {
      const isBusy = (at: number) => stretches.some(([from, to]) => from <= at && at < to);
      const merged = busyOf(stretches);
      const seconds = Array.from({ length }, (_, index) => start + index);
      expect(isFree(merged, start, start + length)).toBe(!seconds.some(isBusy));
      expect(busySeconds(merged, start, start + length)).toBe(seconds.filter(isBusy).length);
      const free = freeStretches(merged, start, start + length);
      expect(seconds.filter((at) => free.some((each) => each.start <= at && at < each.end))).toEqual(
        seconds.filter((at) => !isBusy(at)),
      );
      // Maximal: there is busy time between each two of them.
      expect(free.every(({ start: from }, index) => index === 0 || from > (free[index - 1]?.end ?? 0))).toBe(true);
      const first = merged.ends.findIndex((end) => end > start);
      expect(firstEndingAfter(merged, start)).toBe(first === -1 ? merged.ends.length : first);
    }),
    { numRuns: 500 },
  );
});
