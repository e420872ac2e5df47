import type { Location } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { addDays, dateIn, datesBetween } from '../../platform/clock.ts';
import { isLong, mapInSteps, pause } from '../../platform/pause.ts';
import { listCategories } from '../catalog/category.ts';
import { listServices } from '../catalog/service.ts';
import { lastWorkDays } from '../schedule/work-schedule.ts';
import { hasSlot, isBookable, isWorkingDate, type Offer, slotsOn } from '../slots/engine.ts';
import {
  type BookingRules,
  type Catalog,
  loadCalendars,
  loadCatalog,
  loadOffers,
  loadRules,
  offersOf,
  type Team,
  teamFor,
  type WorkOffer,
} from '../slots/load.ts';
import { farDays } from '../slots/next-slot.ts';
import { listTeamMembers, livingMembers, type TeamMemberRow } from '../team/team-member.ts';

/** The client's choices so far. */
export interface Choice {
  serviceIds: readonly number[];
  /** undefined for any team member */
  memberId: number | undefined;
}

/** A slot as it is offered. */
export interface OfferedSlot {
  start: Date;
  /** Seconds, the technical break included. */
  length: number;
  /** Seconds of the services only. */
  sumLength: number;
}

/** A date, or the moment a client has in mind. */
export type When = { date: string } | { at: Date };

/** The nearest slots are searched in this many days first. Later days are searched only for members without a slot in these days. */
const nearDays = 14;

/** The members that can be chosen. @throws NotFound for a team member that the location does not have */
async function teamOf(db: Read, locationId: number, { serviceIds, memberId }: Choice): Promise<Team> {
  const catalog = await loadCatalog(db, locationId, {
    serviceIds: serviceIds.length ? serviceIds : undefined,
    memberIds: memberId === undefined ? undefined : [memberId],
  });
  if (memberId !== undefined && catalog.members.length === 0) await expectMember(db, locationId, memberId);
  return teamFor(catalog, serviceIds);
}

async function expectMember(db: Read, locationId: number, id: number): Promise<void> {
  if (!(await livingMembers(db, locationId, [id])).has(id)) throw new NotFound(`Team member ${id} was not found`);
}

const offered = ({ start, offer }: { start: number; offer: Offer }): OfferedSlot => {
  const { length, sumLength } = (offer as WorkOffer).work;
  return { start: new Date(start * 1000), length, sumLength };
};

/** The slots of a date, ascending. If the location does not allow "any team member", a member must be chosen. @throws NotFound */
export async function daySlots(db: Read, location: Location, choice: Choice, date: string, now: Date): Promise<OfferedSlot[]> {
  const rules = await loadRules(db, location, now);
  if (choice.memberId === undefined && !rules.anyTeamMember) return [];
  const team = await teamOf(db, location.id, choice);
  const offers = await loadOffers(db, location, team, { first: date, last: date });
  return slotsOn(rules, offers, date).map(offered);
}

/** The dates on which someone works, and the dates with slots, both ascending. @throws NotFound */
export async function bookableDates(
  db: Read,
  location: Location,
  choice: Choice,
  range: { first: string; last: string },
  now: Date,
): Promise<{ working: string[]; bookable: string[] }> {
  const rules = await loadRules(db, location, now);
  const team = await teamOf(db, location.id, choice);
  const offers = await loadOffers(db, location, team, range);
  const working = datesBetween(range.first, range.last).filter((date) => isWorkingDate(offers, date));
  return {
    working,
    bookable: await filterInSteps(working, (date) => someInSteps(offers, (offer) => hasSlot(rules, [offer], date))),
  };
}

/** The first date of a range with slots of a team member, and its slots. */
async function firstSlots(rules: BookingRules, offer: WorkOffer, range: { first: string; last: string }) {
  const dates = [...offer.calendar.workDays.keys()].filter((date) => date >= range.first && date <= range.last).sort();
  for (const date of dates) {
    if (isLong()) await pause();
    if (hasSlot(rules, [offer], date)) return { date, slots: slotsOn(rules, [offer], date).map(offered) };
  }
  return undefined;
}

/** A date with slots. */
export interface NearestSlots {
  date: string;
  slots: OfferedSlot[];
}

/**
 * The nearest date with slots for each team member, on a date or later. Uses a fixed number of statements: near days are loaded for all,
 * later days only for members without a near slot.
 * @returns by member; members without a slot have no entry
 */
async function nearestOfEach(
  db: Read,
  location: Location,
  rules: BookingRules,
  team: Team,
  from: string,
): Promise<Map<number, NearestSlots>> {
  const found = new Map<number, NearestSlots>();
  const look = async (works: Team['works'], range: { first: string; last: string }) => {
    for (const offer of await loadOffers(db, location, { ...team, works }, range)) {
      const nearest = await firstSlots(rules, offer, range);
      if (nearest) found.set(offer.calendar.memberId, nearest);
    }
  };
  await look(team.works, { first: from, last: addDays(from, nearDays - 1) });
  const rest = team.works.filter(({ member }) => !found.has(member.id));
  if (rest.length) await look(rest, { first: addDays(from, nearDays), last: addDays(from, farDays) });
  return found;
}

