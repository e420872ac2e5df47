import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPlace } from '../src/commands/place.ts';
import { embedded, foyerOutput } from './process.ts';

const business = ['--location', 'Blue Door', '--email', 'owner@example.com', '--name', 'Owner'];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'foyer-command-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('--help names the commands', async () => {
  const { code, output } = await foyerOutput(['--help'], {});
  expect(code).toBe(0);
  for (const command of ['demo', 'serve', 'migrate', 'init', 'token', 'password']) expect(output).toContain(command);
});

test('a mistake ends with exit code 1 and a remedy', async () => {
  const { code, output } = await foyerOutput(['demmo'], {});
  expect(code).toBe(1);
  expect(output).toContain('foyer --help');
});

describe('foyer init refuses', () => {
  const refusal = async (...options: string[]) => {
    const env = { ...embedded(join(directory, 'refused')), FOYER_PASSWORD: 'correct horse' };
    const { code, output } = await foyerOutput(['init', ...business, ...options], env);
    expect(code).toBe(1);
    return output;
  };

  test('a city that no dictionary has', async () => {
    expect(await refusal('--city', 'Nowhereville')).toContain('--city: the dictionary has no "Nowhereville"');
  });

  test('a city that there is several times is not guessed: the candidates are listed', async () => {
    const said = await refusal('--city', 'Springfield');
    expect(said).toContain('Choose one with --state or --time-zone');
    for (const place of ['Illinois (IL)', 'Oregon (OR)', 'Missouri (MO), United States: America/Chicago'])
      expect(said).toContain(place);
  });

  test('a misspelled city, country or time zone gets suggestions', async () => {
    expect(await refusal('--city', 'Lisbonn')).toContain('Did you mean:\n  Lisbon, Portugal: Europe/Lisbon\n');
    expect(await refusal('--city', 'Lisbon', '--country', 'Portugall')).toContain('Did you mean Portugal?');
    expect(await refusal('--city', 'Lisbon', '--time-zone', 'Europe/Lisbonn')).toContain('Did you mean Europe/Lisbon?');
  });

  test('a short password is refused with its lengths', async () => {
    const env = { ...embedded(join(directory, 'short')), FOYER_PASSWORD: 'abc' };
    const { code, output } = await foyerOutput(['password', 'owner'], env);
    expect({ code, output }).toEqual({
      code: 1,
      output: 'foyer: A password has 8 to 200 characters. Give another one in FOYER_PASSWORD.\n',
    });
  });
});

describe('where a location is', () => {
  test('a state or a time zone tells cities of one name apart', () => {
    expect(findPlace({ city: 'Springfield', state: 'il' }).name).toBe('Springfield, Illinois (IL), United States');
    expect(findPlace({ city: 'Springfield', state: 'Oregon' }).name).toBe('Springfield, Oregon (OR), United States');
    expect(findPlace({ city: 'springfield', timeZone: 'america/los_angeles' }).name).toBe(
      'Springfield, Oregon (OR), United States',
    );
    expect(findPlace({ city: 'Springfield', timeZone: 'America/Chicago' }).name).toBe(
      'Springfield, Missouri (MO), United States',
    );
    expect(findPlace({ city: 'London', country: 'CA' }).name).toBe('London, Canada');
  });

  test('a town of no dictionary needs its country and time zone', () => {
    expect(() => findPlace({ city: 'Smalltown', country: 'US' })).toThrow('add --country and --time-zone');
    expect(findPlace({ city: 'Smalltown', country: 'US', timeZone: 'America/Denver' }).fields).toEqual({
      countryId: 840,
      city: 'Smalltown',
      timeZone: 'America/Denver',
    });
  });

  test('a city that is elsewhere is not taken', () => {
    expect(() => findPlace({ city: 'Lisbon', timeZone: 'Asia/Tokyo' })).toThrow('none is in Asia/Tokyo');
    expect(() => findPlace({ city: 'Springfield', state: 'VT' })).toThrow('none is in VT. There are:\n  Springfield, Missouri');
    expect(() => findPlace({ city: 'Lisbon', timeZone: '+01:00' })).toThrow('there is no time zone "+01:00"');
  });
});
