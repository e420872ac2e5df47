import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { Surface } from '../api/operation.ts';
import type { Mode } from '../platform/config.ts';
import { joinPage, passwordPage } from './account.ts';
import { accountTexts } from './account-texts.ts';
import { type BookingPage, bookingPage, messagesPage, type ShownMessage } from './book.ts';
import { guide, guideHref } from './guide.ts';
import { type Html, html } from './html.ts';
import { landing } from './landing.ts';
import { type Assets, page } from './layout.ts';
import { type PageLanguage, pageLanguage } from './link-texts.ts';
import { listMarkdown, llmsText, operationMarkdown } from './markdown.ts';
import { documented, documentOf } from './model.ts';
import { partnerHref, partnerPage } from './partner.ts';
import { type Entry, entriesOf, type ServerName, serverPath, slug, surfaceHref, tagHref } from './paths.ts';
import { chooser, operationPage, searchPage, sidebar, surfacePage, tagPage } from './reference.ts';
import { renderSamples, type Sample } from './render-samples.ts';
import { type Credentials, type SampleValues, sampleRequest } from './samples.ts';
import { type FindEntries, type IndexEntry, indexOf } from './search.ts';
import { waitingPage } from './waiting.ts';
import { waitingTexts } from './waiting-texts.ts';
import { webhookGuide, webhookGuideHref, webhookLogHref } from './webhook-guide.ts';
import { webhookLog } from './webhook-log.ts';

/** A file of the portal as it is sent. */
export interface Content {
  type: string;
  body: Buffer;
  /** Undefined if the page is too small to compress. */
  gzip: Buffer | undefined;
  etag: string;
}

/** The result of a path: a page, a redirect or nothing. */
export type Found = { content: Content; status: 200 | 404 } | { redirect: string };

const assetDirectory = join(import.meta.dirname, '../../assets/portal');
const mediaTypes = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  yaml: 'application/yaml; charset=utf-8',
};
type Kind = keyof typeof mediaTypes;

/**
 * Finds the values for the samples of an operation on this server, at the present time; see `SampleValues`. @param key surface and
 * operation id
 */
export type FindValues = (key: string) => Promise<SampleValues | undefined>;

export interface SiteOptions {
  surfaces: Surface[];
  mode: Mode;
  /** Credentials that fill the samples in demo mode. */
  credentials: Credentials | undefined;
  /** The public address that the operator set for this server. If it is empty, the address of the request is used. */
  publicUrl: string;
  find: FindValues;
}

/** The pages and documents of the portal. Each is rendered at its first request, and cached while it is requested. */
export class Site {
  readonly #surfaces: Surface[];
  readonly #mode: Mode;
  readonly #credentials: Credentials | undefined;
  readonly #find: FindValues;
  readonly #entries: Entry[];
  readonly #assets: Assets;
  readonly #files: Map<string, Content>;
  readonly #findEntries: FindEntries;
  readonly #publicUrl: string;
  #searched: Promise<IndexEntry[]> | undefined;
  // A day at most: the dates of examples follow the present day.
  readonly #made = new LRUCache<string, Promise<Content>>({ max: 200, ttl: 86_400_000 });

  private constructor(
    { surfaces, mode, credentials, publicUrl, find }: SiteOptions,
    files: Map<string, Content>,
    findEntries: FindEntries,
  ) {
    this.#surfaces = surfaces;
    this.#mode = mode;
    this.#publicUrl = publicUrl;
    this.#credentials = credentials;
    this.#find = find;
    this.#entries = entriesOf(surfaces);
    this.#files = files;
    this.#findEntries = findEntries;
    this.#assets = { css: this.#address('portal', 'css'), js: this.#address('portal', 'js'), icon: this.#address('icon', 'svg') };
  }

