// Debian's Chromium, headless, for tests of the realm's own page.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** How long anything on a page may take before its test fails, ms: busy machines draw slowly. */
export const BROWSER_PATIENCE_MS = 30_000;

const PROGRAMS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** WebGL is drawn by the processor: test machines have no graphics card. */
const FLAGS = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-dev-shm-usage', '--mute-audio'];

export class Browser {
  static async start({ args = [] } = {}) {
    const executablePath = PROGRAMS.find((path) => path && existsSync(path));
    if (!executablePath) throw new Error('no browser: `apt-get install chromium` (./dev test does it), or set CHROMIUM');
    const browser = new Browser();
    const launch = (chromiumSandbox) => chromium.launch({ executablePath, chromiumSandbox, args: [...FLAGS, ...args] });
    // Root has no sandbox to give, and some containers refuse it; only the realm's own page is opened.
    browser.inner = await (process.getuid?.() === 0 ? launch(false) : launch(true).catch(() => launch(false)));
    return browser;
  }

  /**
   * A page of its own, without anything remembered. It notes what a page must not do: see `complaints`.
   * @param {string} url
   * @param {import('playwright-core').BrowserContextOptions} [options]
   */
  async open(url, options = {}) {
    const context = await this.inner.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(BROWSER_PATIENCE_MS);
    page.setDefaultNavigationTimeout(BROWSER_PATIENCE_MS);
    page.complaints = [];
    const { host } = new URL(url);
    page.on('pageerror', (error) => page.complaints.push(`error: ${error.stack ?? error}`));
    page.on('request', (request) => {
      const to = new URL(request.url());
      if (/^(http|ws)s?:$/.test(to.protocol) && to.host !== host) page.complaints.push(`asks another host: ${to}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy/.test(message.text())) page.complaints.push(message.text());
    });
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    return page;
  }

  stop() {
    return this.inner?.close();
  }
}

/** Waits until the text of what `locator` finds satisfies `accepts`, and returns it. */
export async function shows(locator, what, accepts, ms = BROWSER_PATIENCE_MS) {
  const end = Date.now() + ms;
  let text = '';
  for (;;) {
    text = ((await locator.textContent({ timeout: ms }).catch(() => '')) ?? '').trim();
    if (accepts(text)) return text;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}; it says "${text}"`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
