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
/** Each restores the service after a test, also if the test fails. */
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
  await browser.closePages();
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
    const byUser = report.getByRole('button', { name: 'User id' });
    await byUser.click();
    await report.locator('th[aria-sort=ascending]', { hasText: 'User id' }).waitFor();
    await byUser.click();
    await report.locator('tbody tr:first-child th', { hasText: '50' }).waitFor();
    await report.locator('tbody tr:last-child').click(); // is not scrolled away inside the table
    await report.getByRole('button', { name: 'More rows' }).click();
    await report.getByText('40 of 50 rows').waitFor();
    expect(await download(second.page, 'CSV')).toBe(
      `user_id,total_words\n${EXPECTED.toReversed()
        .map(({ user_id, total_words }) => `${user_id},${total_words}\n`)
        .join('')}`,
    );
    expect([await first.close(), await second.close()]).toEqual([[], []]);
  });

  test('shows at the field why the service refuses a filter', async () => {
    const { page, close } = await open(api);
    await page.getByLabel('User ids').fill('1, x, 2.5');
    await page.getByLabel('Created from').fill('2026-02-01T00:00');
    await page.getByLabel('Created to').fill('2026-01-01T00:00');
    await page.getByRole('button', { name: 'Request', exact: true }).click();
    const field = page.getByLabel('User ids');
    await page.getByText('x must be a whole number of 32 bits.').waitFor();
    await page.getByText('2.5 must be a whole number of 32 bits.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#filter-user_ids:focus').count()).toBe(1);

    await field.fill('1 2');
    await page.keyboard.press('Enter');
    await page
      .getByText('Must be before “Created to”, but Feb 1, 2026, 12:00:00 AM is not before Jan 1, 2026')
      .waitFor();
    expect(await field.getAttribute('aria-invalid')).toBeNull();
    expect(await page.getByLabel('Created from').getAttribute('aria-invalid')).toBe('true');

    await page.getByLabel('Created from').fill('');
    await page.getByLabel('Created from').focus();
    await page.keyboard.type('02');
    await page.getByRole('button', { name: 'Request', exact: true }).click();
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
    await page.getByLabel('User ids').fill('6');
    await page.getByRole('button', { name: 'Request', exact: true }).click();
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
    await page.getByText(/^[1-9]\d* %: [\d,]+ of about [\d,]+ rows read$/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await statusIs(page, 'CANCELED');
    await page.locator('#jobs-rows tr:first-child', { hasText: 'CANCELED' }).waitFor();
    await page.getByLabel('Status').selectOption('SUCCEEDED');
    await page.locator('#jobs-rows', { hasNotText: 'CANCELED' }).waitFor({ state: 'attached' });
    expect(await close()).toEqual([]);
  });

  test('retries a job that failed, once it can succeed', async () => {
    const restore = await hidePosts();
    const { page, close } = await open(api);
    await ask(page, '7');
    await statusIs(page, 'FAILED');
    await page.getByText('Attempts', { exact: true }).last().click();
    await page.getByText('1: SOURCE_MISMATCH').waitFor();
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
    await page.locator('#failed-list li.gone', { has: retry }).waitFor();
    expect(await close()).toEqual([]);
  });

  test('turns the pages of the list of jobs, and stays on the first one at any number of steps back', async () => {
    await requestElevenJobs();
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

  test('asks a viewer for a token, says who is signed in, and shows what a viewer may see', async () => {
    const { page, close } = await open(guarded);
    await signIn(page, 'wrong');
    await page.getByText('401 UNAUTHENTICATED: the service does not know this token.').waitFor();
    await signIn(page, VIEWER);
    await page.getByText('Signed in as ann (viewer)').waitFor();
    await page.getByText('Operators only.').waitFor();
    const answers: string[] = [];
    page.on('response', async (response) => {
      if (!response.url().endsWith('/graphql')) return;
      const text = await response.text().catch(() => undefined); // the page no longer wants the response
      if (text !== undefined) answers.push(text);
    });
    await ask(page, '10');
    await statusIs(page, 'SUCCEEDED');
    expect(await download(page, 'NDJSON')).toBe(`${JSON.stringify(EXPECTED[9])}\n`);
    expect(await page.evaluate('[...Object.values(localStorage), document.cookie].join("")')).toBe('');

    expect(answers.length).toBeGreaterThan(0);
    expect(answers.join('\n')).not.toContain('FORBIDDEN');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('textbox', { name: 'Token' }).waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(await page.locator('#jobs-rows').isVisible()).toBe(false);
    expect(await close(REFUSED)).toEqual([]);
  });

  test('shows an operator what failed for others, by cause, and retries all of it', async () => {
    const failedId = await failJob(guarded, 9, { authorization: `Bearer ${VIEWER}` });
    const { page, close } = await open(guarded);
    await signIn(page, OPERATOR);
    const group = page.locator('#groups-list li', { hasText: 'SOURCE_MISMATCH' });
    await page.locator('#failed-list').getByText('requested by ann').waitFor();
    await group.getByRole('button', { name: /^Retry all/ }).click();
    await page.locator('#groups-list li.gone').waitFor();
    await page
      .locator('#jobs-rows tr', { hasText: 'User ids: 9 · requested by ann' })
      .getByRole('link')
      .click();
    await fact(page, 'Id', failedId);
    await statusIs(page, 'SUCCEEDED');
    expect(await close(REFUSED)).toEqual([]);
  });

  test('makes form, table and files of another report from its description', async () => {
    const { page, close } = await open(api);
    await page.locator('#ask-kind').selectOption('posts-per-day');
    await page.getByLabel('Created from').fill('2026-01-01T00:00');
    await page.getByLabel('User ids').fill('3');
    await page.getByRole('button', { name: 'Request', exact: true }).click();
    await statusIs(page, 'SUCCEEDED');
    await fact(page, 'Report', 'Posts per day');
    await fact(page, 'Filter', 'User ids: 3');
    await page.getByText('1 of 1 rows').waitFor();
    expect(await page.locator('#report-head th').allTextContents()).toEqual([
      'Day',
      'Total posts',
      'Total words',
    ]);
    await page.locator('#report-rows th', { hasText: '2026-01-01' }).waitFor();
    expect(await download(page, 'CSV')).toMatch(/^day,total_posts,total_words\n2026-01-01,40,\d+\n$/);
    await page.locator('#jobs-kind').selectOption('posts');
    await page.locator('#jobs-rows', { hasNotText: 'Posts per day' }).waitFor();
    expect(await close()).toEqual([]);
  });

  test('keeps filter and page of the jobs when it is loaded again, and says why a list is empty', async () => {
    await requestElevenJobs();
    const { page, close } = await open(api);
    await page.getByLabel('Status').selectOption('RETRYING');
    await page.getByText('No job matches the chosen report and status.').waitFor();
    await page.reload();
    await page.getByText('No job matches the chosen report and status.').waitFor();
    expect(await page.getByLabel('Status').inputValue()).toBe('RETRYING');
    await page.getByLabel('Status').selectOption('');
    await page.getByText(/^1 to 10 of/).waitFor();
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByText(/^11 to \d+ of/).waitFor();
    await page.reload();
    await page.getByText(/^11 to \d+ of/).waitFor();
    const names = await page.locator('#jobs-rows a').allTextContents();
    expect(new Set(names).size).toBe(names.length);
    expect(await close()).toEqual([]);
  });

  test('requests a canceled job again', async () => {
    const unlock = await lockPosts();
    const { page, close } = await open(api);
    await ask(page, '15');
    await statusIs(page, 'RUNNING');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await statusIs(page, 'CANCELED');
    await unlock();
    await page.getByRole('button', { name: 'Request again' }).click();
    await statusIs(page, 'SUCCEEDED');
    await fact(page, 'Filter', 'User ids: 15');
    expect(await close()).toEqual([]);
  });

  test('says within seconds that what it shows is old when the API is stopped', async () => {
    const { page, close } = await open(api);
    await page.locator('#jobs-rows tr').first().waitFor();
    await api.kill('SIGSTOP');
    releases.push(() => api.kill('SIGCONT'));
    await page.getByText('What is shown is old').waitFor({ timeout: 8000 });
    const button = page.getByRole('button', { name: 'Request', exact: true });
    await button.click();
    expect(await button.isDisabled()).toBe(true);
    expect(await contrastOf(page, '#ask-submit')).toBeGreaterThanOrEqual(4.5);
    await api.kill('SIGCONT');
    await page.getByText('What is shown is old').waitFor({ state: 'hidden' });
    await statusIs(page, 'SUCCEEDED');
    expect(await close()).toEqual([]);
  });

  test('holds no stream in a tab that is hidden, so that many tabs leave the site usable', async () => {
    const unlock = await lockPosts();
    const { page, close } = await open(api);
    await ask(page, '16');
    await statusIs(page, 'RUNNING');
    for (let tab = 0; tab < 7; tab += 1) {
      const hidden = await page.context().newPage();
      await hidden.addInitScript("Object.defineProperty(document, 'hidden', { get: () => true })");
      await hidden.goto(page.url());
    }
    await page.getByRole('button', { name: 'Cancel' }).click();
    await statusIs(page, 'CANCELED');
    await unlock();
    expect(await close()).toEqual([]);
  });

  test('retries more failures than one batch holds, says so, and moves neither focus nor buttons', async () => {
    const id = await failJob(api, 17);
    await copyFailedJob(id, 1100);
    releases.push(() => service.db('report_jobs').whereIn('status', ['QUEUED', 'RETRYING']).delete());
    const { page, close } = await open(api);
    const retry = page.getByRole('button', { name: /^Retry all 1,1\d\d/ });
    await retry.click();
    const outcome = page.locator('#failures-outcome').filter({ hasText: /[^…]$/ });
    expect(await outcome.innerText()).toMatch(/^(1,1\d\d) of \1 jobs will run again\.$/);
    expect(await retry.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await retry.getAttribute('aria-disabled')).toBe('true');
    expect(await close()).toEqual([]);
  });

  test('shows operators what the database said of a failure', async () => {
    const id = await failJob(api, 18);
    const { page, close } = await open(api, `/#job/${id}`);
    await statusIs(page, 'FAILED');
    for (const place of ['#job-cause', '#groups-list', '#failed-list'])
      await page
        .locator(place)
        .getByText(/Table .*posts.* doesn't exist/)
        .first()
        .waitFor();
    await page.locator('#job-attempts summary').first().click();
    await page
      .locator('#job-attempts-list')
      .getByText(/doesn't exist/)
      .first()
      .waitFor();
    expect(await close()).toEqual([]);
  });

  test('keeps each total on one line', async () => {
    const { page, close } = await open(api, '/', { viewport: { width: 1440, height: 900 } });
    await ask(page, '19');
    await page.getByText('1 of 1 rows').waitFor();
    const heights = await page.locator('#report-totals dd').evaluateAll((totals) =>
      totals.map((total) => {
        total.textContent = '109,972,023';
        return total.getBoundingClientRect().height;
      }),
    );
    expect(Math.max(...heights)).toBeLessThan(40);
    expect(await close()).toEqual([]);
  });
});

describe('GraphiQL', () => {
  test('sends the token that the page at / is signed in with', async () => {
    const { page, close } = await open(guarded);
    await signIn(page, VIEWER);
    await page.getByText('Signed in as ann').waitFor();
    await page.goto(`${guarded.url}/graphql`);
    await run(page);
    await responseSays(page, '"totalUsers": 50');
    expect(await close(REFUSED)).toEqual([]);
  });

  test('runs its first tab as it stands', async () => {
    const { page, close } = await open(api, '/graphql');
    await run(page);
    await responseSays(page, '"totalUsers": 50');
    expect(await close()).toEqual([]);
  });

  test('takes a token in its headers editor, and delivers a subscription', async () => {
    const { page, close } = await open(guarded, '/graphql');
    await page.getByRole('button', { name: 'FollowEnds' }).click();
    await page.locator('.view-line', { hasText: /subscription\sFollowEnds/ }).waitFor();
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
    await page.locator('#requestPostsPerDayReport pre', { hasText: '"created_from"' }).first().waitFor();
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
      await page.locator('#groups-list li').first().waitFor();
      await page.locator('#failed-list li').first().waitFor();
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await violationsOn(page)).toEqual([]);
    expect(await close()).toEqual([]);
  });

  test('axe has nothing against the form for a token', async () => {
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
  await page.getByLabel('User ids').fill(userIds);
  await page.getByRole('button', { name: 'Request', exact: true }).click();
  await page
    .getByText(userIds === '' ? 'all rows' : `User ids: ${userIds}`)
    .first()
    .waitFor();
}

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Token' }).fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
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
  expect(saved.suggestedFilename()).toMatch(
    new RegExp(`^posts(-per-day)?-report-\\w+\\.${format.toLowerCase()}$`),
  );
  return readFileSync(await saved.path(), 'utf8');
}

async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Execute query' }).click();
}

/** The editor renders only the lines that fit, so `text` must be on one of the first lines. */
async function responseSays(page: Page, text: string): Promise<void> {
  await page.locator('.result-window', { hasText: text }).waitFor();
}

/** Contrast of text and background, as WCAG computes it. */
async function contrastOf(page: Page, selector: string): Promise<number> {
  const colors = await page.locator(selector).evaluate((element) => {
    const { color, backgroundColor } = getComputedStyle(element);
    return [color, backgroundColor];
  });
  const [light = 0, dark = 0] = colors.map(luminance).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Inserts jobs that failed for the same reason. */
async function copyFailedJob(id: string, count: number): Promise<void> {
  const row = (await service.db('report_jobs').where({ id }).first()) as Record<string, unknown>;
  const copies = Array.from({ length: count }, (_, n) => ({
    ...row,
    id: id.slice(0, -4) + String(1000 + n),
  }));
  await service.db.batchInsert('report_jobs', copies, 200);
}

async function lockPosts(): Promise<() => Promise<void>> {
  return releasedOnce(await service.lockPosts());
}

/** Requests more jobs than one page of the list shows. */
async function requestElevenJobs(): Promise<void> {
  const client = createRestClient(api.url);
  await Promise.all(
    Array.from({ length: 11 }, (_, n) => client.request({ filter: { user_ids: [1000 + n] } })),
  );
}

/**
 * Makes a job that has FAILED.
 *
 * @returns the job's id
 */
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

/** Hides the table of posts, so that every attempt fails until the returned function is called. */
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
