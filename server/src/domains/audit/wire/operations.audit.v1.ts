import Type from 'typebox';
import { type Flag, type Limited, locationUser } from '../../../api/access.ts';
import { Forbidden, Invalid } from '../../../api/errors.ts';
import { ok, operation } from '../../../api/operation.ts';
import { PageSize } from '../../../api/pagination.ts';
import { Id } from '../../../api/schema.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { periodFrom } from '../../money/wire/caller.ts';
import { expectReader } from '../../outbox/wire/readers.ts';
import type { AuditAction, AuditKind } from '../tables.ts';
import { type AuditEntry, getEntry, listEntries, type Place } from '../trail.ts';
import { AuditActionName, AuditEntryAnswer, AuditEntryPath, AuditKindName, AuditMeta, AuditPath } from './schemas.ts';

const tag = 'Changes';

/** What the trail has besides the data of the feed of changes. */
const auditorFlags = [
  'security_access',
  'client_comments_list_access',
  'client_files_list_access',
] as const satisfies readonly Flag[];

/** Entries have all values of what changed, so their reader must see everything. @throws Forbidden */
function expectAuditor(caller: Limited & { can(flag: Flag): boolean }): void {
  if (!auditorFlags.every((flag) => caller.can(flag))) throw new Forbidden();
  expectReader(caller);
}

const cursorOf = ({ at, id }: Place): string => Buffer.from(`${at}:${id}`).toString('base64url');

/** @throws Invalid */
function placeOf(cursor: string): Place {
  const [, at, id] = /^(\d{1,16}):(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (at === undefined) throw new Invalid({ cursor: ['is not a cursor of an answer'] });
  return { at: Number(at), id: Number(id) };
}

const presentEntry = (entry: AuditEntry, timeZone: string) => ({
  id: entry.id,
  changed_at: zonedDateTime(entry.at, timeZone),
  kind: entry.kind,
  thing_id: entry.thingId,
  part: entry.part,
  action: entry.action,
  before: entry.before,
  after: entry.after,
  is_erased: entry.isErased,
  source: entry.source,
  user_id: entry.userId,
  partner_id: entry.partnerId,
  address: entry.address,
  operation: entry.operation,
  request_id: entry.requestId,
});

const getAuditTrail = operation({
  id: 'get_audit_trail',
  method: 'GET',
  path: '/company/{location_id}/audit',
  tag,
  summary: 'List who changed what',
  description: [
    'Newest first: what was changed, by which user and partner, from which network address, with the values before and after. An update has the values that changed. Names of values are those of the database, and never contain secrets: for a password or a token, only the change is recorded.',
    'Continue with `meta.cursor` until it is null. A page can be short or empty before that.',
    'The user needs the rights to security and to the log of data changes, and must see everything in the location, without limits.',
  ].join('\n\n'),
  extension: true,
  access: locationUser('security_data_changes_access'),
  params: AuditPath,
  query: Type.Object({
    kind: Type.Optional(AuditKindName),
    thing_id: Type.Optional(Id('of the thing; `kind` says what it is')),
    action: Type.Optional(AuditActionName),
    changed_by: Type.Optional(Id('only changes by this user')),
    by_partner: Type.Optional(Id('only changes by this integration')),
    start_date: Type.Optional(Type.String({ maxLength: 20, description: 'YYYY-MM-DD' })),
    end_date: Type.Optional(Type.String({ maxLength: 20, description: 'YYYY-MM-DD; included' })),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: '`meta.cursor` of the last answer' })),
    limit: PageSize(200, 50),
  }),
  success: ok(Type.Array(AuditEntryAnswer), AuditMeta),
  handle: async (context) => {
    const { db, location, query } = context;
    expectAuditor(context);
    if (query.thing_id !== undefined && query.kind === undefined) throw new Invalid({ kind: ['is required with {thing_id}'] });
    const { entries, next } = await listEntries(
      db,
      location.id,
      {
        kind: query.kind as AuditKind | undefined,
        thingId: query.thing_id,
        action: query.action as AuditAction | undefined,
        userId: query.changed_by,
        partnerId: query.by_partner,
        ...periodFrom(location.timeZone, query.start_date, query.end_date),
        after: query.cursor === undefined ? undefined : placeOf(query.cursor),
      },
      query.limit,
    );
    return {
      data: entries.map((entry) => presentEntry(entry, location.timeZone)),
      meta: { cursor: next ? cursorOf(next) : null },
    };
  },
});

const getAuditEntry = operation({
  id: 'get_audit_entry',
  method: 'GET',
  path: '/company/{location_id}/audit/{entry_id}',
  tag,
  summary: 'Get an entry of the audit trail',
  extension: true,
  access: locationUser('security_data_changes_access'),
  params: AuditEntryPath,
  success: ok(AuditEntryAnswer),
  handle: async (context) => {
    const { db, location, params } = context;
    expectAuditor(context);
    return presentEntry(await getEntry(db, location.id, params.entry_id), location.timeZone);
  },
});

/** The operations about who changed what. */
export const auditOperations = [getAuditTrail, getAuditEntry];
