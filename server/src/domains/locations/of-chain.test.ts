import { expect, test } from 'vitest';
import { digitsOfChain } from './of-chain.ts';

test('amounts of a chain have as few digits as its currency with the fewest', () => {
  const digits = (...currencies: string[]) =>
    digitsOfChain(currencies.map((currency, id) => ({ id, title: '', timeZone: 'UTC', currency })));
  expect([digits('EUR'), digits('EUR', 'JPY'), digits('KWD', 'EUR')]).toEqual([2, 0, 2]);
});
