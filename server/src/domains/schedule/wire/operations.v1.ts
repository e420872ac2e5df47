import Type, { type Static } from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { Id } from '../../../api/schema.ts';
import { addDays, datesBetween, parseDate, today } from '../../../platform/clock.ts';
import { mapInSteps, pause } from '../../../platform/pause.ts';
import { calendarsOf, expectOfMember } from '../../team/calendars.ts';
import { formatTime, stepsOf } from '../intervals.ts';
import { type BusyPart, busyParts } from '../occupation.ts';
import { changeWorkDays, expectMember, listWorkDays, memberWorkDays, workingDates } from '../work-schedule.ts';
import { DayChanges, dateInPath, dateRange } from './input.ts';
import { presentDate, presentListedDay, presentSetDay } from './present.ts';
import {
  type DateChange,
  DateChanges,
  DateInPath,
  ListedDay,
  ScheduleChanges,
  ScheduledDate,
  ScheduleQuery,
  SetDay,
  TeamMemberPath,
} from './schemas.ts';

const tag = 'Schedule & Resources';

export const getTeamMemberSchedule = operation({
  id: 'get_team_member_schedule',
  method: 'GET',
  path: '/schedule/{location_id}/{team_member_id}/{start_date}/{end_date}',
  tag,
  summary: 'Work schedule of one team member',
  description: 'Every date of the range, in order; a day off has `is_working` 0 and no slots.',
  access: locationUser('timetable_access'),
  params: Type.Object({ ...TeamMemberPath, start_date: DateInPath('first date'), end_date: DateInPath('last date') }),
  success: ok(Type.Array(ScheduledDate)),
  errors: [422],
  example: { data: [{ date: '2026-09-21', is_working: 1, slots: [{ from: '10:00', to: '14:00' }] }] },
  handle: async (context) => {
    const { db, location, params } = context;
    expectOfMember(await calendarsOf(context), params.team_member_id);
    const dates = dateRange(dateInPath(params.start_date), dateInPath(params.end_date));
    const days = await memberWorkDays(db, location.id, params.team_member_id, dates);
    return datesBetween(dates.first, dates.last).map((date) => presentDate(date, days.get(date)));
  },
});

/** The changes of one team member's dates. `allowed` are the dates that may be among them. */
function changesOf(memberId: number, days: Static<typeof DateChange>[], allowed?: { first: string; last: string }) {
  const changes = new DayChanges();
  for (const [index, { date, is_working, slots }] of days.entries()) {
    if (is_working && slots.length === 0) changes.wrong(`${index}.slots`, 'must not be empty on a working day');
    changes.add(memberId, date, is_working ? changes.slots(slots, `${index}.slots`) : [], `${index}.date`);
  }
  const all = changes.all();
  const outside = allowed && all.findIndex(({ date }) => date < allowed.first || date > allowed.last);
  if (outside !== undefined && outside >= 0) changes.wrong(`${outside}.date`, 'must be in the range of the path');
  return changes.all();
}

export const updateTeamMemberSchedule = operation({
  id: 'update_team_member_schedule',
  method: 'PUT',
  path: '/schedule/{location_id}/{team_member_id}/{start_date}/{end_date}',
  tag,
  summary: 'Set work schedule of one team member',
  description: 'Dates of the range that the body does not name stay as they are.',
  access: locationUser('schedule_edit'),
  params: Type.Object({ ...TeamMemberPath, start_date: DateInPath('first date'), end_date: DateInPath('last date') }),
  body: DateChanges,
  bodyLimit: 1024 * 1024,
  spelling: { hasSchedule: 'has_access_timetable' },
  success: empty(201),
  example: { body: [{ date: '2026-09-21', is_working: true, slots: [{ from: '10:00', to: '14:30' }] }] },
  handle: async (context) => {
    const { write, location, params, body } = context;
    expectOfMember(await calendarsOf(context), params.team_member_id);
    const allowed = dateRange(dateInPath(params.start_date), dateInPath(params.end_date));
    await changeWorkDays(write, location.id, changesOf(params.team_member_id, body, allowed));
  },
});

