import leven from 'leven';
import { type BusinessGroup, type BusinessType, groups } from './business-types.ts';
import cityTable from './data/cities.json' with { type: 'json' };
import countryTable from './data/countries.json' with { type: 'json' };
import { fold } from './data/fold.ts';

export type { BusinessGroup, BusinessType } from './business-types.ts';

/**
 * A country or territory.
 * - `id`: ISO 3166-1 numeric code (983 of the private range for Kosovo), `isoCode`: alpha-2, upper case
 * - `title`, `fullTitle`: English, NFC
 * - `phoneCode`: digits without `+`; `phoneExample`: an unassigned mobile number, international format; `phoneTemplate`: the same with each
 * digit of the national number as `x`
 * - `currency`: ISO 4217 code; `currencySymbol`: its narrow symbol
 */
export type Country = {
  id: number;
  title: string;
  fullTitle: string;
  isoCode: string;
  phoneCode: string;
  phoneTemplate: string;
  phoneExample: string;
  currency: string;
  currencySymbol: string;
  isEu: boolean;
};

/**
 * A city of at least 50,000 people, a capital, or the largest city of its country. `id` is the GeoNames id, `countryId` the id of
 * `Country`, `title` the English or local name in NFC, `timeZone` an IANA name, and coordinates are in degrees (WGS 84). `region` is its
 * state, if ISO 3166-2 and GeoNames have the same code for it. Data of GeoNames (https://www.geonames.org/), CC BY 4.0: publications must
 * name the source.
 */
export type City = {
  id: number;
  countryId: number;
  title: string;
  timeZone: string;
  latitude: number;
  longitude: number;
  region?: { code: string; title: string };
};

/** Countries by title. */
export const countries = (): readonly Country[] => countryIndex().list;

/** @returns undefined when no country has the numeric id */
export const country = (id: number): Country | undefined => countryIndex().byId.get(id);

/** A country by its ISO 3166-1 alpha-2 code in any case. */
export const countryByCode = (iso: string): Country | undefined => countryIndex().byCode.get(iso.trim().toUpperCase());

/** A country by its English title, short, full or another common one (`UK`), or its ISO code. Letter case and accents are ignored. */
export const countryByTitle = (title: string): Country | undefined =>
  countryIndex().byName.get(fold(title)) ?? countryByCode(title);

/** The time zone of most people of a country: the one of its largest city. `UTC` when no country has the id. */
export const countryTimeZone = (countryId: number): string => cityIndex().largest.get(countryId)?.timeZone ?? 'UTC';

/** Cities by title: all of them or those of a country. Empty if no country has the id. */
export const cities = (countryId?: number): readonly City[] =>
  countryId === undefined ? cityIndex().list : (cityIndex().byCountry.get(countryId) ?? []);

/** @returns undefined when no city of the dictionary has the GeoNames id */
export const city = (id: number): City | undefined => cityIndex().byId.get(id);

/**
 * The cities with a title, in a country or anywhere, the most populous first. Letter case and accents are ignored. Cities with another
 * spelling (`Koeln`, `New York` for New York City) count only if no city has the title.
 */
export function citiesByTitle(countryId: number | undefined, title: string): readonly City[] {
  const key = fold(title);
  const { titles, aliases } = cityNames();
  for (const index of [titles, aliases]) {
    const found = (index.get(key) ?? []).filter((item) => countryId === undefined || item.countryId === countryId);
    if (found.length) return found;
  }
  return [];
}

/** The first of `citiesByTitle`. */
export const cityByTitle = (countryId: number | undefined, title: string): City | undefined => citiesByTitle(countryId, title)[0];

/** The most letters that a misspelled name may differ in. */
const mostMistakes = 3;

/**
 * Names similar to a misspelled one: those with the fewest different letters, in the given order.
 * @param mistakes the maximum number of different letters; at least a third of the name has to be right
 */
export function similarNames(name: string, names: Iterable<string>, mistakes = mostMistakes): string[] {
  const key = fold(name);
  let fewest = Math.min(mistakes, Math.floor(key.length / 3));
  let found: string[] = [];
  for (const candidate of names) {
    const distance = leven(key, fold(candidate), { maxDistance: fewest + 1 });
    if (distance > fewest) continue;
    if (distance < fewest) found = [];
    fewest = distance;
    found.push(candidate);
  }
  return found;
}

/** Cities whose names are most similar to a misspelled one, in a country or anywhere, the most populous first. */
export function similarCities(countryId: number | undefined, title: string): readonly City[] {
  const { titles, aliases } = cityNames();
  const named = (key: string) =>
    [...(titles.get(key) ?? []), ...(aliases.get(key) ?? [])].filter(
      (item) => countryId === undefined || item.countryId === countryId,
    );
  const names = [...titles.keys(), ...aliases.keys()].filter((key) => named(key).length);
  return [...new Set(similarNames(title, names).flatMap(named))];
}

