import type { Mode } from '../platform/config.ts';
import { type Html, html } from './html.ts';
import type { Entry } from './paths.ts';
import { surfaceHref } from './paths.ts';
import type { Credentials } from './samples.ts';

export interface LandingOptions {
  entries: Entry[];
  base: string;
  mode: Mode;
  credentials: Credentials | undefined;
}

/** The content of the landing page. */
export function landing({ entries, base, mode, credentials }: LandingOptions): Html {
  const surfaces = [...new Set(entries.map((entry) => entry.surface))];
  const own = entries.filter((entry) => entry.operation.extension).length;
  return html`<h1>Foyer</h1>
<p class="lead">The back office of an appointment business as an open, self-hosted API server: locations and their users,
team members, services and schedules, the calendar, online booking, clients with their history, products, money, loyalty and payroll. It covers the
whole published business management API.</p>
<p>This server runs ${mode === 'demo' ? html`with its <strong>demo business</strong>: try everything, nothing here is real` : html`with the data of a business: you need a token to call it`}.
It has ${entries.length} operations: ${entries.length - own} of the published API, and ${own} that are Foyer's own. The mock server answers with their examples.</p>
<p class="actions"><a class="button" href="/docs">Open the reference</a> <a href="/en/b2b-v1/openapi/clients/create_client_comment">Try an operation</a></p>
<section aria-labelledby="surfaces"><h2 id="surfaces">Surfaces</h2>
${surfaceTable(entries)}</section>
${credentials ? demoSection(base, credentials) : tokenSection(base)}
<section aria-labelledby="machines"><h2 id="machines">For programs</h2>
<ul>
<li><a href="/llms.txt">llms.txt</a> lists every operation with its summary. Add <code>.md</code> to the address of a reference page to get it as Markdown.</li>
${surfaces.map((surface) => html`<li>OpenAPI 3.1 of ${surface.title}: <a href="/_bundle${surfaceHref(surface)}.json">JSON<span class="hidden"> of ${surface.title}</span></a>, <a href="/_bundle${surfaceHref(surface)}.yaml">YAML<span class="hidden"> of ${surface.title}</span></a></li>\n`)}</ul></section>
<section aria-labelledby="operation"><h2 id="operation">Operation of this server</h2>
<ul>
<li><a href="/health">Health</a>: 200 if the process works</li>
<li><a href="/ready">Readiness</a>: 200 if the database works too</li>
<li><a href="/metrics">Metrics</a> in Prometheus format</li>
</ul></section>`;
}

/** A table of the surfaces, with the number of their operations. */
export function surfaceTable(entries: Entry[]): Html {
  const surfaces = [...new Set(entries.map((entry) => entry.surface))];
  return html`<div class="scroll" role="region" aria-labelledby="surfaces" tabindex="0"><table>
<thead><tr><th scope="col">Surface</th><th scope="col">Base path</th><th scope="col">Mock server</th><th scope="col" class="number">Operations</th></tr></thead>
<tbody>
${surfaces.map((surface) => {
  const count = entries.filter((entry) => entry.surface === surface).length;
  return html`<tr><th scope="row"><a href="${surfaceHref(surface)}">${surface.title}</a><br><small>${surface.description}</small></th><td><code>${surface.basePath}</code></td><td><code>/_mock${surfaceHref(surface)}</code></td><td class="number">${count}</td></tr>\n`;
})}</tbody></table></div>`;
}

function demoSection(base: string, credentials: Credentials): Html {
  return html`<section aria-labelledby="demo"><h2 id="demo">The demo business</h2>
<dl class="facts">
<dt>Partner token</dt><dd><code>${credentials.partnerToken}</code></dd>
<dt>User token of the owner</dt><dd><code>${credentials.userToken}</code></dd>
<dt>Login of the owner</dt><dd><code>${credentials.login}</code>, password <code>${credentials.password}</code></dd>
<dt>User token of a receptionist</dt><dd><code>${credentials.receptionistToken}</code>, of location 1: some operations answer 403</dd>
<dt>User token of a team member</dt><dd><code>${credentials.workerToken}</code>, of location 1: more operations answer 403</dd>
<dt>User token of a client</dt><dd><code>${credentials.clientToken}</code>: for online booking only</dd>
<dt>Locations</dt><dd>1 (New York) and 2 (London) of chain 1</dd>
</dl>
<p><a href="/book/1">Book an appointment</a> as a client. The demo sends no <a href="/demo/messages">messages</a> but shows them. To restore the original data, stop the server and start it with <code>npm start -- --reset</code>.</p>
<p>Paste this into a terminal:</p>
<pre tabindex="0" data-copy><code>curl ${base}/api/v1/clients/1/clients/1/comments \\
  -H 'Authorization: Bearer ${credentials.partnerToken}, User ${credentials.userToken}'</code></pre></section>`;
}

const tokenSection = (base: string) => html`<section aria-labelledby="tokens"><h2 id="tokens">Calling this server</h2>
<p>An integration gets its partner token from the operator of this server (<code>foyer token</code>). It gets a user token by signing a user in.</p>
<pre tabindex="0" data-copy><code>curl ${base}/api/v1/auth \\
  -H 'Authorization: Bearer &lt;partner_token&gt;' \\
  -H 'Content-Type: application/json' \\
  -d '{"login": "name@example.com", "password": "…"}'</code></pre></section>`;
