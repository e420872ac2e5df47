import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { hashPassword } from '../src/domains/access/passwords.ts';
import { users } from '../src/domains/access/tables.ts';
import { browserTest, useBrowser, worstContrast } from './browser.ts';
import { openShop, testDatabase, testServer } from './harness.ts';
import { deliver, startReceiver, subscribe } from './receiver.ts';

const { open } = useBrowser();

browserTest(
  'an owner finds a failed delivery in the log, sends it again, and sees it delivered',
  { timeout: 60_000 },
  async () => {
    const shop = await openShop();
    const { db } = await testDatabase();
    await db
      .update(users)
      .set({ passwordHash: await hashPassword('correct horse') })
      .where(eq(users.id, shop.owner.id));
    const receiver = await startReceiver();
    await subscribe(shop, [receiver.url]);
    await shop.addClient({ name: '<b>Ada</b>' });
    receiver.reply = (response) => response.writeHead(410).end('<i>gone</i>');
    await deliver(shop);

    const { url } = await testServer();
    const { context, page } = await open({ viewport: { width: 320, height: 740 } });
    const requested: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    await page.goto(`${url}/docs/webhooks/log`);
    const signIn = async (password: string) => {
      await page.getByLabel('Partner token').fill(shop.partner.token);
      await page.getByLabel('Login').fill(shop.owner.email);
      await page.getByLabel('Password').fill(password);
      await page.keyboard.press('Enter');
    };
    await signIn('wrong');
    await page.getByRole('alert').getByText('401: ').waitFor();
    await signIn('correct horse');

    const list = page.getByRole('region', { name: 'Deliveries' });
    const row = list.getByRole('row').nth(1);
    await row.getByText('410').waitFor();
    expect(await row.getByRole('cell').allTextContents()).toEqual([expect.any(String), receiver.url, 'failed', '1', '410']);
    expect(await page.getByLabel('Address').locator('option').allTextContents()).toEqual(['all', `${receiver.url} (off: gone)`]);
    for (const name of ['Later ones', 'Earlier ones']) expect(await list.getByRole('button', { name }).isVisible()).toBe(false);
    const show = async (state: string) => {
      await page.getByLabel('State').selectOption(state);
      await page.getByRole('button', { name: 'Show', exact: true }).press('Enter');
    };
    await show('delivered');
    await page.getByText('No delivery is like this.').waitFor();
    await show('failed');

    await row.getByRole('button').press('Enter');
    const delivery = page.getByRole('region', { name: /^client \d+ create$/ });
    await delivery.waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('delivery');
    expect(await delivery.getByLabel('Body').textContent()).toContain('"name": "<b>Ada</b>"');
    expect(await delivery.getByLabel('Last answer').textContent()).toBe('<i>gone</i>');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await delivery.getByText('409: The address is switched off.').waitFor();
    expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);

    const path = `/hooks_settings/${shop.locationId}/addresses`;
    const [address] = (await shop.call('GET', path)).data;
    await shop.call('PUT', `${path}/${address.id}`, { body: { is_active: true } });
    receiver.reply = 200;
    await page.keyboard.press('Enter');
    await delivery.getByText('It is sent again').waitFor();
    await deliver(shop);
    await delivery.getByText('Sent again: delivered.').waitFor();
    expect(await delivery.getByRole('row').locator('td:nth-child(2)').allTextContents()).toEqual(['410', '200']);

    await page.getByLabel('From').fill('2020-01-01T00:00');
    await page.getByLabel('Until').fill('2100-01-01T00:00');
    await page.getByRole('button', { name: 'Send all again' }).press('Enter');
    await page.getByText('0 deliveries are sent again.').waitFor();

    await page.getByRole('button', { name: 'Sign out' }).press('Enter');
    await page.getByLabel('Password').waitFor();
    await expect.poll(async () => (await shop.call('GET', '/user/tokens')).data.length).toBe(1);
    expect(await page.evaluate('sessionStorage.length + localStorage.length + document.cookie.length')).toBe(0);
    expect(requested.filter((each) => each.includes(shop.partner.token) || each.includes(shop.owner.email))).toEqual([]);
    await context.close();
  },
);
