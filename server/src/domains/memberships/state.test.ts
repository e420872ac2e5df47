import { describe, expect, test } from 'vitest';
import { atMoment, expiryOf, frozenDaysBetween, isFrozen, later, stateOf } from './state.ts';

const berlin = 'Europe/Berlin';
const at = (text: string) => new Date(text);
const row = {
  period: 1,
  periodUnit: 'month' as const,
  activatedAt: null,
  activatesAt: null,
  expiresAt: null,
  frozenAt: null,
  frozenUntil: null,
  frozenDays: 0,
};

describe('the end of a membership', () => {
  test.each([
    ['a year is a year, leap or not', '2019-10-07T16:20:00+02:00', 365, 'day', '2020-10-06T23:59:59+02:00'],
    [
      'a month after the end of January ends on the leap day',
      '2028-01-31T12:00:00+01:00',
      1,
      'month',
      '2028-02-29T23:59:59+01:00',
    ],
    ['and on the 28th in other years', '2027-01-31T12:00:00+01:00', 1, 'month', '2027-02-28T23:59:59+01:00'],
    ['a year after a leap day is the 28th', '2028-02-29T12:00:00+01:00', 1, 'year', '2029-02-28T23:59:59+01:00'],
    ['a day over the spring change has its own offset', '2027-03-27T12:00:00+01:00', 1, 'day', '2027-03-28T23:59:59+02:00'],
    ['a week over the autumn change too', '2027-10-25T23:30:00+02:00', 1, 'week', '2027-11-01T23:59:59+01:00'],
    ['the day is that of the location', '2027-06-01T23:30:00Z', 1, 'day', '2027-06-03T23:59:59+02:00'],
  ] as const)('%s', (_, from, period, periodUnit, end) => {
    expect(expiryOf({ period, periodUnit, frozenDays: 0 }, at(from), berlin)).toEqual(at(end));
  });

  test('is never without a period, and moves with the days of freezing', () => {
    expect(expiryOf({ period: 0, periodUnit: 'day', frozenDays: 9 }, at('2027-06-01T12:00:00Z'), berlin)).toBeNull();
    expect(expiryOf({ period: 1, periodUnit: 'day', frozenDays: 3 }, at('2027-06-01T12:00:00Z'), berlin)).toEqual(
      at('2027-06-05T23:59:59+02:00'),
    );
  });

  test('moves by days of the calendar over a change of the clock', () => {
    expect(later(at('2027-03-27T23:59:59+01:00'), 2, berlin)).toEqual(at('2027-03-29T23:59:59+02:00'));
    expect(later(at('2028-02-28T23:59:59+01:00'), 1, berlin)).toEqual(at('2028-02-29T23:59:59+01:00'));
  });
});

test('a freeze counts the days of the calendar, and at least one', () => {
  expect(frozenDaysBetween(at('2027-03-27T12:00:00+01:00'), at('2027-03-29T00:30:00+02:00'), berlin)).toBe(2);
  expect(frozenDaysBetween(at('2027-03-27T12:00:00+01:00'), at('2027-03-27T12:30:00+01:00'), berlin)).toBe(1);
  expect(frozenDaysBetween(at('2028-02-28T12:00:00+01:00'), at('2028-03-01T12:00:00+01:00'), berlin)).toBe(2);
});

describe('the state', () => {
  const now = at('2027-06-10T12:00:00Z');
  test('is created before it is active, active until its last second, and expired then', () => {
    expect(stateOf(row, true, now)).toBe('created');
    const active = { ...row, activatedAt: at('2027-06-01T12:00:00Z'), expiresAt: now };
    expect(stateOf(active, true, now)).toBe('active');
    expect(stateOf(active, true, at('2027-06-10T12:00:01Z'))).toBe('expired');
    expect(stateOf({ ...active, expiresAt: null }, true, now)).toBe('active');
  });

  test('without visits is used up, expired or not', () => {
    const ended = { ...row, activatedAt: at('2027-05-01T12:00:00Z'), expiresAt: at('2027-06-01T12:00:00Z') };
    expect([stateOf(ended, false, now), stateOf(ended, true, now)]).toEqual(['used up', 'expired']);
  });

  test('of a freeze without an end stays active, and of one with an end does not', () => {
    const ended = { ...row, activatedAt: at('2027-05-01T12:00:00Z'), expiresAt: at('2027-06-01T12:00:00Z') };
    expect(stateOf({ ...ended, frozenAt: at('2027-05-20T12:00:00Z') }, true, now)).toBe('active');
    expect(stateOf({ ...ended, frozenAt: at('2027-05-20T12:00:00Z'), frozenUntil: at('2027-05-25T12:00:00Z') }, true, now)).toBe(
      'expired',
    );
  });

  test('becomes active when its time comes, and its end counts from then', () => {
    const waiting = { ...row, activatesAt: now };
    expect(atMoment(waiting, berlin, at('2027-06-10T11:59:59Z'))).toEqual(waiting);
    expect(atMoment(waiting, berlin, now)).toMatchObject({ activatedAt: now, expiresAt: at('2027-07-10T23:59:59+02:00') });
  });

  test('is frozen until its end, or without one', () => {
    expect(isFrozen(row, now)).toBe(false);
    const frozenAt = at('2027-06-01T12:00:00Z');
    expect(isFrozen({ frozenAt, frozenUntil: null }, now)).toBe(true);
    expect(isFrozen({ frozenAt, frozenUntil: at('2027-06-10T12:00:01Z') }, now)).toBe(true);
    expect(isFrozen({ frozenAt, frozenUntil: now }, now)).toBe(false);
  });
});
