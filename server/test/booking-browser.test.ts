import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { demoCredentials } from '../src/demo/accounts.ts';
import { browserTest, useBrowser, worstContrast } from './browser.ts';
import { demoBusiness } from './demo-business.ts';
import { startServer } from './harness.ts';
import { openSalonWithForm } from './online.ts';
import type { RunningDemo } from './run-samples.ts';
import { setHours } from './salon.ts';

const { open } = useBrowser();

let server: RunningDemo;
beforeAll(async () => {
  server = await (await demoBusiness()).start();
});
afterAll(() => server.stop());

const { partnerToken, userToken } = demoCredentials;

async function call(method: string, path: string, body?: object) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${partnerToken}, User ${userToken}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any operation
  const answer = (await response.json()) as any;
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer.data;
}

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

/** Chooses from a list when it has appeared. @returns the text of the chosen item */
async function choose(page: Page, label: string, index = 1): Promise<string> {
  const list = field(page, label);
  await expect.poll(() => list.locator('option').count(), { timeout: 10_000 }).toBeGreaterThan(index);
  await list.selectOption({ index });
  return chosen(page, label);
}

const chosen = async (page: Page, label: string) => (await field(page, label).locator('option:checked').textContent()) ?? '';

/** The error of a field, as screen readers see it too. */
async function errorOf(page: Page, label: string): Promise<string> {
  const ids = ((await field(page, label).getAttribute('aria-describedby')) ?? '').split(' ');
  expect(await field(page, label).getAttribute('aria-invalid')).toBe('true');
  return (await page.locator(`#${ids[0]}`).textContent()) ?? '';
}

/** The name of the field that has the focus. */
const focused = (page: Page) => page.evaluate<string>('document.activeElement?.id ?? ""');

const book = (page: Page) => page.getByRole('button', { name: 'Book', exact: true }).click();
const booked = (page: Page) => page.getByRole('heading', { name: 'Your appointment is booked' }).waitFor();

/** Chooses a service, a member, a date and a time. @returns the texts of these */
async function chooseTime(page: Page, date = 2) {
  const service = await choose(page, 'Service');
  const name = await choose(page, 'Team member', 2);
  return { service, name, date: await choose(page, 'Date', date), time: await choose(page, 'Time') };
}

browserTest('a client books a slot, sees it again after a reload, and takes it back', async () => {
  const { context, page } = await open({ viewport: { width: 360, height: 740 } });
  await page.goto(`${server.url}/book/1`);
  const { service, name, time } = await chooseTime(page);
  expect(service).toBe("Women's haircut · $85 – $140");
  expect(await field(page, 'Service').locator('optgroup').first().getAttribute('label')).toBe('Haircuts');
  await field(page, 'Name').fill('Ada Lovelace');
  await field(page, 'Phone number').fill('+1 646 200 0042');
  expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  await book(page);
  await booked(page);
  for (const look of ['at once', 'after a reload']) {
    const told = (await page.locator('[data-booked] dl').textContent()) ?? '';
    for (const part of ["Women's haircut", name.split(',')[0] as string, time]) expect(told, look).toContain(part);
    await page.reload();
    await booked(page);
  }
  expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5);
  await page.getByRole('button', { name: 'Cancel the appointment' }).click();
  await page.getByRole('button', { name: 'Yes, cancel it' }).click();
  await page.getByText('Your appointment was cancelled').waitFor();
  expect(await page.getByRole('button', { name: 'Cancel the appointment' }).isVisible()).toBe(false);
  await page.reload();
  await page.getByText('The appointment is cancelled').waitFor();
  await page.getByRole('button', { name: 'New appointment' }).click();
  await choose(page, 'Service');
  await page.goto(`${server.url}/demo/messages`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Messages');
  await context.close();
});

browserTest('a time that somebody else took meanwhile is named beside its field, and everything else stays', async () => {
  const { context, page } = await open();
  await page.goto(`${server.url}/book/1`);
  const { time, ...rest } = await chooseTime(page, 3);
  await field(page, 'Name').fill('Ada Lovelace');
  await field(page, 'Phone number').fill('+1 646 200 0043');
  const wish = {
    id: 1,
    services: [Number(await field(page, 'Service').inputValue())],
    staff_id: Number(await field(page, 'Team member').inputValue()),
    datetime: await field(page, 'Time').inputValue(),
  };
  await call('POST', '/book_record/1', { phone: '+16462000044', fullname: 'Grace', appointments: [wish] });
  await book(page);
  await expect.poll(() => focused(page)).toBe('time');
  expect(await errorOf(page, 'Time')).toBe('This time cannot be booked any more');
  expect(await chosen(page, 'Time')).toBe('Choose a time');
  expect(await field(page, 'Time').locator('option').allTextContents()).not.toContain(time);
  expect([await chosen(page, 'Service'), await chosen(page, 'Team member'), await chosen(page, 'Date')]).toEqual(
    Object.values(rest),
  );
  expect(await field(page, 'Phone number').inputValue()).toBe('+1 646 200 0043');
  await choose(page, 'Time');
  await book(page);
  await booked(page);
  await context.close();
});

