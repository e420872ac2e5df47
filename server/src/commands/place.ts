import {
  type City,
  type Country,
  cities,
  citiesByTitle,
  countries,
  countryByTitle,
  country as countryOf,
  similarCities,
  similarNames,
} from '../domains/locations/dictionaries.ts';
import type { LocationFields } from '../domains/locations/location.ts';

export interface PlaceOptions {
  city: string;
  country?: string;
  state?: string;
  timeZone?: string;
}

/** The number of candidates that fits on a screen. */
const shown = 20;

/** The place for `createLocation`, and its name with the details that distinguish it from others. */
interface FoundPlace {
  fields: Pick<LocationFields, 'cityId' | 'countryId' | 'city' | 'timeZone'>;
  name: string;
}

/**
 * The place of a location. `init` runs only once, so an ambiguous name is an error and never a guess.
 * @throws Error that lists the cities of the name, or similar ones, and the option that selects one
 */
export function findPlace(options: PlaceOptions): FoundPlace {
  const { city, state } = options;
  const home = options.country === undefined ? undefined : findCountry(options.country);
  const timeZone = options.timeZone === undefined ? undefined : findTimeZone(options.timeZone);
  const named = citiesByTitle(home?.id, city);
  const fitting = named.filter(
    (item) => (state === undefined || isRegion(item, state)) && (timeZone === undefined || isSameZone(item.timeZone, timeZone)),
  );
  const [first] = fitting;
  if (!first) {
    if (home && timeZone) return { fields: { countryId: home.id, city, timeZone }, name: `${city}, ${home.title}` };
    throw new Error(named.length ? misplaced(named, options) : unknown(city, home));
  }
  // Cities with the same values here, or in the requested time zone, are equivalent for a business. The most populous one represents them.
  const kinds = new Set(fitting.map(timeZone ? countryName : describe));
  if (kinds.size > 1) {
    throw new Error(`--city: there are several. Choose one with ${differences(fitting)}:\n${listed(fitting)}`);
  }
  return { fields: { cityId: first.id }, name: nameOf(first) };
}

function findCountry(name: string): Country {
  const found = countryByTitle(name);
  if (found) return found;
  const similar = similarNames(
    name,
    countries().map((item) => item.title),
  );
  throw new Error(`--country: no country is called "${name}".${proposal(similar)}`);
}

/** @returns the zone in its usual spelling */
function findTimeZone(name: string): string {
  const known = [...new Set(cities().map((item) => item.timeZone)), 'UTC'];
  const usual = known.find((zone) => zone.toLowerCase() === name.toLowerCase());
  if (usual) return usual;
  if (/^[a-z]/i.test(name) && canonical(name)) return name;
  const town = name.slice(name.lastIndexOf('/') + 1);
  const similar = similarNames(name, known);
  const ofTown = known.filter((zone) => zone.toLowerCase().endsWith(`/${town.toLowerCase().replaceAll(' ', '_')}`));
  const remedy = proposal(similar.length ? similar : ofTown) || ' Names are like Europe/Lisbon.';
  throw new Error(`--time-zone: there is no time zone "${name}".${remedy}`);
}

/** One name for all names of a zone; undefined when it is none. */
function canonical(timeZone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const isSameZone = (one: string, other: string) => one === other || canonical(one) === canonical(other);

const isRegion = ({ region }: City, name: string) =>
  region !== undefined && [region.code, region.title].some((text) => text.toLowerCase() === name.trim().toLowerCase());

const countryName = (item: City) => countryOf(item.countryId)?.title ?? '';

const nameOf = (item: City) => {
  const region = item.region ? [`${item.region.title} (${item.region.code})`] : [];
  return [item.title, ...region, countryName(item)].join(', ');
};

const describe = (item: City) => `${nameOf(item)}: ${item.timeZone}`;

function listed(list: readonly City[]): string {
  const lines = [...new Set(list.map(describe))];
  const more = lines.length > shown ? [`… and ${lines.length - shown} more`] : [];
  return [...lines.slice(0, shown), ...more].map((line) => `  ${line}`).join('\n');
}

/** The options whose values differ between the cities. */
function differences(list: readonly City[]): string {
  const differ = (value: (item: City) => unknown) => new Set(list.map(value)).size > 1;
  const inCountry = differ((item) => item.region?.code) ? '--state' : undefined;
  const options = [differ(countryName) ? '--country' : inCountry, differ((item) => item.timeZone) ? '--time-zone' : undefined];
  return options.filter((option) => option !== undefined).join(' or ');
}

const misplaced = (named: readonly City[], { state, timeZone }: PlaceOptions) =>
  `--city: none is in ${[state, timeZone].filter((text) => text !== undefined).join(' and ')}. There are:\n${listed(named)}\n${forTowns}`;

function unknown(city: string, home: Country | undefined): string {
  const similar = similarCities(home?.id, city);
  const where = home ? ` of ${home.title}` : '';
  return [
    `--city: the dictionary${where} has no "${city}".${similar.length ? ' Did you mean:' : ''}`,
    ...(similar.length ? [listed(similar)] : []),
    forTowns,
  ].join('\n');
}

const forTowns =
  'For a town that is not in the dictionary, which has those of 50,000 people and more, add --country and --time-zone.';

const proposal = (names: readonly string[]) => (names.length ? ` Did you mean ${names.slice(0, 5).join(' or ')}?` : '');
