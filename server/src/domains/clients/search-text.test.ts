import { expect, test } from 'vitest';
import { containsPattern, phonePart, searchText } from './search-text.ts';

test('a client is found by the whole name, the phone number and the e-mail, a line each', () => {
  const ada = { name: 'Ada', surname: 'Lovelace', middleName: 'Augusta', phone: '+13155550101', email: 'Ada@Example.com' };
  expect(searchText(ada)).toBe('ada lovelace augusta\n+13155550101\nada@example.com');
});

test('a missing value leaves its line empty', () => {
  expect(searchText({ name: 'Ada', surname: '', phone: null })).toBe('ada\n\n');
  expect(searchText({})).toBe('\n\n');
});

test('a pattern takes the characters that LIKE has a meaning for literally', () => {
  expect(containsPattern('100%_\\')).toBe('%100\\%\\_\\\\%');
});

test.each([
  ['(315) 555-01', '31555501'],
  ['+1 315', '1315'],
  ['1/2.3', '123'],
  ['３１５', '315'],
  ['315a', undefined],
  ['a315', undefined],
  ['+ -', undefined],
  ['', undefined],
])('%j has the digits %j of a phone number', (text, digits) => {
  expect(phonePart(text)).toBe(digits);
});
