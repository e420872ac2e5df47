import { expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { openSalon, setHours } from '../../../test/salon.ts';
import { addDays, datesBetween } from '../../platform/clock.ts';

/** Sundays from a week before the clock changes, and the results for half past two and half past one on the day of the change. */
const changes = [
  ['New York', '2030-03-03', '03:30', '01:30'],
  ['New York', '2030-10-27', '02:30', '01:30'],
  ['Auckland', '2030-09-22', '03:30', '01:30'],
  ['Auckland', '2030-03-31', '02:30', '01:30'],
] as const;

test.each(changes)('a class in %s that begins on %s keeps its local time', async (city, first, ...atNight) => {
  const { shop, place, member, addEvent } = await openSalon({ city });
  const sundays = [addDays(first, 7), addDays(first, 14)];
  await setHours(shop, member, datesBetween(first, addDays(first, 15)), [{ from: '00:00', to: '24:00' }]);
  const model = await addEvent({ date: `${first} 23:30`, length: 900 });
  const client = await shop.addClient();
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const series = await must('POST', `/company/${place}/schedules`, {
    original_entity_type: 'activity',
    original_entity_id: model.id,
    date_end: addDays(first, 14),
    add_clients_from_original_entity: false,
    days: [
      {
        day_of_week: 'sun',
        events_master_id: member,
        events_time: '23:30',
        events_duration: 900,
        events_capacity: 3,
        labels_ids: [],
        resource_instances_ids: [],
      },
    ],
  });
  const path = `/company/${place}/schedules/${series.id}`;
  const [{ id: day }] = series.days;
  await must('POST', `${path}/client_schedules`, { client_id: client.id, schedule_days_ids: [day] });
  /** The times of the client's visits, by the calendar of the location. */
  const times = async () => {
    const query = `start_date=${sundays[0]}&end_date=${sundays[1]}`;
    const records: { datetime: string }[] = await must('GET', `/records/${place}?${query}`);
    return records.map(({ datetime }) => datetime.slice(0, 16));
  };
  const move = (events_time: string) => must('PATCH', `${path}/days/${day}`, { force: false, events_time });
  expect(await times()).toEqual(sundays.map((date) => `${date}T23:30`));
  await move('02:30');
  expect(await times()).toEqual([`${sundays[0]}T${atNight[0]}`, `${sundays[1]}T02:30`]);
  // Nothing of it was changed by hand: all move on.
  await move('01:30');
  expect(await times()).toEqual([`${sundays[0]}T${atNight[1]}`, `${sundays[1]}T01:30`]);
  expect(await contradictions(place)).toEqual([]);
});
