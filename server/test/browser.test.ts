import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { languages } from '../src/portal/languages.ts';
import { browserTest, useBrowser, worstContrast } from './browser.ts';
import { demoBusiness } from './demo-business.ts';
import type { RunningDemo } from './run-samples.ts';

const screenshots = join(import.meta.dirname, '../../docs/screenshots');

const { open } = useBrowser();

let server: RunningDemo;
beforeAll(async () => {
  server = await (await demoBusiness()).start();
});
afterAll(() => server.stop());

const send = async (page: Page) => {
  await page.getByRole('button', { name: 'Send' }).click();
  return page.locator('[data-answer] [data-status]').textContent();
};
const body = async (page: Page) => (await page.getByLabel('Body of the answer').textContent()) ?? '';

browserTest('a reader finds an operation, reads its samples and tries it on both servers', { timeout: 60_000 }, async () => {
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
    expect(await page.locator('[data-address]').textContent()).toBe(`POST ${server.url}${address}`);
  }

  await page.getByRole('combobox', { name: 'Server' }).selectOption('this');
  await tabs.getByRole('tab', { name: 'curl' }).click();
  expect(await panel.textContent()).toContain(`${server.url}/api/v1/`);
  expect(await send(page)).toBe('201');
  expect(JSON.parse(await body(page))).toMatchObject({ success: true, data: { text: 'Prefers mornings' }, meta: [] });
  await page.getByLabel('Body (JSON)').fill('{"text": ""}');
  expect(await send(page)).toBe('422');
  await page.getByLabel('Body (JSON)').fill('{"text": "Likes tea"}');
  await page.getByRole('combobox', { name: 'Server' }).selectOption('mock');
  expect(await send(page)).toBe('201');
  expect(JSON.parse(await body(page))).toMatchObject({ success: true, data: { text: 'Likes tea' } });
  await page.getByLabel('Answer of the mock').selectOption('404');
  expect(await send(page)).toBe('404');
  expect(server.answers.filter((answer) => answer.key === 'b2b-v1 create_client_comment').map((answer) => answer.status)).toEqual(
    [201, 422],
  );
  await context.close();
});

browserTest('an operation is tried on the mock, and a file is uploaded', { timeout: 60_000 }, async () => {
  const { context, page } = await open();
  await page.goto(`${server.url}/en/b2b-v1/openapi/clients/upload_client_files`);
  await page
    .getByLabel('File: file')
    .setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('Likes tea') });
  expect(await send(page)).toBe('201');
  expect(JSON.parse(await body(page)).data[0].name).toBe('note.txt');
  await page.goto(`${server.url}/en/b2b-v2/openapi/services`);
  await page.getByRole('main').getByRole('listitem').getByRole('link').first().click();
  await page.getByRole('button', { name: 'Send' }).waitFor();
  await page.getByRole('combobox', { name: 'Server' }).selectOption('mock');
  expect(Number(await send(page))).toBeLessThan(300);
  await context.close();
});

browserTest('every page can be read without scripts, on a telephone, in light and dark', { timeout: 60_000 }, async () => {
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
});