browserTest('a wrong phone number is named beside its field and costs nothing; a national one is understood', async () => {
  const { context, page } = await open();
  await page.goto(`${server.url}/book/1`);
  const { time } = await chooseTime(page, 4);
  await field(page, 'Name').fill('Ada Lovelace');
  // Too short; a digit is missing; letters.
  for (const wrong of ['12', '(646) 200-004', 'call me']) {
    await field(page, 'Phone number').fill(wrong);
    await book(page);
    await expect.poll(() => focused(page)).toBe('phone');
    expect(await errorOf(page, 'Phone number')).toBe('This is not a phone number');
    expect(await chosen(page, 'Time')).toBe(time);
  }
  await field(page, 'Phone number').fill('(646) 200-0045');
  expect(await field(page, 'Phone number').getAttribute('aria-invalid')).toBeNull();
  await book(page);
  await booked(page);
  const [client] = await call('POST', '/company/1/clients/search', {
    fields: ['phone'],
    filters: [{ type: 'quick_search', state: { value: 'Ada Lovelace' } }],
    order_by: 'id',
    order_by_direction: 'DESC',
  });
  expect(String(client.phone)).toMatch(/^\+?16462000045$/);
  await context.close();
});

browserTest('where phones are confirmed, the code of a message books', async () => {
  await call('PATCH', '/company/2/settings/online', {
    confirm_number: true,
    any_master: true,
    seance_delay_step: 0,
    activity_online_record_clients_count_max: 1,
  });
  const { context, page } = await open();
  await page.goto(`${server.url}/book/3`);
  await chooseTime(page);
  await field(page, 'Name').fill('Ada Lovelace');
  await field(page, 'Phone number').fill('07700 900999');
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await expect.poll(() => focused(page)).toBe('code');
  await field(page, 'Code from the message').fill('1');
  await book(page);
  await expect.poll(() => errorOf(page, 'Code from the message')).toBe('The code is wrong');
  const messages = await (await fetch(`${server.url}/demo/messages`)).text();
  expect(messages).toContain('+447700900999');
  await field(page, 'Code from the message').fill(/Your code is (\d{6})/.exec(messages)?.[1] ?? '');
  await book(page);
  await booked(page);
  await context.close();
});

browserTest('an answer that comes late does not take the place of a newer one', async () => {
  const { context, page } = await open();
  let answerFirst = () => {};
  await page.route('**/book_dates/**', async (route) => {
    if (!route.request().url().includes('staff_id=0')) return route.continue();
    await new Promise<void>((resolve) => {
      answerFirst = resolve;
    });
    await route.fulfill({ json: { success: true, data: { booking_dates: [] }, meta: [] } });
  });
  await page.goto(`${server.url}/book/1`);
  await choose(page, 'Service');
  await choose(page, 'Team member', 1);
  await choose(page, 'Team member', 2);
  const date = await choose(page, 'Date', 2);
  const late = page.waitForResponse((response) => response.url().includes('staff_id=0'));
  answerFirst();
  await (await late).finished();
  await choose(page, 'Time');
  expect(await chosen(page, 'Date')).toBe(date);
  await context.close();
});

browserTest('the keyboard is enough, and what is missing has the focus', async () => {
  const { context, page } = await open();
  await page.goto(`${server.url}/book/1`);
  await expect.poll(() => field(page, 'Service').isEnabled()).toBe(true);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const tabTo = async (id: string) => {
    for (let stop = 0; stop < 20 && (await focused(page)) !== id; stop++) await press('Tab');
    expect(await focused(page)).toBe(id);
  };
  await tabTo('fullname');
  await press('Enter');
  expect(await focused(page)).toBe('service');
  expect(await errorOf(page, 'Service')).toBe('Choose services');
  for (const [id, label] of [
    ['service', 'Service'],
    ['member', 'Team member'],
    ['date', 'Date'],
    ['time', 'Time'],
  ] as const) {
    await expect.poll(() => field(page, label).isEnabled()).toBe(true);
    await tabTo(id);
    await press('ArrowDown', 'ArrowDown');
    await expect.poll(() => field(page, label).inputValue()).not.toBe('');
  }
  await tabTo('fullname');
  await page.keyboard.type('Ada Lovelace');
  await press('Enter');
  expect(await focused(page)).toBe('phone');
  await page.keyboard.type('+1 646 200 0046');
  await press('Enter');
  await booked(page);
  expect(await focused(page)).toBe('booked');
  await press('Tab', 'Enter', 'Enter');
  await page.getByText('Your appointment was cancelled').waitFor();
  await context.close();
});