  /** Opens the site: reads its files. */
  static async open(options: SiteOptions): Promise<Site> {
    const files = new Map<string, Content>();
    const search = join(assetDirectory, 'search.js');
    for (const [name, kind, ...parts] of [
      ['portal', 'css', 'portal.css'],
      // One file: modules would have to know each other's names, which change with the content.
      ['portal', 'js', 'search.js', 'portal.js'],
      ['book', 'js', 'book.js'],
      ['webhook-log', 'js', 'caller.js', 'webhook-log.js'],
      ['partner', 'js', 'caller.js', 'partner.js'],
      ['account', 'js', 'caller.js', 'link-page.js', 'account.js'],
      ['waiting', 'js', 'caller.js', 'link-page.js', 'waiting.js'],
      ['icon', 'svg', 'icon.svg'],
    ] as const) {
      const texts = await Promise.all(parts.map((part) => readFile(join(assetDirectory, part), 'utf8')));
      const content = await contentOf(kind, texts.join('\n'));
      files.set(`${name}-${content.etag.replace(/\W/g, '').slice(0, 12)}.${kind}`, content);
    }
    const { findEntries } = (await import(pathToFileURL(search).href)) as { findEntries: FindEntries };
    return new Site(options, files, findEntries);
  }

  /** A file of the portal; its name changes with its content. */
  file(name: string): Content | undefined {
    return this.#files.get(name);
  }

