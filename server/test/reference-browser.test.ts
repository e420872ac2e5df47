import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { demoCredentials } from '../src/demo/accounts.ts';
import { languages } from '../src/portal/languages.ts';
import { browserTest, useBrowser, worstContrast } from './browser.ts';
import { demoBusiness } from './demo-business.ts';
import { startServer } from './harness.ts';
import type { RunningDemo } from './run-samples.ts';

const { open } = useBrowser();

let server: RunningDemo;
beforeAll(async () => {
  server = await (await demoBusiness()).start();
});
afterAll(() => server.stop());

const clientSearch = '/en/b2b-v1/openapi/clients/get_client_list';
const phone = { viewport: { width: 360, height: 740 } };

const topOf = (page: Page, selector: string) =>
  page.evaluate<number>(`document.querySelector('${selector}').getBoundingClientRect().top + scrollY`);

const focused = (page: Page) => page.evaluate<string>('document.activeElement.textContent || document.activeElement.id');

browserTest('a telephone shows what an operation is for, then the form to try it, then the fields', async () => {
  const { context, page } = await open(phone);
  await page.goto(server.url + clientSearch);
  expect(await topOf(page, 'h1')).toBeLessThan(400);
  const tops = await Promise.all(['#callers', '#samples', '#try', '#body', '#answers'].map((id) => topOf(page, id)));
  expect(tops).toEqual(tops.toSorted((a, b) => a - b));

  const list = page.getByRole('navigation', { name: 'Operations of Business management' });
  expect(await list.isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Operations of Business management' }).focus();
  await page.keyboard.press('Enter');
  expect(await list.isVisible()).toBe(true);
  expect(await list.locator('[aria-current="page"]').textContent()).toBe('Search clients');
  await page.keyboard.press('Escape');
  expect(await list.isVisible()).toBe(false);
  await context.close();
});

browserTest('no page is wider than a telephone, with everything on it opened', { timeout: 60_000 }, async () => {
  const { context, page } = await open({ viewport: { width: 320, height: 740 } });
  const paths = [
    '/',
    '/docs',
    '/docs/limits-and-retries',
    '/docs/search?q=delete',
    '/demo/messages',
    '/book/1',
    '/en/b2b-v1/openapi',
    '/en/public/openapi/online-booking',
    '/en/developers/openapi',
    clientSearch,
    '/en/b2b-v1/openapi/appointments/create_appointment',
    '/en/b2b-v2/openapi/custom-fields/list_custom_fields',
    '/en/developers/openapi/webhooks/webhook_record',
  ];
  for (const path of paths) {
    const answer = await page.goto(server.url + path);
    expect(answer?.status(), path).toBe(200);
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
    expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBe(320);
  }
  await page.getByRole('searchbox').fill('schedule');
  await page.locator('.results').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await context.close();
});

browserTest('the search is reached, read and followed by keyboard', async () => {
  const { context, page } = await open();
  await page.goto(server.url + clientSearch);
  for (const keys of ['/', 'Control+k']) {
    await page.locator('body').press(keys);
    expect(await focused(page), keys).toBe('search');
    await page.getByRole('searchbox').blur();
  }
  await page.keyboard.press('/');
  await page.keyboard.type('POST /clients');
  await page.getByText('operations found').waitFor();
  await page.keyboard.press('ArrowDown');
  expect(await focused(page)).toBe('Add a client');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Escape');
  expect(await page.locator('.results').isVisible()).toBe(false);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/docs/search?q=POST+%2Fclients');
  expect(await page.getByRole('main').getByRole('link').first().textContent()).toBe('Add a client');

  // A slash that is typed into a form stays there.
  await page.goto(server.url + clientSearch);
  await page.getByLabel('Body (JSON)').focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('/');
  expect(await page.getByLabel('Body (JSON)').inputValue()).toBe('/');
  await context.close();
});

browserTest('an operation is tried by keyboard alone', async () => {
  const { context, page } = await open();
  await page.goto(server.url + clientSearch);
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'curl' }).focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.getByRole('tab', { name: 'JavaScript' }).getAttribute('aria-selected')).toBe('true');
  await page.getByLabel('Body (JSON)').focus();
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Send');
  await page.keyboard.press('Enter');
  expect(await page.locator('[data-answer] [data-status]').textContent()).toBe('200');
  await context.close();
});

