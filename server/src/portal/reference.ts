import type { Surface } from '../api/operation.ts';
import { embeddedJson, Html, html, inline, prose } from './html.ts';
import { surfaceTable } from './landing.ts';
import {
  callersOf,
  contentOf,
  type Document,
  type Documented,
  documented,
  documentOf,
  fieldsOf,
  type Parameter,
  parametersOf,
  plannedAnswer,
  resolve,
  rulesOf,
  type Schema,
  typeText,
} from './model.ts';
import { type Entry, serverPath, slug, surfaceHref, tagHref } from './paths.ts';
import type { Sample } from './render-samples.ts';
import { type Credentials, isSent, parameterExample, type SampleValues, sampleBody, userTokenOf } from './samples.ts';

/** The page that chooses a surface. */
export const chooser = (entries: Entry[]): Html => html`<h1 id="surfaces">Reference</h1>
<p class="lead">Every operation of the published API: what it is for, who may call it, what it takes and answers, with samples
in eleven languages and a form to try it.</p>
${surfaceTable(entries)}`;

const marks = (entry: Entry): Html =>
  html`${entry.isPlanned && html` <span class="mark planned">planned</span>`}${entry.operation.deprecated && html` <span class="mark">deprecated</span>`}${entry.operation.extension && html` <span class="mark">Foyer only</span>`}`;

const method = (entry: Entry): Html =>
  html`<span class="method ${entry.operation.method.toLowerCase()}">${entry.isWebhook ? 'sends' : entry.operation.method}</span>`;

const pathText = ({ operation }: Entry) => operation.path.replace('webhook:', '');

/** Lists of operations with their addresses. */
const listed = (entries: Entry[]): Html => html`<ul class="operations">
${entries.map((entry) => html`<li><a href="${entry.href}">${entry.operation.summary}</a>${marks(entry)}<br>${method(entry)} <code>${pathText(entry)}</code></li>\n`)}</ul>`;

const tagsOf = (surface: Surface, entries: Entry[]) =>
  surface.tags.map((tag) => ({
    ...tag,
    entries: entries.filter((entry) => entry.surface === surface && entry.operation.tag === tag.name),
  }));

/** The operations of a surface beside the content; the group of the present page is open. */
export function sidebar(surface: Surface, entries: Entry[], present: { tag?: string; entry?: Entry }): Html {
  return html`<nav class="side" aria-label="Operations of ${surface.title}">
<h2><a href="${surfaceHref(surface)}">${surface.title}</a></h2>
${tagsOf(surface, entries).map(
  (tag) => html`<details${tag.name === present.tag ? html` open` : ''}><summary>${tag.name}</summary><ul>
<li><a href="${tagHref(surface, tag.name)}"${tag.name === present.tag && !present.entry ? html` aria-current="page"` : ''}>All of ${tag.name}</a></li>
${tag.entries.map((entry) => html`<li><a href="${entry.href}"${entry === present.entry ? html` aria-current="page"` : ''}>${entry.operation.summary}</a></li>\n`)}</ul></details>\n`,
)}</nav>`;
}

/** All operations of a surface. */
export function surfacePage(surface: Surface, entries: Entry[]): Html {
  return html`<h1>${surface.title}</h1>
${prose(surface.description)}
<p>Base path <code>${surface.basePath}</code>, mock server <code>${serverPath(surface, 'mock')}</code>.
${surface.mediaType && html`Every request must accept <code>${surface.mediaType}</code>.`}
OpenAPI 3.1: <a href="/_bundle${surfaceHref(surface)}.json">JSON</a>, <a href="/_bundle${surfaceHref(surface)}.yaml">YAML</a>.</p>
${tagsOf(surface, entries).map(
  (
    tag,
  ) => html`<section aria-labelledby="${slug(tag.name)}"><h2 id="${slug(tag.name)}"><a href="${tagHref(surface, tag.name)}">${tag.name}</a></h2>
${prose(tag.description)}${listed(tag.entries)}</section>\n`,
)}`;
}

/** The operations of a tag. */
export function tagPage(surface: Surface, tag: Surface['tags'][number], entries: Entry[]): Html {
  return html`<p class="path"><a href="${surfaceHref(surface)}">${surface.title}</a></p>
<h1>${tag.name}</h1>
${prose(tag.description)}${listed(tagsOf(surface, entries).find(({ name }) => name === tag.name)?.entries ?? [])}`;
}

/** What was found of a search, for those without scripts. */
export const searchPage = (query: string, found: Entry[]): Html => html`<h1>Search</h1>
<form role="search" action="/docs/search" class="plain"><label for="q">Words of the name, the path or the operation id</label>
<input id="q" name="q" type="search" value="${query}"> <button>Search</button></form>
<p>${query ? `${found.length} ${found.length === 1 ? 'operation' : 'operations'} found.` : ''}</p>
${listed(found)}`;

/** Samples for both servers. */
export interface ServerSamples {
  this: Sample[];
  mock: Sample[];
}

