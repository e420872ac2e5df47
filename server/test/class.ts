import { addDays, datesBetween, today } from '../src/platform/clock.ts';
import { openSalon, setHours } from './salon.ts';

/** A Monday in two to three weeks, and Mondays some weeks later. */
function mondaysFrom(now: string) {
  const isMonday = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay() === 1;
  const monday = datesBetween(addDays(now, 14), addDays(now, 20)).find(isMonday) as string;
  return { monday, weeks: (count: number) => addDays(monday, 7 * count) };
}

/** The base of repeated classes: the model is on a Monday in two to three weeks, at 10:00, and the team member always works. */
export async function openClass(options: { clients?: number } = {}) {
  const salon = await openSalon();
  const { shop, place, member, addEvent } = salon;
  const now = today(shop.timeZone);
  const { monday, weeks } = mondaysFrom(now);
  await setHours(shop, member, datesBetween(now, weeks(8)));
  const model = await addEvent({ date: `${monday} 10:00`, capacity: 4 });
  const clientIds: number[] = [];
  for (let index = 0; index < (options.clients ?? 0); index++) {
    const client = await shop.addClient();
    clientIds.push(client.id);
    await shop.call('POST', `/records/${place}`, { body: { activity_id: model.id, client: { id: client.id } } });
  }
  const day = (fields: Record<string, unknown> = {}) => ({
    day_of_week: 'mon',
    events_master_id: member,
    events_time: '10:00:00',
    events_duration: 3600,
    events_capacity: 4,
    labels_ids: [],
    resource_instances_ids: [],
    ...fields,
  });
  const create = (fields: Record<string, unknown> = {}) =>
    shop.call('POST', `/company/${place}/schedules`, {
      body: {
        original_entity_type: 'activity',
        original_entity_id: model.id,
        date_end: weeks(3),
        add_clients_from_original_entity: false,
        days: [day()],
        ...fields,
      },
    });
  /** Creates a series that must succeed. @returns it */
  const created = async (fields: Record<string, unknown> = {}) => {
    const answer = await create(fields);
    if (answer.status !== 201) throw new Error(`The schedule is refused: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const dates = async () =>
    (await shop.call('GET', `/activity/${place}/search_dates?from=${now}&till=${weeks(10)}`)).data as string[];
  const appointments = async () =>
    (await shop.call('GET', `/records/${place}?count=300`)).data as { activity_id: number; id: number }[];
  return { ...salon, model, monday, weeks, day, create, created, dates, appointments, clientIds };
}

/**
 * A class that repeats on the three Mondays after its model, at 14:00. On the second of them the team member is busy, so there is no event.
 * The team member works for five weeks.
 */
export async function openRepeatingClass() {
  const salon = await openSalon();
  const { shop, place, member, addEvent, booked } = salon;
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const { monday, weeks } = mondaysFrom(today(shop.timeZone));
  await setHours(shop, member, datesBetween(monday, weeks(5)));
  const model = await addEvent({ date: `${monday} 14:00`, capacity: 4 });
  await booked({ datetime: `${weeks(2)}T14:00:00` });
  const label = await must('POST', `/labels/${place}?title=Yoga&color=%23ff2828&entity=3`);
  const day = (day_of_week: string) => ({
    day_of_week,
    events_master_id: member,
    events_time: '14:00',
    events_duration: 3600,
    events_capacity: 4,
    labels_ids: [label.id],
    resource_instances_ids: [],
  });
  const series = await must('POST', `/company/${place}/schedules`, {
    original_entity_type: 'activity',
    original_entity_id: model.id,
    date_end: weeks(3),
    add_clients_from_original_entity: false,
    days: [day('mon')],
  });
  const path = `/company/${place}/schedules/${series.id}`;
  const dayId: number = series.days[0].id;
  const changeDay = (fields: object) => must('PATCH', `${path}/days/${dayId}`, { force: false, ...fields });
  /** Books a client on every event. */
  const join = (client: number) => must('POST', `${path}/client_schedules`, { client_id: client, schedule_days_ids: [dayId] });
  return { ...salon, must, weeks, model, label, day, path, dayId, changeDay, join };
}
