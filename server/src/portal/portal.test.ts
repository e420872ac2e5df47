import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Server, startServer } from '../../test/harness.ts';
import { demoCredentials } from '../demo/accounts.ts';
import { surfaces } from '../surfaces/index.ts';
import { escapeHtml } from './html.ts';
import { languages } from './languages.ts';
import { documented } from './model.ts';
import { entriesOf, slug } from './paths.ts';

const all = surfaces;
const entries = entriesOf(all);

let demo: Server;
let serve: Server;
beforeAll(async () => {
  demo = await startServer();
  serve = await startServer({ mode: 'serve' });
});

const get = async (path: string, server = demo, headers: Record<string, string> = {}) => {
  const response = await fetch(server.url + path, { headers, redirect: 'manual' });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

/** Addresses that a browser would fetch or run on its own. */
function fetched(text: string): string[] {
  const patterns = [
    /\ssrc(?:set)?="([^"]*)"/g,
    /<link [^>]*rel="(?:stylesheet|icon|preload|preconnect|dns-prefetch)"[^>]*href="([^"]*)"/g,
    /url\(\s*['"]?([^'")]*)/g,
    /@import\s+['"]([^'"]*)/g,
    /<form [^>]*action="([^"]*)"/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] as string));
}

describe('landing page', () => {
  test('the demo shows its credentials and a command to paste', async () => {
    const { status, text, headers } = await get('/');
    expect(status).toBe(200);
    expect(text).toContain(demoCredentials.partnerToken);
    expect(text).toContain(`curl ${demo.url}/api/v1/clients/1/clients/1/comments`);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(text).toMatch(/^<!doctype html>\s*<html lang="en">/);
    for (const surface of all) {
      const count = entries.filter((entry) => entry.surface === surface).length;
      expect(text).toContain(`<td class="number">${count}</td>`);
    }
  });

  test('a real server shows no credentials anywhere', async () => {
    const pages = [
      '/',
      '/en/b2b-v1/openapi/clients/create_client_comment',
      '/en/b2b-v1/openapi/authentication-b2b/authorize_user',
    ];
    for (const path of [...pages, ...pages.slice(1).map((page) => `${page}.md`), '/llms.txt']) {
      const { status, text } = await get(path, serve);
      expect(status).toBe(200);
      for (const secret of Object.values(demoCredentials)) expect(text).not.toContain(secret);
    }
    expect((await get(pages[1] as string, serve)).text).toContain('Bearer &lt;partner_token&gt;, User &lt;user_token&gt;');
  });

  test('the API keeps its strict policy', async () => {
    const { headers } = await get('/health');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toContain("connect-src 'self'");
  });
});

