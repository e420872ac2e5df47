import Type from 'typebox';
import { Id, NullableDateTime, NullableString, named } from '../../../api/schema.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { type CalendarFeed as Feed, feedToken } from '../feed.ts';

export const CalendarFeed = named(
  'CalendarFeed',
  Type.Object({
    address: NullableString({ description: 'secret: whoever has it reads the calendar; null without a feed' }),
    created_at: NullableDateTime('first address'),
    renewed_at: NullableDateTime('present address'),
  }),
);

export const CalendarFeedBody = named(
  'CalendarFeedRequest',
  Type.Object({
    renew: Type.Optional(Type.Boolean({ default: false, description: 'make another address; the present one ends' })),
  }),
);

export const exampleFeed = {
  address: 'https://foyer.example.com/api/v1/calendar_feeds/4564-12-1-3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics',
  created_at: '2026-02-01T12:00:00-05:00',
  renewed_at: '2026-02-01T12:00:00-05:00',
};

export const MemberPath = Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') });
export const ClientPath = Type.Object({ location_id: Id('location id'), client_id: Id('client id') });
export const LocationPath = Type.Object({ location_id: Id('location id') });

/** Where the operation that reads feeds is. */
export const feedPath = '/calendar_feeds';

/** A feed with its address. @param at the address of this server, the key that signs, and the zone of the location */
export const presentFeed = (feed: Feed | undefined, at: { address: string; key: Buffer; timeZone: string }) => ({
  address: feed ? `${at.address}/api/v1${feedPath}/${feedToken(at.key, feed)}.ics` : null,
  created_at: feed ? zonedDateTime(feed.createdAt, at.timeZone) : null,
  renewed_at: feed ? zonedDateTime(feed.renewedAt, at.timeZone) : null,
});
