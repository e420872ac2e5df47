import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { openOnlineSalon } from '../../../test/online.ts';
import { setHours } from '../../../test/salon.ts';
import { statementsOf } from '../../../test/statements.ts';
import { toMoney, toPercent } from '../../platform/money.ts';
import { changeBookingSettings } from '../booking-settings/settings.ts';
import { setTimeslotSettings } from '../booking-settings/timeslot.ts';
import { serviceResources, services, serviceTeamMembers } from '../catalog/tables.ts';
import { teamMembers } from '../team/tables.ts';
import { neverBusy } from './busy.ts';
import { searchIn } from './chain.ts';
import { loadCalendars, loadCatalog, loadRules, loadRuns, needOf, teamFor, workOf } from './load.ts';

const monday = '2030-05-06';
const tuesday = '2030-05-07';
/** A stretch in New York, which is four hours behind then. */
const stretch = (start: string, end: string): [number, number] => [
  Date.parse(`${start}-04:00`) / 1000,
  Date.parse(`${end}-04:00`) / 1000,
];

/** An online salon, and its loaded data. */
async function openPlace() {
  const salon = await openOnlineSalon();
  const { shop, place, member, service } = salon;
  const { db } = await testDatabase();
  const location = { id: place, timeZone: shop.timeZone };
  const offers = async (dates = { first: monday, last: monday }, serviceIds = [service]) =>
    (await loadRuns(db, location, teamFor(await loadCatalog(db, place, { serviceIds }), serviceIds), dates))
      .flat()
      .map(({ offer }) => offer);
  /** When a team member is busy, as pairs. */
  const busy = async (dates?: { first: string; last: string }, of = member) => {
    const found = (await offers(dates)).find(({ calendar }) => calendar.memberId === of);
    return found?.calendar.busy.starts.map((start, index) => [start, found.calendar.busy.ends[index]]);
  };
  const give = (memberId: number, fields: Partial<typeof serviceTeamMembers.$inferInsert> = {}) =>
    db
      .insert(serviceTeamMembers)
      .values({ locationId: place, serviceId: service, teamMemberId: memberId, duration: 3600, ...fields });
  const need = (resourceId: number, serviceId = service) =>
    db.insert(serviceResources).values({ locationId: place, serviceId, resourceId });
  const change = (id: number, fields: Partial<typeof services.$inferInsert>) =>
    db.update(services).set(fields).where(eq(services.id, id));
  return { ...salon, db, location, offers, busy, give, need, change };
}

describe('the rules of a location', () => {
  const now = new Date('2030-05-06T10:00:00.900Z');
  const usual = { type: 'schedule', times: [], first: 0, last: 86_399, step: undefined, delay: 0, isFlexible: false };

  test('have defaults where nothing was ever set', async () => {
    const { db, location } = await openPlace();
    const { gridOf, ...rules } = await loadRules(db, { ...location, id: 0 }, now);
    expect(rules).toEqual({
      timeZone: 'America/New_York',
      now: Date.parse('2030-05-06T10:00:00Z') / 1000,
      anyTeamMember: true,
      confirmPhone: false,
    });
    expect(gridOf(monday)).toEqual(usual);
  });

  test('are the settings of online booking', async () => {
    const { db, location, setBooking } = await openPlace();
    await setBooking({ confirm_number: true, any_master: false, seance_delay_step: 90 });
    const rules = await loadRules(db, location, now);
    expect(rules).toMatchObject({ anyTeamMember: false, confirmPhone: true });
    expect(rules.gridOf(monday)).toEqual({ ...usual, delay: 5400 });
  });

  test('have the grid of a date, else of the weekday, and the longer of two delays', async () => {
    const { db, location, place } = await openPlace();
    await changeBookingSettings(db, place, { slotDelay: 60 });
    await setTimeslotSettings(db, place, {
      isEnabled: true,
      weekdays: [
        { weekday: 1, gridType: 'timeslots', firstSlot: 36_000, lastSlot: 50_400, step: 1200, slotDelay: 7200, isFlexible: true },
      ],
      dates: [{ date: '2030-05-13', gridType: 'predefined', timeslots: [50_400, 36_000], slotDelay: 60 }],
    });
    const { gridOf } = await loadRules(db, location, now);
    expect(gridOf(monday)).toEqual({
      type: 'timeslots',
      times: [],
      first: 36_000,
      last: 50_400,
      step: 1200,
      delay: 7200,
      isFlexible: true,
    });
    expect(gridOf('2030-05-13')).toEqual({
      type: 'predefined',
      times: [36_000, 50_400],
      first: 0,
      last: 85_800,
      step: 900,
      delay: 3600,
      isFlexible: false,
    });
    expect(gridOf(tuesday)).toEqual({ ...usual, delay: 3600 });
  });

  test('have no steps of less than five minutes', async () => {
    const { db, location, place } = await openPlace();
    await setTimeslotSettings(db, place, { isEnabled: true, weekdays: [{ weekday: 1, gridType: 'schedule', step: 1 }] });
    expect((await loadRules(db, location, now)).gridOf(monday).step).toBe(300);
  });

  test('do not have grids that are kept and switched off', async () => {
    const { db, location, place } = await openPlace();
    await setTimeslotSettings(db, place, { isEnabled: false, weekdays: [{ weekday: 1, gridType: 'predefined', timeslots: [] }] });
    expect((await loadRules(db, location, now)).gridOf(monday)).toEqual(usual);
  });
});

