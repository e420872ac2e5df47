import { eq } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read, Write } from '../../api/write.ts';
import { analyticsSettings, chainAnalyticsSettings } from './tables.ts';

/** After so many days without a visit a client is lost, where no setting says otherwise. The published default. */
export const usualLossDays = 60;

/** The loss period of a chain, in days. */
export async function lossDaysOfChain(db: Read, chainId: number): Promise<number> {
  const [row] = await db
    .select({ lossDays: chainAnalyticsSettings.lossDays })
    .from(chainAnalyticsSettings)
    .where(eq(chainAnalyticsSettings.chainId, chainId));
  return row?.lossDays ?? usualLossDays;
}

/** The loss period that a location has set, in days. @returns null if it follows its chain */
export async function ownLossDays(db: Read, locationId: number): Promise<number | null> {
  const [row] = await db
    .select({ lossDays: analyticsSettings.lossDays })
    .from(analyticsSettings)
    .where(eq(analyticsSettings.locationId, locationId));
  return row?.lossDays ?? null;
}

/**
 * The loss period that counts in a location, in days. No figure of a day depends on it: reports count lost clients from the days on which
 * clients came. So a change shows in the next report, for all of the past.
 */
export const lossDaysOf = async (db: Read, { id, chainId }: Pick<Location, 'id' | 'chainId'>): Promise<number> =>
  (await ownLossDays(db, id)) ?? (await lossDaysOfChain(db, chainId));

/** Sets the loss period of a location. @param lossDays null to follow the chain */
export async function setLossDays(write: Write, locationId: number, lossDays: number | null): Promise<void> {
  if (lossDays === null) await write.delete(analyticsSettings).where(eq(analyticsSettings.locationId, locationId));
  else {
    await write
      .insert(analyticsSettings)
      .values({ locationId, lossDays })
      .onConflictDoUpdate({ target: analyticsSettings.locationId, set: { lossDays } });
  }
  write.changed('location', locationId, locationId, 'update');
}

/** Sets the loss period of a chain, which counts in its locations without one of their own. */
export async function setLossDaysOfChain(write: Write, chainId: number, lossDays: number): Promise<void> {
  await write
    .insert(chainAnalyticsSettings)
    .values({ chainId, lossDays })
    .onConflictDoUpdate({ target: chainAnalyticsSettings.chainId, set: { lossDays } });
}
