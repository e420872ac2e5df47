import { randomUUID } from 'node:crypto';
import { desc, eq } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { messages } from '../src/domains/notifications/tables.ts';
import { browserTest, useBrowser, worstContrast } from './browser.ts';
import { call, openShop, testDatabase, testServer } from './harness.ts';
import { runDueJobs } from './jobs.ts';

const { open } = useBrowser();

/** The latest message to somebody. */
async function sentTo(recipient: string): Promise<string> {
  const { db } = await testDatabase();
  const [row] = await db.select().from(messages).where(eq(messages.recipient, recipient)).orderBy(desc(messages.id)).limit(1);
  return row?.text ?? '';
}
const linkIn = (text: string) => /http:\S+/.exec(text)?.[0] as string;
const problem = (page: Page) => page.getByRole('alert').filter({ hasText: /./ });

browserTest('an invited person opens the link, chooses a name and a password, and can sign in', { timeout: 60_000 }, async () => {
  const shop = await openShop();
  const email = `${randomUUID()}@example.com`;
  await shop.call('POST', `/user/invite/${shop.locationId}`, { body: { invites: [{ name: '<b>Ada</b>', search: email }] } });
  const link = linkIn(await sentTo(email));
  const { context, page } = await open({ viewport: { width: 320, height: 740 } });
  const requested: string[] = [];
  page.on('request', (request) => requested.push(request.url()));
  await page.goto(link);
  await page.getByText(`Test location invites you (${email}) as: Team member.`).waitFor();
  // Neither the address bar nor any request has the token.
  expect(page.url()).toBe(link.replace(/#.*/, ''));
  expect(requested.filter((url) => url.includes(link.split('#')[1] as string) && !url.includes('#'))).toEqual([]);
  expect(await page.getByLabel('Your name').inputValue()).toBe('<b>Ada</b>');
  expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('New password').fill('correct horse');
  await page.keyboard.press('Enter');
  await page.getByText('You are a user of the location now.').waitFor();
  const login = { login: email, password: 'correct horse' };
  const { status, data } = await call('POST', '/auth', { body: login, authorization: `Bearer ${shop.partner.token}` });
  expect([status, data.name]).toEqual([201, 'Ada Lovelace']);
  // The link is used up. The page says so, and asks for the code of another message.
  await page.goto('about:blank');
  await page.goto(link);
  await problem(page).getByText('The link is not valid any more. Ask for a new one.').waitFor();
  expect(await page.getByLabel('Your name').isVisible()).toBe(false);
  await page.getByLabel('Code from the message').fill('0123456789');
  await page.keyboard.press('Enter');
  await problem(page).getByText('The link is not valid any more. Ask for a new one.').waitFor();
  await context.close();
});

browserTest(
  'who lost a password asks for a link, and chooses a new one by the link or by its code',
  { timeout: 60_000 },
  async () => {
    const { owner, partner } = await openShop();
    const server = await testServer();
    const { context, page } = await open({ viewport: { width: 320, height: 740 } });
    const ask = async () => {
      await page.goto('about:blank');
      await page.goto(`${server.url}/password`);
      await page.getByLabel('E-mail, phone or login name').fill(owner.email);
      await page.keyboard.press('Enter');
      await page.getByText('If there is such an account, we have sent a link').waitFor();
      await runDueJobs(server, { kind: 'send password reset' });
      return linkIn(await sentTo(owner.email));
    };
    const signIn = async (password: string) =>
      (await call('POST', '/auth', { body: { login: owner.email, password }, authorization: `Bearer ${partner.token}` })).status;
    const link = await ask();
    await page.goto(link);
    await page.getByLabel('New password').fill('a new password');
    expect(page.url()).toBe(`${server.url}/password`);
    expect(await page.getByLabel('Code from the message').isVisible()).toBe(false);
    expect(await worstContrast(page)).toBeGreaterThanOrEqual(4.5);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('The new password is set').waitFor();
    expect(await signIn('a new password')).toBe(201);

    const code = (await ask()).split('#')[1] as string;
    await page.goto('about:blank');
    await page.goto(`${server.url}/password`);
    await page.getByRole('button', { name: 'I have a code' }).click();
    await page.getByLabel('New password').fill('another password');
    await page.getByLabel('Code from the message').fill(`wrong${code}`);
    await page.keyboard.press('Enter');
    await problem(page).getByText('The link is not valid any more.').waitFor();
    await page.getByLabel('Code from the message').fill(` ${code} `);
    await page.keyboard.press('Enter');
    await page.getByText('The new password is set').waitFor();
    expect(await signIn('another password')).toBe(201);
    await context.close();
  },
);

browserTest('the pages speak the language of the browser', async () => {
  const server = await testServer();
  const { context, page } = await open({ locale: 'de-DE' });
  await page.goto(`${server.url}/password`);
  await page.getByLabel('E-Mail, Telefonnummer oder Benutzername').fill('niemand@example.com');
  await page.getByRole('button', { name: 'Link senden' }).click();
  await page.getByText('Wenn es dieses Konto gibt').waitFor();
  await page.goto(`${server.url}/join#0123456789`);
  await problem(page).getByText('Der Link gilt nicht mehr.').waitFor();
  const shop = await openShop();
  const email = `${randomUUID()}@example.com`;
  const invites = [{ name: 'Ada', search: email, user_role: 'administrator' }];
  await shop.call('POST', `/user/invite/${shop.locationId}`, { body: { invites } });
  await page.goto(linkIn(await sentTo(email)));
  await page.getByText(`Test location lädt Sie ein (${email}), als: Empfang.`).waitFor();
  await context.close();
});
