import { describe, expect, test } from 'vitest';
import { type Shop, testDatabase } from '../../../test/harness.ts';
import { openOnlineSalon } from '../../../test/online.ts';
import { setHours } from '../../../test/salon.ts';
import { statementsOf } from '../../../test/statements.ts';
import { nextSlots } from './next-slot.ts';

/** A Sunday evening in New York. The members of salons work from Monday to Thursday. */
const now = new Date('2030-05-05T22:00:00-04:00');
const placeOf = (shop: Shop) => ({ id: shop.locationId, timeZone: shop.timeZone });
const next = async (shop: Shop, at = now) => {
  const { db } = await testDatabase();
  return (await nextSlots(db, [placeOf(shop)], at)).get(shop.locationId);
};

describe('the next slot of a location', () => {
  test('is the first time that a client can book', async () => {
    const { shop, times } = await openOnlineSalon();
    expect((await times('2030-05-06'))[0]).toBe('09:00');
    expect(await next(shop)).toEqual(new Date('2030-05-06T09:00:00-04:00'));
  });

  test('is the earliest of all members, each with their shortest service', async () => {
    const { shop, book, link, member, service } = await openOnlineSalon();
    await book({ datetime: '2030-05-06T09:30:00', seance_length: 8 * 3600 });
    // An hour fits on Tuesday only.
    expect(await next(shop)).toEqual(new Date('2030-05-07T09:00:00-04:00'));
    const second = await shop.addTeamMember();
    await link(second, service);
    await setHours(shop, second, ['2030-05-06'], [{ from: '12:00', to: '18:00' }]);
    expect(await next(shop)).toEqual(new Date('2030-05-06T12:00:00-04:00'));
    await link(member, await shop.addService({ duration: 1800 }), 1800);
    expect(await next(shop)).toEqual(new Date('2030-05-06T09:00:00-04:00'));
  });

  test('honours the delay of the settings', async () => {
    const { shop, setBooking } = await openOnlineSalon();
    await setBooking({ seance_delay_step: 60 });
    expect(await next(shop, new Date('2030-05-06T09:10:00-04:00'))).toEqual(new Date('2030-05-06T10:15:00-04:00'));
  });

  test('may be a year away, and is missing after that', async () => {
    const { shop } = await openOnlineSalon();
    expect(await next(shop, new Date('2029-05-05T12:00:00-04:00'))).toEqual(new Date('2030-05-06T09:00:00-04:00'));
    expect(await next(shop, new Date('2029-05-04T12:00:00-04:00'))).toBeUndefined();
    expect(await next(shop, new Date('2030-05-09T18:00:00-04:00'))).toBeUndefined();
  });

  test('is missing where nobody is open for booking', async () => {
    const { shop, member } = await openOnlineSalon();
    await shop.call('PUT', `/staff/${shop.locationId}/${member}`, { body: { hidden: 1 } });
    expect(await next(shop)).toBeUndefined();
  });
});

test('the next slots of many locations take as many statements as that of one', async () => {
  const salons = await Promise.all(['New York', 'London', 'Sydney'].map((city) => openOnlineSalon({ city })));
  const { db } = await testDatabase();
  const places = salons.map(({ shop }) => placeOf(shop));
  const found = await nextSlots(db, places, now);
  expect(places.map(({ id }) => found.get(id))).toEqual([
    new Date('2030-05-06T09:00:00-04:00'),
    new Date('2030-05-06T09:00:00+01:00'),
    // The day has begun there.
    new Date('2030-05-06T12:00:00+10:00'),
  ]);
  const one = await statementsOf((tx) => nextSlots(tx, places.slice(0, 1), now));
  expect(await statementsOf((tx) => nextSlots(tx, places, now))).toBe(one);
});