export const scheduleTeamMemberUpdateDeprecated = operation({
  id: 'schedule_team_member_update_deprecated',
  method: 'PUT',
  path: '/schedule/{location_id}/{team_member_id}',
  tag,
  summary: 'Old schedule update',
  description: 'Answers the dates as they are now. Use `set_team_member_schedule`.',
  deprecated: true,
  access: locationUser('schedule_edit'),
  params: Type.Object(TeamMemberPath),
  body: DateChanges,
  bodyLimit: 1024 * 1024,
  spelling: { hasSchedule: 'has_access_timetable' },
  success: created(Type.Array(ScheduledDate)),
  example: {
    body: [{ date: '2026-10-26', is_working: true, slots: [{ from: '10:00', to: '14:30' }] }],
    data: [{ date: '2026-10-26', is_working: 1, slots: [{ from: '10:00', to: '14:30' }] }],
  },
  handle: async (context) => {
    const { write, location, params, body } = context;
    expectOfMember(await calendarsOf(context), params.team_member_id);
    const changes = changesOf(params.team_member_id, body);
    await changeWorkDays(write, location.id, changes);
    const dates = changes.map((change) => change.date).sort();
    const [first, last] = [dates[0], dates.at(-1)];
    if (!first || !last) return [];
    const days = await memberWorkDays(write, location.id, params.team_member_id, { first, last });
    return dates.map((date) => presentDate(date, days.get(date)));
  },
});

export const getAppointmentCalendarDates = operation({
  id: 'get_appointment_calendar_dates',
  method: 'GET',
  path: '/timetable/dates/{location_id}/{date}',
  tag,
  summary: 'Working dates around a reference date',
  description: 'The dates on which anyone works, or one team member, from a month before the date to a year after it.',
  access: locationUser('timetable_access'),
  params: Type.Object({ location_id: Id('location id'), date: DateInPath('reference date') }),
  query: Type.Object({ staff_id: Type.Optional(Id('team member id')) }),
  success: ok(Type.Array(Type.String({ description: 'YYYY-MM-DD' }))),
  example: { data: ['2026-09-21', '2026-09-22'] },
  handle: async (context) => {
    const { db, location, params, query } = context;
    const calendars = await calendarsOf(context);
    const { staff_id } = query;
    if (staff_id === undefined) return workingDates(db, location.id, dateInPath(params.date), calendars.memberIds);
    expectOfMember(calendars, staff_id);
    await expectMember(db, location.id, staff_id);
    return workingDates(db, location.id, dateInPath(params.date), [staff_id]);
  },
});

const quarterHour = 900;

export const getAppointmentCalendarSessions = operation({
  id: 'get_appointment_calendar_sessions',
  method: 'GET',
  path: '/timetable/seances/{location_id}/{team_member_id}/{date}',
  tag,
  summary: 'Calendar time slots of a day',
  description: 'The working hours of a team member in steps of a quarter of an hour, in the time of the location.',
  access: locationUser('timetable_access'),
  params: Type.Object({ ...TeamMemberPath, date: DateInPath('date') }),
  success: ok(Type.Array(Type.Object({ time: Type.String({ description: 'HH:MM' }), is_free: Type.Boolean() }))),
  example: { data: [{ time: '10:00', is_free: true }] },
  handle: async (context) => {
    const { db, location, params } = context;
    const calendars = await calendarsOf(context);
    expectOfMember(calendars, params.team_member_id);
    const date = dateInPath(params.date);
    const days = await memberWorkDays(db, location.id, params.team_member_id, { first: date, last: date });
    const busy = await busyParts(
      db,
      location,
      { first: date, last: date },
      {
        memberIds: [params.team_member_id],
        since: calendars.since,
      },
    );
    const isBusy = (from: number) => busy.some((part) => part.from < from + quarterHour && from < part.to);
    return stepsOf(days.get(date) ?? [], quarterHour).map((time) => ({ time: formatTime(time), is_free: !isBusy(time) }));
  },
});

