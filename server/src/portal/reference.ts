import type { Surface } from '../api/operation.ts';
import { guideHref } from './guide.ts';
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
  headersOf,
  type Parameter,
  parametersOf,
  resolve,
  rulesOf,
  type Schema,
  typeText,
  variantsOf,
} from './model.ts';
import { partnerHref } from './partner.ts';
import { type Entry, type ServerName, serverPath, slug, surfaceHref, tagHref } from './paths.ts';
import type { Sample } from './render-samples.ts';
import { type Credentials, isSent, parameterExample, type SampleValues, sampleBody, userTokenOf } from './samples.ts';
import { webhookGuideHref } from './webhook-guide.ts';

/** The page that chooses a surface. */
export const chooser = (entries: Entry[]): Html => html`<h1 id="surfaces">Reference</h1>
<p class="lead">Every operation of the published API: what it is for, who may call it, what it takes and answers, with samples
in eleven languages and a form to try it. <a href="${guideHref}">Limits and retries</a> says how often a program may call, and when it should send a request again. <a href="${webhookGuideHref}">Webhooks</a> tell a program of changes. <a href="${partnerHref}">Applications</a> of partners are registered on a page of their own.</p>
${surfaceTable(entries)}`;

const marks = (entry: Entry): Html =>
  html`${entry.operation.deprecated && html` <span class="mark">deprecated</span>`}${entry.operation.extension && html` <span class="mark">Foyer only</span>`}`;

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

/**
 * The list of a surface's operations beside the content. The group of the current page is open. On narrow screens a button shows the list,
 * without a script.
 */
