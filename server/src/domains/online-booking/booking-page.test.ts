import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { type Answer, call, startServer, testDatabase, testServer } from '../../../test/harness.ts';
import { openSalonWithForm } from '../../../test/online.ts';
import { surfaces } from '../../surfaces/index.ts';
import { locations } from '../locations/tables.ts';

interface Config {
  token: string;
  location: number;
  currency: string;
  locale: string;
}

/** The data that the page of a form passes to its script. */
async function configOf(form: number, headers: Record<string, string> = {}, server = testServer()): Promise<Config> {
  const page = await fetch(`${(await server).url}/book/${form}`, { headers });
  expect(page.status).toBe(200);
  return JSON.parse(/data-config>(.*?)<\/script>/s.exec(await page.text())?.[1] ?? '');
}

const as = (token: string) => ({ authorization: `Bearer ${token}` });

test('the token of a booking page books, and nothing but the public surface takes it', { timeout: 120_000 }, async () => {
  const { form, place, wish, shop } = await openSalonWithForm();
  const { token } = await configOf(form);
  const body = { phone: '+16462000301', fullname: 'Ada', appointments: [wish()] };
  expect((await call('POST', `/book_record/${place}`, { ...as(token), body })).status).toBe(201);

  const { url } = await testServer();
  const taken: string[] = [];
  for (const { name, basePath, operations, mediaType } of surfaces) {
    if (name === 'public') continue;
    for (const operation of operations.filter((each) => each.access.partner && !each.webhook)) {
      for (const user of ['', `, User ${shop.owner.token}`]) {
        const path = operation.path.replace(/\{(location_id|company_id)\}/g, String(place)).replace(/\{\w+\}/g, '1');
        const { status } = await fetch(url + basePath + path, {
          method: operation.method,
          headers: { authorization: `Bearer ${token}${user}`, ...(mediaType ? { accept: mediaType } : {}) },
        });
        if (status !== 403) taken.push(`${operation.id} ${status}`);
      }
    }
  }
  expect(taken).toEqual([]);
});

test('it works only for the location of the form, and ends with the form', async () => {
  const { form, place, forms, shop } = await openSalonWithForm();
  const other = await openSalonWithForm();
  const { token } = await configOf(form);
  expect((await configOf(form)).token).toBe(token);
  const services = (of: number): Promise<Answer> => call('GET', `/book_services/${of}`, as(token));
  expect((await services(place)).status).toBe(200);
  expect((await services(other.place)).status).toBe(404);
  expect((await call('GET', `/bookform/${other.form}`, as(token))).status).toBe(404);
  expect((await configOf(other.form)).token).not.toBe(token);

  expect((await shop.call('DELETE', `${forms}/${form}`)).status).toBe(204);
  expect((await services(place)).status).toBe(401);
  expect((await call('GET', `//book/${form}`)).status).toBe(404);
});

test('visitors who open a page at the same moment get the same token', async () => {
  const { form } = await openSalonWithForm();
  const tokens = await Promise.all(Array.from({ length: 8 }, async () => (await configOf(form)).token));
  expect(new Set(tokens).size).toBe(1);
});

test('a closed location has no page, and an unknown form has none', async () => {
  const { form, place } = await openSalonWithForm();
  const { db } = await testDatabase();
  await db.update(locations).set({ deletedAt: new Date() }).where(eq(locations.id, place));
  for (const path of [`//book/${form}`, '//book/2147483647', '//book/0', '//book/x', '//book/99999999999'])
    expect((await call('GET', path)).status, path).toBe(404);
});

test('the server of a business has the page too, in the language of its visitor, else in that of its country', async () => {
  const { form } = await openSalonWithForm({ city: 'Berlin' });
  const server = startServer({ mode: 'serve' });
  const locale = async (wanted?: string) => {
    const { currency, ...config } = await configOf(form, wanted === undefined ? {} : { 'accept-language': wanted }, server);
    expect(currency).toBe('EUR');
    return config.locale;
  };
  expect(await locale()).toBe('de-DE');
  expect(await locale('fr')).toBe('de-DE');
  expect(await locale('fr;q=0.9, et-EE;q=0.5, en;q=0.4')).toBe('et-DE');
  expect(await locale('en-GB, de;q=0.5')).toBe('en-DE');
  const page = await fetch(`${(await server).url}/book/${form}`, { headers: { 'accept-language': 'de' } });
  expect(page.headers.get('vary')).toContain('accept-language');
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  const text = await page.text();
  expect(text).toContain('<html lang="de">');
  expect(text).toContain('>Leistung</label>');
  expect(text).not.toContain('demo');
  expect(text).not.toMatch(/\son\w+=|\sstyle=|<style|<script(?![^>]*(?:src=|type="application\/json"))/);
});

test('the name of a business is plain text on its page, with any characters', async () => {
  const { form, place } = await openSalonWithForm();
  const nasty = `</script><b onclick='x("1")'>&amp;`;
  const escaped = '&lt;/script&gt;&lt;b onclick=&#39;x(&quot;1&quot;)&#39;&gt;&amp;amp;';
  const { db } = await testDatabase();
  await db
    .update(locations)
    .set({ title: `Title ${nasty}`, publicTitle: `Public ${nasty}`, address: `Street ${nasty}` })
    .where(eq(locations.id, place));
  const page = await (await fetch(`${(await testServer()).url}/book/${form}`)).text();
  expect(page).toContain(`<h1>Public ${escaped}</h1>`);
  expect(page).toContain(`<p class="path">Street ${escaped}, `);
  expect(page).not.toContain(nasty);
  expect(page).not.toContain('Title');
  expect(page.match(/<\/script>/g)).toHaveLength(2);
});
