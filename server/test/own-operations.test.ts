import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ownOperations, ownOperationsFile } from '../src/write-own-operations.ts';

test('the list of own operations is fresh', () => {
  expect(readFileSync(ownOperationsFile, 'utf8')).toBe(ownOperations());
});
