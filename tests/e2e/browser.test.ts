import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findFreePort } from '../../scripts/servers/free-port.mjs';
import { startBrowser, type TestBrowser, type WatchedPage } from '../support/browser.js';
import { startApi, startWorker, type ApiProcess } from '../support/processes.js';
import { createRestClient } from '../support/rest-client.js';
import { EXPECTED, startServiceServers, type Service } from '../support/service.js';

const VIEWER = 'viewers-token';
const OPERATOR = 'operators-token';
const WORDS = EXPECTED.reduce((sum, { total_words }) => sum + total_words, 0).toLocaleString('en');
const REFUSED = /status of 401/;
const AWAY = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE/;

let browser: TestBrowser;
let service: Service;
let api: ApiProcess;
let guarded: ApiProcess;
/** What a test took, also when it fails. */
const releases: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  [browser, service] = await Promise.all([startBrowser(), startServiceServers('bee-queue')]);
  const env = { ...service.env, JOB_MAX_ATTEMPTS: '1' };
  const AUTH_TOKENS = `ann:viewer:${VIEWER},olga:operator:${OPERATOR}`;
  [api, guarded] = await Promise.all([
    startApi({ env: { ...env, PORT: String(await findFreePort()) } }),
    startApi({ env: { ...env, AUTH_TOKENS } }),
    startWorker({ env: { ...env, WORKER_CONCURRENCY: '1' } }),
  ]);
}, 300_000);

afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([api?.stop(), guarded?.stop()]);
  await service?.close();
});

