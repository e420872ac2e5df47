import { describe, expect, test } from 'vitest';
import { callerOf, isListed, isNetwork } from './address.ts';

describe('a list of addresses', () => {
  test.each([
    ['192.0.2.7', ['192.0.2.7'], true],
    ['192.0.2.8', ['192.0.2.7'], false],
    ['192.0.2.255', ['192.0.2.0/24'], true],
    ['192.0.3.0', ['192.0.2.0/24'], false],
    ['10.1.2.3', ['192.0.2.0/24', '10.0.0.0/8'], true],
    ['2001:db8::1', ['2001:DB8:0:0::1'], true],
    ['2001:db8:0:1::1', ['2001:db8::/64'], false],
    ['2001:db8:0:0:ffff::1', ['2001:db8::/64'], true],
    ['::ffff:192.0.2.7', ['192.0.2.0/24'], true],
    ['192.0.2.7', ['::ffff:192.0.2.7'], true],
    ['192.0.2.7', ['::/0'], false],
    ['2001:db8::1', ['0.0.0.0/0'], false],
    ['192.0.2.7', [], false],
    ['192.0.2.7', ['nonsense', '192.0.2.0/99'], false],
    ['nonsense', ['0.0.0.0/0', '::/0'], false],
  ])('%s of %j: %s', (address, list, expected) => {
    expect(isListed(address, list)).toBe(expected);
  });
});

test('networks are written as addresses or with the length of their prefix', () => {
  expect(['192.0.2.7', '192.0.2.0/24', '2001:db8::', '2001:db8::/32', '::ffff:192.0.2.7'].every(isNetwork)).toBe(true);
  expect(['', '192.0.2', '192.0.2.7/33', '2001:db8::/129', 'a/8', '192.0.2.0/', 'localhost'].some(isNetwork)).toBe(false);
});

test('all addresses of an IPv6 network of a customer are one caller', () => {
  expect(callerOf('2001:db8:0:0:1:2:3:4')).toBe(callerOf('2001:db8::9'));
  expect(callerOf('2001:db8:0:1::9')).not.toBe(callerOf('2001:db8::9'));
  expect([callerOf('192.0.2.7'), callerOf('::ffff:192.0.2.7'), callerOf('unknown')]).toEqual([
    '192.0.2.7',
    '192.0.2.7',
    'unknown',
  ]);
});