/** Groups of kinds of business, by id. */
export const businessGroups = (): readonly BusinessGroup[] => groups;

/** @returns undefined when no kind of business has the id */
export const businessType = (id: number): BusinessType | undefined =>
  groups.flatMap((group) => group.types).find((type) => type.id === id);

/**
 * Digits after the decimal point in amounts of a currency: 2 of USD, 0 of JPY, 3 of KWD.
 * @param code ISO 4217; of an unknown code 2
 * @throws RangeError when the code isn't three Latin letters
 */
export const currencyMinorUnits = (code: string): number => currencyFormat(code).digits;

/**
 * The narrow symbol of a currency in English: `$`, `€`, `KWD`.
 * @param code ISO 4217; an unknown code is its own symbol
 * @throws RangeError when the code isn't three Latin letters
 */
export const currencySymbol = (code: string): string => currencyFormat(code).symbol;

const currencyFormats = new Map<string, { digits: number; symbol: string }>();

/** Cached by code, because a formatter is slow to create. There are few valid codes, so the cache needs no limit. */
function currencyFormat(code: string): { digits: number; symbol: string } {
  const key = code.toUpperCase();
  let known = currencyFormats.get(key);
  if (!known) {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency: key, currencyDisplay: 'narrowSymbol' });
    const symbol = format.formatToParts(0).find((part) => part.type === 'currency')?.value ?? key;
    known = { digits: format.resolvedOptions().maximumFractionDigits ?? 2, symbol };
    currencyFormats.set(key, known);
  }
  return known;
}

const countryIndex = lazy(() => {
  const list: Country[] = countryTable.map(({ aliases, ...row }) => ({ ...row, currencySymbol: currencySymbol(row.currency) }));
  const byName = new Map<string, Country>();
  const add = (name: string, item: Country) => {
    if (!byName.has(name)) byName.set(name, item);
  };
  for (const item of list) add(fold(item.title), item);
  for (const item of list) add(fold(item.fullTitle), item);
  for (const [index, item] of list.entries()) for (const alias of keys(countryTable[index]?.aliases)) add(alias, item);
  return {
    list,
    byId: new Map(list.map((item) => [item.id, item])),
    byCode: new Map(list.map((item) => [item.isoCode, item])),
    byName,
  };
});

const regions = new Map<string, City['region']>();

/** One object a state: hundreds of cities have the same. */
function regionOf(isoCode: string, code: string): City['region'] {
  const key = `${isoCode}-${code}`;
  const names: Record<string, Record<string, string>> = cityTable.regions;
  const title = names[isoCode]?.[code];
  if (title && !regions.has(key)) regions.set(key, { code, title });
  return regions.get(key);
}

const cityIndex = lazy(() => {
  const list: City[] = [];
  const byId = new Map<number, City>();
  const byCountry = new Map<number, City[]>();
  const largest = new Map<number, City>();
  const populations = new Map<number, number>();
  const zones = new Map<string, string>();
  for (const row of cityTable.rows) {
    const [id, isoCode, title, zone, latitude, longitude, population, , code] = row.split('\t');
    const countryId = isoCode === undefined ? undefined : countryByCode(isoCode)?.id;
    if (countryId === undefined || title === undefined || zone === undefined) continue;
    const timeZone = zones.get(zone) ?? zone;
    zones.set(timeZone, timeZone);
    const region = code ? regionOf(isoCode as string, code) : undefined;
    const item = {
      id: Number(id),
      countryId,
      title,
      timeZone,
      latitude: Number(latitude),
      longitude: Number(longitude),
      ...(region ? { region } : {}),
    };
    list.push(item);
    byId.set(item.id, item);
    const siblings = byCountry.get(countryId);
    if (siblings) siblings.push(item);
    else byCountry.set(countryId, [item]);
    if (Number(population) > (populations.get(countryId) ?? -1)) {
      populations.set(countryId, Number(population));
      largest.set(countryId, item);
    }
  }
  return { list, byId, byCountry, largest };
});

/** Cities by the keys of their names, the most populous first. Apart from the list, for only a look-up by name needs it. */
const cityNames = lazy(() => {
  const titles = new Map<string, City[]>();
  const aliases = new Map<string, City[]>();
  const add = (index: Map<string, City[]>, key: string, item: City) => {
    const sameName = index.get(key);
    if (sameName) sameName.push(item);
    else index.set(key, [item]);
  };
  const ranked = cityTable.rows.map((row) => {
    const [id, , , , , , population, other] = row.split('\t');
    return { item: city(Number(id)), population: Number(population), other };
  });
  for (const { item, other } of ranked.sort((a, b) => b.population - a.population)) {
    if (!item) continue;
    add(titles, fold(item.title), item);
    for (const alias of keys(other)) add(aliases, alias, item);
  }
  return { titles, aliases };
});

const keys = (aliases: string | undefined): string[] => (aliases ? aliases.split('|') : []);

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