  #address(name: string, kind: Kind): string {
    return `/_portal/${[...this.#files.keys()].find((file) => file.startsWith(`${name}-`) && file.endsWith(`.${kind}`))}`;
  }

  /** The page that books for people. */
  booking(page: BookingPage | undefined): Promise<Found> {
    if (!page) return this.notFound();
    const { css, icon } = this.#assets;
    const script = this.#address('book', 'js');
    return this.#keep(`booking ${JSON.stringify(page)}`, 'html', () =>
      bookingPage(page, { css, icon, script, isDemo: this.#mode === 'demo' }),
    );
  }

  /** Messages that the demo would have sent to people. This page is not cached. */
  async messages(list: () => Promise<readonly ShownMessage[]>): Promise<Found> {
    if (!this.#credentials) return this.notFound();
    const text = this.#write('/demo/messages', {
      title: 'Messages',
      description: 'What the demo would have sent to people',
      content: messagesPage(await list()),
    });
    return { content: await contentOf('html', text), status: 200 };
  }

  landing(base: string): Promise<Found> {
    return this.#page(base, '/', {
      title: 'Foyer',
      description: 'An open, self-hosted API server for appointment businesses',
      content: () => landing({ entries: this.#entries, base, mode: this.#mode, credentials: this.#credentials }),
    });
  }

  chooser(base: string): Promise<Found> {
    return this.#page(base, '/docs', {
      title: 'Reference',
      description: 'Every operation of the published API',
      content: () => chooser(this.#entries),
    });
  }

  guide(base: string): Promise<Found> {
    return this.#page(base, guideHref, {
      title: 'Limits and retries',
      description: 'What is left of the rate limits, and when to send a request again',
      content: guide,
    });
  }

  webhookGuide(base: string): Promise<Found> {
    return this.#page(base, webhookGuideHref, {
      title: 'Webhooks',
      description: 'How to receive changes, check their signatures and look into deliveries',
      content: webhookGuide,
    });
  }

  /** The page that shows the log of webhooks to a user who signs in. */
  webhookLog(base: string): Promise<Found> {
    return this.#page(base, webhookLogHref, {
      title: 'Log of webhooks',
      description: 'What was sent to the addresses of a location, and what they answered',
      content: () => webhookLog({ script: this.#address('webhook-log', 'js'), credentials: this.#credentials }),
    });
  }

  /** The page on which partners manage their applications. */
  partner(base: string): Promise<Found> {
    return this.#page(base, partnerHref, {
      title: 'Applications of a partner',
      description: 'Register applications, make tokens, and see where applications are installed',
      content: () => partnerPage({ script: this.#address('partner', 'js'), credentials: this.#credentials }),
    });
  }

  /** The page on which an invited person joins a location. @param languages that the visitor wants, the best first */
  join(base: string, languages: readonly string[]): Promise<Found> {
    return this.#linkPage(base, '/join', languages, (language) => ({
      title: accountTexts[language].join,
      description: accountTexts[language].joinAbout,
      content: () => joinPage(this.#address('account', 'js'), language),
    }));
  }

  /** The page on which a person chooses a new password. @param languages that the visitor wants, the best first */
  password(base: string, languages: readonly string[]): Promise<Found> {
    return this.#linkPage(base, '/password', languages, (language) => ({
      title: accountTexts[language].lost,
      description: accountTexts[language].lostAbout,
      content: () => passwordPage(this.#address('account', 'js'), language),
    }));
  }

  /** The page on which a client takes an offered time, or leaves the waiting list. @param languages that the visitor wants, the best first */
  waiting(base: string, languages: readonly string[]): Promise<Found> {
    return this.#linkPage(base, '/waiting', languages, (language) => ({
      title: waitingTexts[language].title,
      description: waitingTexts[language].about,
      content: () => waitingPage(this.#address('waiting', 'js'), language),
    }));
  }

  /** A page behind a link, in the language of the visitor. */
  #linkPage(
    base: string,
    href: string,
    languages: readonly string[],
    make: (language: PageLanguage) => { title: string; description: string; content: () => Html },
  ): Promise<Found> {
    const language = pageLanguage(languages);
    return this.#page(base, href, { state: ` ${language}`, language, ...make(language) });
  }

  /** Not kept: queries have no end. */
  async search(query: string): Promise<Found> {
    const hrefs = this.#findEntries(await this.#index(), query).map((entry) => entry.href);
    const found = hrefs.flatMap((href) => this.#entries.filter((entry) => entry.href === href));
    const text = this.#write('/docs/search', {
      title: 'Search',
      description: 'Search the operations',
      content: searchPage(query, found),
    });
    return { content: await contentOf('html', text), status: 200 };
  }

  searchIndex(): Promise<Found> {
    return this.#keep('search.json', 'json', async () => JSON.stringify(await this.#index()));
  }

  #index(): Promise<IndexEntry[]> {
    this.#searched ??= indexOf(this.#entries);
    return this.#searched;
  }

  /** The index of a surface. */
  surface(base: string, name: string): Promise<Found> {
    const surface = this.#surface(name);
    if (!surface) return this.notFound();
    return this.#page(base, surfaceHref(surface), {
      title: surface.title,
      description: surface.description,
      sidebar: () => sidebar(surface, this.#entries, {}),
      content: () => surfacePage(surface, this.#entries),
    });
  }

  surfaceMarkdown(base: string, name: string): Promise<Found> {
    const surface = this.#surface(name);
    if (!surface) return this.notFound();
    const own = this.#entries.filter((entry) => entry.surface === surface);
    return this.#keep(`${base} ${name}.md`, 'md', () => listMarkdown(surface.title, surface.description, own, base));
  }

  /** The page of a tag, or with `.md` at the end its list of operations. */
  tag(base: string, surfaceName: string, name: string): Promise<Found> {
    const isMarkdown = name.endsWith('.md');
    const surface = this.#surface(surfaceName);
    const tag = surface?.tags.find((candidate) => slug(candidate.name) === name.replace(/\.md$/, ''));
    if (!surface || !tag) return this.notFound();
    const href = tagHref(surface, tag.name);
    if (isMarkdown) {
      const own = this.#entries.filter((entry) => entry.surface === surface && entry.operation.tag === tag.name);
      return this.#keep(`${base} ${href}.md`, 'md', () => listMarkdown(tag.name, tag.description, own, base));
    }
    return this.#page(base, href, {
      title: `${tag.name} · ${surface.title}`,
      description: tag.description,
      sidebar: () => sidebar(surface, this.#entries, { tag: tag.name }),
      content: () => tagPage(surface, tag, this.#entries),
    });
  }

  /** The page of an operation, or with `.md` at the end the same as Markdown. */
  async operation(base: string, surfaceName: string, tagName: string, name: string): Promise<Found> {
    const isMarkdown = name.endsWith('.md');
    const id = name.replace(/\.md$/, '');
    const entry = this.#entries.find((candidate) => candidate.surface.name === surfaceName && candidate.operation.id === id);
    if (!entry) return this.notFound();
    // An address of another tag: the operation has moved.
    if (slug(entry.operation.tag) !== tagName) {
      return { redirect: `${entry.href}${isMarkdown ? '.md' : ''}` };
    }
    const values = entry.isWebhook ? undefined : await this.#find(`${surfaceName} ${id}`);
    // Rendered again when its content has changed.
    const state = values ? ` ${JSON.stringify(values)}` : '';
    if (isMarkdown) {
      return this.#keep(`${base} ${entry.href}.md${state}`, 'md', async () => {
        const samples = entry.isWebhook ? [] : await this.#samples(base, entry, 'this', values);
        return operationMarkdown(entry, base, values, samples[0]);
      });
    }
    return this.#page(base, entry.href, {
      state,
      title: `${entry.operation.summary} · ${entry.surface.title}`,
      description: entry.operation.description ?? entry.operation.summary,
      markdown: `${entry.href}.md`,
      sidebar: () => sidebar(entry.surface, this.#entries, { tag: entry.operation.tag, entry }),
      content: async () =>
        operationPage(entry, {
          base,
          isPublic: this.#publicUrl !== '',
          credentials: this.#credentials,
          values,
          samples: {
            this: entry.isWebhook ? [] : await this.#samples(base, entry, 'this', values),
            mock: entry.isWebhook ? [] : await this.#samples(base, entry, 'mock', values),
          },
        }),
    });
  }

  llms(base: string): Promise<Found> {
    return this.#keep(`${base} llms.txt`, 'txt', () => llmsText(this.#entries, base));
  }

  /** The whole OpenAPI document of a surface with the addresses of both servers. */
  bundle(base: string, surfaceName: string, kind: 'json' | 'yaml'): Promise<Found> {
    const surface = this.#surface(surfaceName);
    if (!surface) return this.notFound();
    return this.#keep(`${base} ${surfaceName} bundle.${kind}`, kind, () => {
      const text = JSON.stringify({
        ...documentOf(surface),
        servers: [
          { url: base + serverPath(surface, 'this'), description: 'This server' },
          { url: base + serverPath(surface, 'mock'), description: 'Mock server: answers the examples' },
        ],
      });
      return kind === 'json' ? text : toYaml(text);
    });
  }

  async notFound(): Promise<Found> {
    const text = this.#write('/404', {
      title: 'Not found',
      description: 'There is no such page',
      content: html`<h1>Not found</h1><p>There is no such page. The <a href="/docs">reference</a> lists every operation.</p>`,
    });
    return { content: await contentOf('html', text), status: 404 };
  }

  #surface(name: string): Surface | undefined {
    return this.#surfaces.find((surface) => surface.name === name);
  }

  #samples(base: string, entry: Entry, server: ServerName, values: SampleValues | undefined): Promise<Sample[]> {
    return renderSamples(sampleRequest(entry, documented(entry), { base, server, credentials: this.#credentials, values }));
  }

  #page(
    base: string,
    href: string,
    parts: {
      title: string;
      description: string;
      markdown?: string;
      /** The state that the page depends on, besides its address. */
      state?: string;
      language?: PageLanguage;
      sidebar?: () => Html;
      content: () => Html | Promise<Html>;
    },
  ): Promise<Found> {
    return this.#keep(`${base} ${href}${parts.state ?? ''}`, 'html', async () =>
      this.#write(href, {
        ...parts,
        content: await parts.content(),
        sidebar: parts.sidebar?.(),
      }),
    );
  }

  #write(
    href: string,
    parts: {
      title: string;
      description: string;
      markdown?: string;
      language?: PageLanguage;
      sidebar?: Html | undefined;
      content: Html;
    },
  ): string {
    const { sidebar: side, markdown, language, title, description, content } = parts;
    return page({
      title: title === 'Foyer' ? title : `${title} · Foyer`,
      description,
      content,
      href,
      assets: this.#assets,
      surfaces: this.#surfaces,
      ...(side ? { sidebar: side } : {}),
      ...(markdown ? { markdown } : {}),
      ...(language ? { language } : {}),
    });
  }

  async #keep(key: string, kind: Kind, make: () => string | Promise<string>): Promise<Found> {
    let made = this.#made.get(key);
    if (!made) {
      made = Promise.resolve()
        .then(make)
        .then((text) => contentOf(kind, text));
      this.#made.set(key, made);
      made.catch(() => this.#made.delete(key));
    }
    return { content: await made, status: 200 };
  }
}

const compress = promisify(gzip);

async function contentOf(kind: Kind, text: string | Buffer): Promise<Content> {
  const body = Buffer.from(text as string);
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { type: mediaTypes[kind], body, gzip: body.length > 1000 ? await compress(body) : undefined, etag };
}

/** Compressed in a separate thread: the largest document takes a second, which would block every other request. */
function toYaml(text: string): Promise<string> {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { stringify } = require(workerData.library);
    parentPort.postMessage(stringify(JSON.parse(workerData.text), { aliasDuplicateObjects: false, lineWidth: 0 }));`;
  const library = createRequire(import.meta.url).resolve('yaml');
  return new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true, execArgv: [], workerData: { text, library } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
