import { compactZonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import {
  documentOf,
  durationResource,
  instanceResource,
  staffResource,
  tagResource,
} from '../../appointments/wire/json-api-resources.ts';
import { fontColor, type View } from '../../appointments/wire/present.ts';
import { type EventRow, isModified } from '../event.ts';
import { prefixed } from './present.ts';

/** Events as resources of V2. */
export function presentEventResources(rows: readonly EventRow[], include: readonly string[], view: Omit<View, 'sees'>) {
  const { location, address } = view;
  return documentOf(
    rows.map((row) => ({
      resource: {
        type: 'activity',
        id: String(row.id),
        attributes: {
          master_id: row.teamMemberId,
          staff_id: row.teamMemberId,
          service_id: row.serviceId,
          timestamp: Math.floor(row.startsAt.getTime() / 1000),
          length: row.duration,
          capacity: row.capacity,
          clients_count: row.booked,
          color: prefixed(row.color),
          instructions: row.instructions,
          stream_link: row.streamLink,
          font_color: row.color && fontColor(row.color),
          notified: false,
          comment: row.comment,
          schedule_id: row.series?.id ?? null,
          schedule_till: row.series && {
            date: `${row.series.dateTo} 00:00:00.000000`,
            timezone_type: 3,
            timezone: location.timeZone,
          },
          schedule_event_modified: isModified(row, location.timeZone),
          date: compactZonedDateTime(row.startsAt, location.timeZone),
        },
      },
      related: {
        staff: staffResource(row.teamMember, address),
        master: staffResource(row.teamMember, address, 'master'),
        service: {
          type: 'service',
          id: String(row.service.id),
          attributes: {
            title: row.service.title,
            category_id: row.service.categoryId,
            price_min: toWire(row.service.priceMin),
            price_max: toWire(row.service.priceMax),
          },
        },
        resource_instances: row.instances.map(instanceResource),
        labels: row.labels.map(tagResource),
        duration_details: durationResource(row),
      },
    })),
    include,
  );
}
