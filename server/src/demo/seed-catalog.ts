import { eq, sql } from 'drizzle-orm';
import { Temporal } from 'temporal-polyfill';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { users } from '../domains/access/tables.ts';
import {
  serviceCategories,
  serviceCategoryTeamMembers,
  serviceParts,
  serviceResources,
  services,
  serviceTeamMembers,
} from '../domains/catalog/tables.ts';
import { customFields } from '../domains/custom-fields/tables.ts';
import { resourceInstances, resources } from '../domains/resources/tables.ts';
import { workDays } from '../domains/schedule/tables.ts';
import { positionLocations, positions, teamMembers } from '../domains/team/tables.ts';
import { limitWorker } from '../domains/team/team-member.ts';
import { toMoney } from '../platform/money.ts';
import {
  demoCalendar,
  demoCatalog,
  demoCustomFields,
  demoHours,
  demoPositions,
  demoResources,
  demoTeamMembers,
} from './catalog.ts';

const idOf = <Row extends { id: number }>(row: Row | undefined): number => (row as Row).id;

/**
 * The services, team members, working hours and equipment of the locations. Both locations share the catalog of the chain. If nobody
 * provides a service in a location, it cannot be booked online there.
 */
export async function seedCatalog(write: Write, places: Location[]): Promise<void> {
  const positionIds = await seedPositions(write, places);
  const members = await seedTeam(write, places, positionIds);
  const catalog = await seedServices(write, places, members);
  await seedResources(write, places, catalog);
  await seedComposite(write, places, catalog);
  await seedCustomFields(write, places);
  await extendDemoCalendar(write, places, demoCalendar.behind);
}

async function seedPositions(write: Write, places: Location[]): Promise<Map<string, number>> {
  const chainId = (places[0] as Location).chainId;
  const rows = await write
    .insert(positions)
    .values(demoPositions.map((position) => ({ ...position, chainId })))
    .returning({ id: positions.id, title: positions.title });
  await write
    .insert(positionLocations)
    .values(places.flatMap((place) => rows.map((row) => ({ locationId: place.id, positionId: row.id }))));
  return new Map(rows.map((row) => [row.title, row.id]));
}

interface Member {
  id: number;
  place: Location;
  categories: string[];
}

async function seedTeam(write: Write, places: Location[], positionIds: Map<string, number>): Promise<Member[]> {
  const accounts = await write.select({ id: users.id, email: users.email }).from(users);
  const rows = await write
    .insert(teamMembers)
    .values(
      demoTeamMembers.map((member, index) => ({
        locationId: idOf(places[member.place]),
        name: member.name,
        specialization: member.position,
        positionId: positionIds.get(member.position) ?? null,
        userId: accounts.find(({ email }) => member.user !== undefined && email === member.user)?.id ?? null,
        weight: demoTeamMembers.length - index,
        hasSchedule: true,
        isPaid: true,
      })),
    )
    .returning({ id: teamMembers.id, locationId: teamMembers.locationId, userId: teamMembers.userId });
  for (const { id, locationId, userId } of rows) {
    if (userId !== null) await limitWorker(write, locationId, { userId, isNew: true }, id);
  }
  return rows.map(({ id }, index) => {
    const { place, categories } = demoTeamMembers[index] as (typeof demoTeamMembers)[number];
    return { id, place: places[place] as Location, categories };
  });
}

/** Memberships pay haircuts by themselves three days before, and who books a make-up lesson online needs one. */
const membershipRules = (category: string, title: string) => ({
  ...(category === 'Haircuts' ? { isAutoDebited: true, autoDebitLead: 3 * 86_400 } : {}),
  needsMembership: title === 'Make-up lesson',
});

interface SeededService {
  id: number;
  category: string;
}

