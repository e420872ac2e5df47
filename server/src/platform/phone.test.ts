import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isValidPhone, normalizePhone, reachablePhone } from './phone.ts';

describe('a phone number is brought into E.164', () => {
  test.each([
    ['+1 315 555-0175', undefined, '+13155550175'],
    ['13155550175', undefined, '+13155550175'],
    ['0013155550175', undefined, '+13155550175'],
    ['(315) 555-0175', 'US', '+13155550175'],
    ['020 7946 0958', 'GB', '+442079460958'],
    ['+44 20 7946 0958', 'US', '+442079460958'],
    // Valid in Austria and in Vietnam too, when it is read as an international number.
    ['(432) 352-2836', 'US', '+14323522836'],
    ['8 (495) 123-45-67', 'RU', '+74951234567'],
    ['393331234567', 'IT', '+393331234567'],
    ['442079460958', 'US', '+442079460958'],
    ['８１３１２３４５６７８', 'JP', '+81312345678'],
    ['+999 123 456 789', 'US', '+999123456789'],
  ])('%s in %s', (text, country, expected) => {
    expect(normalizePhone(text, country)).toBe(expected);
  });

  test.each(['', '123', '12345678', '1234567890123456', 'call me', '+', '0000000000', '315555017x'])(
    '%j is no phone number',
    (text) => {
      expect(normalizePhone(text)).toBeUndefined();
    },
  );

  test('once and twice alike, and only as a plus sign and digits', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\+?[\d() .-]{7,20}$/),
        fc.constantFrom(undefined, 'US', 'GB', 'DE', 'JP'),
        (text, country) => {
          const phone = normalizePhone(text, country);
          if (phone === undefined) return;
          expect(phone).toMatch(/^\+\d{7,15}$/);
          expect(normalizePhone(phone, country)).toBe(phone);
        },
      ),
    );
  });
});

test('a valid number is one of its country’s numbering plan', () => {
  expect(isValidPhone('13155550175')).toBe(true);
  expect(isValidPhone('+44 20 7946 0958')).toBe(true);
  expect(isValidPhone('1234')).toBe(false);
  expect(isValidPhone('+1 000 000 0000')).toBe(false);
  expect(isValidPhone('tel:13155550175')).toBe(false);
});

test.each([
  ['(646) 200-0045', 'US', '+16462000045'],
  ['1 646 200 0045', 'US', '+16462000045'],
  ['13155550175', 'GB', '+13155550175'],
  // Numbers for fiction are in no numbering plan.
  ['07700 900999', 'GB', '+447700900999'],
  ['+44 7700 900999', 'US', '+447700900999'],
  ['0151 23456789', 'DE', '+4915123456789'],
  ['26 123 456', 'LV', '+37126123456'],
  // A digit too few.
  ['(646) 200-004', 'US', undefined],
  ['+1 646 200 004', 'US', undefined],
  ['12', 'US', undefined],
  ['call me', 'US', undefined],
])('%j, typed in person in %s, is stored as %s', (text, country, expected) => {
  expect(reachablePhone(text, country)).toBe(expected);
});
