import { expect } from 'vitest';
import { browserTest, useBrowser } from './browser.ts';
import { testServer } from './harness.ts';
import { openSalonWithForm } from './online.ts';
import { setHours } from './salon.ts';

const { open } = useBrowser();

browserTest('a client pays in advance, and comes back to the appointment', { timeout: 60_000 }, async () => {
  const { form, shop, member, place, service } = await openSalonWithForm();
  const put = (path: string, body: object) => shop.call('PUT', `/company/${place}${path}`, { body });
  expect((await put('/settings/prepayment', { provider: 'demo' })).status).toBe(200);
  expect((await put(`/services/${service}/prepayment`, { prepaid: 'required', percent: 50 })).status).toBe(200);
  await setHours(shop, member, [new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)]);
  const { url } = await testServer();
  const { context, page } = await open({ locale: 'en-US' });
  await page.goto(`${url}/book/${form}`);
  const field = (label: string) => page.getByLabel(label, { exact: true });
  for (const label of ['Service', 'Team member', 'Date', 'Time']) {
    await expect.poll(() => field(label).locator('option').count(), { timeout: 10_000 }).toBeGreaterThan(1);
    await field(label).selectOption({ index: 1 });
  }
  await field('Name').fill('Ada Lovelace');
  await field('Phone number').fill('(315) 555-0175');
  await page.getByRole('button', { name: 'Book', exact: true }).click();
  await page.getByText('Prepayment required. To pay now: $15').waitFor();
  await page.getByRole('button', { name: 'Go to payment' }).click();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.getByText('It is paid.').waitFor();
  await page.getByRole('link', { name: 'Back to the appointment' }).click();
  await page.getByText('The payment went through').waitFor();
  expect(await page.getByRole('button', { name: 'Go to payment' }).isVisible()).toBe(false);
  await context.close();
});
