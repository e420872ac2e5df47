import { type AccountTexts, accountTexts } from './account-texts.ts';
import { type Html, html } from './html.ts';
import { codeField, doneSection, entry, needsScript, scriptWith } from './link-page.ts';
import { type PageLanguage, sharedTexts } from './link-texts.ts';

const code = (language: PageLanguage) => codeField(language, 100);
const newPassword = (texts: AccountTexts, isRequired: boolean) =>
  entry(
    'password',
    texts.newPassword,
    html`type="password" autocomplete="new-password" minlength="8" maxlength="200" ${isRequired && 'required'}`,
    texts.atLeast,
  );

const scripts = (script: string, { invites, joined, sent, changed, gone, roles }: AccountTexts) =>
  scriptWith(script, { invites, joined, sent, changed, gone, roles });

/** The page behind the link of an invitation. Its token is the fragment of the address, which browsers do not send. */
export function joinPage(script: string, language: PageLanguage): Html {
  const texts = accountTexts[language];
  return html`<h1>${texts.join}</h1>
${needsScript(language)}<form class="narrow" data-open hidden>
${code(language)}<p class="error" role="alert" data-problem></p>
<p><button>${texts.openInvitation}</button></p>
</form>
<form class="narrow" data-join hidden>
<p class="lead" data-said></p>
${entry('name', texts.name, html`autocomplete="name" maxlength="255"`)}${newPassword(texts, false)}<p class="error" role="alert" data-problem></p>
<p><button>${texts.join}</button></p>
</form>
${doneSection(texts.welcome)}
${scripts(script, texts)}`;
}

/** The page for a lost password: it sends a link, and behind the link it sets the new one. */
export function passwordPage(script: string, language: PageLanguage): Html {
  const texts = accountTexts[language];
  return html`<h1>${texts.lost}</h1>
${needsScript(language)}<form class="narrow" data-request hidden>
<p>${texts.weSend}</p>
${entry('login', texts.login, html`autocomplete="username" maxlength="255" required`)}<p class="error" role="alert" data-problem></p>
<p><button>${texts.sendLink}</button></p>
<p><button type="button" class="second" data-code>${texts.haveCode}</button></p>
</form>
<form class="narrow" data-reset hidden>
<div data-token hidden>${code(language)}</div>
${newPassword(texts, true)}<p class="error" role="alert" data-problem></p>
<p><button>${texts.setPassword}</button></p>
</form>
${doneSection(sharedTexts[language].done)}
${scripts(script, texts)}`;
}
