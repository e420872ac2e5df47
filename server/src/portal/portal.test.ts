import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Server, startServer } from '../../test/harness.ts';
import { demoCredentials } from '../demo/accounts.ts';
import { surfaces } from '../surfaces/index.ts';
import { escapeHtml } from './html.ts';
import { languages } from './languages.ts';
import { documented } from './model.ts';
import { entriesOf, slug } from './paths.ts';

const all = surfaces({} as never);
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

/** Addresses that a browser would fetch by itself, or run. */
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
      const own = entries.filter((entry) => entry.surface === surface);
      const planned = own.filter((entry) => entry.isPlanned).length;
      expect(text).toContain(`<td class="number">${own.length - planned}</td><td class="number">${planned}</td>`);
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
  test('every operation has a page and the same as Markdown', { timeout: 60_000 }, async () => {
    const wrong: string[] = [];
    for (const entry of entries) {
      const { operation, href } = entry;
      const page = await get(href);
      if (page.status !== 200 || !page.text.includes(escapeHtml(operation.summary))) wrong.push(href);
      if (entry.isPlanned !== page.text.includes('<strong>Planned.</strong>')) wrong.push(`${href} planned`);
      if (operation.access.flag && !page.text.includes(operation.access.flag)) wrong.push(`${href} permission`);
      for (const status of Object.keys(documented(entry).responses))
        if (!page.text.includes(`">${status}</span>`)) wrong.push(`${href} ${status}`);
      if (entry.isPlanned !== page.text.includes('">501</span>') && !entry.isWebhook) wrong.push(`${href} 501`);
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

  test('the search finds operations with and without scripts', async () => {
    expect((await get('/docs/search?q=comment+client+add')).text).toContain('/en/b2b-v1/openapi/clients/create_client_comment');
    expect((await get('/docs/search?q=%3Cscript%3E')).text).not.toContain('<script>');
    expect(JSON.parse((await get('/docs/search.json')).text)).toHaveLength(entries.length);
  });

  test('files are named by their content, compressed, and asked for once', async () => {
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
