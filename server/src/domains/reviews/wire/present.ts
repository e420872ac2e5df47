import type { Location } from '../../../api/access.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import type { ReviewRow } from '../review.ts';

export const presentReview = (row: ReviewRow, location: Pick<Location, 'timeZone'>) => ({
  id: row.id,
  salon_id: row.locationId,
  type: row.teamMemberId === null ? 0 : 1,
  master_id: row.teamMemberId ?? 0,
  text: row.text,
  date: zonedDateTime(row.createdAt, location.timeZone),
  rating: row.rating,
  user_id: row.userId ?? 0,
  user_name: row.authorName,
  user_avatar: row.avatar ?? '',
  record_id: row.appointmentId ?? 0,
});
