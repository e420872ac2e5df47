import { expect, test } from 'vitest';
import { openShop } from '../../../test/harness.ts';
import type { Operation } from '../../api/operation.ts';
import { getI18nOptions } from './wire/operations.i18n.public.ts';

const languages = ['en-US', 'de-DE', 'lv-LV', 'ee-EE', 'lt-LT', 'uk-UK'];

/** The names of all texts, such as `record.date`. */
const namesIn = (texts: object, before = ''): string[] =>
  Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'object' ? namesIn(text, `${before}${name}.`) : [before + name],
  );

interface Schema {
  properties?: Record<string, Schema>;
}
const declared = ({ properties = {} }: Schema, before = ''): string[] =>
  Object.entries(properties).flatMap(([name, schema]) =>
    schema.properties ? declared(schema, `${before}${name}.`) : [before + name],
  );

test('the texts of the form are there in every language, none missing and none empty', async () => {
  const shop = await openShop();
  const names = declared((getI18nOptions as Operation).success.data as Schema).sort();
  for (const language of languages) {
    const { status, data } = await shop.call('GET', `/i18n/${language}`, { authorization: `Bearer ${shop.partner.token}` });
    expect(status).toBe(200);
    expect(namesIn(data).sort(), language).toEqual(names);
    expect(JSON.stringify(data)).not.toMatch(/:""|:" |\s",/);
  }
});

test.each([
  ['en-US', 'Sign in', 'August', 'Wednesday', 'Mar'],
  ['de-DE', 'Anmelden', 'August', 'Mittwoch', 'Mär'],
  ['lv-LV', 'Pieslēgties', 'augusts', 'Trešdiena', 'marts'],
  ['ee-EE', 'Logi sisse', 'august', 'kolmapäev', 'märts'],
  ['lt-LT', 'Prisijungti', 'rugpjūčio', 'trečiadienis', 'kov.'],
  ['uk-UK', 'Увійти', 'серпня', 'середа', 'бер.'],
])('%s speaks its own language, in months and days too', async (language, signIn, august, wednesday, march) => {
  const shop = await openShop();
  const { data } = await shop.call('GET', `/i18n/${language}`);
  expect([data.menu.login, data.date.by_month_num['08'], data.time.by_full_week_day.Wednesday, data.March]).toEqual([
    signIn,
    august,
    wednesday,
    march,
  ]);
});

test('an unknown language is a 404', async () => {
  const shop = await openShop();
  expect((await shop.call('GET', '/i18n/xx-XX')).status).toBe(404);
});