export function sidebar(surface: Surface, entries: Entry[], present: { tag?: string; entry?: Entry }): Html {
  return html`<button type="button" class="second pages" popovertarget="operations">Operations of ${surface.title}</button>
<nav class="side" id="operations" popover aria-label="Operations of ${surface.title}">
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

/** The results of a search, for visitors without scripts. */
export const searchPage = (query: string, found: Entry[]): Html => html`<h1>Search</h1>
<form role="search" action="/docs/search" class="plain"><label for="q">Words of the name, the path or the operation id</label>
<input id="q" name="q" type="search" value="${query}"> <button>Search</button></form>
<p>${query ? `${found.length} ${found.length === 1 ? 'operation' : 'operations'} found.` : ''}</p>
${listed(found)}`;

/** Samples for both servers. */
export type ServerSamples = Record<ServerName, Sample[]>;

export interface OperationPageOptions {
  /** The address of this server, which samples and "Try it" call. */
  base: string;
  /** The operator has set that address; otherwise it is the one that the page came from. */
  isPublic: boolean;
  credentials: Credentials | undefined;
  values: SampleValues | undefined;
  samples: ServerSamples;
}

/** The page of one operation: its purpose, the form to try it, its parameters and its answers. */
export function operationPage(entry: Entry, options: OperationPageOptions): Html {
  const { surface, operation } = entry;
  const document = documentOf(surface);
  const description = documented(entry);
  const parameters = parametersOf(entry, description);
  const body = operation.method === 'GET' ? undefined : contentOf(description.requestBody);
  const aliases = description['x-path-aliases'] ?? [];
  return html`<article class="operation">
<div class="about">
<p class="path"><a href="${surfaceHref(surface)}">${surface.title}</a> / <a href="${tagHref(surface, operation.tag)}">${operation.tag}</a></p>
<h1>${operation.summary}${marks(entry)}</h1>
<p class="address">${method(entry)} <code>${entry.isWebhook ? pathText(entry) : surface.basePath + operation.path}</code></p>
${operation.deprecated && html`<p class="note"><strong>Deprecated.</strong> It stays available for existing integrations. Do not use it in new ones.</p>`}
${prose(description.description)}
${section('callers', 'Who may call it', html`<p>${inline(callersOf(entry))}</p>`)}
${aliases.length > 0 && section('aliases', 'Other spellings of the path', html`<ul>${aliases.map((path) => html`<li><code>${surface.basePath}${path}</code></li>`)}</ul>`)}
</div>
<div class="tried">
${entry.isWebhook ? '' : html`${sampleSection(options)}${trySection(entry, description, parameters, body, options)}`}
<p><a href="${entry.href}.md">This page as Markdown</a></p>
</div>
<div class="shapes">
${parameterSection('path', 'Path parameters', parameters, document)}
${parameterSection('query', 'Query parameters', parameters, document)}
${headerSection(surface, headersOf(entry, description), document)}
${section(
  'body',
  entry.isWebhook ? 'What is sent' : 'Body',
  body
    ? html`<p><code>${body.type}</code></p>${shape(document, body.schema, [], 'body')}${body.example !== undefined && exampleBlock(sampleBody(entry, description, options.values) ?? body.example, 'Example of the body')}`
    : html`<p>It takes no body.</p>`,
)}
${section(
  'answers',
  'Answers',
  html`${Object.entries(description.responses).map(([status, response]) => {
    const content = contentOf(response);
    const isSuccess = Number(status) < 400;
    return html`<details class="answer"${isSuccess ? html` open` : ''}><summary><span class="status s${status.charAt(0)}">${status}</span> ${inline(response.description)}</summary>
${content ? html`<p><code>${content.type}</code></p>${content.example !== undefined ? exampleBlock(content.example, `Example of the answer ${status}`) : html`<p>The content of the file.</p>`}${isSuccess ? html`<h3>Fields</h3>${shape(document, content.schema, [], status)}` : ''}` : html`<p>No body.</p>`}</details>\n`;
  })}`,
)}
</div>
</article>`;
}

/** A part of a page whose heading is a link to itself. */
const section = (id: string, title: string, content: Html, attributes: Html | string = '') =>
  html`<section aria-labelledby="${id}"${attributes}><h2 id="${id}"><a href="#${id}">${title}</a></h2>
${content}</section>\n`;

function parameterSection(place: Parameter['in'], title: string, parameters: Parameter[], document: Document): Html {
  const own = parameters.filter((parameter) => parameter.in === place);
  if (own.length === 0) return html``;
  return section(
    title.toLowerCase().replace(' ', '-'),
    title,
    html`<ul class="fields">
${parameterFields(own, document, place)}</ul>`,
  );
}

const parameterFields = (parameters: Parameter[], document: Document, place: string): Html[] =>
  parameters.map(({ name, schema, description, required }) =>
    field(document, { name, schema: { ...schema, ...(description ? { description } : {}) }, isRequired: required }, [], place),
  );

function headerSection({ mediaType }: Surface, own: Parameter[], document: Document): Html {
  if (!mediaType && own.length === 0) return html``;
  return section(
    'headers',
    'Headers',
    html`<ul class="fields">${mediaType && html`<li><code>Accept</code> <span class="type">${mediaType}</span> <span class="required">required</span></li>`}
${parameterFields(own, document, 'headers')}</ul>${own.length > 0 && html`<p><a href="${guideHref}#repeating">More about repeated requests</a></p>`}`,
  );
}

/**
 * The fields of a value. A click opens nested fields. Alternatives with their own fields are listed one by one.
 * @param above names of the types and fields that contain it
 * @param anchor the beginning of the addresses of its fields
 */
function shape(document: Document, schema: Schema, above: string[], anchor: string): Html {
  const { fields, name } = fieldsOf(document, schema);
  if (name && above.includes(name)) return html`<p>The same as ${name} above.</p>`;
  const within = name ? [...above, name] : above;
  const variants = variantsOf(document, schema);
  if (variants.length)
    return html`<p>One of ${variants.length}:</p><ul class="fields variants">
${variants.map((variant) => html`<li><details><summary><code>${variant.label}</code></summary>${shape(document, variant.schema, within, `${anchor}.${slug(variant.label)}`)}</details></li>\n`)}</ul>`;
  if (fields.length === 0) return html`<p class="type">${typeText(document, schema)}</p>`;
  return html`<ul class="fields">${fields.map((item) => field(document, item, within, anchor))}</ul>`;
}

function field(
  document: Document,
  { name, schema: given, isRequired }: { name: string; schema: Schema; isRequired: boolean },
  above: string[],
  place: string,
): Html {
  const { schema } = resolve(document, given);
  const rules = rulesOf(schema);
  const description = given.description ?? schema.description;
  const hasFields = above.length < 8 && fieldsOf(document, given).fields.length > 0;
  const anchor = `${place}.${name}`;
  // Links to fields are for the mouse only. With the keyboard there would be hundreds of stops.
  return html`<li id="${anchor}"><a class="anchor" href="#${anchor}" tabindex="-1"><code>${name}</code></a> <span class="type">${typeText(document, given)}</span>${isRequired && html` <span class="required">required</span>`}${description && html`<br>${inline(description)}`}${rules.length > 0 && html`<br><small>${rules.join('; ')}</small>`}${hasFields && html`<details${above.length === 0 && name === 'data' ? html` open` : ''}><summary>Fields of <code>${name}</code></summary>${shape(document, given, [...above, `.${name}`], anchor)}</details>`}</li>\n`;
}

const exampleBlock = (example: unknown, label: string) =>
  html`<pre tabindex="0" aria-label="${label}" data-copy><code>${JSON.stringify(example, null, 2)}</code></pre>`;

const serverTitles = { this: 'This server', mock: 'Mock server' } as const;

const sampleSection = ({ samples }: OperationPageOptions): Html =>
  section(
    'samples',
    'Samples',
    html`${(['this', 'mock'] as const).map(
      (
        server,
      ) => html`<details data-server="${server}"${server === 'this' && html` open`}><summary>${serverTitles[server]}</summary>
${samples[server].map(
  (sample) =>
    html`<details data-language="${sample.language}"><summary>${sample.title}</summary><pre tabindex="0" aria-label="${sample.title} for ${serverTitles[server].toLowerCase()}" data-copy><code>${sample.code}</code></pre></details>\n`,
)}</details>\n`,
    )}`,
    html` data-samples`,
  );

/** The script shows the form, because the form cannot send requests without the script. */
function trySection(
  entry: Entry,
  description: Documented,
  parameters: Parameter[],
  body: ReturnType<typeof contentOf>,
  { base, isPublic, credentials, values }: OperationPageOptions,
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
  return section(
    'try',
    'Try it',
    html`<noscript><p>Sending requests from this page needs JavaScript. The samples above work without it.</p></noscript>
<form data-try hidden>
<script type="application/json">${embeddedJson({
      surface: entry.surface.name,
      id: entry.operation.id,
      method: entry.operation.method,
      path: entry.operation.path,
      base,
      isPublic,
      servers: { this: serverPath(entry.surface, 'this'), mock: serverPath(entry.surface, 'mock') },
      accept: entry.surface.mediaType ?? (entry.operation.success.body === 'stream' ? '*/*' : 'application/json'),
      body: body ? (fields.length ? 'form' : 'json') : 'none',
    })}</script>
<p><label for="try-server">Server</label><select id="try-server" name="server"><option value="this" selected>This server</option><option value="mock">Mock server</option></select></p>
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
<p class="address" data-address></p>
<p><button>Send</button>${entry.operation.method === 'DELETE' ? html` <small>This deletes on the chosen server.</small>` : ''}</p>
<div role="status" data-answer></div>
</form>`,
  );
}
