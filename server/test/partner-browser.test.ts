import { expect } from 'vitest';
import { browserTest, useBrowser, worstContrast } from './browser.ts';
import { openShop, testServer } from './harness.ts';

const { open } = useBrowser();

browserTest(
  'a partner registers an application, sees where it is installed, and changes their token',
  { timeout: 60_000 },
  async () => {
    const shop = await openShop();
    const { url } = await testServer();
    const { context, page } = await open({ viewport: { width: 320, height: 740 } });
    const requested: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    await page.goto(`${url}/docs/partner`);
    const enter = async (token: string) => {
      await page.getByLabel('Partner token').fill(token);
      await page.keyboard.press('Enter');
    };
    await enter('wrong');
    await page.getByRole('alert').getByText('401: ').waitFor();
    await enter(shop.partner.token);
    await page.getByText('You have registered no application yet.').waitFor();

    await page.getByRole('button', { name: 'Register an application' }).press('Enter');
    await page.getByLabel('Title').fill('<b>Chat</b>');
    await page.getByLabel('Callback address').fill('https://partner.example/connect');
    await page.getByLabel('Send signed data').check();
    await page.getByLabel('Declared rights').fill('clients_access, rule_the_world');
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.getByRole('alert').getByText('rights: must be names of permissions: rule_the_world').waitFor();
    await page.getByLabel('Declared rights').fill('clients_access');
    await page.keyboard.press('Enter');
    await page.getByText('<b>Chat</b> is saved.').waitFor();

    const authorization = `Bearer ${shop.partner.token}`;
    const [application] = (await shop.call('GET', '/marketplace/applications', { authorization })).data;
    expect(application).toMatchObject({ name: '<b>Chat</b>', asks_user_data: true, rights: ['clients_access'], webhook_url: '' });
    await page.getByRole('button', { name: 'Change' }).press('Enter');
    await page.getByLabel('Description').fill('Reminds clients');
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await expect
      .poll(async () => (await shop.call('GET', '/marketplace/applications', { authorization })).data)
      .toEqual([{ ...application, short_description: 'Reminds clients' }]);

    await shop.call('POST', `/company/${shop.locationId}/marketplace/applications/${application.id}/connect`);
    const body = { salon_id: shop.locationId, application_id: application.id };
    await shop.call('POST', '/marketplace/partner/callback', { authorization, body });
    const payment = { payment_sum: 9, currency_iso: 'EUR', payment_date: '2026-01-01 10:00:00', period_from: '2026-01-01' };
    for (const period_to of ['2099-01-31', '2098-12-31'])
      await shop.call('POST', '/marketplace/partner/payment', { authorization, body: { ...body, ...payment, period_to } });
    await page.getByRole('button', { name: 'Installs' }).press('Enter');
    const installs = page.getByRole('region', { name: 'Installs of <b>Chat</b>' });
    const [time, row] = [expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/), installs.getByRole('row').nth(1)];
    await row.getByText('active').waitFor();
    expect(await row.getByRole('cell').allTextContents()).toEqual(['active', time, time, '2099-01-31 23:59:59']);
    expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);

    await page.getByLabel('End all other tokens').check();
    await page.getByRole('button', { name: 'Make a token' }).press('Enter');
    const statusFor = async (token: string) =>
      (await shop.call('GET', '/marketplace/applications', { authorization: `Bearer ${token}` })).status;
    await page.getByText('It is not shown again.').waitFor();
    const token = (await page.getByLabel('New token').textContent()) as string;
    expect([await statusFor(shop.partner.token), await statusFor(token)]).toEqual([401, 200]);
    // The page has changed over to it.
    await installs.getByRole('button', { name: 'Close' }).press('Enter');
    await page.getByRole('button', { name: 'Installs' }).press('Enter');
    await row.getByText('active').waitFor();

    await page.getByRole('button', { name: 'Sign out' }).press('Enter');
    await page.getByLabel('Partner token').waitFor();
    expect(await page.getByLabel('Partner token').inputValue()).not.toBe(token);
    expect(await page.content()).not.toContain(token);
    expect(await page.evaluate('sessionStorage.length + localStorage.length + document.cookie.length')).toBe(0);
    expect(requested.filter((each) => each.includes(token) || each.includes(shop.partner.token))).toEqual([]);
    await context.close();
  },
);
