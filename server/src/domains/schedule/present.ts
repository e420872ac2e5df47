import { formatTime } from './intervals.ts';
import type { Interval } from './tables.ts';
import type { WorkDay } from './work-schedule.ts';

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

/** A day of a list, with what the caller asked for besides. Nothing can keep a member busy before there are appointments. */
export const presentListedDay = (day: WorkDay, include: readonly string[]) => ({
  staff_id: day.teamMemberId,
  ...presentSetDay(day),
  ...(include.includes('busy_intervals') ? { busy_intervals: [] } : {}),
  ...(include.includes('off_day_type') ? { off_day_type: day.offDayType } : {}),
});
