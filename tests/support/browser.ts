/** A real browser that records the faults of its pages. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';
import { findProgram } from '../../scripts/servers/programs.mjs';

export interface TestBrowser {
  readonly title: string;
  /** Opens the URL in a page with a profile of its own, without the cookies and storage of other pages. */
  open(url: string, options?: BrowserContextOptions): Promise<WatchedPage>;
  /** Closes pages that a failed test left open. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

export interface WatchedPage {
  readonly page: Page;
  /**
   * Closes the page and returns its faults: requests to another origin, warnings and errors in its console, which
   * include violations of its content security policy, and uncaught exceptions.
   * @param expected matches the console messages that the test causes by refused answers and lost connections
   */
  readonly close: (expected?: RegExp) => Promise<readonly string[]>;
}

/** Shorter than a test's time limit, so that the browser's error names what the test waited for. */
const TIMEOUT_MS = 60_000;

/** Starts the Chromium of this machine, or one that is downloaded once per user. */
export async function startBrowser(): Promise<TestBrowser> {
  const log = (message: string) => process.stderr.write(`${message}\n`);
  const program = await findProgram('chromium', { log });
  const home = mkdtempSync(join(tmpdir(), 'posts-report-browser-'));
  const env = { ...program.env, HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home };
  const browser = await chromium.launch({
    executablePath: program.path,
    // Most containers do not allow a sandbox. The browser opens only the service under test.
    chromiumSandbox: false,
    env: Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : []))),
  });
  return {
    title: program.title,
    async open(url, options) {
      const context = await browser.newContext({ timezoneId: 'UTC', ...options });
      context.setDefaultTimeout(TIMEOUT_MS);
      const page = await context.newPage();
      const complaints = watch(page, new URL(url).origin);
      await page.goto(url);
      return {
        page,
        close: async (expected = /(?!)/) => {
          await context.close();
          return complaints.filter((complaint) => !expected.test(complaint));
        },
      };
    },
    async closePages() {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    async close() {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function watch(page: Page, origin: string): readonly string[] {
  const complaints: string[] = [];
  const checkAddress = (address: string): void => {
    const { protocol, host } = new URL(address);
    const isInside = ['data:', 'blob:'].includes(protocol) || host === new URL(origin).host;
    if (!isInside) complaints.push(`request to ${address}`);
  };
  page.on('request', (request) => checkAddress(request.url()));
  page.on('websocket', (socket) => checkAddress(socket.url()));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`console ${message.type()}: ${message.text()} at ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.stack}`));
  return complaints;
}
