import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const executablePath = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

/** A test that is skipped with a message if there is no browser. */
export const browserTest = test.runIf(executablePath);

type Options = Parameters<Browser['newContext']>[0];

/** Opens pages that are watched: an error of the console or a request to another machine fails the test. */
export function useBrowser(): { open: (options?: Options) => Promise<{ context: BrowserContext; page: Page }> } {
  let browser: Browser;
  /** Things that a page did and must not do. */
  const complaints: string[] = [];
  beforeAll(async () => {
    if (!executablePath)
      process.stdout.write('No Chromium is installed (or CHROMIUM_PATH wrong): pages are not tried in a browser.\n');
    else browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterEach(() => expect(complaints.splice(0)).toEqual([]));
  afterAll(() => browser?.close());
  return {
    open: async (options = {}) => {
      const context = await browser.newContext(options);
      await context.route('**/*', (route) => {
        const { hostname } = new URL(route.request().url());
        if (hostname === '127.0.0.1') return route.continue();
        complaints.push(`request to ${hostname}`);
        return route.abort();
      });
      const page = await context.newPage();
      page.on('console', (message) => {
        // A 4xx of the API, which a test asks for, is no fault of the page.
        if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      return { context, page };
    },
  };
}

/**
 * The least contrast of a text on its background; WCAG AA asks for 4.5.
 * A text, as this is compiled for a server: the types of a page are not at hand.
 */
export const worstContrast = (page: Page): Promise<number> =>
  page.evaluate<number>(`(() => {
    const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
    const luminance = (color) => {
      const [red, green, blue] = parse(color).map((value) => {
        const part = value / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const background = (element) => {
      if (!element) return 'rgb(255, 255, 255)';
      const color = getComputedStyle(element).backgroundColor;
      return parse(color)[3] === 0 ? background(element.parentElement) : color;
    };
    const texts = [...document.querySelectorAll('body *')].filter(
      (element) => element.offsetParent && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()),
    );
    return Math.min(...texts.map((element) => {
      const pair = [luminance(getComputedStyle(element).color), luminance(background(element))];
      return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    }));
  })()`);
