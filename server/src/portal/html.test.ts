import { describe, expect, it, test } from 'vitest';
import { startServer, testDatabase } from '../../test/harness.ts';
import { roleNames, roles } from '../domains/access/permissions.ts';
import { sendMessage } from '../domains/notifications/message.ts';
import { accountTexts } from './account-texts.ts';
import { embeddedJson, escapeHtml, html, inline, prose } from './html.ts';
import type { PageLanguage } from './link-texts.ts';
import { waitingTexts } from './waiting-texts.ts';

const nasty = `<b onclick='x("1")'>&amp; "Scissors"</b>`;
const escaped = '&lt;b onclick=&#39;x(&quot;1&quot;)&#39;&gt;&amp;amp; &quot;Scissors&quot;&lt;/b&gt;';

describe('a value in HTML', () => {
  it('is escaped for texts and attributes, each sign of it', () => {
    expect(escapeHtml(nasty)).toBe(escaped);
    expect(html`<p title="${nasty}">${nasty}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('is escaped in lists too, and HTML itself is not', () => {
    expect(html`${['<', html`<i>${'&'}</i>`, 5]}`.text).toBe('&lt;<i>&amp;</i>5');
    expect(html`${undefined}${null}${false}${0}${''}`.text).toBe('0');
  });

  it('keeps only the mark-up of descriptions', () => {
    expect(inline('Send `<b>` & see').text).toBe('Send <code>&lt;b&gt;</code> &amp; see');
    expect(prose('One <i>.\n\nTwo `&`.').text).toBe('<p>One &lt;i&gt;.</p><p>Two <code>&amp;</code>.</p>');
  });

  it('does not end the script that contains it as JSON', () => {
    const written = embeddedJson({ title: '</script><script>alert(1)</script>' }).text;
    expect(written).not.toContain('<');
    expect(JSON.parse(written)).toEqual({ title: '</script><script>alert(1)</script>' });
  });
});

test('the page of messages shows each message and its recipient, as text', async () => {
  const { url } = await startServer();
  const { db } = await testDatabase();
  const message = {
    locationId: null,
    channel: 'email',
    text: `Hello ${nasty}`,
    expiresAt: new Date(Date.now() + 60_000),
  } as const;
  await sendMessage(db, { ...message, recipient: `"Ada" <ada@example.com>` });
  const answer = await fetch(`${url}/demo/messages`);
  const page = await answer.text();
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page).toContain(`<td>&quot;Ada&quot; &lt;ada@example.com&gt; (email)</td><td>Hello ${escaped}</td>`);
  expect(page).not.toContain(nasty);
});

test('the pages behind links speak the languages of the booking page, otherwise English', async () => {
  const { url } = await startServer();
  const read = async (path: string, languages: string) => {
    const answer = await fetch(`${url}${path}`, { headers: { 'accept-language': languages } });
    expect(answer.headers.get('vary')).toContain('accept-language');
    return answer.text();
  };
  for (const [language, texts] of Object.entries(accountTexts)) {
    const join = await read('/join', `xx, ${language};q=0.5`);
    expect(join).toContain(`<html lang="${language}">`);
    expect(join).toContain(`<h1>${escapeHtml(texts.join)}</h1>`);
    // The menu of the portal is in English.
    expect(join.includes('<header class="top" lang="en">')).toBe(language !== 'en');
    expect(await read('/password', `${language}-XX`)).toContain(`<h1>${escapeHtml(texts.lost)}</h1>`);
    const { title, states } = waitingTexts[language as PageLanguage];
    const waiting = await read('/waiting', language);
    expect([waiting.includes(`<html lang="${language}">`), waiting.includes(`<h1>${title}</h1>`)]).toEqual([true, true]);
    expect(texts.invites.match(/\{\w+\}/g)?.toSorted()).toEqual(['{contact}', '{location}', '{role}']);
    expect(Object.values(states).flatMap((text) => text.match(/\{\w+\}/g) ?? [])).toEqual(Array(4).fill('{location}'));
  }
  expect(Object.keys(accountTexts).toSorted()).toEqual(['de', 'en', 'et', 'lt', 'lv', 'uk']);
  expect(accountTexts.en.roles).toEqual(Object.fromEntries(roleNames.map((role) => [role, roles[role].title])));
  expect(await read('/password', 'fr-FR')).toContain('<h1>Lost password</h1>');
});
