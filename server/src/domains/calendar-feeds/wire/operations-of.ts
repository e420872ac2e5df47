import type { FastifyRequest } from 'fastify';
import type { TObject } from 'typebox';
import type { Access, Flag, Limited, Location, User } from '../../../api/access.ts';
import { empty, ok, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import type { StaticOf } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import type { Services } from '../../../platform/services.ts';
import { endFeed, type CalendarFeed as Feed, type FeedOwner, findFeed, makeFeed } from '../feed.ts';
import { CalendarFeed, CalendarFeedBody, exampleFeed, presentFeed } from './schemas.ts';

export const tag = 'Calendar Feeds';

/** What tells whose feed a request is about. */
interface Caller<Params> extends Limited {
  db: Read;
  location: Location;
  user: User;
  can(flag: Flag): boolean;
  params: Params;
}

/** Feeds of one kind. */
interface FeedKind<Params extends TObject> {
  /** What the ids of the operations end with. */
  name: string;
  path: string;
  /** As in "Read …". */
  title: string;
  /** A part of the descriptions. */
  note: string;
  access: { read: Access<'required', true>; change: Access<'required', true> };
  params: Params;
  ownerOf(caller: Caller<StaticOf<Params>>): Promise<FeedOwner>;
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

/** The operations that read, make and end a feed of a kind. */
export function feedOperations<Params extends TObject>({ name, path, title, note, access, params, ownerOf }: FeedKind<Params>) {
  const common = { path, tag, extension: true, params } as const;
  return [
    operation({
      ...common,
      id: `get_${name}`,
      method: 'GET',
      summary: `Read ${title}`,
      description: `Its address is null if there is none. ${note}`,
      access: access.read,
      success: ok(CalendarFeed),
      example: { data: exampleFeed },
      handle: async (context) => present(await findFeed(context.db, await ownerOf(context)), context),
    }),
    operation({
      ...common,
      id: `set_${name}`,
      method: 'PUT',
      summary: `Make ${title}`,
      description: `Calendar programs subscribe to its address: it answers iCalendar, from 30 days ago to a year from now. An existing feed stays, or gets another address with \`renew\`. ${note}`,
      access: access.change,
      body: CalendarFeedBody,
      success: ok(CalendarFeed),
      errors: [409],
      example: { body: { renew: false }, data: exampleFeed },
      handle: async (context) => {
        const feed = await makeFeed(context.write, await ownerOf(context), { renews: context.body?.renew === true });
        return present(feed, context);
      },
    }),
    operation({
      ...common,
      id: `delete_${name}`,
      method: 'DELETE',
      summary: `End ${title}`,
      description: `Its address answers 404 from then on. ${note}`,
      access: access.change,
      success: empty(204),
      handle: async (context) => endFeed(context.write, await ownerOf(context)),
    }),
  ];
}
