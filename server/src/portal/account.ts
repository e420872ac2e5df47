import { type Html, html } from './html.ts';

const entry = (name: string, label: string, attributes: Html, hint = '') =>
  html`<p class="field"><label for="account-${name}">${label}</label><input id="account-${name}" name="${name}" ${attributes}>${hint && html`<small>${hint}</small>`}</p>\n`;

const code = entry('token', 'Code from the message', html`autocomplete="one-time-code" maxlength="100" required`);
const needsScript = html`<noscript><p class="note">This page needs JavaScript.</p></noscript>`;
const newPassword = (isRequired: boolean) =>
  entry(
    'password',
    'New password',
    html`type="password" autocomplete="new-password" minlength="8" maxlength="200" ${isRequired && 'required'}`,
    'At least 8 characters.',
  );

/** The page behind the link of an invitation. Its token is the fragment of the address, which browsers do not send. */
export const joinPage = (script: string): Html => html`<h1>Join</h1>
${needsScript}<form class="narrow" data-open hidden>
${code}<p class="error" role="alert" data-problem></p>
<p><button>Open the invitation</button></p>
</form>
<form class="narrow" data-join hidden>
<p class="lead" data-said></p>
${entry('name', 'Your name', html`autocomplete="name" maxlength="255"`)}${newPassword(false)}<p class="error" role="alert" data-problem></p>
<p><button>Join</button></p>
</form>
<section data-done hidden><h2 tabindex="-1">Welcome</h2><p role="status" data-said></p></section>
<script type="module" src="${script}"></script>`;

/** The page for a lost password: it sends a link, and behind the link it sets the new one. */
export const passwordPage = (script: string): Html => html`<h1>Lost password</h1>
${needsScript}<form class="narrow" data-request hidden>
<p>We send you a link to choose a new password.</p>
${entry('login', 'E-mail, phone or login name', html`autocomplete="username" maxlength="255" required`)}<p class="error" role="alert" data-problem></p>
<p><button>Send the link</button></p>
<p><button type="button" class="second" data-code>I have a code</button></p>
</form>
<form class="narrow" data-reset hidden>
<div data-token hidden>${code}</div>
${newPassword(true)}<p class="error" role="alert" data-problem></p>
<p><button>Set the password</button></p>
</form>
<section data-done hidden><h2 tabindex="-1">Done</h2><p role="status" data-said></p></section>
<script type="module" src="${script}"></script>`;
