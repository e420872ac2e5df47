import { type Html, html } from './html.ts';

/** The address of the guide. */
export const guideHref = '/docs/limits-and-retries';

/** What is left of the rate limits, and when to send a request again. */
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
<tr><th scope="row">503</th><td>The server or its database is busy or does not answer.</td><td>Wait as long as <code>Retry-After</code> says.</td></tr>
<tr><th scope="row">500, or no answer</th><td>Something failed. A change may have been made.</td><td>Send it again after a second, then after two, four and so on.</td></tr>
<tr><th scope="row">Another 4xx</th><td>The request itself is refused.</td><td>Change the request.</td></tr>
</tbody></table></div></section>`;
