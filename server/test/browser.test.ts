import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { languages } from '../src/portal/languages.ts';
import { demoBusiness } from './demo-business.ts';
import type { RunningDemo } from './run-samples.ts';

const executablePath = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));
if (!executablePath)
  process.stdout.write('No Chromium is installed (or CHROMIUM_PATH wrong): the portal is not tried in a browser.\n');

const screenshots = join(import.meta.dirname, '../../docs/screenshots');

/** What a page did that it must not: errors of the console, and requests to other machines. */
const complaints: string[] = [];

let server: RunningDemo;
let browser: Browser;
beforeAll(async () => {
  if (!executablePath) return;
  server = await (await demoBusiness()).start();
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens a page that is watched. */
async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext(options);
  await context.route('**/*', (route) => {
    const { hostname } = new URL(route.request().url());
    if (hostname === '127.0.0.1') return route.continue();
    complaints.push(`request to ${hostname}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    // A 4xx of the API, which a test asks for, is no fault of the page.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { context, page };
}

const send = async (page: Page) => {
  await page.getByRole('button', { name: 'Send' }).click();
  return page.locator('[data-answer] [data-status]').textContent();
};
const body = async (page: Page) => (await page.getByLabel('Body of the answer').textContent()) ?? '';

test.runIf(executablePath)(
  'a reader finds an operation, reads its samples and tries it on both servers',
  { timeout: 60_000 },
  async () => {
    const { context, page } = await open();
    await page.goto(server.url);
    await expect.poll(() => page.title()).toBe('Foyer');
    await page.getByRole('link', { name: 'Open the reference' }).click();
    await page.getByRole('searchbox').fill('add a comment');
    await page.getByRole('link', { name: 'Add a comment for a client' }).click();
    await page.waitForURL('**/en/b2b-v1/openapi/clients/create_client_comment');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Add a comment for a client');

    const tabs = page.getByRole('tablist', { name: 'Language' });
    const panel = page.getByRole('tabpanel');
    for (const [place, address] of [
      ['This server', '/api/v1/clients/1/clients/1/comments'],
      ['Mock server', '/_mock/en/b2b-v1/openapi/clients/1/clients/1/comments'],
    ] as const) {
      await page.getByRole('group', { name: 'Server' }).getByRole('button', { name: place }).click();
      const seen = new Set<string>();
      for (const { title } of languages) {
        await tabs.getByRole('tab', { name: title, exact: true }).click();
        const code = (await panel.textContent()) ?? '';
        expect(code, title).toContain(address);
        expect(code, title).toContain('foyer-demo-owner');
        seen.add(code);
      }
      expect(seen.size).toBe(11);
    }

    expect(await send(page)).toBe('201');
    expect(JSON.parse(await body(page))).toMatchObject({ success: true, data: { text: 'Prefers mornings' }, meta: [] });
    await page.getByLabel('Body (JSON)').fill('{"text": ""}');
    expect(await send(page)).toBe('422');
    await page.getByLabel('Body (JSON)').fill('{"text": "Likes tea"}');
    await page.getByRole('combobox', { name: 'Server' }).selectOption('mock');
    expect(await send(page)).toBe('201');
    expect(JSON.parse(await body(page))).toMatchObject({ success: true, data: { id: 1 } });
    await page.getByLabel('Answer of the mock').selectOption('404');
    expect(await send(page)).toBe('404');
    expect(
      server.answers.filter((answer) => answer.key === 'b2b-v1 create_client_comment').map((answer) => answer.status),
    ).toEqual([201, 422]);
    await context.close();
    expect(complaints).toEqual([]);
  },
);

test.runIf(executablePath)('a planned operation is tried on the mock, and a file is uploaded', { timeout: 60_000 }, async () => {
  const { context, page } = await open();
  await page.goto(`${server.url}/en/b2b-v1/openapi/clients/upload_client_files`);
  await page
    .getByLabel('File: file')
    .setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('Likes tea') });
  expect(await send(page)).toBe('201');
  expect(JSON.parse(await body(page)).data[0].name).toBe('note.txt');
  await page.goto(`${server.url}/en/b2b-v2/openapi/products`);
  await page.getByRole('main').getByRole('listitem').getByRole('link').first().click();
  await page.getByRole('button', { name: 'Send' }).waitFor();
  expect(await page.getByRole('combobox', { name: 'Server' }).inputValue()).toBe('mock');
  expect(Number(await send(page))).toBeLessThan(300);
  await context.close();
  expect(complaints).toEqual([]);
});

test.runIf(executablePath)(
  'every page can be read without scripts, on a telephone, in light and dark',
  { timeout: 60_000 },
  async () => {
    const paths = { landing: '/', operation: '/en/b2b-v1/openapi/clients/create_client_comment' };
    for (const colorScheme of ['light', 'dark'] as const) {
      const { context, page } = await open({ colorScheme, viewport: { width: 1440, height: 1000 } });
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(server.url + path);
        expect(await worstContrast(page), `${name} ${colorScheme}`).toBeGreaterThanOrEqual(4.5);
        if (process.env.SCREENSHOTS !== '1') continue;
        await mkdir(screenshots, { recursive: true });
        await page.screenshot({ path: join(screenshots, `${name}-${colorScheme}.png`) });
      }
      await context.close();
    }
    const { context, page } = await open({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
    for (const path of [...Object.values(paths), '/docs', '/en/b2b-v1/openapi', '/en/b2b-v1/openapi/clients']) {
      await page.goto(server.url + path);
      expect(await page.getByRole('heading', { level: 1 }).count(), path).toBe(1);
      expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(360);
    }
    await page.goto(server.url + paths.operation);
    expect(await page.locator('[data-language]').count()).toBe(22);
    await context.close();
    expect(complaints).toEqual([]);
  },
);

test.runIf(executablePath)('a client books a slot in the widget, and takes it back', { timeout: 60_000 }, async () => {
  const { context, page } = await open({ viewport: { width: 360, height: 740 } });
  await page.goto(`${server.url}/book/1`);
  /** Chooses what stands first in a list, once it is there. */
  const choose = async (label: string, index = 1) => {
    const list = page.getByLabel(label, { exact: true });
    await expect.poll(() => list.locator('option').count(), { timeout: 10_000 }).toBeGreaterThan(1);
    await list.selectOption({ index });
    return (await list.locator('option:checked').textContent()) ?? '';
  };
  const service = (await choose('Service')).replace(/ \(.*$/, '');
  await choose('Team member');
  await choose('Date', 2);
  const time = await choose('Time');
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('Your phone number').fill('+1 646 200 0042');
  expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  await page.getByRole('button', { name: 'Book' }).click();
  const booked = page.getByRole('heading', { name: 'Your appointment is booked' });
  await booked.waitFor();
  const told = (await page.locator('[data-booked] dl').textContent()) ?? '';
  expect(told).toContain(service);
  expect(told).toContain(time);
  await page.getByRole('button', { name: 'Cancel the appointment' }).click();
  await page.getByText('Your appointment is cancelled.').waitFor();
  expect(await page.getByRole('button', { name: 'Cancel the appointment' }).isDisabled()).toBe(true);
  await page.goto(`${server.url}/demo/messages`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Messages');
  await context.close();
  expect(complaints).toEqual([]);
});

/**
 * The least contrast of a text on its background; WCAG AA asks for 4.5.
 * A text, as this is compiled for a server: the types of a page are not at hand.
 */
const worstContrast = (page: Page): Promise<number> =>
  page.evaluate<number>(`(() => {
    const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
    const luminance = (color) => {
      const [red, green, blue] = parse(color).map((value) => {
        const part = value / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const background = (element) => {
      if (!element) return 'rgb(255, 255, 255)';
      const color = getComputedStyle(element).backgroundColor;
      return parse(color)[3] === 0 ? background(element.parentElement) : color;
    };
    const texts = [...document.querySelectorAll('body *')].filter(
      (element) => element.offsetParent && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()),
    );
    return Math.min(...texts.map((element) => {
      const pair = [luminance(getComputedStyle(element).color), luminance(background(element))];
      return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    }));
  })()`);