browserTest('the address of a field opens what it is in', async () => {
  const { context, page } = await open();
  await page.goto(`${server.url}${clientSearch}#body.filters.type-quick-search.state.value`);
  const value = page.locator('[id="body.filters.type-quick-search.state.value"]');
  await expect.poll(() => value.isVisible()).toBe(true);
  expect(await value.textContent()).toContain('at most 255 characters');
  expect(await page.locator('[id="body.filters.type-record.state"]').isVisible()).toBe(false);
  await context.close();
});

browserTest('on a wide screen samples and the form stay in sight beside long answers', async () => {
  const { context, page } = await open({ viewport: { width: 1440, height: 900 } });
  await page.goto(server.url + clientSearch);
  await page.locator('#answers').scrollIntoViewIfNeeded();
  await page.evaluate("document.querySelector('#answers').scrollIntoView()");
  const { top, bottom } = await page.evaluate<{ top: number; bottom: number }>(
    "(({ top, bottom }) => ({ top, bottom }))(document.querySelector('.tried').getBoundingClientRect())",
  );
  expect({ top, isWithin: bottom <= 900 }).toEqual({ top: 0, isWithin: true });
  await context.close();
});

browserTest('everything is readable in light and dark, the search and answers too', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { context, page } = await open({ colorScheme, viewport: { width: 1440, height: 1000 } });
    await page.goto(server.url + clientSearch);
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByLabel('Body of the answer').waitFor();
    await page.getByRole('searchbox').fill('loyalty');
    await page.locator('.results').waitFor();
    await page.evaluate("location.hash = '#body.filters'");
    expect(await worstContrast(page), colorScheme).toBeGreaterThanOrEqual(4.5);
    await context.close();
  }
});

browserTest('a token that was typed is there on the next page, in the place of the one it replaced', async () => {
  const { context, page } = await open();
  const { receptionistToken, clientToken } = demoCredentials;
  await page.goto(server.url + clientSearch);
  await page.getByLabel('User token').fill(receptionistToken);
  await page.getByLabel('User token').blur();
  await page.goto(`${server.url}/en/b2b-v1/openapi/clients/create_client_comment`);
  expect(await page.getByLabel('User token').inputValue()).toBe(receptionistToken);
  await page.goto(`${server.url}/en/public/openapi/client-personal-cabinet/list_user_appointments`);
  expect(await page.getByLabel('User token').inputValue()).toBe(clientToken);
  await context.close();
});

browserTest('behind a proxy that hides its address, samples and "Try it" call the one that the page came from', async () => {
  const proxy = createServer((request, response) => {
    const { method, url, headers } = request;
    const target = new URL(url as string, server.url);
    const forwarded = httpRequest(target, { method, headers: { ...headers, host: target.host } }, (answer) => {
      response.writeHead(answer.statusCode as number, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forwarded);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const { context, page } = await open();
  await page.goto(`http://${address}${clientSearch}`);
  for (const { title } of languages) {
    await page.getByRole('tab', { name: title, exact: true }).click();
    const code = await page.getByRole('tabpanel').textContent();
    expect(code, title).toContain(address);
    expect(code, title).not.toContain(server.url.replace('http://', ''));
  }
  const call = `http://${address}/api/v1/company/1/clients/search`;
  expect(await page.locator('[data-address]').textContent()).toBe(`POST ${call}`);
  await page.getByRole('button', { name: 'Send' }).click();
  expect(await page.locator('[data-answer] [data-status]').textContent()).toBe('200');
  await context.close();
  proxy.closeAllConnections();
  proxy.close();
});

browserTest('samples and "Try it" call the public address, and say so on a page that has another one', async () => {
  const publicServer = await startServer({ publicUrl: server.url });
  const { context, page } = await open();
  await page.goto(publicServer.url + clientSearch);
  const call = `${server.url}/api/v1/company/1/clients/search`;
  expect(await page.getByRole('tabpanel').textContent()).toContain(`--url ${call}`);
  expect(await page.locator('[data-address] code').textContent()).toBe(call);
  expect(await page.getByRole('link', { name: 'the page there' }).getAttribute('href')).toBe(server.url + clientSearch);
  const request = page.waitForRequest((each) => each.method() === 'POST');
  await page.getByRole('button', { name: 'Send' }).click();
  expect((await request).url()).toBe(call);
  await page.locator('[data-answer]').getByText('POST').waitFor();
  await context.close();
});