describe('reference', () => {
  test.each(all)('every operation of $title has a page and the same as Markdown', { timeout: 60_000 }, async (surface) => {
    const wrong: string[] = [];
    for (const entry of entries.filter((each) => each.surface === surface)) {
      const { operation, href } = entry;
      const page = await get(href);
      if (page.status !== 200 || !page.text.includes(escapeHtml(operation.summary))) wrong.push(href);
      if (operation.access.flag && !page.text.includes(operation.access.flag)) wrong.push(`${href} permission`);
      for (const status of Object.keys(documented(entry).responses))
        if (!page.text.includes(`">${status}</span>`)) wrong.push(`${href} ${status}`);
      if (!entry.isWebhook && page.text.split('data-language=').length !== 2 * languages.length + 1)
        wrong.push(`${href} samples`);
      for (const address of fetched(page.text)) if (!/^\/(?!\/)/.test(address)) wrong.push(`${href} fetches ${address}`);
      const markdown = await get(`${href}.md`);
      if (markdown.status !== 200 || !markdown.text.startsWith(`# ${operation.summary}\n`)) wrong.push(`${href}.md`);
      if (!markdown.headers.get('content-type')?.startsWith('text/markdown')) wrong.push(`${href}.md type`);
    }
    expect(wrong).toEqual([]);
  });

  test('surfaces and tags have pages; an operation is found below a wrong tag', async () => {
    for (const surface of all) {
      expect((await get(`/en/${surface.name}/openapi`)).text).toContain(escapeHtml(surface.title));
      expect((await get(`/en/${surface.name}/openapi.md`)).text).toMatch(/^# /);
      for (const tag of surface.tags) {
        const { status, text } = await get(`/en/${surface.name}/openapi/${slug(tag.name)}`);
        expect(status).toBe(200);
        expect(text).toContain(`<h1>${escapeHtml(tag.name)}</h1>`);
      }
    }
    expect(slug('Users & Permissions')).toBe('users-and-permissions');
    const moved = await get('/en/b2b-v1/openapi/locations/create_client_comment');
    expect([moved.status, moved.headers.get('location')]).toEqual([301, '/en/b2b-v1/openapi/clients/create_client_comment']);
    for (const path of ['/en/nothing/openapi', '/en/b2b-v1/openapi/nothing', '/en/b2b-v1/openapi/clients/nothing.md'])
      expect((await get(path)).status).toBe(404);
  });

  test('every alternative of a value has its fields, on the page and as Markdown', async () => {
    const href = '/en/b2b-v1/openapi/clients/get_client_list';
    const { text } = await get(href);
    const simple = ['id', 'sold_amount', 'quick_search', 'importance', 'has_mobile_app', 'category', 'birthday', 'gender'];
    for (const type of [...simple, 'has_passteam_card', 'passteam_card_ids', 'record', 'client', 'sale'])
      expect(text).toContain(`<summary><code>type &quot;${type}&quot;</code></summary>`);
    expect(text).toContain('id="body.filters.type-quick-search.state.value"');
    expect(text).toContain('array of object (13 variants)');
    expect(text).not.toContain('object or object');
    expect((await get(`${href}.md`)).text).toContain('| `filters[](type "quick_search").state.value` | string |');

    const resources = await get('/en/b2b-v2/openapi/custom-fields/list_custom_fields');
    const [type, option] = ['CustomFieldTypeResource', 'CustomFieldUiOptionResource'];
    expect(resources.text).toContain(`array of object ${type} or object ${option}`);
  });

  test('the guide of limits and retries is found from the reference, and explains the headers', async () => {
    const [, address] = /href="([^"]+)">Limits and retries/.exec((await get('/docs')).text) ?? [];
    const { status, text } = await get(address as string);
    expect(status).toBe(200);
    for (const header of ['RateLimit-Policy', 'RateLimit-Remaining', 'Retry-After']) expect(text).toContain(header);
    expect((await get('/llms.txt')).text).toContain(`](${demo.url}${address})`);
  });

  test('the guide of webhooks is found from the reference, and its links lead somewhere', async () => {
    const [, address] = /href="([^"]+)">Webhooks<\/a> tell/.exec((await get('/docs')).text) ?? [];
    const { status, text } = await get(address as string);
    expect(status).toBe(200);
    for (const header of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) expect(text).toContain(header);
    const links = [...text.matchAll(/href="(\/en[^"]+)"/g)].map((match) => match[1] as string);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect((await get(link)).status, link).toBe(200);
    expect((await get('/llms.txt')).text).toContain(`](${demo.url}${address})`);
  });

  test('the log of webhooks is found from their guide, begins with the credentials of the demo, and of no business', async () => {
    const [, address] = /href="([^"]+)">The log as a page/.exec((await get('/docs/webhooks')).text) ?? [];
    const { status, text, headers } = await get(address as string);
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'; ");
    const { partnerToken, login, password } = demoCredentials;
    for (const value of [partnerToken, login, password]) expect(text).toContain(`value="${value}"`);
    const links = [...text.matchAll(/href="(\/en\/developers[^"]+webhooks\/[^"]+)"/g)].map((match) => match[1] as string);
    expect(links).toHaveLength(3);
    for (const link of links) expect((await get(link)).status, link).toBe(200);
    const [, script] = /<script type="module" src="([^"]*webhook-log[^"]*)"/.exec(text) ?? [];
    const { text: code } = await get(script as string);
    expect(code).toContain('fetch(');
    expect(code).not.toMatch(/innerHTML|localStorage|sessionStorage|document\.cookie|history\./);
    const ofBusiness = await get(address as string, serve);
    expect(ofBusiness.status).toBe(200);
    for (const secret of Object.values(demoCredentials)) expect(ofBusiness.text).not.toContain(secret);
  });

  test('the page of partners is found from the reference, explains installing, and has no token of a business', async () => {
    const [, address] = /href="([^"]+)">Applications<\/a> of partners/.exec((await get('/docs')).text) ?? [];
    const { status, text, headers } = await get(address as string);
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'; ");
    expect(text).toContain(`value="${demoCredentials.partnerToken}"`);
    expect(text).toContain('href="#installing"');
    const links = [...text.matchAll(/href="(\/en\/developers[^"]+marketplace\/[^"]+)"/g)].map((match) => match[1] as string);
    expect(links).toHaveLength(6);
    for (const link of links) expect((await get(link)).status, link).toBe(200);
    const [, script] = /<script type="module" src="([^"]*\/partner-[^"]*)"/.exec(text) ?? [];
    const { text: code } = await get(script as string);
    expect(code).toContain('fetch(');
    expect(code).not.toMatch(/innerHTML|localStorage|sessionStorage|document\.cookie|history\./);
    const ofBusiness = await get(address as string, serve);
    expect(ofBusiness.status).toBe(200);
    for (const secret of Object.values(demoCredentials)) expect(ofBusiness.text).not.toContain(secret);
    expect((await get('/llms.txt')).text).toContain(`](${demo.url}${address})`);
  });

  test('a heading and a field have an address of their own', async () => {
    const pages = ['clients/get_client_list', 'appointments/create_appointment', 'locations/get_location'];
    for (const page of pages) {
      const { text } = await get(`/en/b2b-v1/openapi/${page}`);
      const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1] as string);
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
      const targets = [...text.matchAll(/href="#([^"]*)"/g)].map((match) => match[1] as string);
      expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
      expect(targets).toEqual(expect.arrayContaining(['samples', 'try', 'body', 'answers', 'path.location_id']));
    }
  });

  test('samples and "Try it" begin with this server', async () => {
    const { text } = await get(entries[0]?.href ?? '');
    const [opened, selected] = [/data-server="(\w+)" open/, /<option value="(\w+)" selected/].map(
      (first) => first.exec(text)?.[1],
    );
    expect([opened, selected]).toEqual(['this', 'this']);
  });

  test('files are named by their content, compressed, and requested once', async () => {
    const { text, headers } = await get('/docs');
    const files = [...new Set(fetched(text).filter((address) => address.startsWith('/_portal/')))];
    expect(files.map((file) => file.split('.').at(-1)).sort()).toEqual(['css', 'js', 'svg']);
    for (const file of files) {
      const answer = await get(file);
      expect(answer.headers.get('cache-control')).toContain('immutable');
      expect(fetched(answer.text)).toEqual([]);
      expect(answer.text).not.toMatch(/\bimport\b[^\n]*['"]|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
      expect((await get(file, demo, { 'if-none-match': answer.headers.get('etag') as string })).status).toBe(304);
    }
    expect(headers.get('content-encoding')).toBe('gzip');
    expect((await get('/_portal/portal-other.js')).status).toBe(404);
    expect((await get('/docs', demo, { 'accept-encoding': 'identity' })).headers.get('content-encoding')).toBeNull();
  });
});

