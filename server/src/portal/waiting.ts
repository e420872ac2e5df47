import { type Html, html } from './html.ts';
import { codeField, doneSection, needsScript, scriptWith } from './link-page.ts';
import { type PageLanguage, sharedTexts } from './link-texts.ts';
import { waitingTexts } from './waiting-texts.ts';

/**
 * The page behind the links of the waiting list: it shows an offer or an entry, and a button answers. Its token is the fragment of the address,
 * which browsers do not send. Opening it changes nothing.
 */
export function waitingPage(script: string, language: PageLanguage): Html {
  const texts = waitingTexts[language];
  const { anyone, states, over, booked, goOn, left, gone, refused, failed } = texts;
  const about = html`<dt>${texts.visit}</dt><dd data-what></dd><dt>${texts.staff}</dt><dd data-who></dd>`;
  const until = html`<dt>${texts.until}</dt><dd data-until></dd>`;
  const leave = html`<p><button type="button" class="second" data-leave>${texts.leave}</button></p>`;
  return html`<h1>${texts.title}</h1>
${needsScript(language)}<form class="narrow" data-open hidden>
${codeField(language, 200)}<p class="error" role="alert" data-problem></p>
<p><button>${texts.open}</button></p>
</form>
<section data-offer hidden>
<p class="lead" data-said></p>
<dl class="facts">${about}<dt>${texts.time}</dt><dd data-when></dd>${until}</dl>
<p class="error" role="alert" data-problem></p>
<div data-answers><p><button type="button" data-take>${texts.take}</button></p>
<p><button type="button" class="second" data-decline>${texts.decline}</button></p>
${leave}</div>
</section>
<section data-entry hidden>
<p class="lead" data-said></p>
<dl class="facts">${about}<dt>${texts.days}</dt><dd data-when></dd>${until}</dl>
<p class="error" role="alert" data-problem></p>
<div data-answers>${leave}</div>
</section>
${doneSection(sharedTexts[language].done)}
${scriptWith(script, { anyone, states, over, booked, goOn, left, gone, refused, failed })}`;
}