/** Everything about one operation. */
export function operationPage(
  entry: Entry,
  credentials: Credentials | undefined,
  values: SampleValues | undefined,
  samples: ServerSamples,
): Html {
  const { surface, operation } = entry;
  const document = documentOf(surface);
  const description = documented(entry);
  const parameters = parametersOf(entry, description);
  const body = operation.method === 'GET' ? undefined : contentOf(description.requestBody);
  const aliases = description['x-path-aliases'] ?? [];
  return html`<article class="operation">
<div class="explained">
<p class="path"><a href="${surfaceHref(surface)}">${surface.title}</a> / <a href="${tagHref(surface, operation.tag)}">${operation.tag}</a></p>
<h1>${operation.summary}${marks(entry)}</h1>
<p class="address">${method(entry)} <code>${entry.isWebhook ? pathText(entry) : surface.basePath + operation.path}</code></p>
${entry.isPlanned && html`<p class="note"><strong>Planned.</strong> ${entry.isWebhook ? 'This server does not send it yet.' : html`This server answers 501 to it so far. The mock server answers as documented.`}</p>`}
${operation.deprecated && html`<p class="note"><strong>Deprecated.</strong> It stays for integrations that use it; write nothing new with it.</p>`}
${prose(description.description)}
<section aria-labelledby="callers"><h2 id="callers">Who may call it</h2><p>${inline(callersOf(entry))}</p></section>
${aliases.length > 0 && html`<section aria-labelledby="aliases"><h2 id="aliases">Other spellings of the path</h2><ul>${aliases.map((path) => html`<li><code>${surface.basePath}${path}</code></li>`)}</ul></section>`}
${parameterSection(
  'Path parameters',
  parameters.filter((parameter) => parameter.in === 'path'),
  document,
)}
${parameterSection(
  'Query parameters',
  parameters.filter((parameter) => parameter.in === 'query'),
  document,
)}
${surface.mediaType && html`<section aria-labelledby="headers"><h2 id="headers">Headers</h2><ul class="fields"><li><code>Accept</code> <span class="type">${surface.mediaType}</span> <span class="required">required</span></li></ul></section>`}
<section aria-labelledby="body"><h2 id="body">${entry.isWebhook ? 'What is sent' : 'Body'}</h2>
${body ? html`<p><code>${body.type}</code></p>${shape(document, body.schema, [])}${body.example !== undefined && exampleBlock(sampleBody(entry, description, values) ?? body.example, 'Example of the body')}` : html`<p>It takes no body.</p>`}</section>
<section aria-labelledby="answers"><h2 id="answers">Answers</h2>
${Object.entries(description.responses).map(([status, response]) => {
  const content = contentOf(response);
  const isSuccess = Number(status) < 400;
  return html`<details class="answer"${isSuccess ? html` open` : ''}><summary><span class="status s${status.charAt(0)}">${status}</span> ${inline(response.description)}</summary>
${content ? html`<p><code>${content.type}</code></p>${content.example !== undefined ? exampleBlock(content.example, `Example of the answer ${status}`) : html`<p>The content of the file.</p>`}${isSuccess ? html`<h3>Fields</h3>${shape(document, content.schema, [])}` : ''}` : html`<p>No body.</p>`}</details>\n`;
})}
${entry.isPlanned && !entry.isWebhook && html`<details class="answer"><summary><span class="status s5">501</span> Planned and not built yet</summary><p>This server alone; the mock server answers as above.</p>${exampleBlock(plannedAnswer(entry), 'Example of the answer 501')}</details>`}</section>
</div>
<div class="tried">
${entry.isWebhook ? '' : html`${sampleSection(samples)}${trySection(entry, description, parameters, body, credentials, values)}`}
<p><a href="${entry.href}.md">This page as Markdown</a></p>
</div>
</article>`;
}

