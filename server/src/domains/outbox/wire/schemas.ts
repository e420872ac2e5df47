import Type from 'typebox';
import { DateTime, Id, maxId, NullableNumber, named } from '../../../api/schema.ts';
import { outboxResources } from '../tables.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });

export const ChangedResource = Type.String({ enum: [...outboxResources], description: 'what changed' });

/** A thing as it was recorded. An older build may have recorded it with other fields, so no fields are promised. */
export const RecordedData = named('RecordedData', Type.Unsafe<unknown>({}));

export const Change = named(
  'Change',
  Type.Object({
    id: Type.Integer({ description: 'of the change; ids do not follow the order of changes' }),
    company_id: Type.Integer({ description: 'location id' }),
    resource: ChangedResource,
    resource_id: Type.Integer({ description: 'of the thing that changed; of a schedule, its team member' }),
    status: Type.String({ enum: ['create', 'update', 'delete'] }),
    user_id: NullableNumber({
      maximum: maxId,
      description: 'who changed it; null for online booking without an account and for the system',
    }),
    changed_at: DateTime('when the change began'),
    data: RecordedData,
  }),
);

export const FeedMeta = named(
  'ChangeFeedMeta',
  Type.Object({
    cursor: Type.String({ description: 'where the next request continues; also after an empty page' }),
    has_more: Type.Boolean({ description: 'whether there are further changes already' }),
  }),
);