browserTest('a business’s own server has the page too, with prices as its country writes them', async () => {
  const { form, shop, member, place } = await openSalonWithForm({ city: 'Berlin' });
  const service = await shop.addService({ title: 'Haarschnitt', priceMin: 30.5, priceMax: 30.5 });
  const range = await shop.addService({ title: 'Farbe', priceMin: 90, priceMax: 120.5 });
  for (const id of [service, range]) {
    const link = { master_id: member, seance_length: 3600, technological_card_id: null };
    expect((await shop.call('POST', `/company/${place}/services/${id}/staff`, { body: link })).status).toBe(201);
  }
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await setHours(shop, member, [tomorrow]);

  const { url } = await startServer({ mode: 'serve' });
  const { context, page } = await open({ locale: 'fr-FR' });
  await page.goto(`${url}/book/${form}`);
  const services = field(page, 'Leistung').locator('option');
  await expect.poll(() => services.count()).toBe(4);
  const texts = (await services.allTextContents()).map((text) => text.replace(/\s/g, ' '));
  expect(texts).toEqual(expect.arrayContaining(['Haarschnitt · 30,50 €', 'Farbe · 90 € – 120,50 €', 'Haircut · 30 € – 50 €']));
  await field(page, 'Leistung').selectOption({ value: String(service) });
  for (const label of ['Mitarbeiter', 'Datum', 'Uhrzeit']) await choose(page, label);
  expect(await chosen(page, 'Uhrzeit')).toBe('09:00');
  await field(page, 'Name').fill('Ada Lovelace');
  await field(page, 'Telefonnummer').fill('0151 23456789');
  await page.getByRole('button', { name: 'Buchen' }).click();
  await page.getByRole('heading', { name: 'Ihr Termin ist gebucht' }).waitFor();
  await context.close();
});

browserTest('a composite service of two team members is shown as one visit, and taken back as a whole', async () => {
  const { form, shop, member, place, link, get } = await openSalonWithForm();
  const [spa, wash, cut] = [
    await shop.addService({ title: 'Spa' }),
    await shop.addService({ title: 'Wash', priceMin: 10, priceMax: 10 }),
    await shop.addService({ title: 'Cut', priceMin: 30, priceMax: 50 }),
  ];
  const second = await shop.addTeamMember();
  await link(member, wash, 1800);
  await link(second, cut, 3600);
  const parts = [{ service_id: wash }, { service_id: cut }];
  await shop.call('PUT', `/company/${place}/services/${spa}/parts`, { body: { parts } });
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await setHours(shop, [member, second], [tomorrow]);

  const { url } = await startServer({ mode: 'serve' });
  const { context, page } = await open();
  await page.goto(`${url}/book/${form}`);
  const option = field(page, 'Service').locator(`option[value="${spa}"]`);
  await expect.poll(() => option.textContent(), { timeout: 10_000 }).toBe('Spa · $40 – $60');
  await field(page, 'Service').selectOption({ value: String(spa) });
  for (const label of ['Team member', 'Date', 'Time']) await choose(page, label);
  await field(page, 'Name').fill('Ada Lovelace');
  await field(page, 'Phone number').fill('+1 646 200 0043');
  await book(page);
  await booked(page);
  const names = (await get(`/book_staff/${place}`)).data.map(({ name }: { name: string }) => name);
  for (const look of ['at once', 'after a reload']) {
    const told = (await page.locator('[data-booked] dl').textContent()) ?? '';
    for (const text of ['Wash, Cut', ...names]) expect(told, look).toContain(text);
    await page.reload();
    await booked(page);
  }
  await page.getByRole('button', { name: 'Cancel the appointment' }).click();
  await page.getByRole('button', { name: 'Yes, cancel it' }).click();
  await page.getByText('Your appointment was cancelled').waitFor();
  expect((await shop.call('GET', `/records/${place}`)).meta.total_count).toBe(0);
  await context.close();
});
