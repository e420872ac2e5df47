import { eq, type InferSelectModel, inArray } from 'drizzle-orm';
import type { Read, Write } from '../../api/write.ts';
import { locations } from '../locations/tables.ts';
import { bookingSettings } from './tables.ts';

export type BookingSettings = Omit<InferSelectModel<typeof bookingSettings>, 'locationId'>;

/** An undefined field stays unchanged. */
export type BookingSettingsChanges = { [Name in keyof BookingSettings]?: BookingSettings[Name] | undefined };

/** The settings of a location that never changed one: the defaults of the table. */
const defaults: BookingSettings = {
  confirmPhone: false,
  anyTeamMember: true,
  slotDelay: 0,
  onlineEventSeats: 1,
  calendarType: 0,
  eventSeats: 1,
  showsNewsletterAgreement: false,
  showsDataAgreement: false,
  hasTimeslots: false,
  clientsMayCancel: true,
  cancelNotice: 0,
  clientsMayMove: true,
  moveNotice: 0,
  privacyPolicy: '',
};

/** How the calendar and online booking of a location behave. */
export async function getBookingSettings(db: Read, locationId: number): Promise<BookingSettings> {
  const [row] = await db.select().from(bookingSettings).where(eq(bookingSettings.locationId, locationId));
  return row ?? defaults;
}

/** The same for several locations. */
export async function bookingSettingsOf(db: Read, locationIds: readonly number[]): Promise<Map<number, BookingSettings>> {
  if (locationIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(bookingSettings)
    .where(inArray(bookingSettings.locationId, [...locationIds]));
  const known = new Map(rows.map((row) => [row.locationId, row]));
  return new Map(locationIds.map((id) => [id, known.get(id) ?? defaults]));
}

/** Changes the given settings and leaves the others. */
export async function changeBookingSettings(
  write: Write,
  locationId: number,
  changes: BookingSettingsChanges,
): Promise<BookingSettings> {
  const [row] = await write
    .insert(bookingSettings)
    .values({ ...changes, locationId } as typeof bookingSettings.$inferInsert)
    .onConflictDoUpdate({ target: bookingSettings.locationId, set: { ...changes, locationId } })
    .returning();
  // The location's own data shows this setting too.
  if (changes.confirmPhone !== undefined) {
    await write.update(locations).set({ phoneConfirmation: changes.confirmPhone }).where(eq(locations.id, locationId));
  }
  write.changed('location', locationId, locationId, 'update');
  return row as BookingSettings;
}
