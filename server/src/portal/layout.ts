import type { Surface } from '../api/operation.ts';
import { type Html, html } from './html.ts';
import { surfaceHref } from './paths.ts';

/** The addresses of the portal's own files, which change with their content. */
export interface Assets {
  css: string;
  js: string;
  icon: string;
}

export interface PageOptions {
  title: string;
  description: string;
  assets: Assets;
  surfaces: Surface[];
  /** The present address, marked in the navigation. */
  href: string;
  /** The list of operations next to the content. */
  sidebar?: Html;
  /** A document of the same content for machines. */
  markdown?: string;
  content: Html;
  /** The language of the content, as BCP 47. What is around it is in English. */
  language?: string;
}

/** A whole page. */
export function page({
  title,
  description,
  assets,
  surfaces,
  href,
  sidebar,
  markdown,
  content,
  language = 'en',
}: PageOptions): string {
  const link = (to: string, text: string) => {
    const isHere = to === href || (to !== '/' && href.startsWith(`${to}/`));
    return html`<li><a href="${to}"${isHere ? html` aria-current="${to === href ? 'page' : 'true'}"` : ''}>${text}</a></li>`;
  };
  const around = language !== 'en' && html` lang="en"`;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${description}">
<title>${title}</title>
<link rel="icon" type="image/svg+xml" href="${assets.icon}">
<link rel="stylesheet" href="${assets.css}">
${markdown ? html`<link rel="alternate" type="text/markdown" href="${markdown}">\n` : ''}<script type="module" src="${assets.js}"></script>
</head>
<body>
<a class="skip"${around} href="#content">Skip to the content</a>
<header class="top"${around}>
<a class="brand" href="/"><img src="${assets.icon}" alt="" width="24" height="24">Foyer</a>
<nav aria-label="Portal"><ul class="menu">
${link('/docs', 'Reference')}
${surfaces.map((surface) => link(surfaceHref(surface), surface.title))}
</ul></nav>
<form class="search" role="search" action="/docs/search" data-search>
<label class="hidden" for="search">Search operations</label>
<input id="search" name="q" type="search" placeholder="Search ( / )" autocomplete="off" aria-keyshortcuts="/ Control+K" aria-describedby="search-count">
<button>Search</button>
<div class="results" hidden><p id="search-count" role="status"></p><ul></ul></div>
</form>
</header>
<div class="${sidebar ? 'frame with-sidebar' : 'frame'}">
${sidebar}
<main id="content" tabindex="-1">
${content}
</main>
</div>
</body>
</html>
`.text;
}
