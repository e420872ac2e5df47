import { formatTime } from '../intervals.ts';
import type { BusyPart } from '../occupation.ts';
import type { Interval } from '../tables.ts';
import type { WorkDay } from '../work-schedule.ts';

const presentSlots = (slots: readonly Interval[]) =>
  slots.map(({ from, to }) => ({ from: formatTime(from), to: formatTime(to) }));

/** A date of one team member, as the oldest operations have it. */
export const presentDate = (date: string, slots: readonly Interval[] = []) => ({
  date,
  is_working: Number(slots.length > 0),
  slots: presentSlots(slots),
});

export const presentSetDay = (day: WorkDay) => ({
  team_member_id: day.teamMemberId,
  date: day.date,
  slots: presentSlots(day.slots),
});

const withSeconds = (seconds: number) => `${formatTime(seconds)}:${String(seconds % 60).padStart(2, '0')}`;

const presentBusy = ({ source, sourceId, from, to }: BusyPart) => ({
  entity_type: source === 'event' ? 'activity' : 'record',
  entity_id: sourceId,
  from: withSeconds(from),
  to: withSeconds(to),
});

/** A day of a list, with the requested additions. */
export const presentListedDay = (day: WorkDay, include: readonly string[], busy: readonly BusyPart[]) => ({
  staff_id: day.teamMemberId,
  ...presentSetDay(day),
  ...(include.includes('busy_intervals') ? { busy_intervals: busy.map(presentBusy) } : {}),
  ...(include.includes('off_day_type') ? { off_day_type: day.offDayType } : {}),
});
