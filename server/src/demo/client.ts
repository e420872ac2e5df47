import { and, eq, gt, isNull } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { loadSigningKey } from '../domains/access/server-keys.ts';
import { findUserByLogin } from '../domains/access/users.ts';
import { appointments } from '../domains/appointments/tables.ts';
import { setCode } from '../domains/customers/verification.ts';
import { country } from '../domains/locations/dictionaries.ts';
import { getLocation } from '../domains/locations/location.ts';
import { bookOnline } from '../domains/online-booking/booking.ts';
import { bookableDates, type Choice, daySlots } from '../domains/online-booking/slots.ts';
import { addDays, localDateTime, today } from '../platform/clock.ts';
import type { Tx } from '../platform/database.ts';
import { demoClientCode, demoClientId, demoCredentials } from './accounts.ts';

/** The location that samples are about. */
export async function demoLocation(db: Tx): Promise<Location> {
  const { id, chainId, timeZone, currency, countryId } = await getLocation(db, 1);
  return { id, chainId, timeZone, currency, countryCode: country(countryId)?.isoCode ?? '' };
}

/** A slot after ten in the morning of each of the coming days that have one, from the day after tomorrow on. */
export async function comingSlots(db: Tx, location: Location, choice: Choice, count: number): Promise<Date[]> {
  const first = addDays(today(location.timeZone), 2);
  const { bookable } = await bookableDates(db, location, choice, { first, last: addDays(first, 40) }, new Date());
  const slots: Date[] = [];
  for (const date of bookable.slice(0, count)) {
    const offered = await daySlots(db, location, choice, date, new Date());
    const slot = offered.find(({ start }) => localDateTime(start, location.timeZone) >= `${date}T10`) ?? offered[0];
    if (slot) slots.push(slot.start);
  }
  return slots;
}

/** The number of future appointments of the client. */
const upcoming = 2;

/**
 * Gives the demo's client the data for the samples of online booking: future appointments, booked online, and a code to sign in with, as if
 * it had just been sent.
 */
export async function keepClient(write: Write): Promise<void> {
  const user = await findUserByLogin(write, demoCredentials.clientLogin);
  if (!user?.phone) return;
  await setCode(write, await loadSigningKey(write), { purpose: 'booking', recipient: user.phone, userId: null }, demoClientCode);

  const location = await demoLocation(write);
  const known = await write.$count(
    appointments,
    and(
      eq(appointments.locationId, location.id),
      eq(appointments.clientId, demoClientId),
      eq(appointments.isOnline, true),
      gt(appointments.startsAt, new Date(Date.now() + 86_400_000)),
      isNull(appointments.deletedAt),
    ),
  );
  const choice = { serviceIds: [2], memberId: 1 };
  // Further away than the slots that samples book.
  const slots = (await comingSlots(write, location, choice, 6)).slice(-upcoming).slice(0, Math.max(0, upcoming - known));
  if (slots.length === 0) return;
  await bookOnline(
    write,
    location,
    slots.map((start, id) => ({ ...choice, id, start })),
    { phone: user.phone, name: user.name },
    {},
    { userId: user.id, partnerId: null, isOnline: true, device: 2 },
    new Date(),
  );
}
