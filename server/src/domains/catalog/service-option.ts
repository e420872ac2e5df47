import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import type { Money } from '../../platform/money.ts';
import { fold } from '../../platform/text.ts';
import { livingMembers } from '../team/team-member.ts';
import { getCategory } from './category.ts';
import { isComposite } from './givers.ts';
import { services, serviceTeamMembers } from './tables.ts';

/** What can be put into the timetable: a service, with the terms of a team member or with its own. */
export interface ServiceOption {
  serviceId: number;
  linkId: number;
  categoryId: number;
  title: string;
  /** Null for the service itself. */
  teamMemberId: number | null;
  /** seconds, without the technical break */
  duration: number;
  priceMin: Money;
  priceMax: Money;
  /** seconds */
  technicalBreak: number;
  isComposite: boolean;
}

export interface OptionFilter {
  /** The options of this team member, with the member's terms. Without one, the services with their own terms. */
  memberId?: number | undefined;
  categoryId?: number | undefined;
  serviceIds?: readonly number[] | undefined;
  /** A part of the title, in any spelling. */
  term?: string | undefined;
  /** Whether the desk may book it: with the team member, or with any. */
  isBookableAtDesk?: boolean | undefined;
  isGroup?: boolean | undefined;
  isComposite?: boolean | undefined;
}

interface Range {
  offset: number;
  limit: number;
}

const given = {
  location: eq(serviceTeamMembers.locationId, services.locationId),
  service: eq(serviceTeamMembers.serviceId, services.id),
};

/** A figure of the parts of a composite service, by the terms of a team member or else their own; null for a plain service. */
const ofParts = (memberId: number | undefined, figure: SQL) => sql`(
  select ${figure} from service_parts as held
  join services as part on part.location_id = held.location_id and part.id = held.service_id
  left join service_team_members as link on link.location_id = held.location_id and link.service_id = held.service_id
    and link.team_member_id = ${memberId ?? 0}
  where held.location_id = "services"."location_id" and held.composite_id = "services"."id")`;

/**
 * The team member, if a row of `services` that is joined with their link is an option of theirs, and null otherwise. Composite services
 * are the options of the team members who provide all of their parts.
 */
export const optionOf = (memberId: number | undefined) => sql<number | null>`
  case when ${isComposite} then ${ofParts(memberId, sql`case when bool_and(link.team_member_id is not null) then max(link.team_member_id) end`)}
    else ${serviceTeamMembers.teamMemberId} end`;

const selectOptions = (db: Read, locationId: number, memberId: number | undefined, where: SQL | undefined) =>
  db
    .select({
      serviceId: services.id,
      linkId: services.linkId,
      categoryId: services.categoryId,
      title: services.title,
      teamMemberId: optionOf(memberId).as('team_member_id'),
      duration: sql<number>`coalesce(${ofParts(memberId, sql`sum(coalesce(link.duration, part.duration))::int`)},
        ${serviceTeamMembers.duration}, ${services.duration})`,
      priceMin: sql<Money>`coalesce(${ofParts(memberId, sql`sum(coalesce(link.price_min, part.price_min))`)},
        ${serviceTeamMembers.priceMin}, ${services.priceMin})`,
      priceMax: sql<Money>`coalesce(${ofParts(memberId, sql`sum(coalesce(link.price_max, link.price_min, part.price_max))`)},
        ${serviceTeamMembers.priceMax}, ${serviceTeamMembers.priceMin}, ${services.priceMax})`,
      technicalBreak: sql<number>`case when ${isComposite} then ${ofParts(memberId, sql`coalesce(max(part.technical_break), 0)`)}
        else coalesce(${services.technicalBreak}, 0) end`,
      isComposite: isComposite.as('is_composite'),
    })
    .from(services)
    // No member has the id 0: services keep their own terms.
    .leftJoin(serviceTeamMembers, and(given.location, given.service, eq(serviceTeamMembers.teamMemberId, memberId ?? 0)))
    .where(
      and(
        eq(services.locationId, locationId),
        isNull(services.deletedAt),
        memberId === undefined ? undefined : sql`${optionOf(memberId)} is not null`,
        where,
      ),
    )
    .orderBy(desc(services.weight), asc(services.id));

/** A composite service is given by a team member who gives all of its parts. Plain names: Drizzle drops the table from columns here. */
const isGivenAtDesk = (memberId: number | undefined) => sql`exists (
  select from team_members as giver
  where giver.location_id = services.location_id and giver.deleted_at is null and not giver.is_fired
    and (${memberId ?? null}::int is null or giver.id = ${memberId ?? null})
    and not exists (
      select from (
        select held.service_id from service_parts as held
        where held.location_id = services.location_id and held.composite_id = services.id
        union all
        select services.id where not ${isComposite}) as demanded
      where not exists (
        select from service_team_members as offer
        where offer.location_id = services.location_id and offer.service_id = demanded.service_id
          and offer.team_member_id = giver.id and offer.is_offline)))`;

/**
 * A page of options, in the order of services.
 * @throws NotFound for a team member or category that the location does not have
 */
export async function listServiceOptions(
  db: Read,
  locationId: number,
  filter: OptionFilter,
  { offset, limit }: Range,
): Promise<ServiceOption[]> {
  const { memberId, categoryId, term, isBookableAtDesk, isGroup } = filter;
  if (memberId !== undefined && !(await livingMembers(db, locationId, [memberId])).has(memberId)) {
    throw new NotFound('Team Member not found.');
  }
  if (categoryId !== undefined) await getCategory(db, locationId, categoryId);
  const named = term === undefined ? undefined : await idsByTitle(db, locationId, term);
  const atDesk = isBookableAtDesk === undefined ? undefined : isGivenAtDesk(memberId);
  return selectOptions(
    db,
    locationId,
    memberId,
    and(
      categoryId === undefined ? undefined : eq(services.categoryId, categoryId),
      filter.serviceIds && inArray(services.id, [...filter.serviceIds]),
      named && inArray(services.id, named),
      isBookableAtDesk === false && atDesk ? sql`not ${atDesk}` : atDesk,
      isGroup === undefined ? undefined : eq(services.isGroup, isGroup),
      filter.isComposite === undefined ? undefined : sql`${isComposite} = ${filter.isComposite}`,
    ),
  )
    .limit(limit)
    .offset(offset);
}

/** The options of a team member for these services, by service; without those that the member does not provide. */
export async function optionsOfMember(
  db: Read,
  locationId: number,
  memberId: number,
  serviceIds: readonly number[],
): Promise<Map<number, ServiceOption>> {
  if (serviceIds.length === 0) return new Map();
  const rows = await selectOptions(db, locationId, memberId, inArray(services.id, [...serviceIds]));
  return new Map(rows.map((row) => [row.serviceId, row]));
}

/** Services with their own terms, by id. */
export async function optionsOfServices(
  db: Read,
  locationId: number,
  serviceIds: readonly number[],
): Promise<Map<number, ServiceOption>> {
  if (serviceIds.length === 0) return new Map();
  const rows = await selectOptions(db, locationId, undefined, inArray(services.id, [...serviceIds]));
  return new Map(rows.map((row) => [row.serviceId, row]));
}

/** The application compares the titles, because the database's folding depends on its locale. */
async function idsByTitle(db: Read, locationId: number, term: string): Promise<number[]> {
  const rows = await db
    .select({ id: services.id, title: services.title })
    .from(services)
    .where(and(eq(services.locationId, locationId), isNull(services.deletedAt)));
  const wanted = fold(term);
  return rows.filter(({ title }) => fold(title).includes(wanted)).map(({ id }) => id);
}
