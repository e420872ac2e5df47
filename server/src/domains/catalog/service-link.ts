import { and, eq, type InferSelectModel, notInArray, sql } from 'drizzle-orm';
import { type FieldErrors, Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import type { Money } from '../../platform/money.ts';
import { livingMembers } from '../team/team-member.ts';
import { serviceResources, services, serviceTeamMembers, serviceTranslations } from './tables.ts';

export type ServiceLink = InferSelectModel<typeof serviceTeamMembers>;

/** The terms of a team member for a service. An undefined field stays unchanged. */
export interface LinkFields {
  id: number;
  /** seconds */
  duration: number;
  billId?: number | null | undefined;
  price?: { min: Money; max: Money | null } | null | undefined;
}

const columnsOf = ({ duration, billId, price }: LinkFields) => ({
  duration,
  ...(billId === undefined ? {} : { billId }),
  ...(price === undefined ? {} : { priceMin: price?.min ?? null, priceMax: price?.max ?? null }),
});

/** @throws Invalid naming the field if an id is not a team member of the location, or appears twice */
async function expectMembers(db: Read, locationId: number, ids: number[], field: (index: number) => string): Promise<void> {
  const known = await livingMembers(db, locationId, ids);
  const errors: FieldErrors = {};
  for (const [index, id] of ids.entries()) {
    if (!known.has(id)) errors[field(index)] = ['must be a team member of this location'];
    else if (ids.indexOf(id) !== index) errors[field(index)] = ['is named twice'];
  }
  if (Object.keys(errors).length) throw new Invalid(errors);
}

const upsert = (write: Write, locationId: number, serviceId: number, members: LinkFields[]) =>
  write
    .insert(serviceTeamMembers)
    .values(members.map((member) => ({ locationId, serviceId, teamMemberId: member.id, ...columnsOf(member) })))
    .onConflictDoUpdate({
      target: [serviceTeamMembers.locationId, serviceTeamMembers.serviceId, serviceTeamMembers.teamMemberId],
      set: {
        duration: sql`excluded.duration`,
        ...(members[0]?.billId === undefined ? {} : { billId: sql`excluded.technological_card_id` }),
        ...(members[0]?.price === undefined ? {} : { priceMin: sql`excluded.price_min`, priceMax: sql`excluded.price_max` }),
      },
    })
    .returning();

/** Sets the team members of a service. Links of members who stay keep their values for missing fields. @throws Invalid */
export async function replaceMembers(
  write: Write,
  locationId: number,
  serviceId: number,
  members: LinkFields[],
  field = (index: number) => `teamMembers.${index}.id`,
): Promise<void> {
  const ids = members.map((member) => member.id);
  await expectMembers(write, locationId, ids, field);
  await write
    .delete(serviceTeamMembers)
    .where(
      and(
        eq(serviceTeamMembers.locationId, locationId),
        eq(serviceTeamMembers.serviceId, serviceId),
        ids.length ? notInArray(serviceTeamMembers.teamMemberId, ids) : undefined,
      ),
    );
  if (members.length) await upsert(write, locationId, serviceId, members);
}

const ofMember = (locationId: number, serviceId: number, memberId: number) =>
  and(
    eq(serviceTeamMembers.locationId, locationId),
    eq(serviceTeamMembers.serviceId, serviceId),
    eq(serviceTeamMembers.teamMemberId, memberId),
  );

/** Links a team member to a locked service. An existing link is changed. @throws Invalid */
export async function linkMember(write: Write, locationId: number, serviceId: number, member: LinkFields): Promise<ServiceLink> {
  await expectMembers(write, locationId, [member.id], () => 'teamMemberId');
  const [link] = await upsert(write, locationId, serviceId, [member]);
  write.changed('service', locationId, serviceId, 'update');
  return link as ServiceLink;
}

/** @throws NotFound when the team member is not linked to the service */
export async function changeLink(write: Write, locationId: number, serviceId: number, member: LinkFields): Promise<ServiceLink> {
  const [link] = await write
    .update(serviceTeamMembers)
    .set(columnsOf(member))
    .where(ofMember(locationId, serviceId, member.id))
    .returning();
  if (!link) throw new NotFound();
  write.changed('service', locationId, serviceId, 'update');
  return link;
}

/** Where a team member gives a service. An undefined field stays unchanged. */
export interface LinkOffer {
  isOnline?: boolean | undefined;
  isOffline?: boolean | undefined;
  apiId?: string | undefined;
}

/** @throws NotFound when the team member is not linked to the service */
export async function offerLink(
  write: Write,
  locationId: number,
  { serviceId, memberId }: { serviceId: number; memberId: number },
  { isOnline, isOffline, apiId }: LinkOffer,
): Promise<ServiceLink> {
  const own = ofMember(locationId, serviceId, memberId);
  const given = {
    ...(isOnline === undefined ? {} : { isOnline }),
    ...(isOffline === undefined ? {} : { isOffline }),
    ...(apiId === undefined ? {} : { apiId: apiId.trim() }),
  };
  const [link] =
    Object.keys(given).length > 0
      ? await write.update(serviceTeamMembers).set(given).where(own).returning()
      : await write.select().from(serviceTeamMembers).where(own);
  if (!link) throw new NotFound();
  write.changed('service', locationId, serviceId, 'update');
  return link;
}

/** @throws NotFound when the team member is not linked to the service */
export async function unlinkMember(write: Write, locationId: number, serviceId: number, memberId: number): Promise<void> {
  const gone = await write
    .delete(serviceTeamMembers)
    .where(ofMember(locationId, serviceId, memberId))
    .returning({ id: serviceTeamMembers.teamMemberId });
  if (gone.length === 0) throw new NotFound();
  write.changed('service', locationId, serviceId, 'update');
}

/** Everything that a service is linked with. */
export interface ServiceLinks {
  members: LinkFields[];
  resourceIds: number[];
  /** An empty title clears the language's. */
  translations: { languageId: number; title: string }[];
}

async function changesResources(db: Read, locationId: number, serviceId: number, wanted: readonly number[]): Promise<boolean> {
  const current = await db
    .select({ id: serviceResources.resourceId })
    .from(serviceResources)
    .where(and(eq(serviceResources.locationId, locationId), eq(serviceResources.serviceId, serviceId)));
  return new Set(wanted).size !== current.length || current.some(({ id }) => !wanted.includes(id));
}

async function changesTitles(
  db: Read,
  locationId: number,
  serviceId: number,
  wanted: ReadonlyMap<number, string>,
): Promise<boolean> {
  const current = await db
    .select()
    .from(serviceTranslations)
    .where(and(eq(serviceTranslations.locationId, locationId), eq(serviceTranslations.serviceId, serviceId)));
  const titles = new Map(current.map(({ languageId, title }) => [languageId, title]));
  return [...wanted].some(([languageId, title]) => (titles.get(languageId) ?? '') !== title);
}

/** The parts of the links that the caller may change, besides the team members. */
export interface LinkRights {
  resources: boolean;
  title: boolean;
}

/** Replaces the links of a locked service. Translations of languages that are not named stay. @throws Invalid, Forbidden */
export async function replaceLinks(
  write: Write,
  locationId: number,
  serviceId: number,
  links: ServiceLinks,
  may: LinkRights,
): Promise<void> {
  // Of two translations into one language, the last one is used.
  const titles = new Map(links.translations.map(({ languageId, title }) => [languageId, title.trim()]));
  const isRefused =
    (!may.resources && (await changesResources(write, locationId, serviceId, links.resourceIds))) ||
    (!may.title && (await changesTitles(write, locationId, serviceId, titles)));
  if (isRefused) throw new Forbidden();
  await replaceMembers(write, locationId, serviceId, links.members, (index) => `team_member_settings.${index}.team_member_id`);

  const ofService = and(eq(serviceResources.locationId, locationId), eq(serviceResources.serviceId, serviceId));
  await write.delete(serviceResources).where(ofService);
  const resourceIds = [...new Set(links.resourceIds)];
  if (resourceIds.length) {
    try {
      await write.insert(serviceResources).values(resourceIds.map((resourceId) => ({ locationId, serviceId, resourceId })));
    } catch (error) {
      if (postgresError(error)?.code !== '23503') throw error;
      throw new Invalid({ resourceIds: ['must be resources of this location'] });
    }
  }

  if (titles.size) {
    await write
      .delete(serviceTranslations)
      .where(
        and(
          eq(serviceTranslations.locationId, locationId),
          eq(serviceTranslations.serviceId, serviceId),
          sql`${serviceTranslations.languageId} = any(${sql.param([...titles.keys()])}::smallint[])`,
        ),
      );
    const values = [...titles]
      .filter(([, title]) => title)
      .map(([languageId, title]) => ({ locationId, serviceId, languageId, title }));
    if (values.length) await write.insert(serviceTranslations).values(values);
  }
  await write
    .update(services)
    .set({ changedAt: new Date() })
    .where(and(eq(services.locationId, locationId), eq(services.id, serviceId)));
  write.changed('service', locationId, serviceId, 'update');
}
