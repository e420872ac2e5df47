import { embeddedJson, type Html, html } from './html.ts';
import { type PageLanguage, sharedTexts } from './link-texts.ts';

/** A field with its label. */
export const entry = (name: string, label: string, attributes: Html, hint = ''): Html =>
  html`<p class="field"><label for="page-${name}">${label}</label><input id="page-${name}" name="${name}" ${attributes}>${hint && html`<small>${hint}</small>`}</p>\n`;

/** The field for a token that did not come by a link. */
export const codeField = (language: PageLanguage, maxLength: number): Html =>
  entry('token', sharedTexts[language].code, html`autocomplete="one-time-code" maxlength="${maxLength}" required`);

export const needsScript = (language: PageLanguage): Html =>
  html`<noscript><p class="note">${sharedTexts[language].needsScript}</p></noscript>`;

/** The last words of a page. */
export const doneSection = (title: string): Html =>
  html`<section data-done hidden><h2 tabindex="-1">${title}</h2><p role="status" data-said></p></section>`;

/** The script of a page, with what it says. */
export const scriptWith = (script: string, words: object): Html =>
  html`<script type="application/json" data-words>${embeddedJson(words)}</script>
<script type="module" src="${script}"></script>`;
