import Type from 'typebox';
import { DateTime, Id, maxId, NullableNumber, NullableString, named } from '../../../api/schema.ts';
import { RecordedData } from '../../outbox/wire/schemas.ts';
import { auditKinds } from '../tables.ts';

export const AuditKindName = Type.String({ enum: [...auditKinds], description: 'what kind of thing changed' });
export const AuditActionName = Type.String({ enum: ['create', 'update', 'delete'] });

const Actor = (description: string) => NullableNumber({ maximum: maxId, description });

export const AuditEntryAnswer = named(
  'AuditEntry',
  Type.Object({
    id: Type.Integer(),
    changed_at: DateTime('when the change began'),
    kind: AuditKindName,
    thing_id: Type.Integer({ description: 'of the thing; of settings, the location; of a schedule, its team member' }),
    part: Type.String({ description: 'the part of the thing, such as its services; empty for the thing itself' }),
    action: AuditActionName,
    before: RecordedData,
    after: RecordedData,
    is_erased: Type.Boolean({ description: 'the values were removed, because the client was deleted' }),
    source: Type.String({
      enum: ['request', 'system', 'database'],
      description: 'a request; a job or a command of the server; or a change in the database past the server',
    }),
    user_id: Actor('null if nobody was signed in, and for the system'),
    partner_id: Actor('the integration of the request'),
    address: NullableString({ description: 'network address that the request came from' }),
    operation: NullableString({ description: 'id of the operation that was called' }),
    request_id: NullableString({ description: 'of the answer and the log; entries of one request share it' }),
  }),
);

export const AuditPath = Type.Object({ location_id: Id('location id') });
export const AuditEntryPath = Type.Object({
  location_id: Id('location id'),
  entry_id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'entry of the audit trail' }),
});

export const AuditMeta = named(
  'AuditTrailMeta',
  Type.Object({
    cursor: NullableString({ description: 'where the next page begins; null after the oldest entry' }),
  }),
);
