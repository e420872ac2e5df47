import { embeddedJson, type Html, html } from './html.ts';

const choice = (name: string, label: string) =>
  html`<p><label for="${name}">${label}</label><select id="${name}" name="${name}" disabled required><option value="">–</option></select></p>\n`;

const entry = (name: string, label: string, attributes: Html) =>
  html`<p><label for="${name}">${label}</label><input id="${name}" name="${name}" ${attributes}></p>\n`;

/** The booking widget of the demo: plain HTML that a script fills from the published API. */
export const bookingPage = (form: number, token: string, script: string): Html => html`<h1>Book an appointment</h1>
<p class="lead">A widget in some hundred lines, on the published online-booking API of this server. Nothing here is real.</p>
<noscript><p>Booking needs JavaScript.</p></noscript>
<form class="booking" data-book>
<fieldset><legend>What and when</legend>
${choice('service', 'Service')}${choice('member', 'Team member')}${choice('date', 'Date')}${choice('time', 'Time')}</fieldset>
<fieldset data-contact disabled><legend>Who</legend>
${entry('fullname', 'Your name', html`autocomplete="name" required`)}${entry('phone', 'Your phone number', html`type="tel" autocomplete="tel" required`)}<div data-code hidden>
<p><button type="button" data-send-code>Send me a code</button> In the demo it is shown <a href="/demo/messages">here</a>.</p>
${entry('code', 'The code', html`inputmode="numeric" autocomplete="one-time-code"`)}</div>
<p data-policy></p>
<p><button>Book</button></p></fieldset>
<p role="status"></p>
<script type="application/json" data-config>${embeddedJson({ form, token })}</script>
</form>
<section data-booked hidden><h2 tabindex="-1">Your appointment is booked</h2>
<dl class="facts"><dt>What</dt><dd data-what></dd><dt>With</dt><dd data-who></dd><dt>When</dt><dd data-when></dd><dt>Where</dt><dd data-where></dd></dl>
<p><button type="button">Cancel the appointment</button></p>
<p role="status"></p></section>
<script type="module" src="${script}"></script>`;

/** A message as the demo shows it. */
export interface ShownMessage {
  channel: string;
  recipient: string;
  text: string;
  createdAt: Date;
}

/** What this server would have sent to people. */
export const messagesPage = (messages: readonly ShownMessage[]): Html => html`<h1>Messages</h1>
<p class="lead">What the demo would have sent: no provider is connected. Messages go when they are of no use any more.</p>
${
  messages.length
    ? html`<div class="scroll" role="region" aria-label="Messages" tabindex="0"><table>
<thead><tr><th scope="col">Sent</th><th scope="col">To</th><th scope="col">Text</th></tr></thead>
<tbody>${messages.map(({ channel, recipient, text, createdAt }) => html`<tr><td>${createdAt.toISOString().slice(0, 19).replace('T', ' ')} UTC</td><td>${recipient} (${channel})</td><td>${text}</td></tr>\n`)}</tbody></table></div>`
    : html`<p>There are none.</p>`
}`;
