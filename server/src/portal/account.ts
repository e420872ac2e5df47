import { type AccountLanguage, type AccountTexts, accountTexts } from './account-texts.ts';
import { embeddedJson, type Html, html } from './html.ts';

const entry = (name: string, label: string, attributes: Html, hint = '') =>
  html`<p class="field"><label for="account-${name}">${label}</label><input id="account-${name}" name="${name}" ${attributes}>${hint && html`<small>${hint}</small>`}</p>\n`;

const code = (texts: AccountTexts) => entry('token', texts.code, html`autocomplete="one-time-code" maxlength="100" required`);
const needsScript = (texts: AccountTexts) => html`<noscript><p class="note">${texts.needsScript}</p></noscript>`;
const newPassword = (texts: AccountTexts, isRequired: boolean) =>
  entry(
    'password',
    texts.newPassword,
    html`type="password" autocomplete="new-password" minlength="8" maxlength="200" ${isRequired && 'required'}`,
    texts.atLeast,
  );

/** The script, with what it says. */
const scripts = (script: string, { invites, joined, sent, changed, gone }: AccountTexts) =>
  html`<script type="application/json" data-words>${embeddedJson({ invites, joined, sent, changed, gone })}</script>
<script type="module" src="${script}"></script>`;

/** The page behind the link of an invitation. Its token is the fragment of the address, which browsers do not send. */
export function joinPage(script: string, language: AccountLanguage): Html {
  const texts = accountTexts[language];
  return html`<div lang="${language}"><h1>${texts.join}</h1>
${needsScript(texts)}<form class="narrow" data-open hidden>
${code(texts)}<p class="error" role="alert" data-problem></p>
<p><button>${texts.openInvitation}</button></p>
</form>
<form class="narrow" data-join hidden>
<p class="lead" data-said></p>
${entry('name', texts.name, html`autocomplete="name" maxlength="255"`)}${newPassword(texts, false)}<p class="error" role="alert" data-problem></p>
<p><button>${texts.join}</button></p>
</form>
<section data-done hidden><h2 tabindex="-1">${texts.welcome}</h2><p role="status" data-said></p></section></div>
${scripts(script, texts)}`;
}

/** The page for a lost password: it sends a link, and behind the link it sets the new one. */
export function passwordPage(script: string, language: AccountLanguage): Html {
  const texts = accountTexts[language];
  return html`<div lang="${language}"><h1>${texts.lost}</h1>
${needsScript(texts)}<form class="narrow" data-request hidden>
<p>${texts.weSend}</p>
${entry('login', texts.login, html`autocomplete="username" maxlength="255" required`)}<p class="error" role="alert" data-problem></p>
<p><button>${texts.sendLink}</button></p>
<p><button type="button" class="second" data-code>${texts.haveCode}</button></p>
</form>
<form class="narrow" data-reset hidden>
<div data-token hidden>${code(texts)}</div>
${newPassword(texts, true)}<p class="error" role="alert" data-problem></p>
<p><button>${texts.setPassword}</button></p>
</form>
<section data-done hidden><h2 tabindex="-1">${texts.done}</h2><p role="status" data-said></p></section></div>
${scripts(script, texts)}`;
}
