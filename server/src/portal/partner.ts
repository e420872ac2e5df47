import { type Html, html } from './html.ts';
import type { Credentials } from './samples.ts';

/** The address of the page on which partners manage their applications. */
export const partnerHref = '/docs/partner';

const operations = '/en/developers/openapi/marketplace';

export interface PartnerPageOptions {
  /** The address of the page's script. */
  script: string;
  /** The token that the form begins with. The server of a business has none. */
  credentials: Pick<Credentials, 'partnerToken'> | undefined;
}

const entry = (name: string, label: string, attributes: Html | string = '', hint: Html | string = '') =>
  html`<p class="field"><label for="partner-${name}">${label}</label><input id="partner-${name}" name="${name}" autocomplete="off" spellcheck="false" ${attributes}>${hint && html`<small>${hint}</small>`}</p>\n`;

/** How an application comes to a location, and what becomes of it. */
const guide = html`<section aria-labelledby="installing"><h2 id="installing">How an application is installed</h2>
<ol>
<li><strong>Connect.</strong> A user of the location agrees: <a href="${operations}/connect_marketplace_application"><code>POST …/connect</code></a>. The user must have the rights that the application declares. The answer has the address to which the browser goes: your callback address with <code>salon_id</code> and <code>application_id</code>. An application that asks for user data gets <code>user_data</code> too, signed with the HMAC-SHA256 by your token in <code>user_data_sign</code>. The state is <code>pending</code>.</li>
<li><strong>Callback, within an hour.</strong> You confirm: <a href="${operations}/marketplace_notification_settings_callback"><code>POST /marketplace/partner/callback</code></a>. Later than that, the user must connect again.</li>
<li><strong>Active.</strong> The application has a user in the location, with the rights that were agreed to. <a href="${operations}/renew_marketplace_user_token">Make its token</a>, and call the API with your token and that one. Rights that you declare later come only when the location uninstalls the application and connects it again.</li>
<li><strong>Payments.</strong> Report them: <a href="${operations}/marketplace_notification_payment_callback"><code>POST /marketplace/partner/payment</code></a>, and <a href="${operations}/marketplace_payment_refund_callback">refunds</a>. An application for which nothing was ever paid is free.</li>
<li><strong>Frozen.</strong> Some minutes after the paid time, the state is <code>freezed</code>: the user of the application has no access, and your webhook address is told by <a href="${operations}/marketplace_webhook"><code>marketplace_webhook</code></a>. A payment that covers the present makes it active again, with the same rights.</li>
</ol></section>`;

/** The page of a partner. Its script shows the forms, because they do nothing without it. */
export const partnerPage = ({
  script,
  credentials,
}: PartnerPageOptions): Html => html`<p class="path"><a href="/docs">Reference</a></p>
<h1>Applications of a partner</h1>
<p>Register what you offer to locations, see where it is installed, and change your token. <a href="#installing">How an application is installed</a></p>
<noscript><p class="note">This page needs JavaScript. The <a href="${operations}">operations of the marketplace</a> do the same.</p></noscript>
<form class="narrow" data-sign-in hidden>
<h2>Your token</h2>
${entry('token', 'Partner token', html`value="${credentials?.partnerToken}" required`)}<p><small>The token stays in this page until you leave it or sign out. It is stored nowhere.</small></p>
<p class="error" role="alert" data-problem></p>
<p><button>Open</button></p>
</form>
<div data-partner hidden>
<section aria-labelledby="applications" data-list><h2 id="applications" tabindex="-1">Your applications</h2>
<p class="error" role="alert" data-problem></p>
<p role="status" data-said></p>
<div class="scroll" role="region" aria-labelledby="applications" tabindex="0" data-table hidden><table>
<thead><tr><th scope="col">Title</th><th scope="col" class="number">Id</th><th scope="col">Rights</th><th scope="col">Actions</th></tr></thead>
<tbody data-rows></tbody></table></div>
<p><button type="button" data-register>Register an application</button> <button type="button" class="second" data-sign-out>Sign out</button></p></section>
<form class="narrow" data-edit aria-labelledby="edit" hidden><h2 id="edit" tabindex="-1"></h2>
${entry('name', 'Title', html`required maxlength="255"`)}${entry('short_description', 'Description', html`maxlength="1000"`)}<p class="field"><label for="partner-kind">Kind</label><select id="partner-kind" name="kind"><option>other</option><option>chat_bot</option><option>sms_aggregator</option></select></p>
${entry('callback_url', 'Callback address', 'required', 'Where the browser of a user goes who connects it.')}${entry('webhook_url', 'Webhook address', '', 'It is told when a location uninstalls it, and when it is frozen. Empty for nowhere.')}<p><label><input type="checkbox" name="asks_user_data"> Send signed data of the user along</label></p>
${entry('rights', 'Declared rights', '', 'Names of permissions such as clients_access, with spaces between. Locations that have it keep the rights that they agreed to.')}<p class="error" role="alert" data-problem></p>
<p><button>Save</button> <button type="button" class="second" data-close>Close</button></p>
</form>
<section aria-labelledby="installs" data-installs hidden><h2 id="installs" tabindex="-1"></h2>
<p class="error" role="alert" data-problem></p>
<p role="status" data-said></p>
<p><small>Active and frozen ones. Times are those of each location.</small></p>
<div class="scroll" role="region" aria-labelledby="installs" tabindex="0"><table>
<thead><tr><th scope="col">Location</th><th scope="col">State</th><th scope="col">Connected</th><th scope="col">Last change</th><th scope="col">Paid until</th></tr></thead>
<tbody data-rows></tbody></table></div>
<p><button type="button" class="second" data-previous hidden>Previous ones</button> <button type="button" class="second" data-next hidden>Next ones</button> <button type="button" class="second" data-close>Close</button></p></section>
<form class="narrow" data-token aria-labelledby="tokens"><h2 id="tokens">Another token</h2>
<p>Your applications sign with it from then on, and this page uses it. Other tokens work until you end them: make one, change over, and then make one that ends the others.</p>
<p><label><input type="checkbox" name="ends_others"> End all other tokens, also the one that you gave</label></p>
<p class="error" role="alert" data-problem></p>
<p><button>Make a token</button></p>
<div role="status" data-made hidden><p class="note">Copy it now. It is not shown again.</p><pre tabindex="0" aria-label="New token"><code data-new></code></pre></div>
</form>
</div>
${guide}
<script type="module" src="${script}"></script>`;
