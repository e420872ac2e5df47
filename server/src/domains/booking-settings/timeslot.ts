import { asc, eq, type InferSelectModel } from 'drizzle-orm';
import { Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { changeBookingSettings, getBookingSettings } from './settings.ts';
import { timeslotSettings } from './tables.ts';

/** The grid of online slots of a day. */
export type Grid = Omit<InferSelectModel<typeof timeslotSettings>, 'locationId' | 'id' | 'weekday' | 'date'>;

export interface TimeslotSettings {
  /** Whether the grids below are used at all. */
  isEnabled: boolean;
  /** By weekday, 1 Monday to 7 Sunday. */
  weekdays: (Grid & { weekday: number })[];
  /** By date, `2026-12-25`. They take precedence over the grids of weekdays. */
  dates: (Grid & { date: string })[];
}

/** A grid to set. Missing fields get the defaults of the table. */
type NewGrid = Pick<Grid, 'gridType'> & Partial<Grid>;

/** The grids of online slots of a location, in the order of weekdays and dates. */
export async function getTimeslotSettings(db: Read, locationId: number): Promise<TimeslotSettings> {
  const { hasTimeslots } = await getBookingSettings(db, locationId);
  const rows = await db
    .select()
    .from(timeslotSettings)
    .where(eq(timeslotSettings.locationId, locationId))
    .orderBy(asc(timeslotSettings.weekday), asc(timeslotSettings.date));
  return {
    isEnabled: hasTimeslots,
    weekdays: rows.flatMap((row) => (row.weekday === null ? [] : [{ ...row, weekday: row.weekday }])),
    dates: rows.flatMap((row) => (row.date === null ? [] : [{ ...row, date: row.date }])),
  };
}

/**
 * Replaces all grids of a location.
 * @throws Invalid if a grid is impossible, or if a day has two
 */
export async function setTimeslotSettings(
  write: Write,
  locationId: number,
  settings: { isEnabled: boolean; weekdays?: (NewGrid & { weekday: number })[]; dates?: (NewGrid & { date: string })[] },
): Promise<void> {
  // Writes the location's row first, so that simultaneous requests wait for one another.
  await changeBookingSettings(write, locationId, { hasTimeslots: settings.isEnabled });
  await write.delete(timeslotSettings).where(eq(timeslotSettings.locationId, locationId));
  const grids = [...(settings.weekdays ?? []), ...(settings.dates ?? [])];
  if (grids.length === 0) return;
  try {
    await write.insert(timeslotSettings).values(
      grids.map((grid) => ({
        ...grid,
        locationId,
        timeslots: [...new Set(grid.timeslots)].sort((a, b) => a - b),
      })),
    );
  } catch (error) {
    const { code } = postgresError(error) ?? {};
    if (code === '23505') throw new Invalid({ timeslots: ['must have only one grid per day'] });
    if (code === '23514') throw new Invalid({ timeslots: ['must have valid days and grids'] });
    throw error;
  }
}
