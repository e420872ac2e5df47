import { createHash } from 'node:crypto';
import Type from 'typebox';
import { anyone, locationClient } from '../../../api/access.ts';
import { NotFound } from '../../../api/errors.ts';
import { operation, streamed } from '../../../api/operation.ts';
import { clientOfPhone } from '../../clients/client.ts';
import { phoneOfUser } from '../../online-booking/booking.ts';
import { readFeed } from '../calendar.ts';
import { feedOperations, tag } from './operations-of.ts';
import { feedPath, LocationPath } from './schemas.ts';

const ofCaller = feedOperations({
  name: 'own_calendar_feed',
  path: '/user/calendar_feed/{location_id}',
  title: 'the calendar feed of the signed-in client',
  note: 'It has your appointments in this location. The location sees the address, too.',
  access: { read: locationClient(), change: locationClient() },
  params: LocationPath,
  ownerOf: async ({ db, location, user }) => {
    const client = await clientOfPhone(db, location.id, await phoneOfUser(db, user.id));
    if (!client) throw new NotFound();
    return { locationId: location.id, clientId: client.id };
  },
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
export const publicCalendarFeedsOperations = [...ofCaller, getCalendarFeed];
