import { locationUser } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { expectVisible } from '../../appointments/visible-clients.ts';
import { calendarsOf, expectOfMember } from '../../team/calendars.ts';
import { feedOperations } from './operations-of.ts';
import { ClientPath, MemberPath } from './schemas.ts';

const ofMember = feedOperations({
  name: 'team_member_calendar_feed',
  path: '/company/{location_id}/staff/{team_member_id}/calendar_feed',
  title: 'your calendar feed of a team member',
  note: 'It is your own view of the calendar: it shows no more than your rights let you see when it is read, and ends when you leave the location.',
  access: { read: locationUser('timetable_access'), change: locationUser('timetable_access') },
  params: MemberPath,
  ownerOf: async ({ db, location, user, limit, params }) => {
    expectOfMember(await calendarsOf({ db, location, limit }), params.team_member_id);
    return { locationId: location.id, teamMemberId: params.team_member_id, userId: user.id };
  },
});

const ofClient = feedOperations({
  name: 'client_calendar_feed',
  path: '/company/{location_id}/clients/{client_id}/calendar_feed',
  title: 'the calendar feed of a client',
  note: 'It has the appointments of the client in this location, and the client and the location share it. Needs the permission `clients_show_attendance_history_access`. Users who are limited to calendars or days are refused.',
  access: { read: locationUser('clients_show_attendance_history_access'), change: locationUser('clients_edit_access') },
  params: ClientPath,
  ownerOf: async ({ db, location, limit, can, params }) => {
    await expectVisible({ db, location, limit }, params.client_id);
    // It shows appointments in all calendars.
    const isLimited = limit('master_id') !== 0 || limit('position_id') !== 0 || limit('last_days_count') >= 0;
    if (isLimited || !can('clients_show_attendance_history_access')) throw new Forbidden();
    return { locationId: location.id, clientId: params.client_id };
  },
});

/** Foyer's own operations for the addresses of calendars. */
export const calendarFeedsOperations = [...ofMember, ...ofClient];
