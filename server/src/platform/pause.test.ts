import { expect, test } from 'vitest';
import { batches, isLong, mapInSteps, nextTurn, pause } from './pause.ts';

/** Computes for so many milliseconds. */
function compute(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

/** Counts the turns of the event loop until the work is done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = () => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await work;
  isDone = true;
  return turns;
}

test('a long list is mapped in its order, and the event loop turns in between', async () => {
  const items = Array.from({ length: 40 }, (_, index) => index);
  const mapped: number[] = [];
  const work = mapInSteps(items, (item) => {
    compute(3);
    return item * 2;
  }).then((results) => mapped.push(...results));
  expect(await turnsDuring(work)).toBeGreaterThan(5);
  expect(mapped).toEqual(items.map((item) => item * 2));
});

test('short work does not wait', async () => {
  await nextTurn();
  let hasTurned = false;
  setImmediate(() => {
    hasTurned = true;
  });
  await mapInSteps([1, 2, 3], (item) => item);
  expect(hasTurned).toBe(false);
});

test('of many that compute, one goes on in each turn', async () => {
  let turn = 0;
  let isDone = false;
  const count = () => {
    turn++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const wentOn: number[] = [];
  const one = async () => {
    for (let step = 0; step < 3; step++) {
      compute(11);
      expect(isLong()).toBe(true);
      await pause();
      wentOn.push(turn);
    }
  };
  await pause();
  await Promise.all(Array.from({ length: 5 }, one));
  isDone = true;
  expect(wentOn.length).toBe(15);
  expect(new Set(wentOn).size).toBe(15);
});

test('batches have all items in their order', () => {
  expect([...batches([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
  expect([...batches([], 2)]).toEqual([]);
});
