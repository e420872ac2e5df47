import type { Location } from '../../api/access.ts';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { addDays, dateIn, datesBetween } from '../../platform/clock.ts';
import { compare } from '../../platform/exact.ts';
import { type Money, sum } from '../../platform/money.ts';
import { isLong, mapInSteps, pause } from '../../platform/pause.ts';
import { listCategories } from '../catalog/category.ts';
import { listServices } from '../catalog/service.ts';
import { lastWorkDays } from '../schedule/work-schedule.ts';
import { endOfPlan, type Plan, type Search, searchIn } from '../slots/chain.ts';
import {
  type BookableService,
  type BookingRules,
  type Catalog,
  isComplete,
  loadCalendars,
  loadCatalog,
  loadRules,
  loadRuns,
  membersOf,
  runsOf,
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

/** @throws NotFound for a team member that the location does not have */
async function catalogOf(db: Read, locationId: number, { serviceIds, memberId }: Choice): Promise<Catalog> {
  const catalog = await loadCatalog(db, locationId, {
    serviceIds: serviceIds.length ? serviceIds : undefined,
    memberIds: memberId === undefined ? undefined : [memberId],
  });
  if (memberId !== undefined && !catalog.members.some(({ id }) => id === memberId)) await expectMember(db, locationId, memberId);
  return catalog;
}

/** The members who can serve a choice. @throws NotFound */
const teamOf = async (db: Read, locationId: number, choice: Choice): Promise<Team> =>
  teamFor(await catalogOf(db, locationId, choice), choice.serviceIds, choice.memberId);

async function expectMember(db: Read, locationId: number, id: number): Promise<void> {
  if (!(await livingMembers(db, locationId, [id])).has(id)) throw new NotFound(`Team member ${id} was not found`);
}

const offered = (plan: Plan<WorkOffer>): OfferedSlot => {
  const [{ start }] = plan;
  const sumLength = plan.reduce((seconds, { offer }) => seconds + offer.work.sumLength, 0);
  return { start: new Date(start * 1000), length: endOfPlan(plan) - start, sumLength };
};

/** The slots of a date, ascending. If the location does not allow "any team member", a member must be chosen. @throws NotFound */
export async function daySlots(db: Read, location: Location, choice: Choice, date: string, now: Date): Promise<OfferedSlot[]> {
  const rules = await loadRules(db, location, now);
  if (choice.memberId === undefined && !rules.anyTeamMember) return [];
  const team = await teamOf(db, location.id, choice);
  const search = searchIn(rules, await loadRuns(db, location, team, { first: date, last: date }));
  return (await search.slotsOn(date)).map(offered);
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
  const search = searchIn(rules, await loadRuns(db, location, team, range));
  const working = datesBetween(range.first, range.last).filter((date) => search.isWorkingDate(date));
  return { working, bookable: await filterInSteps(working, (date) => search.hasSlot(date)) };
}

/** The first date of a range with slots, and its slots. */
async function firstSlots(search: Search<WorkOffer>, range: { first: string; last: string }): Promise<NearestSlots | undefined> {
  for (const date of search.workingDates().filter((each) => each >= range.first && each <= range.last)) {
    if (isLong()) await pause();
    if (await search.hasSlot(date)) return { date, slots: (await search.slotsOn(date)).map(offered) };
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
 * @param teams by the chosen member
 * @returns by member; members without a slot have no entry
 */
async function nearestOfEach(
  db: Read,
  location: Location,
  rules: BookingRules,
  teams: ReadonlyMap<number, Team>,
  from: string,
): Promise<Map<number, NearestSlots>> {
  const found = new Map<number, NearestSlots>();
  const look = async (wanted: readonly (readonly [number, Team])[], range: { first: string; last: string }) => {
    const calendars = await loadCalendars(db, location, range, calendarsOf(wanted.map(([, team]) => team)));
    for (const [memberId, team] of wanted) {
      const nearest = await firstSlots(searchIn(rules, runsOf(team, calendars)), range);
      if (nearest) found.set(memberId, nearest);
    }
  };
  const possible = [...teams].filter(([, team]) => isComplete(team));
  await look(possible, { first: from, last: addDays(from, nearDays - 1) });
  const rest = possible.filter(([memberId]) => !found.has(memberId));
  if (rest.length) await look(rest, { first: addDays(from, nearDays), last: addDays(from, farDays) });
  return found;
}

/** What has to be loaded for some teams. */
const calendarsOf = (teams: readonly Team[]) => ({
  memberIds: [...new Set(teams.flatMap(membersOf))],
  resourceIds: [...new Set(teams.flatMap(({ resourceIds }) => resourceIds))],
});

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
  return (await nearestOfEach(db, location, rules, new Map([[choice.memberId, team]]), from)).get(choice.memberId);
}

const dateOf = (when: When, timeZone: string) => ('date' in when ? when.date : dateIn(when.at, timeZone));

/** Whether a client can be served then. */
const canServe = async (search: Search, when: When): Promise<boolean> =>
  'date' in when ? search.hasSlot(when.date) : search.planAt(Math.floor(when.at.getTime() / 1000)) !== undefined;

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

/**
 * The visible team members who provide all of the services, or parts of composite ones if others provide the rest. With a time, only those
 * who are free then.
 */
export async function choosableMembers(
  db: Read,
  location: Location,
  serviceIds: readonly number[],
  when: When | undefined,
  now: Date,
): Promise<ChoosableMember[]> {
  const rows = await listTeamMembers(db, location.id, { isFired: false, isDeleted: false });
  const rules = await loadRules(db, location, now);
  const catalog = await catalogOf(db, location.id, { serviceIds, memberId: undefined });
  const known = await mapInSteps(rows, ({ id }) => [id, teamFor(catalog, serviceIds, id)] as const);
  const teams = new Map(known.filter(([, team]) => isComplete(team)));
  const shown = rows.filter((row) => !row.isHidden && (serviceIds.length === 0 || teams.has(row.id)));
  const until = await lastWorkDays(db, location.id);
  const today = dateIn(now, location.timeZone);
  if (!when) {
    const nearest = await nearestOfEach(db, location, rules, teams, today);
    return shown.map((row) => ({ row, nearest: nearest.get(row.id), lastWorkDay: until.get(row.id) }));
  }
  const date = dateOf(when, location.timeZone);
  const calendars = await loadCalendars(db, location, { first: date, last: date }, calendarsOf([...teams.values()]));
  const free: ChoosableMember[] = [];
  for (const row of shown) {
    const team = teams.get(row.id);
    const search = team && searchIn(rules, runsOf(team, calendars));
    if (!search || !(await canServe(search, when))) continue;
    const slots = (await search.slotsOn(date)).map(offered);
    free.push({ row, nearest: { date, slots }, lastWorkDay: until.get(row.id) });
  }
  return free;
}

type ServiceRow = Awaited<ReturnType<typeof listServices>>[number];
type Terms = NonNullable<ReturnType<Catalog['members'][number]['terms']['get']>>;

/** The parts of the catalog that a client may choose. */
export interface ChoosableServices {
  services: { row: ServiceRow; terms: Terms | undefined; whole: Whole | undefined }[];
  categories: Awaited<ReturnType<typeof listCategories>>;
}

/** What a composite service takes: the sums of its parts. */
export interface Whole {
  /** Seconds of the services, of the fastest members; undefined without a chosen member. */
  duration: number | undefined;
  /** Of the members with the lowest prices, and of those with the highest. */
  priceMin: Money;
  priceMax: Money;
  parts: ServiceRow[];
}

/**
 * The services that clients can book. With a team member, only services that the member gives, and composite ones of which the member gives a
 * part. With a time, only services that fit then, besides the services that are already chosen. `terms` are those of the team member.
 * @throws NotFound
 */
export async function choosableServices(
  db: Read,
  location: Location,
  choice: Choice,
  when: When | undefined,
  now: Date,
): Promise<ChoosableServices> {
  const { memberId, serviceIds } = choice;
  const catalog = await loadCatalog(db, location.id, {});
  const only = catalog.members.find(({ id }) => id === memberId);
  if (memberId !== undefined && !only) await expectMember(db, location.id, memberId);
  const rows = await listServices(db, location.id);
  const categories = await listCategories(db, location.id);
  const teams = new Map(await mapInSteps(rows, (row) => [row.id, teamFor(catalog, [...serviceIds, row.id], memberId)] as const));
  let given = rows.filter((row) => isComplete(teams.get(row.id) as Team));
  if (when) {
    const rules = await loadRules(db, location, now);
    const date = dateOf(when, location.timeZone);
    const range = { first: date, last: date };
    const wanted = given.map((row) => teams.get(row.id) as Team);
    const calendars = await loadCalendars(db, location, range, calendarsOf(wanted));
    given = await filterInSteps(given, async (row) => {
      if (isLong()) await pause();
      return canServe(searchIn(rules, runsOf(teams.get(row.id) as Team, calendars)), when);
    });
  }
  const used = new Set(given.map((row) => row.categoryId));
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  return {
    services: given.flatMap((row): ChoosableServices['services'] => {
      const terms = only?.terms.get(row.id);
      // The teams are of these parts. The rows were read later, and may have others.
      const partIds = (catalog.services.get(row.id) as BookableService).partIds;
      if (partIds.length === 0) return [{ row, terms, whole: undefined }];
      const parts = partIds.flatMap((id) => rowOf.get(id) ?? []);
      // A part that is gone already has left the composite service.
      return parts.length === partIds.length ? [{ row, terms, whole: wholeOf(parts, teams.get(row.id) as Team, memberId) }] : [];
    }),
    categories: categories.filter(({ id }) => used.has(id)),
  };
}

/** The sums over the parts of a composite service. @param team a complete one, for these parts after those of other services */
function wholeOf(parts: ServiceRow[], team: Team, memberId: number | undefined): Whole {
  const ways = team.runs.slice(-parts.length);
  const terms = parts.map((part, index) =>
    (ways[index] ?? []).flatMap(({ member }) => {
      const own = member.terms.get(part.id);
      if (!own) return [];
      const priceMin = own.priceMin ?? part.priceMin;
      return [{ duration: own.duration, priceMin, priceMax: own.priceMin === null ? part.priceMax : (own.priceMax ?? priceMin) }];
    }),
  );
  const least = (prices: Money[]) => prices.reduce((low, each) => (compare(each, low) < 0 ? each : low));
  const most = (prices: Money[]) => prices.reduce((high, each) => (compare(each, high) > 0 ? each : high));
  return {
    duration:
      memberId === undefined ? undefined : terms.reduce((all, own) => all + Math.min(...own.map(({ duration }) => duration)), 0),
    priceMin: sum(terms.map((own) => least(own.map((each) => each.priceMin)))),
    priceMax: sum(terms.map((own) => most(own.map((each) => each.priceMax)))),
    parts,
  };
}