describe('the catalog', () => {
  test('has the terms of a service', async () => {
    const { db, place, service, change, need, shop } = await openPlace();
    const room = await shop.addResource('Room', 1);
    await need(room.id);
    const times = { technicalBreak: 600, searchFrom: 36_000, searchTo: 50_400, searchStep: 1800 };
    await change(service, { ...times, discount: toPercent(10), isDateLimited: true, dateFrom: monday, dateTo: tuesday });
    const { services: found } = await loadCatalog(db, place, {});
    expect(found.get(service)).toEqual({
      id: service,
      discount: '10.000',
      technicalBreak: 600,
      dates: { first: monday, last: tuesday },
      searchFrom: 36_000,
      searchTo: 50_400,
      step: 1800,
      resourceIds: [room.id],
      partIds: [],
    });
    await change(service, { displayStep: 60, isDateLimited: false });
    expect((await loadCatalog(db, place, {})).services.get(service)).toMatchObject({ step: 300, dates: undefined });
  });

  test('has no services that are not online, deleted or group events', async () => {
    const { db, place, service, shop, member, give } = await openPlace();
    const others = [{ isActive: false }, { deletedAt: new Date() }, { isGroup: true }];
    for (const fields of others) await give(member, { serviceId: await shop.addService(fields) });
    const { services: found, members } = await loadCatalog(db, place, {});
    expect([...found.keys()]).toEqual([service]);
    expect(members.map(({ id, terms }) => [id, ...terms.keys()])).toEqual([[member, service]]);
  });

  test('has no team members who are hidden, dismissed, deleted or without a schedule', async () => {
    const { db, place, shop, member, give } = await openPlace();
    const heavy = await shop.addTeamMember({ weight: 7 });
    await give(heavy, { duration: 5400, priceMin: toMoney(70), priceMax: toMoney(90) });
    for (const fields of [{ isHidden: true }, { isFired: true }, { deletedAt: new Date() }, { hasSchedule: false }])
      await give(await shop.addTeamMember(fields));
    const { members } = await loadCatalog(db, place, {});
    expect(members.map(({ id, weight }) => [id, weight])).toEqual([
      [member, 0],
      [heavy, 7],
    ]);
    expect([...(members[1]?.terms.values() ?? [])]).toMatchObject([{ duration: 5400, priceMin: '70.0000', priceMax: '90.0000' }]);
  });

  test('has no terms of services that a team member does not provide online', async () => {
    const { db, place, service, shop, give } = await openPlace();
    const offline = await shop.addTeamMember();
    await give(offline, { isOnline: false });
    const catalog = await loadCatalog(db, place, {});
    expect(catalog.members.find(({ id }) => id === offline)?.terms.size).toBe(0);
    expect(
      teamFor(catalog, [service])
        .runs.flat()
        .map(({ member }) => member.id),
    ).not.toContain(offline);
  });

  test('has the requested services and team members of the location', async () => {
    const { db, place, service, shop, member, give } = await openPlace();
    const colour = await shop.addService({ title: 'Colour' });
    await give(member, { serviceId: colour });
    const second = await shop.addTeamMember();
    await give(second);
    const asked = await loadCatalog(db, place, { serviceIds: [colour, colour], memberIds: [member, member] });
    expect([...asked.services.keys()]).toEqual([colour]);
    expect(asked.members.map(({ id, terms }) => [id, ...terms.keys()])).toEqual([[member, colour]]);
    const other = await openPlace();
    const foreign = await loadCatalog(db, other.place, { serviceIds: [service], memberIds: [member] });
    expect([foreign.services.size, foreign.members.length]).toEqual([0, 0]);
  });
});

