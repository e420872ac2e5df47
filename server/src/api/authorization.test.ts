import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAuthorization } from './authorization.ts';

const token = fc.string({ unit: fc.constantFrom(...'abcXYZ0189-._~+/='), minLength: 1, maxLength: 80 });
const space = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 3 });
const someSpace = space.map((text) => ` ${text}`);
/** A word in any letter case. */
const anyCase = (word: string) =>
  fc
    .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
    .map((upper) => [...word].map((letter, i) => (upper[i] ? letter.toUpperCase() : letter.toLowerCase())).join(''));
const part = (scheme: string, value: string) =>
  fc.tuple(anyCase(scheme), someSpace).map(([name, gap]) => `${name}${gap}${value}`);
/** The separators between the parts: a comma with any spaces around it, or only spaces. */
const separator = fc.oneof(
  fc.tuple(space, space).map(([before, after]) => `${before},${after}`),
  someSpace,
);

describe('the Authorization header', () => {
  it('names the partner, and the user after it', () => {
    expect(parseAuthorization('Bearer abc')).toEqual({ partnerToken: 'abc' });
    expect(parseAuthorization('Bearer abc, User def')).toEqual({ partnerToken: 'abc', userToken: 'def' });
  });

  it('may be in any letter case and order, with a comma or spaces between the parts and any spaces around them', () => {
    const header = fc.tuple(token, token, fc.boolean()).chain(([partner, user, userFirst]) =>
      fc.record({
        parts: fc.tuple(part('Bearer', partner), part('User', user)),
        around: fc.tuple(space, separator, space),
        partner: fc.constant(partner),
        user: fc.constant(user),
        userFirst: fc.constant(userFirst),
      }),
    );
    fc.assert(
      fc.property(header, ({ parts, around: [before, between, after], partner, user, userFirst }) => {
        const [first, second] = userFirst ? [parts[1], parts[0]] : parts;
        expect(parseAuthorization(`${before}${first}${between}${second}${after}`)).toEqual({
          partnerToken: partner,
          userToken: user,
        });
      }),
    );
  });

  it('keeps the letter case of tokens', () => {
    expect(parseAuthorization('bearer AbC, user dEf')).toEqual({ partnerToken: 'AbC', userToken: 'dEf' });
  });

  it('may name only a user, which signs nobody in without a partner', () => {
    expect(parseAuthorization('User def')).toEqual({ userToken: 'def' });
  });

  it.each([
    [undefined],
    [''],
    [' , '],
    ['Bearer'],
    ['Bearer '],
    ['abc'],
    ['Bearer abc, User'],
    ['Bearer abc User'],
    ['Bearer abc def'],
    ['Bearer abc, Bearer def'],
    ['User abc, User def'],
    ['Bearer abc, User def, User ghi'],
    ['Bearer abc, User def ghi'],
    ['Basic YWxhZGRpbjpvcGVuc2VzYW1l'],
    ['Bearer abc, Token def'],
    ['Bearer: abc'],
    [`Bearer ${'a'.repeat(5000)}`],
  ])('is malformed as %j', (header) => expect(parseAuthorization(header)).toBeUndefined());

  it('is malformed with any other scheme, even one that names a property of every object', () => {
    const other = fc.oneof(token, fc.constantFrom('constructor', '__proto__', 'valueof', 'tostring', 'hasownproperty'));
    fc.assert(
      fc.property(other, token, (scheme, value) => {
        fc.pre(!/^(bearer|user)$/i.test(scheme));
        expect(parseAuthorization(`${scheme} ${value}`)).toBeUndefined();
        expect(parseAuthorization(`Bearer abc, ${scheme} ${value}`)).toBeUndefined();
      }),
    );
  });

  it('never fails on any text, and never invents a token', () => {
    const words = fc.array(fc.constantFrom('bearer', 'User', ',', ' ', '\t', '\u00a0', 'abc', '__proto__', 'constructor'));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      words.map((list) => list.join(' ')),
      words.map((l) => l.join('')),
    );
    fc.assert(
      fc.property(text, (header) => {
        const found = parseAuthorization(header);
        for (const [name, value] of Object.entries(found ?? {})) {
          expect(['partnerToken', 'userToken']).toContain(name);
          expect(value).not.toBe('');
          expect(header).toContain(value);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