/** The nearest date with slots of a team member, on a date or later. @throws NotFound */
export async function nearestSlots(
  db: Read,
  location: Location,
  choice: Choice & { memberId: number },
  from: string,
  now: Date,
): Promise<NearestSlots | undefined> {
  const rules = await loadRules(db, location, now);
  const team = await teamOf(db, location.id, choice);
  return (await nearestOfEach(db, location, rules, team, from)).get(choice.memberId);
}

const dateOf = (when: When, timeZone: string) => ('date' in when ? when.date : dateIn(when.at, timeZone));

/** Whether one of these members can serve then. */
const canServe = (rules: BookingRules, offers: readonly Offer[], when: When): Promise<boolean> =>
  someInSteps(offers, (offer) =>
    'date' in when ? hasSlot(rules, [offer], when.date) : isBookable(rules, offer, Math.floor(when.at.getTime() / 1000)),
  );

/** Like `items.some(condition)`, with pauses. */
async function someInSteps<Item>(items: readonly Item[], condition: (item: Item) => boolean): Promise<boolean> {
  for (const item of items) {
    if (isLong()) await pause();
    if (condition(item)) return true;
  }
  return false;
}

async function filterInSteps<Item>(items: readonly Item[], condition: (item: Item) => Promise<boolean>): Promise<Item[]> {
  const kept: Item[] = [];
  for (const item of items) if (await condition(item)) kept.push(item);
  return kept;
}

/** A team member that clients may choose. Members with slots have the nearest date. */
export interface ChoosableMember {
  row: TeamMemberRow;
  nearest: NearestSlots | undefined;
  /** The last date with working hours. */
  lastWorkDay: string | undefined;
}

/** The visible team members who provide all of the services. With a time, only those who are free then. */
export async function choosableMembers(
  db: Read,
  location: Location,
  serviceIds: readonly number[],
  when: When | undefined,
  now: Date,
): Promise<ChoosableMember[]> {
  const rows = await listTeamMembers(db, location.id, { isFired: false, isDeleted: false });
  const rules = await loadRules(db, location, now);
  const team = await teamOf(db, location.id, { serviceIds, memberId: undefined });
  const givers = new Set(team.works.map(({ member }) => member.id));
  const shown = rows.filter((row) => !row.isHidden && (serviceIds.length === 0 || givers.has(row.id)));
  const until = await lastWorkDays(db, location.id);
  const today = dateIn(now, location.timeZone);
  if (!when) {
    const nearest = await nearestOfEach(db, location, rules, team, today);
    return shown.map((row) => ({ row, nearest: nearest.get(row.id), lastWorkDay: until.get(row.id) }));
  }
  const date = dateOf(when, location.timeZone);
  const offers = await loadOffers(db, location, team, { first: date, last: date });
  const free: ChoosableMember[] = [];
  for (const row of shown) {
    const own = offers.filter(({ calendar }) => calendar.memberId === row.id);
    if (!(await canServe(rules, own, when))) continue;
    free.push({ row, nearest: { date, slots: slotsOn(rules, own, date).map(offered) }, lastWorkDay: until.get(row.id) });
  }
  return free;
}

/** The parts of the catalog that a client may choose. */
export interface ChoosableServices {
  services: { row: Awaited<ReturnType<typeof listServices>>[number]; terms: Terms | undefined }[];
  categories: Awaited<ReturnType<typeof listCategories>>;
}

type Terms = NonNullable<ReturnType<Catalog['members'][number]['terms']['get']>>;

/**
 * The services that clients can book. With a team member, only that member's services. With a time, only services that fit then, besides
 * the services that are already chosen. `terms` are those of the team member. @throws NotFound
 */
export async function choosableServices(
  db: Read,
  location: Location,
  choice: Choice,
  when: When | undefined,
  now: Date,
): Promise<ChoosableServices> {
  const { memberId, serviceIds } = choice;
  const catalog = await loadCatalog(db, location.id, { memberIds: memberId === undefined ? undefined : [memberId] });
  if (memberId !== undefined && catalog.members.length === 0) await expectMember(db, location.id, memberId);
  const rows = await listServices(db, location.id);
  const categories = await listCategories(db, location.id);
  const teams = new Map(await mapInSteps(rows, (row) => [row.id, teamFor(catalog, [...serviceIds, row.id])] as const));
  let given = rows.filter((row) => (teams.get(row.id) as Team).works.length > 0);
  if (when) {
    const rules = await loadRules(db, location, now);
    const date = dateOf(when, location.timeZone);
    const calendars = await loadCalendars(
      db,
      location,
      { first: date, last: date },
      {
        memberIds: catalog.members.map(({ id }) => id),
        resourceIds: [...new Set([...catalog.services.values()].flatMap(({ resourceIds }) => resourceIds))],
      },
    );
    given = await filterInSteps(given, (row) => canServe(rules, offersOf(teams.get(row.id) as Team, calendars), when));
  }
  const [only] = memberId === undefined ? [] : catalog.members;
  const used = new Set(given.map((row) => row.categoryId));
  return {
    services: given.map((row) => ({ row, terms: only?.terms.get(row.id) })),
    categories: categories.filter(({ id }) => used.has(id)),
  };
}