async function seedServices(write: Write, places: Location[], members: Member[]): Promise<SeededService[]> {
  const seeded: SeededService[] = [];
  const categoryIds = new Map<string, number>();
  for (const [index, place] of places.entries()) {
    const categories = await write
      .insert(serviceCategories)
      .values(
        demoCatalog.map(({ title }, number) => ({
          ...(index > 0 ? { id: categoryIds.get(title) as number } : {}),
          locationId: place.id,
          title,
          weight: demoCatalog.length - number,
          isChain: true,
        })),
      )
      .returning({ id: serviceCategories.id, title: serviceCategories.title });
    for (const { id, title } of categories) categoryIds.set(title, id);
    if (index === 0)
      await write.insert(serviceCategories).values({ locationId: place.id, title: 'Ideas for next season', weight: -1 });

    const provided = new Set(members.filter((member) => member.place === place).flatMap((member) => member.categories));
    const values = demoCatalog.flatMap(({ title: category, services: list }) =>
      list.map(([title, minutes, priceMin, priceMax = priceMin], number) => ({
        locationId: place.id,
        categoryId: categoryIds.get(category) as number,
        title,
        bookingTitle: title,
        duration: minutes * 60,
        priceMin: toMoney(priceMin),
        priceMax: toMoney(priceMax),
        weight: list.length - number,
        isActive: provided.has(category),
        isGroup: title.startsWith('Group'),
        capacity: title.startsWith('Group') ? 6 : 0,
        isChain: true,
        ...membershipRules(category, title),
      })),
    );
    const rows = await write
      .insert(services)
      .values(values.map((value, number) => ({ ...value, ...(index > 0 ? { id: idOf(seeded[number]) } : {}) })))
      .returning({ id: services.id });
    if (index === 0) {
      const categoryOf = demoCatalog.flatMap(({ title, services: list }) => list.map(() => title));
      seeded.push(...rows.map(({ id }, number) => ({ id, category: categoryOf[number] as string })));
    }
  }

  const durations = new Map(
    demoCatalog
      .flatMap(({ services: list }) => list.map(([, minutes]) => minutes))
      .map((minutes, index) => [index, minutes * 60]),
  );
  for (const { id, place, categories } of members) {
    const own = seeded.flatMap((service, index) =>
      categories.includes(service.category)
        ? [{ locationId: place.id, teamMemberId: id, serviceId: service.id, duration: durations.get(index) as number }]
        : [],
    );
    await write.insert(serviceTeamMembers).values(own);
    await write
      .insert(serviceCategoryTeamMembers)
      .values(
        categories.map((title) => ({ locationId: place.id, teamMemberId: id, categoryId: categoryIds.get(title) as number })),
      );
  }
  return seeded;
}

/** A composite service, in every location: a haircut, and then a blow-dry. */
async function seedComposite(write: Write, places: Location[], catalog: SeededService[]): Promise<void> {
  const titles = demoCatalog.flatMap(({ services: list }) => list.map(([title]) => title));
  const idByTitle = (title: string) => idOf(catalog[titles.indexOf(title)]);
  const compositeId = idByTitle('Cut and blow-dry');
  const partIds = ["Women's haircut", 'Blow-dry'].map(idByTitle);
  for (const { id: locationId } of places) {
    await write
      .insert(serviceParts)
      .values(partIds.map((serviceId, index) => ({ locationId, compositeId, position: index + 1, serviceId })));
  }
}

async function seedResources(write: Write, places: Location[], catalog: SeededService[]): Promise<void> {
  for (const place of places) {
    const locationId = place.id;
    for (const { title, instances, categories } of demoResources) {
      const resourceId = idOf((await write.insert(resources).values({ locationId, title }).returning({ id: resources.id }))[0]);
      await write
        .insert(resourceInstances)
        .values(Array.from({ length: instances }, (_, index) => ({ locationId, resourceId, title: `${title} #${index + 1}` })));
      const links = catalog
        .filter(({ category }) => (categories as string[]).includes(category))
        .map(({ id }) => ({ locationId, resourceId, serviceId: id }));
      if (links.length > 0) await write.insert(serviceResources).values(links);
    }
  }
}

async function seedCustomFields(write: Write, places: Location[]): Promise<void> {
  for (const { id: locationId } of places) {
    await write
      .insert(customFields)
      .values(demoCustomFields.map((field, weight) => ({ ...field, options: [...field.options], locationId, weight })));
  }
}

/**
 * Sets working hours of the demo's team members up to three months from today. It continues where their calendar ends (or begins `behind`
 * days ago if it is empty), so an old demo can still be booked. Days with hours stay unchanged.
 */
export async function extendDemoCalendar(
  write: Write,
  places: Pick<Location, 'id' | 'timeZone'>[],
  behind = 0,
  now = Temporal.Now.instant(),
): Promise<void> {
  for (const { id: locationId, timeZone } of places) {
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
    const known = await write
      .select({
        id: teamMembers.id,
        name: teamMembers.name,
        last: sql<
          string | null
        >`(select max(${workDays.date})::text from ${workDays} where ${workDays.locationId} = ${locationId} and ${workDays.teamMemberId} = "team_members"."id")`,
      })
      .from(teamMembers)
      .where(eq(teamMembers.locationId, locationId));
    const rows = known.flatMap(({ id, name, last }) => {
      const week = demoTeamMembers.find((member) => member.name === name)?.week;
      if (!week) return [];
      const first = last ? Temporal.PlainDate.from(last).add({ days: 1 }) : today.subtract({ days: behind });
      const count = today.add({ days: demoCalendar.ahead }).since(first).days;
      return Array.from({ length: Math.max(0, count) }, (_, index) => first.add({ days: index }).toString())
        .map((date) => ({ locationId, teamMemberId: id, date, slots: demoHours(week, date) }))
        .filter(({ slots }) => slots.length > 0);
    });
    if (rows.length) await write.insert(workDays).values(rows).onConflictDoNothing();
  }
}
