import { type Html, html } from './html.ts';
import type { Credentials } from './samples.ts';
import { webhookGuideHref, webhookOperations } from './webhook-guide.ts';

export interface WebhookLogOptions {
  /** The address of the page's script. */
  script: string;
  /** Credentials that the form begins with. The server of a business has none. */
  credentials: Pick<Credentials, 'partnerToken' | 'login' | 'password'> | undefined;
}

const entry = (name: string, label: string, attributes: Html) =>
  html`<p class="field"><label for="log-${name}">${label}</label><input id="log-${name}" name="${name}" ${attributes}></p>\n`;

const choice = (name: string, label: string, options: Html | string = '') =>
  html`<p class="field"><label for="log-${name}">${label}</label><select id="log-${name}" name="${name}">${options}</select></p>\n`;

/** The log of webhooks for people. Its script shows the forms, because they do nothing without it. */
export const webhookLog = ({
  script,
  credentials,
}: WebhookLogOptions): Html => html`<p class="path"><a href="/docs">Reference</a> / <a href="${webhookGuideHref}">Webhooks</a></p>
<h1>Log of webhooks</h1>
<p>What was sent to the addresses of a location in the last week, what they answered, and what waits.</p>
<noscript><p class="note">This page needs JavaScript. The same is answered by <a href="${webhookOperations}/list_webhook_deliveries"><code>GET …/deliveries</code></a>.</p></noscript>
<form class="narrow" data-sign-in hidden>
<h2>Sign in</h2>
${entry('partner', 'Partner token', html`value="${credentials?.partnerToken}" autocomplete="off" spellcheck="false" required`)}${entry('login', 'Login: phone number or e-mail', html`value="${credentials?.login}" autocomplete="username" spellcheck="false" required`)}${entry('password', 'Password', html`type="password" value="${credentials?.password}" autocomplete="current-password" required`)}<p><small>The tokens stay in this page until you leave it or sign out. They are stored nowhere.</small></p>
<p class="error" role="alert" data-problem></p>
<p><button>Sign in</button></p>
</form>
<div data-log hidden>
<p>Signed in as <strong data-name></strong> <button type="button" class="second" data-sign-out>Sign out</button></p>
<form class="narrow" data-filter>
${choice('place', 'Location')}${choice('address', 'Address')}${choice('state', 'State', html`<option value="">all</option><option>waiting</option><option>delivered</option><option>failed</option>`)}<p><button>Show</button></p>
</form>
<section aria-labelledby="deliveries"><h2 id="deliveries" tabindex="-1">Deliveries</h2>
<p class="error" role="alert" data-problem></p>
<p role="status" data-said></p>
<p data-empty="addresses" hidden>This location has no address yet. Save one with <a href="${webhookOperations}/update_event_notification_settings"><code>POST /hooks_settings/{location_id}</code></a>.</p>
<p data-empty="changes" hidden>Nothing was sent in the last week. Change something that an address is told of, for example a client. With <code>self_sending</code> 0, your own changes are left out. <a href="${webhookOperations}/send_test_webhook">Tests</a> are not in the log.</p>
<p data-empty="filter" hidden>No delivery is like this. Choose another address or state.</p>
<p data-empty="page" hidden>There are no earlier ones.</p>
<div class="scroll" role="region" aria-labelledby="deliveries" tabindex="0" data-table hidden><table>
<thead><tr><th scope="col">Change</th><th scope="col">Time</th><th scope="col">Address</th><th scope="col">State</th><th scope="col" class="number">Tries</th><th scope="col">Answer</th></tr></thead>
<tbody data-rows></tbody></table></div>
<p><button type="button" class="second" data-later hidden>Later ones</button> <button type="button" class="second" data-earlier hidden>Earlier ones</button></p></section>
<section aria-labelledby="delivery" data-delivery hidden><h2 id="delivery" tabindex="-1"></h2>
<dl class="facts" data-facts></dl>
<p class="error" role="alert" data-problem></p>
<p><button type="button" data-resend>Send again</button> <button type="button" class="second" data-close>Close</button> <span role="status" data-said></span></p>
<h3>Body</h3>
<pre tabindex="0" aria-label="Body"><code data-body></code></pre>
<h3>Last answer</h3>
<pre tabindex="0" aria-label="Last answer"><code data-answer></code></pre>
<h3 id="tries">Tries</h3>
<div class="scroll" role="region" aria-labelledby="tries" tabindex="0"><table>
<thead><tr><th scope="col">Time</th><th scope="col">Answer</th><th scope="col" class="number">Milliseconds</th></tr></thead>
<tbody data-tries></tbody></table></div></section>
<form class="narrow" data-failed aria-labelledby="failed"><h2 id="failed">Send failed ones again</h2>
<p>All that failed, of changes between two times of the location's time zone: <span data-whom></span>.</p>
${entry('from', 'From', html`type="datetime-local" step="1" required`)}${entry('to', 'Until', html`type="datetime-local" step="1" required`)}<p class="error" role="alert" data-problem></p>
<p><button>Send all again</button> <span role="status" data-said></span></p>
</form>
</div>
<script type="module" src="${script}"></script>`;
