import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { TurnedAway, Turns } from './turns.ts';

/** Turns, and work that ends on request. */
function open(shares: Partial<ConstructorParameters<typeof Turns>[0]>) {
  const turns = new Turns({ atOnce: 4, perKey: 2, queue: 100, patience: 60_000, ...shares });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const take = (name: string, what: string) =>
    turns.take(name, () => {
      begun.push(what);
      return new Promise<string>((done) => ends.set(what, () => done(what)));
    });
  const end = async (what: string) => {
    ends.get(what)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  // Nothing keeps waiting after the test.
  onTestFinished(async () => {
    while (turns.figures.working) for (const what of begun) await end(what);
  });
  return { turns, begun, take, end };
}

describe('turns', () => {
  test('begin at once while there is room, and return the result of the work', async () => {
    const { take, end, begun } = open({});
    const answer = take('a', 'a1');
    expect(begun).toEqual(['a1']);
    await end('a1');
    expect(await answer).toBe('a1');
  });

  test('leave room for others, however many of one are waiting', () => {
    const { take, begun } = open({});
    for (let index = 1; index <= 20; index++) take('a', `a${index}`);
    expect(begun).toEqual(['a1', 'a2']);
    take('b', 'b1');
    take('c', 'c1');
    take('d', 'd1');
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1']);
  });

  test('alternate between those who wait, and within one keep the order of arrival', async () => {
    const { take, end, begun } = open({ atOnce: 1, perKey: 1 });
    for (const name of ['a', 'b', 'c']) for (let index = 1; index <= 3; index++) take(name, `${name}${index}`);
    for (let turn = 0; turn < 9; turn++) await end(begun.at(-1) as string);
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'c2', 'b3', 'c3']);
  });

  test('go on when work fails', async () => {
    const { turns, take, begun } = open({ atOnce: 1, perKey: 1 });
    const failing = turns.take('a', () => Promise.reject(new Error('broken')));
    take('a', 'a1');
    await expect(failing).rejects.toThrow('broken');
    expect(begun).toEqual(['a1']);
  });

  test('are refused at once if too many of one wait, but not for others', async () => {
    const { turns, take, begun } = open({ perKey: 1, queue: 2 });
    for (const what of ['a1', 'a2', 'a3']) take('a', what);
    await expect(take('a', 'a4')).rejects.toThrow(TurnedAway);
    take('b', 'b1');
    expect(begun).toEqual(['a1', 'b1']);
    expect(turns.figures).toEqual({ working: 2, waiting: 2, turnedAway: 1 });
  });

  test('are refused if they do not come in time; refused work never begins', async () => {
    vi.useFakeTimers();
    const { turns, take, end, begun } = open({ atOnce: 1, perKey: 1, patience: 3000 });
    take('a', 'a1');
    const late = expect(take('a', 'a2')).rejects.toMatchObject({ retryAfter: 3 });
    await vi.advanceTimersByTimeAsync(2000);
    take('b', 'b1');
    await vi.advanceTimersByTimeAsync(1500);
    await late;
    vi.useRealTimers();
    await end('a1');
    expect(begun).toEqual(['a1', 'b1']);
    expect(turns.figures).toEqual({ working: 1, waiting: 0, turnedAway: 1 });
  });

  test('leave nothing behind', async () => {
    const { turns, take, end, begun } = open({});
    const all = Array.from({ length: 50 }, (_, index) => take(`${index % 7}`, `${index}`));
    for (let index = 0; index < 50; index++) await end(begun[index] as string);
    expect(await Promise.all(all)).toHaveLength(50);
    expect(turns.figures).toEqual({ working: 0, waiting: 0, turnedAway: 0 });
  });
});
