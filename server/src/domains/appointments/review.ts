import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Tx } from '../../platform/database.ts';
import { users } from '../access/tables.ts';
import { teamMembers } from '../team/tables.ts';
import { reviews } from './tables.ts';

const selectReviews = (db: Tx) =>
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

/** Which reviews; what is undefined does not matter. */
export interface ReviewFilter {
  teamMemberId?: number | undefined;
  rating?: number | undefined;
  /** The first instant, and the one after the last. */
  from?: Date | undefined;
  to?: Date | undefined;
}

/** Reviews of a location and its team, latest first. */
export const listReviews = (
  db: Tx,
  locationId: number,
  { teamMemberId, rating, from, to }: ReviewFilter,
  { offset, limit }: { offset: number; limit: number },
): Promise<ReviewRow[]> =>
  selectReviews(db)
    .where(
      and(
        eq(reviews.locationId, locationId),
        teamMemberId === undefined ? undefined : eq(reviews.teamMemberId, teamMemberId),
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
  appointmentId?: number | undefined;
  rating: number;
  text: string;
  authorName: string;
  userId?: number | undefined;
}

/** Adds a review; the rating of the team member follows. @throws NotFound for an unknown team member */
export async function addReview(tx: Tx, locationId: number, fields: ReviewFields): Promise<ReviewRow> {
  const { teamMemberId } = fields;
  if (teamMemberId !== undefined) await holdMember(tx, locationId, teamMemberId);
  const [added] = await tx
    .insert(reviews)
    .values({ ...fields, locationId })
    .returning({ id: reviews.id });
  if (teamMemberId !== undefined) {
    await tx.execute(sql`
      update team_members set rating = given.rating, votes = given.votes, comments = given.comments
      from (select round(avg(rating), 2) as rating, count(*) as votes, count(*) filter (where text <> '') as comments
        from reviews where location_id = ${locationId} and team_member_id = ${teamMemberId}) as given
      where team_members.location_id = ${locationId} and team_members.id = ${teamMemberId}`);
  }
  const [row] = await selectReviews(tx).where(
    and(eq(reviews.locationId, locationId), eq(reviews.id, (added as { id: number }).id)),
  );
  return row as ReviewRow;
}

/** Two reviews of one team member at once are counted one after the other. */
async function holdMember(tx: Tx, locationId: number, id: number): Promise<void> {
  const [member] = await tx
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, locationId), eq(teamMembers.id, id), sql`${teamMembers.deletedAt} is null`))
    .for('no key update');
  if (!member) throw new NotFound(`Team member ${id} was not found`);
}
