import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Surface } from '../api/operation.ts';
import { publicAddress } from '../api/public-address.ts';
import type { Config, Mode } from '../platform/config.ts';
import type { BookingPage, ShownMessage } from './book.ts';
import { guideHref } from './guide.ts';
import { partnerHref } from './partner.ts';
import type { Credentials } from './samples.ts';
import type { Content, FindValues, Found, Site } from './site.ts';
import { webhookGuideHref, webhookLogHref } from './webhook-guide.ts';

/** The pages load only this server's own files. The forms of the reference call this server, under its public address if it has one. */
const contentSecurityPolicy = (publicUrl: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${publicUrl}`.trim(),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

export interface PortalOptions {
  surfaces: Surface[];
  config: Pick<Config, 'publicUrl'>;
  mode: Mode;
  /** Credentials that the pages use to sign in. The server of a business has none. */
  credentials: () => Promise<Credentials | undefined>;
  /** Messages that would have been sent to people, latest first. The demo shows them. */
  messages: (base: string) => Promise<readonly ShownMessage[]>;
  /** The booking page of a form, in the first requested language that it supports. Undefined if the form does not exist. */
  bookingPage: (form: number, languages: string[]) => Promise<BookingPage | undefined>;
  /** Values that samples use instead of their declared examples. */
  samples: FindValues;
}

/**
 * The pages for people at `/`, `/docs` and `/en/<surface>/openapi/…`, and the same content for programs: OpenAPI bundles, Markdown and
 * `/llms.txt`. This only registers the routes; the first request loads the rest.
 */
export async function registerPortal(app: FastifyInstance, options: PortalOptions): Promise<void> {
  const { surfaces, config, mode, messages, credentials, samples } = options;
  let opened: Promise<Site> | undefined;
  const site = () => {
    opened ??= import('./site.ts')
      .then(async ({ Site }) =>
        Site.open({ surfaces, mode, credentials: await credentials(), publicUrl: config.publicUrl, find: samples }),
      )
      .catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
    return opened;
  };

  const get = (url: string, find: (site: Site, base: string, request: FastifyRequest) => Promise<Found>, vary?: string) =>
    app.get(url, async (request, reply) => {
      const found = await find(await site(), publicAddress(request, config), request);
      if ('redirect' in found) return reply.redirect(found.redirect, 301);
      if (vary) reply.header('vary', vary);
      reply.header('cache-control', 'no-cache').code(found.status);
      return send(request, reply, found.content, policy);
    });
  const policy = contentSecurityPolicy(config.publicUrl);
  const params = (request: FastifyRequest) => request.params as Record<'surface' | 'tag' | 'operation' | 'file' | 'form', string>;

  get('/', (site, base) => site.landing(base));
  get(
    '/book/:form',
    async (site, _base, request) => {
      const { form } = params(request);
      return site.booking(
        /^[1-9]\d{0,8}$/.test(form) ? await options.bookingPage(Number(form), languagesOf(request)) : undefined,
      );
    },
    'accept-language',
  );
  get('/join', (site, base, request) => site.join(base, languagesOf(request)), 'accept-language');
  get('/password', (site, base, request) => site.password(base, languagesOf(request)), 'accept-language');
  get('/waiting', (site, base, request) => site.waiting(base, languagesOf(request)), 'accept-language');
  get('/demo/messages', (site, base) => site.messages(() => messages(base)));
  get('/docs', (site, base) => site.chooser(base));
  get(guideHref, (site, base) => site.guide(base));
  get(webhookGuideHref, (site, base) => site.webhookGuide(base));
  get(webhookLogHref, (site, base) => site.webhookLog(base));
  get(partnerHref, (site, base) => site.partner(base));
  get('/docs/search', (site, _base, request) => {
    const { q } = request.query as { q?: unknown };
    return site.search(typeof q === 'string' ? q.slice(0, 200) : '');
  });
  get('/docs/search.json', (site) => site.searchIndex());
  get('/en/:surface/openapi', (site, base, request) => site.surface(base, params(request).surface));
  get('/en/:surface/openapi.md', (site, base, request) => site.surfaceMarkdown(base, params(request).surface));
  get('/en/:surface/openapi/:tag', (site, base, request) => site.tag(base, params(request).surface, params(request).tag));
  get('/en/:surface/openapi/:tag/:operation', (site, base, request) => {
    const { surface, tag, operation } = params(request);
    return site.operation(base, surface, tag, operation);
  });
  get('/llms.txt', (site, base) => site.llms(base));
  for (const kind of ['json', 'yaml'] as const) {
    get(`/_bundle/en/:surface/openapi.${kind}`, (site, base, request) => site.bundle(base, params(request).surface, kind));
  }
  // The page loads several of them.
  app.get('/_portal/:file', { config: { isUncounted: true } }, async (request, reply) => {
    const content = (await site()).file(params(request).file);
    if (!content) return reply.callNotFound();
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    return send(request, reply, content, policy);
  });
}

/** The languages that a browser asks for, the best first. */
const languagesOf = (request: FastifyRequest): string[] =>
  (request.headers['accept-language'] ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';');
      const weight = parameters.find((each) => each.trim().startsWith('q='))?.split('=')[1];
      return { tag: tag.trim(), weight: Number(weight ?? 1) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);

function send(request: FastifyRequest, reply: FastifyReply, { type, body, gzip, etag }: Content, policy: string): FastifyReply {
  const isGzipped =
    gzip !== undefined && /\bgzip\b(?!\s*;\s*q=0(\.0*)?\b)/i.test(String(request.headers['accept-encoding'] ?? ''));
  reply
    .header('content-security-policy', policy)
    .header('vary', [reply.getHeader('vary'), 'accept-encoding', 'host'].filter(Boolean).join(', '))
    .header('etag', etag);
  if (reply.statusCode === 200 && (request.headers['if-none-match'] ?? '').split(/\s*,\s*/).includes(etag)) {
    return reply.code(304).send();
  }
  // Tools in a browser may read the documents from any origin, like those at /openapi.
  if (/json|yaml/.test(type)) reply.header('access-control-allow-origin', '*');
  if (isGzipped) reply.header('content-encoding', 'gzip');
  return reply.type(type).send(isGzipped ? gzip : body);
}