export const getTeamMemberScheduleList = operation({
  id: 'get_team_member_schedule_list',
  method: 'GET',
  path: '/company/{location_id}/staff/schedule',
  tag,
  summary: 'Work schedules of team members',
  description: 'The days on which someone works or is off for a reason, by team member and date. Other days are days off.',
  access: locationUser('timetable_access'),
  params: Type.Object({ location_id: Id('location id') }),
  query: ScheduleQuery,
  success: counted(Type.Array(ListedDay)),
  example: {
    data: [
      {
        staff_id: 12345,
        team_member_id: 12345,
        date: '2026-11-02',
        slots: [{ from: '10:00', to: '12:00' }],
        busy_intervals: [{ entity_type: 'record', entity_id: 456789, from: '11:00:00', to: '12:00:00' }],
        off_day_type: null,
      },
    ],
    meta: { count: 1 },
  },
  handle: async (context) => {
    const { db, location, query } = context;
    const { include = [], staff_ids } = query;
    const { memberIds, since } = await calendarsOf(context);
    const wanted = staff_ids && memberIds ? staff_ids.filter((id) => memberIds.includes(id)) : (staff_ids ?? memberIds);
    const { start_date = today(location.timeZone) } = query;
    const end_date = query.end_date ?? addDays(parseDate(start_date) ?? today(location.timeZone), 30);
    const dates = dateRange(start_date, end_date);
    const days = await listWorkDays(db, location.id, dates, wanted);
    const busy = new Map<string, BusyPart[]>();
    if (include.includes('busy_intervals')) {
      const members = [...new Set(days.map((day) => day.teamMemberId))];
      const parts = await busyParts(db, location, dates, { memberIds: members, since });
      await mapInSteps(parts, (part) => {
        // The published answer has appointments and events only.
        if (part.source === 'offer') return;
        const key = `${part.teamMemberId} ${part.date}`;
        const ofDay = busy.get(key);
        if (ofDay) ofDay.push(part);
        else busy.set(key, [part]);
      });
    }
    return mapInSteps(days, (day) => presentListedDay(day, include, busy.get(`${day.teamMemberId} ${day.date}`) ?? []));
  },
});

export const setTeamMemberSchedule = operation({
  id: 'set_team_member_schedule',
  method: 'PUT',
  path: '/company/{location_id}/staff/schedule',
  tag,
  summary: 'Set or delete schedules by date',
  description:
    'All or nothing. Answers the working days of the members concerned, from the first changed date to the last. A date may be named once a member.',
  access: locationUser('schedule_edit'),
  params: Type.Object({ location_id: Id('location id') }),
  body: ScheduleChanges,
  bodyLimit: 2 * 1024 * 1024,
  spelling: { hasSchedule: 'has_access_timetable' },
  success: counted(Type.Array(SetDay)),
  example: {
    body: {
      schedules_to_set: [{ team_member_id: 1, dates: ['2026-11-02'], slots: [{ from: '10:00', to: '14:00' }] }],
      schedules_to_delete: [{ team_member_id: 1, dates: ['2026-11-09'] }],
    },
    data: [{ team_member_id: 1, date: '2026-11-02', slots: [{ from: '10:00', to: '14:00' }] }],
    meta: { count: 1 },
  },
  handle: async (context) => {
    const { write, location, body } = context;
    const calendars = await calendarsOf(context);
    const changes = new DayChanges();
    for (const [index, { team_member_id, dates, slots }] of (body.schedules_to_set ?? []).entries()) {
      const field = `schedules_to_set.${index}`;
      const hours = changes.slots(slots, `${field}.slots`);
      for (const [at, date] of dates.entries()) changes.add(team_member_id, date, hours, `${field}.dates.${at}`);
      await pause();
    }
    for (const [index, { team_member_id, dates }] of (body.schedules_to_delete ?? []).entries()) {
      for (const [at, date] of dates.entries()) changes.add(team_member_id, date, [], `schedules_to_delete.${index}.dates.${at}`);
      await pause();
    }
    const all = changes.all();
    if (all.length === 0) return [];
    for (const { teamMemberId } of all) expectOfMember(calendars, teamMemberId);
    await changeWorkDays(write, location.id, all);
    const dates = [...new Set(all.map((change) => change.date))].sort();
    const range = { first: dates[0] as string, last: dates.at(-1) as string };
    const members = [...new Set(all.map((change) => change.teamMemberId))];
    const days = await listWorkDays(write, location.id, range, members);
    return mapInSteps(
      days.filter((day) => day.slots.length > 0),
      presentSetDay,
    );
  },
});
