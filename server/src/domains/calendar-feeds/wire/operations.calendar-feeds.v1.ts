import type { FastifyRequest } from 'fastify';
import { type Flag, type Limited, type Location, locationUser, type User } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { empty, ok, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import type { Read } from '../../../api/write.ts';
import type { Services } from '../../../platform/services.ts';
import { expectVisible } from '../../appointments/visible-clients.ts';
import { calendarsOf, expectOfMember } from '../../team/calendars.ts';
import { endFeed, type CalendarFeed as Feed, type FeedOwner, findFeed, makeFeed } from '../feed.ts';
import { CalendarFeed, CalendarFeedBody, ClientPath, exampleFeed, MemberPath, presentFeed } from './schemas.ts';

const tag = 'Calendar Feeds';
const memberPath = '/company/{location_id}/staff/{team_member_id}/calendar_feed';
const clientPath = '/company/{location_id}/clients/{client_id}/calendar_feed';

interface Caller extends Limited {
  location: Location;
  user: User;
  can(flag: Flag): boolean;
}

/** The caller's own feed of a team member. @throws NotFound for a member whose calendar the caller does not see */
async function ofMember(db: Read, { location, user, limit }: Caller, teamMemberId: number): Promise<FeedOwner> {
  expectOfMember(await calendarsOf({ db, location, limit }), teamMemberId);
  return { locationId: location.id, teamMemberId, userId: user.id };
}

/**
 * The feed of a client. It shows appointments in all calendars, so the caller must see them all.
 * @throws Forbidden for a caller who does not, NotFound for a client whom the caller does not see
 */
async function ofClient(db: Read, { location, limit, can }: Caller, clientId: number): Promise<FeedOwner> {
  await expectVisible({ db, location, limit }, clientId);
  const isLimited = limit('master_id') !== 0 || limit('position_id') !== 0 || limit('last_days_count') >= 0;
  if (isLimited || !can('clients_show_attendance_history_access')) throw new Forbidden();
  return { locationId: location.id, clientId };
}

const present = (
  feed: Feed | undefined,
  { location, services, request }: { location: Location; services: Services; request: FastifyRequest },
) =>
  presentFeed(feed, {
    address: publicAddress(request, services.config),
    key: services.signingKey,
    timeZone: location.timeZone,
  });

const whose =
  'It is your own view of the calendar: it shows no more than your rights let you see when it is read, and ends when you leave the location.';

const getMemberCalendarFeed = operation({
  id: 'get_team_member_calendar_feed',
  method: 'GET',
  path: memberPath,
  tag,
  summary: 'Read your calendar feed of a team member',
  description: `Its address is null if there is none. ${whose}`,
  extension: true,
  access: locationUser('timetable_access'),
  params: MemberPath,
  success: ok(CalendarFeed),
  example: { data: exampleFeed },
  handle: async (context) =>
    present(await findFeed(context.db, await ofMember(context.db, context, context.params.team_member_id)), context),
});

const setMemberCalendarFeed = operation({
  id: 'set_team_member_calendar_feed',
  method: 'PUT',
  path: memberPath,
  tag,
  summary: 'Make your calendar feed of a team member',
  description: `Calendar programs subscribe to its address: it answers iCalendar, from 30 days ago to a year from now. An existing feed stays, or gets another address with \`renew\`. ${whose}`,
  extension: true,
  access: locationUser('timetable_access'),
  params: MemberPath,
  body: CalendarFeedBody,
  success: ok(CalendarFeed),
  errors: [409],
  example: { body: { renew: false }, data: exampleFeed },
  handle: async (context) => {
    const { write, params, body } = context;
    const owner = await ofMember(write, context, params.team_member_id);
    return present(await makeFeed(write, owner, { renews: body?.renew === true }), context);
  },
});

const deleteMemberCalendarFeed = operation({
  id: 'delete_team_member_calendar_feed',
  method: 'DELETE',
  path: memberPath,
  tag,
  summary: 'End your calendar feed of a team member',
  description: 'Its address answers 404 from then on.',
  extension: true,
  access: locationUser('timetable_access'),
  params: MemberPath,
  success: empty(204),
  handle: async (context) => {
    const { write, params } = context;
    await endFeed(write, await ofMember(write, context, params.team_member_id));
  },
});

const rightsOverClients =
  'Needs the permission `clients_show_attendance_history_access`. Users who are limited to calendars or days are refused.';

const getClientCalendarFeed = operation({
  id: 'get_client_calendar_feed',
  method: 'GET',
  path: clientPath,
  tag,
  summary: 'Read the calendar feed of a client',
  description: `Its address is null if there is none. ${rightsOverClients}`,
  extension: true,
  access: locationUser('clients_show_attendance_history_access'),
  params: ClientPath,
  success: ok(CalendarFeed),
  example: { data: exampleFeed },
  handle: async (context) =>
    present(await findFeed(context.db, await ofClient(context.db, context, context.params.client_id)), context),
});

const setClientCalendarFeed = operation({
  id: 'set_client_calendar_feed',
  method: 'PUT',
  path: clientPath,
  tag,
  summary: 'Make the calendar feed of a client',
  description: `The client subscribes to its address with a calendar program. It has the appointments in this location, from 30 days ago to a year from now. The client and the location share it. ${rightsOverClients}`,
  extension: true,
  access: locationUser('clients_edit_access'),
  params: ClientPath,
  body: CalendarFeedBody,
  success: ok(CalendarFeed),
  errors: [409],
  example: { body: { renew: false }, data: exampleFeed },
  handle: async (context) => {
    const { write, params, body } = context;
    const owner = await ofClient(write, context, params.client_id);
    return present(await makeFeed(write, owner, { renews: body?.renew === true }), context);
  },
});

const deleteClientCalendarFeed = operation({
  id: 'delete_client_calendar_feed',
  method: 'DELETE',
  path: clientPath,
  tag,
  summary: 'End the calendar feed of a client',
  description: `Its address answers 404 from then on. ${rightsOverClients}`,
  extension: true,
  access: locationUser('clients_edit_access'),
  params: ClientPath,
  success: empty(204),
  handle: async (context) => {
    const { write, params } = context;
    await endFeed(write, await ofClient(write, context, params.client_id));
  },
});

/** Foyer's own operations for the addresses of calendars. */
export const calendarFeedsOperations = [
  getMemberCalendarFeed,
  setMemberCalendarFeed,
  deleteMemberCalendarFeed,
  getClientCalendarFeed,
  setClientCalendarFeed,
  deleteClientCalendarFeed,
];
