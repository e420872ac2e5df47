import { and, eq, or } from 'drizzle-orm';
import type { Partner } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import { maxId } from '../../api/schema.ts';
import type { Read, Write } from '../../api/write.ts';
import { sameSecret } from '../../platform/secrets.ts';
import { type AppointmentRow, getAppointment } from '../appointments/appointment.ts';
import { appointments } from '../appointments/tables.ts';
import { getLocation, isConnected, type LocationRow } from '../locations/location.ts';
import { addReview, ReviewedAlready } from '../reviews/review.ts';
import { reviewTokenOf } from '../reviews/review-token.ts';
import { reviews } from '../reviews/tables.ts';
import { allCalendars } from '../team/calendars.ts';

/** A client's review of a visit. A visit has one review. */
export interface ReviewForm {
  row: AppointmentRow;
  location: LocationRow;
  isSubmitted: boolean;
}

/** The form behind a token. @throws NotFound for a wrong token, a deleted appointment, and a location the partner is not connected to */
export async function findReviewForm(db: Read, partner: Partner, token: string): Promise<ReviewForm> {
  const id = Number.parseInt(token.split('-')[0] ?? '', 36);
  const [found] =
    id > 0 && id <= maxId
      ? await db
          .select({ locationId: appointments.locationId, hash: appointments.hash })
          .from(appointments)
          .where(eq(appointments.id, id))
      : [];
  const isRight = found !== undefined && sameSecret(reviewTokenOf(id, found.hash), token.toLowerCase());
  if (!found || !isRight || !(await isConnected(db, partner, found.locationId))) throw new NotFound('The form was not found');
  const row = await getAppointment(db, found.locationId, id, allCalendars, false);
  const [review] = await db
    .select({ id: reviews.id })
    .from(reviews)
    .where(and(eq(reviews.locationId, found.locationId), or(eq(reviews.appointmentId, id), eq(reviews.visitId, row.visitId))));
  return { row, location: await getLocation(db, found.locationId), isSubmitted: review !== undefined };
}

/**
 * Adds a client's review of an appointment. The rating of the team member is updated.
 * @throws NotFound, ReviewedAlready, Invalid for a visit that has not begun or did not take place, and for tips, because no payment
 * provider is connected
 */
export async function addOwnReview(
  write: Write,
  partner: Partner,
  token: string,
  { rating, text, tips, userId }: { rating: number; text: string; tips: number; userId: number | undefined },
  now: Date,
): Promise<void> {
  const { row, isSubmitted } = await findReviewForm(write, partner, token);
  if (tips > 0) throw new Invalid({ tips: ['must be 0: tips cannot be paid online here'] });
  if (isSubmitted) throw new ReviewedAlready();
  if (row.startsAt > now) throw new Invalid({ rating: ['can only be given after the visit has begun'] });
  if (row.attendance === -1) throw new Invalid({ rating: ['can only be given by clients who came'] });
  await addReview(write, row.locationId, {
    teamMemberId: row.teamMemberId,
    appointmentId: row.id,
    visitId: row.visitId,
    rating,
    text: text.trim(),
    authorName: row.client?.name || row.guestName,
    userId,
  });
}