describe('the search', () => {
  const found = async (query: string) => {
    const { text } = await get(`/docs/search?q=${encodeURIComponent(query)}`);
    return [...text.slice(text.indexOf('<main')).matchAll(/<li><a href="[^"]*\/(\w+)">/g)].map((match) => match[1]);
  };

  test.each([
    ['add comment client', 'create_client_comment'],
    ['POST /clients', 'create_client'],
    ['/book_times', 'get_time_slots_for_booking'],
    ['save_if_busy', 'create_appointment'],
    ['quick_search', 'get_client_list'],
    ['cancel', 'delete_appointment'],
    ['aut', 'authorize_user'],
    ['appointment', 'get_appointment_list'],
    ['customer', 'get_client_list'],
    ['get_location', 'get_location'],
  ])('answers %s with %s first', async (query, first) => {
    expect((await found(query))[0]).toBe(first);
  });

  test('wants every word, and takes them as words', async () => {
    expect(await found('comment nosuchword')).toEqual([]);
    expect(await found('constructor')).toEqual([]);
    expect((await get('/docs/search?q=%3Cscript%3E')).text).not.toContain('<script>');
  });

  test('has an index of every operation, for the browser', async () => {
    expect(JSON.parse((await get('/docs/search.json')).text)).toHaveLength(entries.length);
  });
});

test('samples have the public address, and pages may call it', async () => {
  const base = 'https://foyer.example.com';
  const server = await startServer({ publicUrl: base });
  const page = await get('/en/b2b-v1/openapi/clients/create_client_comment', server);
  expect(page.text).toContain(`--url ${base}/api/v1/clients/1/clients/1/comments`);
  expect(page.text).toContain(`"base":"${base}","isPublic":true`);
  expect(page.text).not.toContain(server.url);
  expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' ${base};`);
  expect((await get('/docs')).headers.get('content-security-policy')).toContain("connect-src 'self';");
});

describe('for programs', () => {
  test('llms.txt lists every operation', async () => {
    const { text } = await get('/llms.txt');
    for (const { href } of entries) expect(text).toContain(`(${demo.url}${href}.md)`);
  });

  test('the bundles are the documents with both servers, the same as JSON and YAML', { timeout: 60_000 }, async () => {
    for (const { name, basePath } of all) {
      const json = JSON.parse((await get(`/_bundle/en/${name}/openapi.json`)).text);
      expect(json.servers.map((server: { url: string }) => server.url)).toEqual([
        demo.url + basePath,
        `${demo.url}/_mock/en/${name}/openapi`,
      ]);
      const yaml = await get(`/_bundle/en/${name}/openapi.yaml`);
      expect(yaml.headers.get('content-type')).toContain('application/yaml');
      expect(parse(yaml.text, { maxAliasCount: 0 })).toEqual(json);
    }
  });
});
