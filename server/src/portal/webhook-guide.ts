import { type Html, html } from './html.ts';

/** The address of the guide of webhooks. */
export const webhookGuideHref = '/docs/webhooks';

const sample = `import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.WEBHOOK_SECRET); // whsec_…
const seen = new Set(); // in a database, for some days

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString(); // as it came, before any parsing
  try {
    webhook.verify(text, request.headers);
  } catch {
    return response.writeHead(401).end();
  }
  const id = request.headers['webhook-id'];
  if (!seen.has(id)) {
    seen.add(id);
    const { resource, resource_id, status, data } = JSON.parse(text);
    console.log(resource, resource_id, status, data); // or put it into a queue
  }
  response.end();
}).listen(3000);`;

const byHand = `import { createHmac, timingSafeEqual } from 'node:crypto';

export function verify(secret, headers, text) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp } = headers;
  if (Math.abs(Date.now() / 1000 - timestamp) > 300) return false;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const expected = createHmac('sha256', key).update(\`\${id}.\${timestamp}.\${text}\`).digest();
  return headers['webhook-signature'].split(' ').some((signature) => {
    const [version, value] = signature.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}`;

/** The reference of the operations of webhooks. */
export const webhookOperations = '/en/developers/openapi/webhooks';

/** The address of the page that shows the log. */
export const webhookLogHref = `${webhookGuideHref}/log`;

/** How to receive webhooks. */
export const webhookGuide = (): Html => html`<p class="path"><a href="/docs">Reference</a></p>
<h1>Webhooks</h1>
<p>A location tells up to ten addresses of its changes: one POST for each change and address, with the body that the <a href="${webhookOperations}">reference</a> describes. It has <code>company_id</code>,
<code>resource</code>, <code>resource_id</code>, <code>status</code> and <code>data</code>, which is what the operation that reads the thing answers.</p>
<section aria-labelledby="begin"><h2 id="begin">Begin</h2>
<ol>
<li>Save the address and what you want to be told: <a href="${webhookOperations}/update_event_notification_settings"><code>POST /hooks_settings/{location_id}</code></a>. With <code>self_sending</code> 0, you are not told of your own changes.</li>
<li>Make its secret, which is shown once: <a href="${webhookOperations}/rotate_webhook_secret"><code>POST …/addresses/{address_id}/secret</code></a>. Call it again to change the secret: the former one also signs for a day.</li>
<li>Send a test: <a href="${webhookOperations}/send_test_webhook"><code>POST …/addresses/{address_id}/test</code></a>. It answers what your address answered.</li>
</ol>
<p>The address must be public. The demo sends only to your own machine: <code>http://127.0.0.1:3000/</code>.</p></section>
<section aria-labelledby="verify"><h2 id="verify">Check the signature</h2>
<p>The headers are those of <a href="https://www.standardwebhooks.com">Standard Webhooks</a>, which has libraries for many languages. In JavaScript:</p>
<pre tabindex="0"><code>${sample}</code></pre>
<p><code>webhook-signature</code> has <code>v1,</code> and the HMAC-SHA256 of <code>id.timestamp.body</code> in base64; two of them with a space between while a secret is being changed. Without a library:</p>
<pre tabindex="0"><code>${byHand}</code></pre></section>
<section aria-labelledby="answer"><h2 id="answer">Answer</h2>
<div class="scroll" role="region" aria-labelledby="answer" tabindex="0"><table>
<thead><tr><th scope="col">Answer</th><th scope="col">What happens</th></tr></thead>
<tbody>
<tr><th scope="row">2xx within 15 seconds</th><td>The delivery is done. Answer first and work afterwards.</td></tr>
<tr><th scope="row">410</th><td>The address is switched off, and the owners of the location are told.</td></tr>
<tr><th scope="row">429 or 503</th><td>The address gets nothing until <code>Retry-After</code>, an hour at most. Then it is tried again.</td></tr>
<tr><th scope="row">Another one, a redirect, or none</th><td>It is tried again after 5 and 30 seconds, 2, 10 and 30 minutes, 1, 2 and 4 hours, and then every 8 hours, for three days.</td></tr>
</tbody></table></div>
<p>An address that fails several times in a row gets nothing for some seconds, later for ten minutes. When it works again, it gets all that waits. After five days without any success it is switched off.</p></section>
<section aria-labelledby="expect"><h2 id="expect">What to expect</h2>
<ul>
<li>A delivery can come twice, for example if the connection breaks before your answer arrives. It then has the same <code>webhook-id</code>.</li>
<li>The changes of one thing come in their order. If one of them fails for more than some minutes, later ones overtake it: compare <code>last_change_date</code>, or read the thing. Different things have no order.</li>
<li>One action can change several things: a paid visit changes an appointment, its payment and its client.</li>
</ul></section>
<section aria-labelledby="log"><h2 id="log">Look into it</h2>
<p><a href="${webhookOperations}/list_webhook_addresses"><code>GET …/addresses</code></a> says how each address does, <a href="${webhookOperations}/list_webhook_deliveries"><code>GET …/deliveries</code></a> lists what was sent and
what waits, and <a href="${webhookOperations}/get_webhook_delivery"><code>GET …/deliveries/{webhook-id}</code></a> has the body, the answer and all tries of one, for a week. <a href="${webhookOperations}/resend_webhook_delivery">Send one again</a>, or
<a href="${webhookOperations}/resend_failed_webhook_deliveries">all that failed between two times</a>.
<a href="${webhookLogHref}">The log as a page</a> shows all this to a user who signs in.</p></section>`;
