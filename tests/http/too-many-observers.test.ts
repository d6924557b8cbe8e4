import { describe, expect, test } from '@jest/globals';
import type { AuthToken } from '../../src/http/web/auth.js';
import { ServiceUnavailableError } from '../../src/reports/errors.js';
import { ANONYMOUS, type Requester } from '../../src/reports/requester.js';
import {
  createTestService,
  dataOf,
  problemOf,
  type TestService,
  type TestServiceOptions,
} from './support/service.js';

const POSTS = '/api/2.0/report/posts';
const NO_JOB = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const tokens: readonly AuthToken[] = [
  { name: 'ann', role: 'operator', token: 'a' },
  { name: 'bob', role: 'operator', token: 'b' },
];

describe('a requester who follows as many jobs as they may', () => {
  test('is refused another stream with 429, until one of theirs has ended', async () => {
    const { service, events } = await openService();
    const first = await service.fetch(events);
    const refused = await service.fetch(events);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await problemOf(refused)).toMatchObject({ code: 'RATE_LIMITED' });
    await first.body?.cancel();
    const next = await service.fetch(events);
    expect(next.status).toBe(200);
    await next.body?.cancel();
  });

  test('does not take streams from other requesters', async () => {
    const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
    const { service, events } = await openService({ authTokens: tokens }, as('a').headers);
    const own = await service.fetch(events, as('a'));
    expect((await service.fetch(events, as('a'))).status).toBe(429);
    const other = await service.fetch(events, as('b'));
    expect(other.status).toBe(200);
    await Promise.all([own.body?.cancel(), other.body?.cancel()]);
  });

  test('gets the job at once where they would have waited, by REST and by GraphQL', async () => {
    const { service, events } = await openService();
    const stream = await service.fetch(events);
    const accepted = await service.post(POSTS, { filter: { user_ids: [7] } }, { prefer: 'wait=60' });
    expect(accepted.status).toBe(202);
    await stream.body?.cancel();

    const { data } = await createTestService({ maxObservers: 0 }).ask(
      'mutation { requestPostsReport(input: { waitMs: 60000 }) { job { status } userErrors { code } } }',
    );
    expect(data.requestPostsReport).toEqual({ job: { status: 'QUEUED' }, userErrors: [] });
  });

  test.each(['reportCompleted { id }', 'jobUpdated(id: "01ARZ3NDEKTSV4RRFFQ69G5FAV") { id }'])(
    'is refused subscription { %s } with 429',
    async (field) => {
      const service = createTestService({ maxObservers: 0 });
      const response = await service.fetch('/graphql', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
        body: JSON.stringify({ query: `subscription { ${field} }` }),
      });
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
      expect(await response.text()).toContain('"code":"RATE_LIMITED","retryAfterSeconds":1');
    },
  );

  test('has 500 streams and waits where there are tokens, and more where all callers are one', async () => {
    const refusalOf = ({ watcher }: TestService, requester: Requester) => {
      const open = Array.from({ length: 500 }, () => watcher.watchJob(requester, NO_JOB));
      expect(open).toHaveLength(500);
      return () => watcher.watchJob(requester, NO_JOB);
    };
    const withTokens = createTestService({ authTokens: tokens });
    expect(refusalOf(withTokens, { name: 'ann', role: 'operator' })).toThrow(
      'ann has 500 streams and waits open through this process',
    );
    expect(refusalOf(createTestService(), ANONYMOUS)).not.toThrow();
  });
});

test('a subscription that could not begin does not count', async () => {
  let isAway = true;
  const service = createTestService({ maxObservers: 1 });
  service.store.now = async () => {
    if (isAway) throw new ServiceUnavailableError('The database is away.');
    return new Date();
  };
  const { watcher } = service;
  await expect(watcher.watchEnds(ANONYMOUS)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  isAway = false;
  await (await watcher.watchEnds(ANONYMOUS)).return?.();
  await (await watcher.watchEnds(ANONYMOUS)).return?.();
});

/**
 * Creates a service that allows each requester one observer, and requests a job. Returns the URL of the job's events.
 */
async function openService(options: TestServiceOptions = {}, headers: Record<string, string> = {}) {
  const service = createTestService({ maxObservers: 1, ...options });
  const { links } = await dataOf(await service.post(POSTS, undefined, headers));
  return { service, events: (links as { events: string }).events };
}
