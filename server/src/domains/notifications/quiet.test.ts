import { expect, test } from 'vitest';
import { quietTimeAt } from './settings.ts';

/** The quiet time around a moment in Berlin, as local hours. */
const around = (at: string, quietFrom: number | null, quietTo: number | null) => {
  const quiet = quietTimeAt(new Date(at), { quietFrom, quietTo }, 'Europe/Berlin');
  return quiet && [quiet.from.toISOString(), quiet.to.toISOString()];
};
const [one, three, nine, six] = [60, 180, 21 * 60, 6 * 60];

test('quiet hours of a day begin at their first minute and end before their last', () => {
  const afternoon = ['2030-05-06T11:00:00.000Z', '2030-05-06T13:00:00.000Z'];
  expect(around('2030-05-06T12:59:59+02:00', 13 * 60, 15 * 60)).toBeUndefined();
  expect(around('2030-05-06T13:00:00+02:00', 13 * 60, 15 * 60)).toEqual(afternoon);
  expect(around('2030-05-06T14:59:59+02:00', 13 * 60, 15 * 60)).toEqual(afternoon);
  expect(around('2030-05-06T15:00:00+02:00', 13 * 60, 15 * 60)).toBeUndefined();
  expect(around('2030-05-06T14:00:00+02:00', null, null)).toBeUndefined();
});

test('quiet hours over midnight are those of one night', () => {
  const night = ['2030-05-06T19:00:00.000Z', '2030-05-07T04:00:00.000Z'];
  expect(around('2030-05-06T20:59:00+02:00', nine, six)).toBeUndefined();
  expect(around('2030-05-06T21:00:00+02:00', nine, six)).toEqual(night);
  expect(around('2030-05-07T05:59:00+02:00', nine, six)).toEqual(night);
  expect(around('2030-05-07T06:00:00+02:00', nine, six)).toBeUndefined();
});

test('quiet hours follow the clock on the night when it changes', () => {
  // Summer time begins at 02:00 on 31 March, and ends at 03:00 on 27 October 2030.
  expect(around('2030-03-31T00:30:00Z', one, three)).toEqual(['2030-03-31T00:00:00.000Z', '2030-03-31T01:00:00.000Z']);
  expect(around('2030-10-27T01:30:00Z', one, three)).toEqual(['2030-10-26T23:00:00.000Z', '2030-10-27T02:00:00.000Z']);
});
