import { and, desc, eq, gte, isNull, lt, lte, ne, sql } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { users } from '../access/tables.ts';
import { appointments } from '../appointments/tables.ts';
import { clients } from '../clients/tables.ts';
import { ofMembers } from '../team/calendars.ts';
import { teamMembers } from '../team/tables.ts';
import { reviews } from './tables.ts';

const selectReviews = (db: Read) =>
  db
    .select({
      id: reviews.id,
      locationId: reviews.locationId,
      teamMemberId: reviews.teamMemberId,
      appointmentId: reviews.appointmentId,
      rating: reviews.rating,
      text: reviews.text,
      authorName: reviews.authorName,
      userId: reviews.userId,
      avatar: users.avatar,
      createdAt: reviews.createdAt,
    })
    .from(reviews)
    .leftJoin(users, eq(users.id, reviews.userId));

export type ReviewRow = Awaited<ReturnType<typeof selectReviews>>[number];

/** Filters reviews. An undefined property does not filter. */
export interface ReviewFilter {
  teamMemberId?: number | undefined;
  /** Only reviews of these members. */
  memberIds: readonly number[] | undefined;
  rating?: number | undefined;
  /** The first instant, and the one after the last. */
  from?: Date | undefined;
  to?: Date | undefined;
}

/** Reviews of a location and its team, latest first. */
export const listReviews = (
  db: Read,
  locationId: number,
  { teamMemberId, memberIds, rating, from, to }: ReviewFilter,
  { offset, limit }: { offset: number; limit: number },
): Promise<ReviewRow[]> =>
  selectReviews(db)
    .where(
      and(
        eq(reviews.locationId, locationId),
        teamMemberId === undefined ? undefined : eq(reviews.teamMemberId, teamMemberId),
        ofMembers(reviews.teamMemberId, memberIds),
        rating === undefined ? undefined : eq(reviews.rating, rating),
        from && gte(reviews.createdAt, from),
        to && lt(reviews.createdAt, to),
      ),
    )
    .orderBy(desc(reviews.createdAt), desc(reviews.id))
    .offset(offset)
    .limit(limit);

/** A review as it is written. */
export interface ReviewFields {
  /** undefined for a review of the location */
  teamMemberId?: number | undefined;
  /** The appointment whose link was opened. */
  appointmentId?: number | undefined;
  /** The reviewed visit, which has one review. Undefined for reviews that the business enters itself. */
  visitId?: number | undefined;
  rating: number;
  text: string;
  authorName: string;
  userId?: number | undefined;
}

/** 422: the visit has its review. */
export class ReviewedAlready extends Invalid {
  constructor(field = 'rating') {
    super({ [field]: ['was given already'] });
  }
}

const oneOfVisit = ['reviews_visit', 'reviews_appointment'];

/** Adds a review; the rating of the team member follows. @throws NotFound for an unknown team member, ReviewedAlready */
export async function addReview(write: Write, locationId: number, fields: ReviewFields): Promise<ReviewRow> {
  const { teamMemberId } = fields;
  if (teamMemberId !== undefined) await lockMember(write, locationId, teamMemberId);
  const [added] = await write
    .insert(reviews)
    .values({ ...fields, locationId })
    .returning({ id: reviews.id })
    .catch((error: unknown) => {
      if (oneOfVisit.includes(postgresError(error)?.constraint ?? '')) throw new ReviewedAlready();
      throw error;
    });
  if (teamMemberId !== undefined) {
    await write.execute(sql`
      update team_members set rating = given.rating, votes = given.votes, comments = given.comments
      from (select round(avg(rating), 2) as rating, count(*) as votes, count(*) filter (where text <> '') as comments
        from reviews where location_id = ${locationId} and team_member_id = ${teamMemberId}) as given
      where team_members.location_id = ${locationId} and team_members.id = ${teamMemberId}`);
  }
  const [row] = await selectReviews(write).where(
    and(eq(reviews.locationId, locationId), eq(reviews.id, (added as { id: number }).id)),
  );
  return row as ReviewRow;
}

/**
 * Adds a signed-in client's review of their latest visit that has begun and that they did not miss: of a team member of that visit, or of
 * the location.
 * @throws NotFound for an unknown team member, Forbidden for a user without such a visit, ReviewedAlready
 */
export async function addReviewOfClient(
  write: Write,
  locationId: number,
  fields: ReviewFields & { userId: number },
  now: Date,
): Promise<ReviewRow> {
  const { teamMemberId, userId } = fields;
  if (teamMemberId !== undefined) await lockMember(write, locationId, teamMemberId);
  const [latest] = await write
    .select({ visitId: appointments.visitId })
    .from(users)
    .innerJoin(clients, and(eq(clients.locationId, locationId), eq(clients.phone, users.phone)))
    .innerJoin(appointments, and(eq(appointments.locationId, clients.locationId), eq(appointments.clientId, clients.id)))
    .where(
      and(
        eq(users.id, userId),
        isNull(appointments.deletedAt),
        lte(appointments.startsAt, now),
        ne(appointments.attendance, -1),
        teamMemberId === undefined ? undefined : eq(appointments.teamMemberId, teamMemberId),
      ),
    )
    .orderBy(desc(appointments.startsAt), desc(appointments.id))
    .limit(1);
  if (!latest) throw new Forbidden('Only clients who came may leave a review.');
  return addReview(write, locationId, { ...fields, visitId: latest.visitId });
}

/** Two reviews of one team member at once are counted one after the other. */
async function lockMember(write: Write, locationId: number, id: number): Promise<void> {
  const [member] = await write.lock(
    'team member',
    write
      .select({ id: teamMembers.id })
      .from(teamMembers)
      .where(and(eq(teamMembers.locationId, locationId), eq(teamMembers.id, id), sql`${teamMembers.deletedAt} is null`)),
  );
  if (!member) throw new NotFound(`Team member ${id} was not found`);
}
