import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { prepared } from '../../platform/database.ts';
import type { Money } from '../../platform/money.ts';
import { serviceResources, services, serviceTeamMembers } from './tables.ts';

/** The price and duration of a service with a team member. */
export interface ServiceTerms {
  id: number;
  title: string;
  /** The price of one unit. */
  price: Money;
  priceMax: Money;
  /** seconds, without the technical break */
  duration: number;
  /** seconds; null when the service says nothing */
  technicalBreak: number | null;
  isGroup: boolean;
  capacity: number;
  /** The team member provides it. */
  isLinked: boolean;
  /** One instance of each is needed. */
  resourceIds: number[];
  /** The services that a composite service consists of, in order. Empty for a plain service. */
  partIds: number[];
}

const resourceIds = sql<number[]>`(
  select coalesce(json_agg(service_resources.resource_id order by service_resources.resource_id), '[]'::json) from service_resources
  where service_resources.location_id = services.location_id and service_resources.service_id = services.id)`;

const partIds = sql<number[]>`(
  select coalesce(json_agg(service_parts.service_id order by service_parts.position), '[]'::json) from service_parts
  where service_parts.location_id = services.location_id and service_parts.composite_id = services.id)`;

/**
 * The terms of services with a team member, by service id: those of the member's link, or else those of the service. Deleted services are
 * included only with `withDeleted`. Uses one statement.
 */
export async function serviceTerms(
  db: Read,
  locationId: number,
  teamMemberId: number,
  serviceIds: readonly number[],
  withDeleted = false,
): Promise<Map<number, ServiceTerms>> {
  if (serviceIds.length === 0) return new Map();
  const select = withDeleted ? termsOfAny : termsOfLiving;
  const rows = await select(db).execute({ location: locationId, member: teamMemberId, services: serviceIds });
  return new Map(rows.map((row) => [row.id, row]));
}

const selectTerms = (db: Read, withDeleted: boolean) =>
  db
    .select({
      id: services.id,
      title: services.title,
      price: sql<Money>`coalesce(${serviceTeamMembers.priceMin}, ${services.priceMin})`,
      priceMax: sql<Money>`coalesce(${serviceTeamMembers.priceMax}, ${serviceTeamMembers.priceMin}, ${services.priceMax})`,
      duration: sql<number>`coalesce(${serviceTeamMembers.duration}, ${services.duration})`,
      technicalBreak: services.technicalBreak,
      isGroup: services.isGroup,
      capacity: services.capacity,
      isLinked: sql<boolean>`${serviceTeamMembers.teamMemberId} is not null`,
      resourceIds,
      partIds,
    })
    .from(services)
    .leftJoin(
      serviceTeamMembers,
      and(
        eq(serviceTeamMembers.locationId, services.locationId),
        eq(serviceTeamMembers.serviceId, services.id),
        eq(serviceTeamMembers.teamMemberId, sql.placeholder('member')),
      ),
    )
    .where(
      and(
        eq(services.locationId, sql.placeholder('location')),
        sql`${services.id} = any(${sql.placeholder('services')}::int[])`,
        withDeleted ? undefined : sql`${services.deletedAt} is null`,
      ),
    );

const termsOfLiving = prepared((db) => selectTerms(db, false).prepare('service_terms'));
const termsOfAny = prepared((db) => selectTerms(db, true).prepare('service_terms_with_deleted'));

/** The resources that services need, each once. */
export async function resourcesOfServices(db: Read, locationId: number, serviceIds: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectDistinct({ id: serviceResources.resourceId })
    .from(serviceResources)
    .where(and(eq(serviceResources.locationId, locationId), inArray(serviceResources.serviceId, [...serviceIds])));
  return rows.map((row) => row.id);
}
