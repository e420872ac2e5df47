import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { type Permissions, resolvePermissions } from '../access/permissions.ts';
import { users } from '../access/tables.ts';
import { hasEntered } from '../locations/location-user.ts';
import { locationUsers } from '../locations/tables.ts';
import type { NoticeMode } from '../notifications/settings.ts';
import { teamMembers } from '../team/tables.ts';

/** A user of a location who may be notified, with the contacts that are proven to be theirs. */
export interface NotifiedUser {
  id: number;
  mode: NoticeMode;
  rights: Permissions;
  /** The team member that the user is. */
  teamMemberId: number | null;
  email: string | null;
  phone: string | null;
}

/**
 * The users who have entered a location. One who is a team member gets what concerns the own appointments; others get what concerns all. One
 * without the right to notifications gets none.
 */
export async function usersToNotify(db: Read, locationId: number, userId?: number): Promise<NotifiedUser[]> {
  const rows = await db
    .select({
      id: users.id,
      role: locationUsers.role,
      permissions: locationUsers.permissions,
      teamMemberId: teamMembers.id,
      email: sql<string | null>`case when ${users.isEmailConfirmed} then ${users.email} end`,
      phone: users.phone,
    })
    .from(locationUsers)
    .innerJoin(users, eq(users.id, locationUsers.userId))
    .leftJoin(
      teamMembers,
      and(eq(teamMembers.locationId, locationUsers.locationId), eq(teamMembers.userId, users.id), isNull(teamMembers.deletedAt)),
    )
    .where(
      and(
        eq(locationUsers.locationId, locationId),
        hasEntered,
        userId === undefined ? undefined : eq(locationUsers.userId, userId),
      ),
    )
    .orderBy(asc(users.id));
  return rows.map(({ role, permissions, ...row }) => {
    const rights = resolvePermissions(role, permissions);
    return { ...row, rights, mode: rights.notification ? (row.teamMemberId === null ? 'admin' : 'staff') : 'disabled' };
  });
}

/** The calendar that an appointment is in. */
interface Place {
  teamMemberId: number;
  positionId: number | null;
}

/** Whether a user sees the calendar of an appointment. */
export const seesCalendar = ({ rights }: Pick<NotifiedUser, 'rights'>, { teamMemberId, positionId }: Place): boolean =>
  rights.timetable_access &&
  (rights.master_id === 0 || rights.master_id === teamMemberId) &&
  (rights.position_id === 0 || rights.position_id === positionId);

/** What a user sees of the client of an appointment. One who sees only the clients of another member may see none, without a search. */
export function seesOfClient({ rights }: Pick<NotifiedUser, 'rights'>, { teamMemberId }: Pick<Place, 'teamMemberId'>) {
  const { clients_visit_master_id: clientsOf } = rights;
  const client = rights.record_form_client_access && (clientsOf === 0 || clientsOf === teamMemberId);
  return {
    client,
    surname: client && rights.clients_surname_middle_name_access,
    phone: client && rights.timetable_phones_access,
  };
}

/** One user of a location. @throws NotFound */
export async function getNotifiedUser(db: Read, locationId: number, userId: number): Promise<NotifiedUser> {
  const [row] = await usersToNotify(db, locationId, userId);
  if (!row) throw new NotFound();
  return row;
}
