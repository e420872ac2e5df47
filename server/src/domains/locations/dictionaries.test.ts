import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as dictionaries from './dictionaries.ts';

const zoneWorks = (timeZone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
};

describe('countries', () => {
  it.each([
    [840, 'US', 'United States', 'United States of America', '1', 'USD', '$', false],
    [276, 'DE', 'Germany', 'Germany', '49', 'EUR', '€', true],
    [392, 'JP', 'Japan', 'Japan', '81', 'JPY', '¥', false],
    [398, 'KZ', 'Kazakhstan', 'Kazakhstan', '7', 'KZT', '₸', false],
    [826, 'GB', 'United Kingdom', 'United Kingdom', '44', 'GBP', '£', false],
    [76, 'BR', 'Brazil', 'Brazil', '55', 'BRL', 'R$', false],
  ])('knows %s', (id, isoCode, title, fullTitle, phoneCode, currency, currencySymbol, isEu) => {
    expect(dictionaries.country(id)).toMatchObject({
      id,
      isoCode,
      title,
      fullTitle,
      phoneCode,
      currency,
      currencySymbol,
      isEu,
    });
  });

  it('writes the example and the template of phones in the international format', () => {
    expect(dictionaries.countryByCode('US')).toMatchObject({ phoneExample: '+1 201-555-0123', phoneTemplate: '+1 xxx-xxx-xxxx' });
    for (const { isoCode, phoneCode, phoneExample, phoneTemplate } of dictionaries.countries()) {
      expect(phoneCode, isoCode).toMatch(/^[1-9]\d{0,2}$/);
      expect(phoneExample, isoCode).toMatch(new RegExp(`^\\+${phoneCode} \\d[\\d .-]+\\d$`));
      expect(phoneTemplate, isoCode).toMatch(new RegExp(`^\\+${phoneCode} x[x .-]+x$`));
      expect(phoneTemplate.length, isoCode).toBe(phoneExample.length);
    }
  });

  it('has each country once, with a currency Intl knows, by title', () => {
    const list = dictionaries.countries();
    const currencies = new Set(Intl.supportedValuesOf('currency'));
    expect(list.length).toBeGreaterThan(230);
    for (const field of ['id', 'isoCode', 'title'] as const)
      expect(new Set(list.map((item) => item[field])).size).toBe(list.length);
    for (const item of list) {
      expect(Number.isInteger(item.id) && item.id > 0 && item.id < 1000, item.title).toBe(true);
      expect(item.isoCode).toMatch(/^[A-Z]{2}$/);
      expect(currencies.has(item.currency), `${item.title} ${item.currency}`).toBe(true);
      expect(item.currencySymbol).not.toBe('');
      expect(item.title).toBe(item.title.normalize('NFC'));
      expect(item.fullTitle).toBe(item.fullTitle.normalize('NFC'));
      expect(dictionaries.countryByTitle(item.title)).toBe(item);
      expect(dictionaries.cities(item.id).length, item.title).toBeGreaterThan(0);
      expect(zoneWorks(dictionaries.countryTimeZone(item.id)), item.title).toBe(true);
    }
    expect(list.filter((item) => item.isEu)).toHaveLength(27);
    expect(list.findIndex((item) => item.title === 'Germany')).toBeLessThan(list.findIndex((item) => item.title === 'Japan'));
  });

  it.each([
    ['united states', 'US'],
    ['UNITED STATES OF AMERICA', 'US'],
    ['us', 'US'],
    ['USA', 'US'],
    ['UK', 'GB'],
    ['Curaçao', 'CW'],
    ['Åland Islands', 'AX'],
  ])('finds %s', (title, isoCode) => {
    expect(dictionaries.countryByTitle(title)?.isoCode).toBe(isoCode);
  });

  it('does not know the unknown', () => {
    expect(dictionaries.country(0)).toBeUndefined();
    expect(dictionaries.countryByCode('ZZ')).toBeUndefined();
    expect(dictionaries.countryByTitle('Atlantis')).toBeUndefined();
    expect(dictionaries.countryByTitle('')).toBeUndefined();
    expect(dictionaries.countryTimeZone(0)).toBe('UTC');
  });
});