describe('the page at /', () => {
  test('follows a job from the queue to its report, which can be sorted and downloaded', async () => {
    const unlock = await lockPosts();
    const first = await open(api);
    await ask(first.page, '1');
    await statusIs(first.page, 'RUNNING');
    const second = await open(api);
    await ask(second.page);
    await statusIs(second.page, 'QUEUED');
    await fact(second.page, 'Place in the queue', 'next');
    await unlock();

    await statusIs(first.page, 'SUCCEEDED');
    await statusIs(second.page, 'SUCCEEDED');
    expect(await second.page.getByRole('progressbar').getAttribute('value')).toBe('100');
    const report = second.page.locator('#report');
    await report.getByText(WORDS).waitFor();
    await report.getByText('20 of 50 rows').waitFor();
    expect(await report.locator('tbody tr').count()).toBe(20);
    await report.getByLabel('Order').selectOption('by user id, highest first');
    await report.locator('tbody tr:first-child th', { hasText: '50' }).waitFor();
    await report.getByRole('button', { name: 'More rows' }).click();
    await report.getByText('40 of 50 rows').waitFor();
    expect(await download(second.page, 'CSV')).toBe(
      `user_id,total_words\n${EXPECTED.toReversed()
        .map(({ user_id, total_words }) => `${user_id},${total_words}\n`)
        .join('')}`,
    );
    expect([await first.close(), await second.close()]).toEqual([[], []]);
  });

  test('shows at the field what the service has against a filter', async () => {
    const { page, close } = await open(api);
    await page.getByLabel('Only these users').fill('1, x, 2.5');
    await page.getByLabel('from').fill('2026-02-01T00:00');
    await page.getByLabel('before').fill('2026-01-01T00:00');
    await page.getByRole('button', { name: 'Ask' }).click();
    const field = page.getByLabel('Only these users');
    await page.getByText('x must be a whole number of 32 bits.').waitFor();
    await page.getByText('2.5 must be a whole number of 32 bits.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#user-ids:focus').count()).toBe(1);

    await field.fill('1 2');
    await page.keyboard.press('Enter');
    await page.getByText('Must be before created_to').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBeNull();
    expect(await page.getByLabel('from').getAttribute('aria-invalid')).toBe('true');

    await page.getByLabel('from').fill('');
    await page.getByLabel('from').focus();
    await page.keyboard.type('02');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('Is not complete').waitFor();
    expect(await page.locator('#job').isVisible()).toBe(false);
    expect(await close(/status of 400/)).toEqual([]);
  });

  test('makes no second job when it asks again after an answer that was lost', async () => {
    const { page, close } = await open(api);
    const requests = '**/api/2.0/report/posts';
    let id = '';
    await page.route(requests, async (route) => {
      const answer = await route.fetch();
      id = ((await answer.json()) as { data: { job_id: string } }).data.job_id;
      await route.abort();
    });
    await page.getByLabel('Only these users').fill('6');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('The service does not answer. Please try again.').waitFor();
    await createRestClient(api.url).waitFor(id, 'SUCCEEDED');
    await page.unroute(requests);
    await ask(page, '6');
    await statusIs(page, 'SUCCEEDED');
    await fact(page, 'Id', id);
    expect(await close(/ERR_FAILED/)).toEqual([]);
  });

  test('shows how far a job is, and cancels it', async () => {
    releases.push(await service.slowPosts({ context: "RPAD('word', 16000, ' word')" }));
    const { page, close } = await open(api);
    await ask(page);
    await page.getByText(/^[1-9]\d* %: [\d,]+ of about [\d,]+ posts read$/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await statusIs(page, 'CANCELED');
    await page.locator('#jobs-rows tr:first-child', { hasText: 'CANCELED' }).waitFor();
    await page.getByLabel('Status').selectOption('SUCCEEDED');
    await page.locator('#jobs-rows', { hasNotText: 'CANCELED' }).waitFor();
    expect(await close()).toEqual([]);
  });

  test('retries a job that failed, once it can succeed', async () => {
    const restore = await hidePosts();
    const { page, close } = await open(api);
    await ask(page, '7');
    await statusIs(page, 'FAILED');
    await page.getByText('Attempts', { exact: true }).last().click();
    await page.getByText('1: DATABASE_UNAVAILABLE').waitFor();
    await restore();
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await statusIs(page, 'SUCCEEDED');
    await page.getByText('1 of 1 rows').waitFor();
    expect(await close()).toEqual([]);
  });

  test('follows a job that failed again when it is retried from the list', async () => {
    const id = await failJob(api, 14);
    const { page, close } = await open(api, `/#job/${id}`);
    await statusIs(page, 'FAILED');
    const retry = page.getByRole('button', { name: `Retry job ${id}` });
    await retry.click();
    await statusIs(page, 'SUCCEEDED');
    await retry.waitFor({ state: 'detached' });
    expect(await close()).toEqual([]);
  });

  test('turns the pages of the list of jobs, and stays on the first one however often it is asked back', async () => {
    const client = createRestClient(api.url);
    await Promise.all(
      Array.from({ length: 11 }, (_, n) => client.request({ filter: { user_ids: [1000 + n] } })),
    );
    const { page, close } = await open(api);
    const [newer, older] = ['Newer', 'Older'].map((name) => page.getByRole('button', { name }));
    await page.getByText(/^1 to 10 of/).waitFor();
    await older?.click();
    await page.getByText(/^11 to \d+ of/).waitFor();

    await newer?.evaluate((button) => {
      for (let click = 0; click < 3; click += 1) (button as HTMLButtonElement).click();
    });

    await page.getByText(/^1 to 10 of/).waitFor();
    expect(await newer?.isDisabled()).toBe(true);
    expect(await close()).toEqual([]);
  });

  test('goes on by itself when the service comes back in the middle of a job', async () => {
    const unlock = await lockPosts();
    const { page, close } = await open(api);
    await ask(page, '8');
    await statusIs(page, 'RUNNING');
    await api.kill('SIGKILL');
    await page.getByText('The service does not answer').waitFor();
    api = await startApi({ env: { ...service.env, PORT: new URL(api.url).port } });
    await page.getByText('The service does not answer').waitFor({ state: 'hidden' });
    await unlock();
    await statusIs(page, 'SUCCEEDED');
    expect(await close(AWAY)).toEqual([]);
  });

  test('asks a viewer for a token, and shows him what is his', async () => {
    const { page, close } = await open(guarded);
    await signIn(page, 'wrong');
    await page.getByText('401 UNAUTHENTICATED: the service does not know this token.').waitFor();
    await signIn(page, VIEWER);
    await page.getByText('403 FORBIDDEN: Only an operator may').waitFor();
    await ask(page, '10');
    await statusIs(page, 'SUCCEEDED');
    expect(await download(page, 'NDJSON')).toBe(`${JSON.stringify(EXPECTED[9])}\n`);
    expect(await page.evaluate('[...Object.values(localStorage), document.cookie].join("")')).toBe('');

    await page.getByRole('button', { name: 'Forget the token' }).click();
    await page.getByRole('textbox', { name: 'Token' }).waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(await page.locator('#jobs-rows').isVisible()).toBe(false);
    expect(await close(REFUSED)).toEqual([]);
  });

  test('shows an operator what failed for others, by cause, and retries all of it', async () => {
    const failedId = await failJob(guarded, 9, { authorization: `Bearer ${VIEWER}` });
    const { page, close } = await open(guarded);
    await signIn(page, OPERATOR);
    const group = page.locator('#groups-list li', { hasText: 'DATABASE_UNAVAILABLE' });
    await page.locator('#failed-list').getByText('by ann').waitFor();
    await group.getByRole('button', { name: /^Retry all/ }).click();
    await group.waitFor({ state: 'detached' });
    await page.locator('#jobs-rows tr', { hasText: 'user 9 by ann' }).getByRole('link').click();
    await fact(page, 'Id', failedId);
    await statusIs(page, 'SUCCEEDED');
    expect(await close(REFUSED)).toEqual([]);
  });
});

