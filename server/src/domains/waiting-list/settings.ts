import { eq } from 'drizzle-orm';
import type { Read, Write } from '../../api/write.ts';
import { waitingSettings } from './tables.ts';

/** How the waiting list of a location works. */
export type WaitingSettings = Omit<typeof waitingSettings.$inferSelect, 'locationId'>;

const defaults: WaitingSettings = { isOnline: false, holdMinutes: 30, mostOffers: 3 };
const { locationId: id, isOnline, holdMinutes, mostOffers } = waitingSettings;
const ofLocation = (locationId: number) => eq(waitingSettings.locationId, locationId);

/** The settings of a location; the defaults if it has set nothing. */
export async function getWaitingSettings(db: Read, locationId: number): Promise<WaitingSettings> {
  const [row] = await db.select({ isOnline, holdMinutes, mostOffers }).from(waitingSettings).where(ofLocation(locationId));
  return row ?? defaults;
}

/** Locks the waiting list of a location, so that entries are added and settings changed one after the other. */
export async function lockWaitingList(write: Write, locationId: number): Promise<WaitingSettings> {
  await write.insert(waitingSettings).values({ locationId }).onConflictDoNothing();
  const own = write.select({ id, isOnline, holdMinutes, mostOffers }).from(waitingSettings).where(ofLocation(locationId));
  const [row] = await write.lock('waiting list', own);
  const { id: _, ...settings } = row as NonNullable<typeof row>;
  return settings;
}

/** Changes settings; those that are undefined stay. Open offers keep their end. */
export async function changeWaitingSettings(
  write: Write,
  locationId: number,
  changes: { [Name in keyof WaitingSettings]?: WaitingSettings[Name] | undefined },
): Promise<WaitingSettings> {
  const before = await lockWaitingList(write, locationId);
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const after = { ...before, ...given };
  await write.update(waitingSettings).set(after).where(ofLocation(locationId));
  return after;
}
