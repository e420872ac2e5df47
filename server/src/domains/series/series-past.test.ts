import { describe, expect, it } from 'vitest';
import { cityByDay } from '../../../test/local-days.ts';
import { openSalon, setHours } from '../../../test/salon.ts';
import { addDays, datesBetween, today } from '../../platform/clock.ts';
import { weekdayNames } from './wire/present.ts';

const weekdayOf = (date: string) => weekdayNames[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];

/**
 * A class whose model took place two weeks ago, in a place where the day has begun and is not over. The team member works day and night.
 */
async function openOldClass() {
  const salon = await openSalon({ city: cityByDay() });
  const { shop, place, member, addEvent } = salon;
  const now = today(shop.timeZone);
  const weeks = (count: number) => addDays(now, 7 * count);
  await setHours(shop, member, datesBetween(weeks(-2), weeks(3)), [{ from: '00:00', to: '24:00' }]);
  const model = await addEvent({ date: `${weeks(-2)} 10:00`, capacity: 4 });
  const day = (date: string, time: string) => ({
    day_of_week: weekdayOf(date),
    events_master_id: member,
    events_time: time,
    events_duration: 900,
    events_capacity: 4,
    labels_ids: [],
    resource_instances_ids: [],
  });
  const schedules = `/company/${place}/schedules`;
  const create = async (days: object[], date_end: string) => {
    const answer = await shop.call('POST', schedules, {
      body: {
        original_entity_type: 'activity',
        original_entity_id: model.id,
        date_end,
        add_clients_from_original_entity: false,
        days,
      },
    });
    expect(answer.status).toBe(201);
    return answer.data;
  };
  /** The starts of all events except the model, in local time. */
  const starts = async () => {
    const { data } = await shop.call('GET', `/activity/${place}/search?from=${weeks(-3)}&till=${weeks(4)}&count=100`);
    return (data as { id: number; date: string }[])
      .filter(({ id }) => id !== model.id)
      .map(({ date }) => date.slice(0, 16))
      .sort();
  };
  return { ...salon, now, weeks, day, schedules, create, starts };
}

describe('a schedule whose model is over', () => {
  it('makes no event in the past, and none this morning', async () => {
    const { create, starts, day, now, weeks } = await openOldClass();
    const yesterday = addDays(now, -1);
    const series = await create([day(now, '00:00'), day(yesterday, '12:00')], weeks(2));
    const expected = [addDays(weeks(1), -1), addDays(weeks(2), -1)].map((date) => `${date}T12:00`);
    expect(await starts()).toEqual([...expected, `${weeks(1)}T00:00`, `${weeks(2)}T00:00`].sort());
    // Nothing is planned there either.
    const planned = series.days.flatMap(({ events }: { events: { event_datetime: string }[] }) => events);
    expect(planned).toHaveLength(4);
  });

  it('makes the event of this evening', async () => {
    const { create, starts, day, now, weeks } = await openOldClass();
    await create([day(now, '23:30')], now);
    expect(await starts()).toEqual([`${now}T23:30`]);
    await create([day(now, '00:00')], now);
    expect(await starts()).toEqual([`${now}T23:30`]);
    expect(weeks(0)).toBe(now);
  });

  it('makes none in the past when its end moves from the past, or a weekday is added', async () => {
    const { shop, schedules, create, starts, day, now, weeks } = await openOldClass();
    const series = await create([day(now, '00:00')], addDays(now, -1));
    expect(await starts()).toEqual([]);
    await shop.call('PATCH', `${schedules}/${series.id}`, { body: { date_end: weeks(1) } });
    expect(await starts()).toEqual([`${weeks(1)}T00:00`]);
    const added = await shop.call('POST', `${schedules}/${series.id}/days`, { body: day(addDays(now, -1), '12:00') });
    expect(added.status).toBe(201);
    expect(await starts()).toEqual([`${addDays(weeks(1), -1)}T12:00`, `${weeks(1)}T00:00`]);
  });

  it('leaves the event of this evening where it is when its new time is over already', async () => {
    const { shop, schedules, create, starts, day, now, weeks } = await openOldClass();
    const series = await create([day(now, '23:30')], weeks(1));
    const dayId = series.days[0].id;
    const changed = await shop.call('PATCH', `${schedules}/${series.id}/days/${dayId}`, {
      body: { force: true, events_time: '00:00' },
    });
    expect(changed.status).toBe(200);
    expect(await starts()).toEqual([`${now}T23:30`, `${weeks(1)}T00:00`]);
  });
});
