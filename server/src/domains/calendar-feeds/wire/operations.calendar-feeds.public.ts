import { createHash } from 'node:crypto';
import Type from 'typebox';
import { anyone, type Location, locationClient, type User } from '../../../api/access.ts';
import { NotFound } from '../../../api/errors.ts';
import { empty, ok, operation, streamed } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import type { Read } from '../../../api/write.ts';
import { phoneOfUser } from '../../online-booking/booking.ts';
import { readFeed } from '../calendar.ts';
import { endFeed, type FeedOwner, findFeed, makeFeed, ownClientId } from '../feed.ts';
import { CalendarFeed, CalendarFeedBody, exampleFeed, feedPath, LocationPath, presentFeed } from './schemas.ts';

const tag = 'Calendar Feeds';
const ownPath = '/user/calendar_feed/{location_id}';

/** The feed of the signed-in client. @throws NotFound for one without a client card in the location */
async function ofCaller(db: Read, { location, user }: { location: Location; user: User }): Promise<FeedOwner> {
  const clientId = await ownClientId(db, location.id, await phoneOfUser(db, user.id));
  if (clientId === undefined) throw new NotFound();
  return { locationId: location.id, clientId };
}

const getOwnCalendarFeed = operation({
  id: 'get_own_calendar_feed',
  method: 'GET',
  path: ownPath,
  tag,
  summary: 'Read the calendar feed of the signed-in client',
  description: 'Its address is null if there is none.',
  extension: true,
  access: locationClient(),
  params: LocationPath,
  success: ok(CalendarFeed),
  example: { data: exampleFeed },
  handle: async (context) => {
    const { db, location, services, request } = context;
    const address = publicAddress(request, services.config);
    return presentFeed(await findFeed(db, await ofCaller(db, context)), {
      address,
      key: services.signingKey,
      timeZone: location.timeZone,
    });
  },
});

const setOwnCalendarFeed = operation({
  id: 'set_own_calendar_feed',
  method: 'PUT',
  path: ownPath,
  tag,
  summary: 'Make the calendar feed of the signed-in client',
  description:
    'Calendar programs subscribe to its address: it answers iCalendar with the appointments in this location, from 30 days ago to a year from now. An existing feed stays, or gets another address with `renew`. The location sees the address, too.',
  extension: true,
  access: locationClient(),
  params: LocationPath,
  body: CalendarFeedBody,
  success: ok(CalendarFeed),
  errors: [409],
  example: { body: { renew: false }, data: exampleFeed },
  handle: async (context) => {
    const { write, location, body, services, request } = context;
    const address = publicAddress(request, services.config);
    const feed = await makeFeed(write, await ofCaller(write, context), { renews: body?.renew === true });
    return presentFeed(feed, { address, key: services.signingKey, timeZone: location.timeZone });
  },
});

const deleteOwnCalendarFeed = operation({
  id: 'delete_own_calendar_feed',
  method: 'DELETE',
  path: ownPath,
  tag,
  summary: 'End the calendar feed of the signed-in client',
  description: 'Its address answers 404 from then on.',
  extension: true,
  access: locationClient(),
  params: LocationPath,
  success: empty(204),
  handle: async (context) => endFeed(context.write, await ofCaller(context.write, context)),
});

const quoted = (text: string) => `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;

/** Whether a header If-None-Match names a tag: a list of them, strong or weak, or any. */
const names = (header: string | undefined, tagOfText: string): boolean =>
  (header ?? '').split(',').some((each) => ['*', tagOfText].includes(each.trim().replace(/^W\//, '')));

/** Its address is a secret, so it checks access itself. */
const getCalendarFeed = operation({
  id: 'get_calendar_feed',
  method: 'GET',
  path: `${feedPath}/{feed_token}`,
  tag,
  summary: 'Read a calendar',
  description:
    'What calendar programs read: open the `address` of a calendar feed as it is, without an Authorization header. Answers iCalendar (RFC 5545), or 304 if nothing changed since the `ETag` in `If-None-Match`. An address that was renewed or ended is a 404.',
  extension: true,
  access: anyone(),
  params: Type.Object({
    feed_token: Type.String({
      maxLength: 100,
      description: 'the end of the address',
      examples: ['4564-12-1-3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics'],
    }),
  }),
  success: streamed('The calendar'),
  errors: [404],
  handle: async ({ db, params, request, reply, services }) => {
    const token = /^(.+)\.ics$/.exec(params.feed_token)?.[1];
    if (token === undefined) throw new NotFound();
    const text = await readFeed(db, services.signingKey, { token, reader: request.ip });
    const etag = quoted(text);
    reply.header('etag', etag).header('cache-control', 'private, max-age=300').header('x-robots-tag', 'noindex');
    if (names(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply
      .type('text/calendar; charset=utf-8')
      .header('content-disposition', 'inline; filename="calendar.ics"')
      .header('x-content-type-options', 'nosniff')
      .send(text);
  },
});

/** The calendars of clients, and what calendar programs read. */
export const publicCalendarFeedsOperations = [getOwnCalendarFeed, setOwnCalendarFeed, deleteOwnCalendarFeed, getCalendarFeed];
