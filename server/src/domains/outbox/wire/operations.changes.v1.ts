import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { ok, operation } from '../../../api/operation.ts';
import { PageSize } from '../../../api/pagination.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { readFeed, type Start } from '../feed.ts';
import { type OutboxResource, outboxResources } from '../tables.ts';
import { expectReader } from './readers.ts';
import { Change, ChangedResource, FeedMeta, LocationOnly } from './schemas.ts';

/** A position of the feed of a location. The location is in it, so that a cursor of another location is noticed. */
const cursorOf = (locationId: number, position: number): string => Buffer.from(`${locationId}:${position}`).toString('base64url');

/** @throws Invalid for a text that is no cursor of this location */
function positionOf(locationId: number, cursor: string): number {
  const [, location, position] = /^(\d{1,10}):(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (Number(location) !== locationId) throw new Invalid({ cursor: ['is not a cursor of this location'] });
  return Number(position);
}

const getChangeList = operation({
  id: 'get_change_list',
  method: 'GET',
  path: '/company/{location_id}/changes',
  tag: 'Changes',
  summary: 'Get changes since a cursor',
  description: [
    'The changes that webhooks report, for integrations that would rather poll: what was created, changed or deleted, with its data after the change, whole and unmasked.',
    'Send `meta.cursor` of the last answer with the next request. Nothing is missed and nothing comes twice: a change that is saved later comes later, and the changes of one thing come in their order. While `meta.has_more` is true, ask again at once; a page can be empty then.',
    'To copy a location: get a cursor with `from=now`, read the lists, then continue with the cursor. Changes that the lists already contain may come again.',
    'Changes are kept for 7 days at least. A cursor whose changes are no longer kept answers 410: begin anew.',
    'The user needs the right to manage webhooks, and must see every field of the resources asked for, without limits. Otherwise the answer is 403 and names them; ask for others with `resources`.',
  ].join('\n\n'),
  extension: true,
  access: locationUser('webhook_read_access'),
  params: LocationOnly,
  query: Type.Object({
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: '`meta.cursor` of an earlier answer' })),
    from: Type.Optional(
      Type.String({
        enum: ['oldest', 'now'],
        description: 'where to begin without a cursor: with the oldest change that is kept, or at the end',
      }),
    ),
    resources: Type.Optional(Type.Array(ChangedResource, { minItems: 1, description: 'only changes of these; all by default' })),
    limit: PageSize(200, 100),
  }),
  success: ok(Type.Array(Change), FeedMeta),
  errors: [410],
  transaction: 'manual',
  handle: async (context) => {
    const { db, transact, location, query } = context;
    const resources = query.resources as OutboxResource[] | undefined;
    expectReader(context, resources ?? outboxResources);
    const start: Start =
      query.cursor === undefined ? ((query.from ?? 'oldest') as 'oldest' | 'now') : positionOf(location.id, query.cursor);
    const page = await readFeed({ db, transact }, location.id, { start, resources, limit: query.limit });
    return {
      data: page.changes.map((change) => ({
        id: change.id,
        company_id: location.id,
        resource: change.resource,
        resource_id: change.resourceId,
        status: change.status,
        user_id: change.userId,
        changed_at: zonedDateTime(change.createdAt, location.timeZone),
        data: change.data,
      })),
      meta: { cursor: cursorOf(location.id, page.next), has_more: page.hasMore },
    };
  },
});

/** The operations about what changed. */
export const changesOperations = [getChangeList];