describe('the length of several services with a team member', () => {
  const service = (id: number, fields: object = {}) => ({
    id,
    discount: toPercent(0),
    technicalBreak: 0,
    dates: undefined,
    searchFrom: 0,
    searchTo: 86_400,
    step: 900,
    resourceIds: [],
    partIds: [],
    ...fields,
  });
  const all = [
    service(1, { technicalBreak: 600, dates: { first: '2030-05-01', last: '2030-05-20' }, resourceIds: [5], searchFrom: 3600 }),
    service(2, {
      technicalBreak: 300,
      dates: { first: '2030-05-10', last: '2030-05-31' },
      resourceIds: [5, 6],
      searchTo: 7200,
      step: 1800,
    }),
    service(3),
  ];
  const terms = (id: number, duration: number) => [id, { serviceId: id, duration, priceMin: null, priceMax: null }] as const;
  const member = { id: 1, weight: 0, terms: new Map([terms(1, 3600), terms(2, 1800), terms(3, 900)]) };
  const catalog = { services: new Map(all.map((each) => [each.id, each])), members: [member] };
  const calendars = { members: new Map(), resources: new Map([[5, [neverBusy]]]) };
  const needFor = (ids: number[]) => needOf(workOf(member, catalog, ids) as NonNullable<ReturnType<typeof workOf>>, calendars);

  test('is all of them one after the other, and the longest break', () => {
    expect(workOf(member, catalog, [1, 2])).toMatchObject({ length: 6000, sumLength: 5400 });
  });

  test('is a time that suits all of them, and each resource once', () => {
    expect(needFor([1, 2])).toEqual({
      length: 6000,
      from: 3600,
      to: 7200,
      step: 1800,
      dates: { first: '2030-05-10', last: '2030-05-20' },
      resources: [[neverBusy], []],
    });
  });

  test('is the shortest that the member gives when none is chosen yet', () => {
    expect(needFor([])).toEqual({ length: 900, from: 0, to: 86_400, step: 900, dates: undefined, resources: [] });
  });

  test('is nothing when the member does not give one of them, or gives none', () => {
    expect(workOf(member, catalog, [1, 4])).toBeUndefined();
    expect(workOf({ ...member, terms: new Map() }, catalog, [])).toBeUndefined();
  });
});

