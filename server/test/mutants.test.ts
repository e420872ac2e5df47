import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { instrument } from '../mutants/instrument.ts';
import reasons from '../mutants/reasons.json' with { type: 'json' };
import { rooms } from '../mutants/rooms.ts';

const source = join(import.meta.dirname, '../src');

test('every room has rules and tests', () => {
  for (const [title, { rules, tests }] of Object.entries(rooms)) {
    for (const pattern of rules) expect(globSync(pattern, { cwd: source }), `${title} ${pattern}`).not.toEqual([]);
    expect(globSync(tests, { cwd: source }), title).not.toEqual([]);
  }
});

test('every reason for a surviving mutant is about code that is there', async () => {
  for (const { file, original, replacement, reason } of reasons as Record<string, string>[]) {
    const { mutants } = await instrument(source, [file as string]);
    expect(mutants, `${file}: ${original}`).toContainEqual(expect.objectContaining({ original, replacement }));
    expect(reason).toMatch(/\.$/);
  }
});

test('a mutant has its place and the code that it replaces', async () => {
  const file = 'domains/booking-settings/timeslot.ts';
  const { mutants, code } = await instrument(source, [file]);
  const lines = readFileSync(join(source, file), 'utf8').split('\n');
  const [first] = mutants.filter(({ mutator }) => mutator === 'EqualityOperator');
  expect(lines[(first?.line as number) - 1]?.slice((first?.column as number) - 1)).toMatch(/./);
  expect(lines[(first?.line as number) - 1]).toContain(first?.original);
  expect([...code.values()][0]).toContain('stryMutAct');
});