describe('GraphiQL', () => {
  test('runs its first tab as it stands', async () => {
    const { page, close } = await open(api, '/graphql');
    await run(page);
    await responseSays(page, '"totalUsers": 50');
    expect(await close()).toEqual([]);
  });

  test('takes a token in its headers editor, and delivers a subscription', async () => {
    const { page, close } = await open(guarded, '/graphql');
    await page.getByRole('button', { name: 'BeTold' }).click();
    await page.locator('.view-line', { hasText: /subscription\sBeTold/ }).waitFor();
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:visible').click();
    await page.keyboard.insertText(`{ "Authorization": "Bearer ${VIEWER}" }`);
    await run(page);
    await page.getByRole('button', { name: 'Stop query' }).waitFor();
    const authorization = `Bearer ${VIEWER}`;
    const { job_id: id } = await createRestClient(guarded.url).request({}, { authorization });
    await responseSays(page, id);
    expect(await close(REFUSED)).toEqual([]);
  });
});

describe('/api', () => {
  test('shows every route', async () => {
    const { page, close } = await open(api, '/api');
    expect(await page.getByRole('heading', { level: 3 }).count()).toBeGreaterThan(10);
    expect(await close()).toEqual([]);
  });
});

describe('accessibility', () => {
  beforeAll(async () => void (await failJob(api, 12)));

  const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

  test.each([
    ['/', 'light', 1280],
    ['/', 'dark', 320],
    ['/api', 'light', 320],
    ['/api', 'dark', 1280],
  ] as const)('axe has nothing against %s, %s, %i pixels wide', async (path, colorScheme, width) => {
    const options = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true };
    const { page, close } = await open(api, path, options);
    if (path === '/') {
      await ask(page, '13');
      await page.getByText('1 of 1 rows').waitFor();
      await page.locator('#groups-list li').waitFor();
      await page.locator('#failed-list li').waitFor();
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await violationsOn(page)).toEqual([]);
    expect(await close()).toEqual([]);
  });

  test('axe has nothing against the question for a token', async () => {
    const { page, close } = await open(guarded, '/', { bypassCSP: true });
    await signIn(page, 'wrong');
    await page.getByText('401 UNAUTHENTICATED').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    expect(await close(REFUSED)).toEqual([]);
  });

  async function violationsOn(page: Page): Promise<readonly string[][]> {
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate('axe.run()')) as { violations: AxeViolation[] };
    return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
  }
});

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

async function open(
  { url }: ApiProcess,
  path = '/',
  options: Parameters<TestBrowser['open']>[1] = {},
): Promise<WatchedPage> {
  return await browser.open(`${url}${path}`, options);
}

async function ask(page: Page, userIds = ''): Promise<void> {
  await page.getByLabel('Only these users').fill(userIds);
  await page.getByRole('button', { name: 'Ask' }).click();
  await page
    .getByText(userIds === '' ? 'all posts' : `user ${userIds}`)
    .first()
    .waitFor();
}

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Token' }).fill(token);
  await page.getByRole('button', { name: 'Come in' }).click();
}

async function statusIs(page: Page, status: string): Promise<void> {
  await page.locator('#job-status', { hasText: status }).waitFor();
}

async function fact(page: Page, term: string, text: string): Promise<void> {
  await page.locator('#job-facts > div', { hasText: term }).getByText(text).waitFor();
}

async function download(page: Page, format: string): Promise<string> {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: format, exact: true }).click(),
  ]);
  expect(saved.suggestedFilename()).toMatch(new RegExp(`^posts-report-\\w+\\.${format.toLowerCase()}$`));
  return readFileSync(await saved.path(), 'utf8');
}

async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Execute query' }).click();
}

/** The editor shows only the lines that there is room for. */
async function responseSays(page: Page, text: string): Promise<void> {
  await page.locator('.result-window', { hasText: text }).waitFor();
}

async function lockPosts(): Promise<() => Promise<void>> {
  return releasedOnce(await service.lockPosts());
}

/** A job that has FAILED; returns its id. */
async function failJob(
  { url }: ApiProcess,
  userId: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const restore = await hidePosts();
  const { job_id: id } = await createRestClient(url).request({ filter: { user_ids: [userId] } }, headers);
  await waitUntilFailed(id);
  await restore();
  return id;
}

async function waitUntilFailed(id: string): Promise<void> {
  for (;;) {
    const row = (await service.db('report_jobs').where({ id }).first('status')) as { status: string };
    if (row.status === 'FAILED') return;
    await delay(20);
  }
}

/** Every attempt fails until the answer is called. */
async function hidePosts(): Promise<() => Promise<void>> {
  await service.db.raw('RENAME TABLE posts TO hidden_posts');
  return releasedOnce(async () => {
    await service.db.raw('RENAME TABLE hidden_posts TO posts');
  });
}

function releasedOnce(release: () => Promise<void>): () => Promise<void> {
  let released: Promise<void> | undefined;
  const once = () => (released ??= release());
  releases.push(once);
  return once;
}