function parameterSection(title: string, parameters: Parameter[], document: Document): Html {
  if (parameters.length === 0) return html``;
  const id = title.toLowerCase().replace(' ', '-');
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2><ul class="fields">
${parameters.map((parameter) => field(document, { name: parameter.name, schema: { ...parameter.schema, ...(parameter.description ? { description: parameter.description } : {}) }, isRequired: parameter.required }, []))}</ul></section>`;
}

/** The fields of a value, nested ones behind a click. */
function shape(document: Document, schema: Schema, above: string[]): Html {
  const { fields, name } = fieldsOf(document, schema);
  if (name && above.includes(name)) return html`<p>The same as ${name} above.</p>`;
  const within = name ? [...above, name] : above;
  if (fields.length === 0) return html`<p class="type">${typeText(document, schema)}</p>`;
  return html`<ul class="fields">${fields.map((item) => field(document, item, within))}</ul>`;
}

function field(
  document: Document,
  { name, schema: given, isRequired }: { name: string; schema: Schema; isRequired: boolean },
  above: string[],
): Html {
  const { schema } = resolve(document, given);
  const rules = rulesOf(schema);
  const description = given.description ?? schema.description;
  const hasFields = above.length < 8 && fieldsOf(document, given).fields.length > 0;
  return html`<li><code>${name}</code> <span class="type">${typeText(document, given)}</span>${isRequired && html` <span class="required">required</span>`}${description && html`<br>${inline(description)}`}${rules.length > 0 && html`<br><small>${rules.join('; ')}</small>`}${hasFields && html`<details${above.length === 0 && name === 'data' ? html` open` : ''}><summary>Fields of <code>${name}</code></summary>${shape(document, given, [...above, `.${name}`])}</details>`}</li>\n`;
}

const exampleBlock = (example: unknown, label: string) =>
  html`<pre tabindex="0" aria-label="${label}" data-copy><code>${JSON.stringify(example, null, 2)}</code></pre>`;

const serverTitles = { this: 'This server', mock: 'Mock server' } as const;

function sampleSection(samples: ServerSamples): Html {
  return html`<section aria-labelledby="samples" data-samples><h2 id="samples">Samples</h2>
${(['this', 'mock'] as const).map(
  (
    server,
  ) => html`<details data-server="${server}"${server === 'this' ? html` open` : ''}><summary>${serverTitles[server]}</summary>
${samples[server].map(
  (sample) =>
    html`<details data-language="${sample.language}"><summary>${sample.title}</summary><pre tabindex="0" aria-label="${sample.title} for ${serverTitles[server].toLowerCase()}" data-copy><code>${sample.code}</code></pre></details>\n`,
)}</details>\n`,
)}</section>`;
}

/** The form is shown by the script, without which it could send nothing. */
function trySection(
  entry: Entry,
  description: Documented,
  parameters: Parameter[],
  body: ReturnType<typeof contentOf>,
  credentials: Credentials | undefined,
  values: SampleValues | undefined,
): Html {
  const { access } = entry.operation;
  const document = documentOf(entry.surface);
  const input = (
    name: string,
    label: Html | string,
    value: unknown,
    options: { required?: boolean; placeholder?: string } = {},
  ) =>
    html`<p><label for="try-${name}">${label}</label><input id="try-${name}" name="${name}" value="${value ?? ''}" autocomplete="off" spellcheck="false"${options.required ? html` required` : ''}${options.placeholder ? html` placeholder="${options.placeholder}"` : ''}></p>\n`;
  const statuses = Object.keys(description.responses);
  const fields = body?.type === 'multipart/form-data' ? fieldsOf(document, body.schema).fields : [];
  const isFile = (schema: Schema, name: string) => schema.format === 'binary' || name === 'image';
  return html`<section aria-labelledby="try"><h2 id="try">Try it</h2>
<noscript><p>Sending requests from this page needs JavaScript; the samples above work without.</p></noscript>
<form data-try hidden>
<script type="application/json">${embeddedJson({
    method: entry.operation.method,
    path: entry.operation.path,
    servers: { this: serverPath(entry.surface, 'this'), mock: serverPath(entry.surface, 'mock') },
    accept: entry.surface.mediaType ?? (entry.operation.success.body === 'stream' ? '*/*' : 'application/json'),
    body: body ? (fields.length ? 'form' : 'json') : 'none',
  })}</script>
<p><label for="try-server">Server</label><select id="try-server" name="server"><option value="this"${entry.isPlanned ? '' : html` selected`}>This server${entry.isPlanned && ' (answers 501)'}</option><option value="mock"${entry.isPlanned ? html` selected` : ''}>Mock server</option></select></p>
<p data-mock hidden><label for="try-prefer">Answer of the mock</label><select id="try-prefer" name="prefer"><option value="">the example</option><option value="dynamic=true">generated data</option>${statuses.slice(1).map((status) => html`<option value="code=${status}">${status}</option>`)}</select></p>
${access.partner && input('partner', 'Partner token', credentials?.partnerToken, { placeholder: '<partner_token>' })}
${access.partner && access.user !== 'none' && input('user', access.user === 'optional' ? 'User token (optional)' : 'User token', credentials && userTokenOf(entry, credentials, values), { placeholder: '<user_token>' })}
${parameters.map((parameter) =>
  input(
    `${parameter.in}.${parameter.name}`,
    html`${parameter.in === 'path' ? 'Path' : 'Query'}: <code>${parameter.name}</code>`,
    isSent(parameter, values) ? [parameterExample(parameter, values)].flat().join(',') : '',
    { required: parameter.in === 'path', placeholder: typeText(document, parameter.schema) },
  ),
)}
${fields.map(({ name, schema }) =>
  isFile(schema, name)
    ? html`<p><label for="try-form.${name}">File: <code>${name}</code></label><input type="file" id="try-form.${name}" name="form.${name}"></p>`
    : input(`form.${name}`, html`Form: <code>${name}</code>`, values?.form?.[name] ?? ''),
)}
${body && fields.length === 0 && html`<p><label for="try-body">Body (JSON)</label><textarea id="try-body" name="body" rows="8" spellcheck="false">${new Html(`\n${html`${JSON.stringify(sampleBody(entry, description, values) ?? {}, null, 2)}`.text}`)}</textarea></p>`}
<p><button>Send</button>${entry.operation.method === 'DELETE' ? html` <small>This deletes on the chosen server.</small>` : ''}</p>
<div role="status" data-answer></div>
</form></section>`;
}
