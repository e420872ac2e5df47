import { toWire } from '../../../platform/exact.ts';
import { documentOf, type Resource } from '../../appointments/wire/json-api-resources.ts';
import type { Suggestion } from '../../visits/suggestion.ts';
import type { ServicePart } from '../composite.ts';
import { type ServiceRow, shownTerms } from '../service.ts';
import type { ServiceOption } from '../service-option.ts';

type Related = Record<string, Resource | null | readonly Resource[]>;

/** A document with those relationships only that are asked for, and without any when none is. */
function sparse<Row extends Resource>(rows: readonly { resource: Row; related: Related }[], include: readonly string[]) {
  if (include.length === 0) return { data: rows.map(({ resource }) => resource) };
  const asked = rows.map(({ resource, related }) => ({
    resource,
    related: Object.fromEntries(include.map((name) => [name, related[name] ?? null])),
  }));
  return documentOf(asked, include);
}

/** Services as resources of V2. Trials do not exist. */
export const presentServiceResources = (rows: readonly ServiceRow[], include: readonly string[] = []) =>
  sparse(
    rows.map((row) => ({
      resource: {
        type: 'service',
        id: String(row.id),
        attributes: { title: row.title, category_id: row.categoryId },
      },
      related: {
        resources: row.resources.map(({ id, title }) => ({ type: 'resource', id: String(id), attributes: { title } })),
        service_composite: row.partIds.length
          ? { type: 'service_composite', id: String(row.id), attributes: { service_ids: row.partIds } }
          : null,
        resource_links: row.resources.map(({ id }) => ({
          type: 'resource_link',
          id: `${row.id}_${id}`,
          attributes: { service_id: row.id, resource_id: id },
        })),
        company_links: [
          {
            type: 'company_link',
            id: String(row.linkId),
            attributes: {
              company_id: row.locationId,
              service_id: row.id,
              price_min: toWire(shownTerms(row).priceMin),
              price_max: toWire(shownTerms(row).priceMax),
              duration: shownTerms(row).duration,
            },
          },
        ],
        trial_settings: null,
      },
    })),
    include,
  );

/**
 * The id names the location, the service, the team member, the composite service, and the place in it.
 * @param part the place of the option in a composite service
 */
export const optionResource = (
  locationId: number,
  option: ServiceOption,
  part?: Pick<ServicePart, 'compositeId' | 'position'>,
) => ({
  type: 'attendance_service',
  id: `${locationId}_${option.serviceId}_${option.teamMemberId ?? 0}_${part ? `${part.compositeId}_${part.position}` : 0}`,
  attributes: {
    company_id: locationId,
    service_id: option.serviceId,
    category_id: option.categoryId,
    is_composite: option.isComposite,
    composite_service_id: part?.compositeId ?? 0,
    salon_service_id: option.linkId,
    composite_position: part?.position ?? null,
    staff_id: option.teamMemberId ?? 0,
    title: option.title,
    length: option.duration,
    duration: option.duration,
    price_min: toWire(option.priceMin),
    price_max: toWire(option.priceMax),
    technical_break_duration: option.technicalBreak,
  },
});

const suggestionTypes = {
  'last visit': 'last_client_visit_attendance_service',
  'popular with client': 'client_popular_service',
  'popular with team member': 'master_popular_service',
} as const;

/** @param options of the services, by id, if they are included @param records the appointments, if they are included */
export function presentSuggestions(
  locationId: number,
  rows: readonly Suggestion[],
  include: readonly string[],
  options: ReadonlyMap<number, ServiceOption>,
  records: readonly Resource[],
) {
  const recordOf = (id: number | null) => records.find((record) => record.id === String(id));
  return sparse(
    rows.map((row) => {
      const option = options.get(row.serviceId);
      const record = recordOf(row.appointmentId);
      return {
        resource: {
          type: 'attendance_service_suggestion',
          id: String(row.serviceId),
          attributes: {
            service_id: row.serviceId,
            suggestion_type: suggestionTypes[row.reason],
            record_id: row.appointmentId,
          },
        },
        related: {
          attendance_service: option ? optionResource(locationId, option) : null,
          record: record ? { type: record.type, id: record.id, attributes: record.attributes } : null,
        },
      };
    }),
    include,
  );
}