describe('a calendar', () => {
  test('has the working hours of the dates and of the day after; touching ones are one', async () => {
    const { offers, shop, member } = await openPlace();
    await setHours(
      shop,
      member,
      [monday],
      [
        { from: '20:00', to: '24:00' },
        { from: '09:00', to: '12:00' },
        { from: '12:00', to: '13:30' },
      ],
    );
    const [offer] = await offers();
    expect([...(offer?.calendar.workDays ?? [])].sort()).toEqual([
      [
        monday,
        [
          { from: 32_400, to: 48_600 },
          { from: 72_000, to: 86_400 },
        ],
      ],
      [tuesday, [{ from: 32_400, to: 64_800 }]],
    ]);
  });

  test('has no days off', async () => {
    const { offers, shop, place, member } = await openPlace();
    await shop.call('PUT', `/company/${place}/staff/schedule`, {
      body: { schedules_to_set: [], schedules_to_delete: [{ team_member_id: member, dates: [monday, tuesday] }] },
    });
    expect((await offers())[0]?.calendar.workDays.size).toBe(0);
  });

  test('is busy with appointments, their technical breaks and group events', async () => {
    const { booked, addEvent, busy } = await openPlace();
    await booked({ datetime: `${monday}T10:00:00`, seance_length: 4200, technical_break_duration: 600 });
    await addEvent({ date: `${monday} 14:00` });
    expect(await busy()).toEqual([stretch(`${monday}T10:00`, `${monday}T11:10`), stretch(`${monday}T14:00`, `${monday}T15:00`)]);
  });

  test('is merged if appointments touch or overlap by force', async () => {
    const { booked, busy } = await openPlace();
    await booked({ datetime: `${monday}T11:00:00` });
    await booked({ datetime: `${monday}T10:00:00` });
    await booked({ datetime: `${monday}T11:30:00`, save_if_busy: true });
    expect(await busy()).toEqual([stretch(`${monday}T10:00`, `${monday}T12:30`)]);
  });

  test('is busy with a time that began the day before, and with one that begins the day after', async () => {
    const { booked, busy } = await openPlace();
    const force = { save_if_busy: true };
    await booked({ datetime: `${monday}T23:00:00`, seance_length: 7200, ...force });
    await booked({ datetime: '2030-05-08T23:00:00', seance_length: 7200, ...force });
    await booked({ datetime: '2030-05-05T09:00:00', ...force });
    await booked({ datetime: '2030-05-09T09:00:00', ...force });
    expect(await busy({ first: tuesday, last: tuesday })).toEqual([
      stretch(`${monday}T23:00`, `${tuesday}T01:00`),
      stretch('2030-05-08T23:00', '2030-05-09T01:00'),
    ]);
  });

  test('is busy with 24 hours that began just before the same time yesterday', async () => {
    const { booked, busy } = await openPlace();
    await booked({ datetime: '2030-05-05T00:05:00', seance_length: 86_400, technical_break_duration: 0, save_if_busy: true });
    expect(await busy()).toEqual([stretch('2030-05-05T00:05', `${monday}T00:05`)]);
  });

  test('is that of one team member', async () => {
    const { booked, busy, shop, give } = await openPlace();
    const second = await shop.addTeamMember();
    await give(second);
    await setHours(shop, second, [monday]);
    await booked();
    expect(await busy(undefined, second)).toEqual([]);
  });

  test('is loaded for nobody if nobody is requested', async () => {
    const { db, location } = await openPlace();
    const none = await loadCalendars(db, location, { first: monday, last: monday }, { memberIds: [], resourceIds: [] });
    expect([none.members.size, none.resources.size]).toEqual([0, 0]);
  });
});

describe('resources', () => {
  test('have a calendar for each instance, busy with appointments and events; one without instances has none', async () => {
    const { booked, addEvent, offers, shop, need } = await openPlace();
    const [room, chair] = [await shop.addResource('Room', 2), await shop.addResource('Chair', 0)];
    await need(room.id);
    await booked();
    await addEvent({ resource_instance_ids: [room.instanceIds[1]] });
    const pair = (instance: [number, number]) => ({ starts: [instance[0]], ends: [instance[1]] });
    const [offer] = await offers();
    expect(offer?.need.resources).toEqual([
      [pair(stretch(`${monday}T10:00`, `${monday}T11:00`)), pair(stretch(`${monday}T14:00`, `${monday}T15:00`))],
    ]);
    await need(chair.id);
    expect((await offers())[0]?.need.resources[1]).toEqual([]);
  });

  test('that another service uses are left out', async () => {
    const { offers, shop, need, member, give } = await openPlace();
    const [room, chair] = [await shop.addResource('Room', 1), await shop.addResource('Chair', 1)];
    const colour = await shop.addService({ title: 'Colour' });
    await give(member, { serviceId: colour });
    await need(room.id);
    await need(chair.id, colour);
    expect((await offers())[0]?.need.resources).toHaveLength(1);
    expect((await offers(undefined, [colour]))[0]?.need.resources).toHaveLength(1);
  });
});

