import { sql } from 'drizzle-orm';

/*
 * Who gives a service. Plain names: Drizzle drops the table from columns here.
 */

/** Whether a row of `services` is a composite service. */
export const isComposite = sql<boolean>`exists (select from service_parts as held
  where held.location_id = "services"."location_id" and held.composite_id = "services"."id")`;

/** The links of team members with the service of a part `demanded`, without those of deleted members. */
const linksOfPart = sql`service_team_members as link
  join team_members as giver on giver.location_id = link.location_id and giver.id = link.team_member_id and giver.deleted_at is null
  where link.location_id = demanded.location_id and link.service_id = demanded.service_id`;

/**
 * The team members who can be chosen for a row of `services`, as a table to select from: those who are linked with it. The links of a
 * composite service do not count: those can be chosen who give any of its parts, if each part has somebody. Their duration is the sum over all
 * parts; parts that others give count with their own time. It reads the links of the service or of its parts, and nothing else of the catalog.
 */
export const giversOfService = sql`(
  select link.team_member_id, link.duration, link.technological_card_id as bill_id
  from service_team_members as link
  join team_members as giver on giver.location_id = link.location_id and giver.id = link.team_member_id and giver.deleted_at is null
  where link.location_id = "services"."location_id" and link.service_id = "services"."id" and not ${isComposite}
  union all
  select link.team_member_id, (sum(link.duration - part.duration) + (
    select sum(each.duration) from service_parts as held
    join services as each on each.location_id = held.location_id and each.id = held.service_id
    where held.location_id = "services"."location_id" and held.composite_id = "services"."id"))::int, null
  from service_parts as demanded
  join services as part on part.location_id = demanded.location_id and part.id = demanded.service_id
  cross join lateral (select link.team_member_id, link.duration from ${linksOfPart}) as link
  where demanded.location_id = "services"."location_id" and demanded.composite_id = "services"."id" and not exists (
    select from service_parts as demanded
    where demanded.location_id = "services"."location_id" and demanded.composite_id = "services"."id"
      and not exists (select from ${linksOfPart}))
  group by link.team_member_id)`;

/**
 * Whether a team member can be chosen for a row of `services` of the location. The services of the member and of what they are parts of are found
 * first, so that the rest of a large catalog is not looked at.
 */
export const isGivenBy = (locationId: number, memberId: number) => sql`("services"."id" in (
    select link.service_id from service_team_members as link where link.location_id = ${locationId} and link.team_member_id = ${memberId}
    union all
    select held.composite_id from service_team_members as link
    join service_parts as held on held.location_id = link.location_id and held.service_id = link.service_id
    where link.location_id = ${locationId} and link.team_member_id = ${memberId})
  and exists (select from ${giversOfService} as given where given.team_member_id = ${memberId}))`;
