import { type Html, html } from './html.ts';

/** The address of the guide. */
export const guideHref = '/docs/limits-and-retries';

/** What is left of the rate limits, when to send a request again, and how to have it done only once. */
export const guide = (): Html => html`<p class="path"><a href="/docs">Reference</a></p>
<h1>Limits and retries</h1>
<section aria-labelledby="limits"><h2 id="limits">Rate limits</h2>
<p>The server of a business answers 200 requests a minute and 5 a second from one network address, unless its operator has set other limits. The demo has no limits. Every answer
says what is left:</p>
<pre tabindex="0"><code>RateLimit-Policy: "minute";q=200;w=60, "second";q=5;w=1
RateLimit: "minute";r=163;t=41, "second";r=4;t=1
RateLimit-Limit: 5
RateLimit-Remaining: 4
RateLimit-Reset: 1</code></pre>
<p><code>RateLimit-Policy</code> names the limits: <code>q</code> requests in <code>w</code> seconds. <code>RateLimit</code> has the state of each: <code>r</code> requests are left until
<code>t</code> seconds have passed. The other three headers are those of older drafts, and speak of the limit with the fewest requests left.</p>
<p>Above a limit the answer is 429. Its <code>Retry-After</code> has the seconds to wait. Failed logins and the codes that clients are sent have limits of their own, with
<code>Retry-After</code> too.</p></section>
<section aria-labelledby="retries"><h2 id="retries">When to send a request again</h2>
<div class="scroll" role="region" aria-labelledby="retries" tabindex="0"><table>
<thead><tr><th scope="col">Answer</th><th scope="col">Meaning</th><th scope="col">What to do</th></tr></thead>
<tbody>
<tr><th scope="row">429</th><td>Too many requests. Nothing was changed.</td><td>Wait as long as <code>Retry-After</code> says.</td></tr>
<tr><th scope="row">409 with <code>Retry-After</code></th><td>The same request is being done.</td><td>Wait as long as <code>Retry-After</code> says.</td></tr>
<tr><th scope="row">503</th><td>The server or its database is busy or does not answer.</td><td>Wait as long as <code>Retry-After</code> says.</td></tr>
<tr><th scope="row">500, or no answer</th><td>Something failed. A change may have been made.</td><td>Send it again with the same <a href="#repeating">key</a>, after a second, then after two, four and so on.</td></tr>
<tr><th scope="row">Another 4xx</th><td>The request itself is refused.</td><td>Change the request.</td></tr>
</tbody></table></div></section>
<section aria-labelledby="repeating"><h2 id="repeating">Doing it only once</h2>
<p>Give a change a key of your own, and send it again with the same key until it is answered. It is done once:</p>
<pre tabindex="0"><code>Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324"</code></pre>
<ul>
<li>Every POST, PUT, PATCH and DELETE that writes takes the header, unless it ignores it (below). Its page says so. It is an extension of Foyer, and follows the draft of the IETF (httpapi, <q>The Idempotency-Key HTTP Header Field</q>).</li>
<li>Make a new key for each thing that is to happen, one that nobody guesses, such as a UUID: 1 to 255 printable characters, in quotes or not. If it cannot be read, the answer is 400.</li>
<li>The first answer is given again, with the same status and body and <code>Idempotent-Replayed: true</code>, also after a crash of the server. This works for 24 hours, for the same user of the same
partner. A caller without a user token must have the same network address.</li>
<li>The same key with another method, path or body is a 422. Files are not compared. While the first request is being done, the answer is 409, and <code>Retry-After</code> has the seconds to wait.</li>
<li>Refused requests are not kept: nothing was done, so the same key may be sent again with a better body.</li>
<li>Signing in and changing a password ignore the header, because tokens are not kept. Requests that end the caller's own access, such as deleting the location or the own session, are
done once too, but a repetition is answered like any request without access.</li>
<li>In the rare case that an answer was too long to be kept (4 MB compressed), the repetition is a 409 without <code>Retry-After</code>.</li>
</ul></section>`;