describe('the life of an appointment', () => {
  test('takes its time unless the client did not come, and gives it back when it moves, shortens or is deleted', async () => {
    const { shop, place, body, booked, busy } = await openPlace();
    const made = await booked();
    const path = `/record/${place}/${made.id}`;
    const put = (fields: Record<string, unknown>) => shop.call('PUT', path, { body: body(fields) });
    for (const attendance of [2, 1, -1, 0]) {
      expect((await put({ attendance })).status).toBe(201);
      expect(await busy()).toEqual(attendance === -1 ? [] : [stretch(`${monday}T10:00`, `${monday}T11:00`)]);
    }
    await put({ datetime: `${monday}T12:00:00` });
    expect(await busy()).toEqual([stretch(`${monday}T12:00`, `${monday}T13:00`)]);
    await put({ datetime: `${monday}T12:00:00`, seance_length: 1800 });
    expect(await busy()).toEqual([stretch(`${monday}T12:00`, `${monday}T12:30`)]);
    await shop.call('DELETE', path);
    expect(await busy()).toEqual([]);
  });

  test('frees the time of an event when the event is deleted, not when its clients are', async () => {
    const { shop, place, addEvent, busy } = await openPlace();
    const event = await addEvent();
    const seat = await shop.call('POST', `/records/${place}`, { body: { activity_id: event.id, client: { name: 'Ada' } } });
    await shop.call('DELETE', `/record/${place}/${seat.data[0].id}`);
    expect(await busy()).toEqual([stretch(`${monday}T14:00`, `${monday}T15:00`)]);
    await shop.call('DELETE', `/activity/${place}/${event.id}`);
    expect(await busy()).toEqual([]);
  });
});

test('a slot over the hour that a clock skips is offered and can be booked', async () => {
  const { shop, db, member, service, times, bookOnline, wish, busy } = await openPlace();
  const date = '2030-03-10';
  await setHours(
    shop,
    member,
    [date],
    [
      { from: '01:00', to: '02:00' },
      { from: '03:00', to: '04:00' },
    ],
  );
  await db.update(serviceTeamMembers).set({ duration: 7200 }).where(eq(serviceTeamMembers.serviceId, service));
  expect(await times(date)).toEqual(['01:00']);
  expect((await bookOnline([wish({ datetime: `${date}T01:00:00` })])).status).toBe(201);
  expect(await busy({ first: date, last: date })).toEqual([
    [Date.parse(`${date}T01:00-05:00`) / 1000, Date.parse(`${date}T04:00-04:00`) / 1000],
  ]);
});

test('all of it is loaded in six statements, however many members, days and appointments there are', async () => {
  const { location, place, service, shop, need, give, booked, member } = await openPlace();
  const dates = { first: '2030-05-01', last: '2030-05-31' };
  const load = (range = dates) =>
    statementsOf(async (tx) => {
      const rules = await loadRules(tx, location, new Date('2030-01-01T00:00:00Z'));
      const runs = await loadRuns(
        tx,
        location,
        teamFor(await loadCatalog(tx, place, { serviceIds: [service] }), [service]),
        range,
      );
      expect((await searchIn(rules, runs).slotsOn(monday)).length).toBeGreaterThan(0);
    });
  expect(await load()).toBe(5);
  await need((await shop.addResource('Room', 3)).id);
  expect(await load({ first: monday, last: monday })).toBe(6);
  const others = await Promise.all(Array.from({ length: 6 }, () => shop.addTeamMember()));
  for (const other of others) await give(other);
  for (const each of others) await setHours(shop, each, [monday, tuesday, '2030-05-20', '2030-05-21']);
  for (const staff_id of [member, ...others.slice(0, 2)])
    for (const hour of ['09', '11', '13', '15']) await booked({ staff_id, datetime: `${monday}T${hour}:00:00` });
  await setTimeslotSettings((await testDatabase()).db, place, {
    isEnabled: true,
    weekdays: [1, 2, 3].map((weekday) => ({ weekday, gridType: 'timeslots' })),
  });
  expect(await load()).toBe(6);
});

test('members whose services nobody requests are not loaded', async () => {
  const { db, location, place, service, member } = await openPlace();
  await db.update(teamMembers).set({ isFired: true }).where(eq(teamMembers.id, member));
  const team = teamFor(await loadCatalog(db, place, { serviceIds: [service] }), [service]);
  expect(team).toEqual({ runs: [[]], composites: [], resourceIds: [] });
  expect(await statementsOf((tx) => loadRuns(tx, location, team, { first: monday, last: tuesday }))).toBe(0);
});
