import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { browserTest, useBrowser, worstContrast } from './browser.ts';
import { somePhone } from './harness.ts';
import { endOffers, fullDay, openWaitingSalon } from './waiting.ts';

const { open } = useBrowser();

/** A salon whose client waits; `show` frees an hour and opens the link of the offer, in the language of a browser. */
async function openOffered(page: Page) {
  const salon = await openWaitingSalon();
  const phone = somePhone();
  const { id } = await salon.add({ phone, name: 'Ada' });
  const show = async (hour: number) => {
    await salon.free(hour);
    await salon.look();
    const link = `${salon.server.url}/waiting#${await salon.tokenFor(phone)}`;
    await page.goto('about:blank');
    await page.goto(link);
    return link;
  };
  return { ...salon, id, show };
}

const fact = (page: Page, name: string) =>
  page.locator('section:not([hidden]) dt', { hasText: new RegExp(`^${name}$`) }).locator('+ dd');

browserTest(
  'a client opens the offer of the message and takes the time, in another language than English',
  {
    timeout: 60_000,
  },
  async () => {
    // The reader's clock is not that of the location.
    const { context, page } = await open({ viewport: { width: 320, height: 740 }, locale: 'de-DE', timezoneId: 'Asia/Tokyo' });
    const requested: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    const { show, entry, id, shop, place, time } = await openOffered(page);
    const link = await show(14);
    await page.getByText('Test location hat einen Termin für Sie.').waitFor();
    expect(page.url()).toBe(link.replace(/#.*/, ''));
    expect(requested.filter((url) => url.includes(link.split('#')[1] as string) && !url.includes('#'))).toEqual([]);
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
    expect(await fact(page, 'Zeit').textContent()).toBe('Montag, 6. Mai 2030 um 14:00');
    const { expires_at: until } = (await entry(id)).offer;
    const written = new Intl.DateTimeFormat('de-DE', { dateStyle: 'full', timeStyle: 'short', timeZone: shop.timeZone });
    expect(await fact(page, 'Reserviert bis').textContent()).toBe(written.format(new Date(until)));
    expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    // Opening the page has taken nothing.
    expect((await entry(id)).status).toBe('offered');
    await page.getByRole('button', { name: 'Diesen Termin buchen' }).click();
    await page.getByRole('status').getByText('Der Termin ist für Sie gebucht.').waitFor();
    const taken = await entry(id);
    expect(taken.status).toBe('taken');
    const { data } = await shop.call('GET', `/record/${place}/${taken.record_id}`);
    expect(data.datetime).toBe(`${time(14)}-04:00`);
    await page.goto(link);
    await page.getByText('Sie haben diesen Termin gebucht: Test location.').waitFor();
    expect(await page.getByRole('button', { name: 'Diesen Termin buchen' }).isVisible()).toBe(false);
    expect(await fact(page, 'Reserviert bis').isVisible()).toBe(false);
    await context.close();
  },
);

browserTest('a client declines an offer and waits on, and leaves the list by the next one', { timeout: 60_000 }, async () => {
  const { context, page } = await open({ locale: 'uk-UA' });
  const { show, entry, id, times } = await openOffered(page);
  await show(10);
  await page.getByRole('button', { name: 'Не цей час, чекати далі' }).click();
  await page.getByRole('status').getByText('Ви й далі чекаєте на інший час.').waitFor();
  expect(await entry(id)).toMatchObject({ status: 'waiting', offer: null });
  await show(15);
  await page.getByRole('button', { name: 'Більше не чекати' }).click();
  await page.getByRole('status').getByText('Ви більше не чекаєте.').waitFor();
  expect((await entry(id)).status).toBe('cancelled');
  expect(await times(fullDay)).toContain('15:00');
  await context.close();
});

browserTest('an offer that ends while it is read cannot be taken any more: the page says so', { timeout: 60_000 }, async () => {
  const { context, page } = await open({ locale: 'lv-LV' });
  const { show, entry, id, place } = await openOffered(page);
  await show(10);
  await page.getByText('Test location: jums ir brīvs laiks.').waitFor();
  await endOffers(place);
  await page.getByRole('button', { name: 'Rezervēt šo laiku' }).click();
  await page.getByText('Ir par vēlu: laiks jums vairs nav rezervēts.').waitFor();
  expect(await page.getByRole('button', { name: 'Rezervēt šo laiku' }).isVisible()).toBe(false);
  expect((await entry(id)).status).toBe('waiting');
  await page.getByRole('button', { name: 'Vairs negaidīt' }).click();
  await page.getByRole('status').getByText('Jūs vairs negaidāt.').waitFor();
  expect((await entry(id)).status).toBe('cancelled');
  await context.close();
});

browserTest(
  'a client reads the own entry by its link or its code, sees until when a time is held, and leaves',
  {
    timeout: 60_000,
  },
  async () => {
    const { context, page } = await open({ locale: 'de-DE' });
    const { server, settings, post, place, service, shop, free, look, path } = await openWaitingSalon();
    await settings({ is_online: true });
    const { data } = await post(`/waiting_list/${place}`, {
      phone: somePhone(),
      fullname: 'Ada',
      service_ids: [service],
      date_from: fullDay,
      date_to: '2030-05-07',
      time_from: '10:00',
    });
    await page.goto(`${server.url}/waiting#${data.token}`);
    await page.getByText('Sie warten auf einen Termin: Test location.').waitFor();
    expect(await fact(page, 'Bei').textContent()).toBe('Egal, bei wem');
    expect(await fact(page, 'Tage').textContent()).toBe('06.–07.05.2030, 10:00 – 24:00');
    expect(await fact(page, 'Reserviert bis').isVisible()).toBe(false);
    await free(11);
    await look();
    await page.goto(`${server.url}/waiting`);
    await page.getByLabel('Code aus der Nachricht').fill('e-1-1-1-wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Der Link gilt nicht mehr.').waitFor();
    await page.getByLabel('Code aus der Nachricht').fill(` ${data.token} `);
    await page.keyboard.press('Enter');
    await page.getByText('Test location hat Ihnen einen Termin angeboten: Lesen Sie die Nachricht.').waitFor();
    const [{ offer }] = (await shop.call('GET', path)).data;
    const written = new Intl.DateTimeFormat('de-DE', { dateStyle: 'full', timeStyle: 'short', timeZone: shop.timeZone });
    expect(await fact(page, 'Reserviert bis').textContent()).toBe(written.format(new Date(offer.expires_at)));
    await page.getByRole('button', { name: 'Nicht mehr warten' }).click();
    await page.getByRole('status').getByText('Sie warten nicht mehr.').waitFor();
    expect((await shop.call('GET', path)).data).toMatchObject([{ status: 'cancelled' }]);
    await context.close();
  },
);
