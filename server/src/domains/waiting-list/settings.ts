import { eq } from 'drizzle-orm';
import type { Read, Write } from '../../api/write.ts';
import { waitingSettings } from './tables.ts';

/** How the waiting list of a location works. */
export type WaitingSettings = Omit<typeof waitingSettings.$inferSelect, 'locationId'>;

const defaults: WaitingSettings = { isOnline: false, holdMinutes: 30, mostOffers: 3 };
const { isOnline, holdMinutes, mostOffers } = waitingSettings;
const ofLocation = (locationId: number) => eq(waitingSettings.locationId, locationId);

/** The settings of a location; the defaults if it has set nothing. */
export async function getWaitingSettings(db: Read, locationId: number): Promise<WaitingSettings> {
  const [row] = await db.select({ isOnline, holdMinutes, mostOffers }).from(waitingSettings).where(ofLocation(locationId));
  return row ?? defaults;
}

/** Changes settings; those that are undefined stay. Open offers keep their end. */
export async function changeWaitingSettings(
  write: Write,
  locationId: number,
  changes: { [Name in keyof WaitingSettings]?: WaitingSettings[Name] | undefined },
): Promise<WaitingSettings> {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length) {
    await write
      .insert(waitingSettings)
      .values({ locationId, ...given })
      .onConflictDoUpdate({ target: waitingSettings.locationId, set: given });
  }
  return getWaitingSettings(write, locationId);
}
