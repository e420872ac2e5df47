import type { Read } from '../../../api/write.ts';
import { type BookingForm, bookingFormsOf } from '../../booking-settings/form.ts';
import { nextSlots } from '../../slots/next-slot.ts';
import { countBookable } from '../../team/bookable.ts';
import type { LocationRow } from '../location.ts';

/** What other rooms know about a location. */
export interface Knowledge {
  /** Team members open for online booking. */
  bookableMembers: number;
  /** Undefined if not asked for. */
  bookingForms: BookingForm[] | undefined;
  /** Undefined if not asked for, and if there is none. */
  nextSlot: Date | undefined;
  /** The public address of this server. */
  address: string;
}

/**
 * Loads what other rooms know about locations. The number of statements does not depend on the number of locations. A deleted location has
 * no bookable members, booking forms and slots.
 */
export async function loadKnowledge(
  db: Read,
  rows: readonly LocationRow[],
  address: string,
  asked: { bookingForms?: boolean; nextSlot?: boolean } = {},
): Promise<(row: LocationRow) => Knowledge> {
  const open = rows.filter(({ deletedAt }) => deletedAt === null);
  const ids = open.map(({ id }) => id);
  const members = await countBookable(db, ids);
  const slots = asked.nextSlot ? await nextSlots(db, open, new Date()) : undefined;
  const forms = asked.bookingForms ? new Map<number, BookingForm[]>(rows.map(({ id }) => [id, []])) : undefined;
  if (forms) for (const form of await bookingFormsOf(db, ids)) forms.get(form.locationId)?.push(form);
  return ({ id }) => ({
    bookableMembers: members.get(id) ?? 0,
    bookingForms: forms?.get(id),
    nextSlot: slots?.get(id),
    address,
  });
}