describe('cities', () => {
  it.each([
    ['US', 'New York', 'America/New_York'],
    ['GB', 'london', 'Europe/London'],
    ['JP', 'Tokyo', 'Asia/Tokyo'],
    ['KZ', 'Almaty', 'Asia/Almaty'],
    ['AU', 'Sydney', 'Australia/Sydney'],
    ['DE', 'Berlin', 'Europe/Berlin'],
    ['BR', 'Sao Paulo', 'America/Sao_Paulo'],
    ['CH', 'ZURICH', 'Europe/Zurich'],
    ['PL', 'Lodz', 'Europe/Warsaw'],
    ['DE', 'Koeln', 'Europe/Berlin'],
    ['FR', 'saint etienne', 'Europe/Paris'],
    ['VA', 'Vatican City', 'Europe/Vatican'],
  ])('finds in %s the city %s', (isoCode, title, timeZone) => {
    const countryId = dictionaries.countryByCode(isoCode)?.id;
    expect(dictionaries.cityByTitle(countryId, title)).toMatchObject({ countryId, timeZone });
  });

  it('takes the most populous of a title', () => {
    expect(dictionaries.cityByTitle(undefined, 'London')?.countryId).toBe(826);
    expect(dictionaries.cityByTitle(124, 'London')).toMatchObject({ countryId: 124, timeZone: 'America/Toronto' });
    expect(dictionaries.cityByTitle(840, 'Springfield')?.id).toBe(4409896);
    expect(dictionaries.cityByTitle(undefined, 'new york')).toBe(dictionaries.city(5128581));
  });

  it('has each city once, in a country, with a zone Intl knows, by title', () => {
    const list = dictionaries.cities();
    const works = new Map<string, boolean>();
    expect(list.length).toBeGreaterThan(9000);
    expect(new Set(list.map((item) => item.id)).size).toBe(list.length);
    for (const item of list) {
      if (!works.has(item.timeZone)) works.set(item.timeZone, zoneWorks(item.timeZone));
      if (!dictionaries.country(item.countryId)) expect.fail(`${item.title} has no country`);
      if (!works.get(item.timeZone)) expect.fail(`${item.title} has the zone ${item.timeZone}`);
      if (!(Math.abs(item.latitude) <= 90 && Math.abs(item.longitude) <= 180)) expect.fail(`${item.title} is nowhere`);
      if (item.title !== item.title.normalize('NFC') || item.title === '') expect.fail(`${item.title} is not in NFC`);
    }
    const german = dictionaries.cities(276).map((item) => item.title);
    expect(german.length).toBeGreaterThan(100);
    expect(german.indexOf('Aachen')).toBeLessThan(german.indexOf('Köln'));
    expect(german.indexOf('Köln')).toBeLessThan(german.indexOf('Leipzig'));
    const known = dictionaries.countries().reduce((sum, item) => sum + dictionaries.cities(item.id).length, 0);
    expect(known).toBe(list.length);
  });

  it('does not know the unknown', () => {
    expect(dictionaries.city(0)).toBeUndefined();
    expect(dictionaries.cities(0)).toEqual([]);
    expect(dictionaries.cityByTitle(276, 'Atlantis')).toBeUndefined();
    expect(dictionaries.cityByTitle(0, 'Berlin')).toBeUndefined();
  });

  // In a separate process, because vitest keeps the text of transformed modules.
  it('takes little memory and time', { timeout: 30_000 }, () => {
    const script = `
      gc();
      const before = process.memoryUsage().heapUsed;
      const dictionaries = await import(${JSON.stringify(new URL('dictionaries.ts', import.meta.url).href)});
      const started = performance.now();
      dictionaries.countries();
      dictionaries.cities();
      dictionaries.cityByTitle(undefined, 'Berlin');
      const ms = performance.now() - started;
      gc();
      console.log(JSON.stringify({ mib: (process.memoryUsage().heapUsed - before) / 2 ** 20, ms }));`;
    const flags = ['--expose-gc', '--import', 'tsx', '--input-type=module', '--eval'];
    const { mib, ms } = JSON.parse(execFileSync(process.execPath, [...flags, script], { encoding: 'utf8' }));
    expect(mib).toBeLessThan(15);
    // Some 0.1 s on an idle machine, the rest is for a busy one.
    expect(ms).toBeLessThan(2000);
  });
});

describe('business types', () => {
  it('are in one group each', () => {
    const groups = dictionaries.businessGroups();
    const types = groups.flatMap((group) => group.types.map((type) => ({ group, type })));
    expect(new Set(groups.map((group) => group.id)).size).toBe(groups.length);
    expect(new Set(types.map(({ type }) => type.id)).size).toBe(types.length);
    for (const { group, type } of types) {
      expect(type.businessGroupId).toBe(group.id);
      expect(dictionaries.businessType(type.id)).toBe(type);
    }
    expect(dictionaries.businessType(0)).toBeUndefined();
  });
});

describe('currencies', () => {
  it.each([
    ['USD', 2, '$'],
    ['eur', 2, '€'],
    ['JPY', 0, '¥'],
    ['KWD', 3, 'KWD'],
    ['KZT', 2, '₸'],
    ['XQQ', 2, 'XQQ'],
  ])('knows %s', (code, digits, symbol) => {
    expect(dictionaries.currencyMinorUnits(code)).toBe(digits);
    expect(dictionaries.currencySymbol(code)).toBe(symbol);
  });

  it('refuses an invalid code', () => {
    expect(() => dictionaries.currencySymbol('')).toThrow(RangeError);
  });
});

describe('data files', () => {
  it('match the packages', { timeout: 60_000 }, async () => {
    const { generate, serialize } = await import('./data/generate.ts');
    const { countries, cities } = generate();
    const kept = (name: string) => readFileSync(new URL(`data/${name}.json`, import.meta.url), 'utf8');
    const stale = 'run npx tsx src/domains/locations/data/generate.ts in server';
    expect(kept('countries') === serialize(countries), stale).toBe(true);
    expect(kept('cities') === serialize(cities), stale).toBe(true);
  });
});
