import { describe, expect, it } from '@jest/globals';
import { callsThat } from './support/routes.js';
import { createTestService, dataOf, problemOf } from './support/service.js';

const tokens = [
  { name: 'ann', role: 'viewer', token: 'aaa' },
  { name: 'ben', role: 'viewer', token: 'bbb' },
  { name: 'ops', role: 'operator', token: 'ooo' },
] as const;
const as = (token: string) => ({ authorization: `Bearer ${token}` });
const JOBS = '/api/2.0/report/jobs';
const POSTS = '/api/2.0/report/posts';

describe('who asks', () => {
  it.each(callsThat(({ isOpen }) => !isOpen))('must be known for %s %s', async (method, path) => {
    const service = createTestService({ authTokens: tokens });
    for (const headers of [{}, as('wrong'), { cookie: 'token=aaa; authorization=Bearer aaa' }]) {
      const response = await service.fetch(path, { method, headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await problemOf(response)).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    expect(await service.countJobs()).toBe(0);
  });

  it('is not known by a token in the address', async () => {
    const service = createTestService({ authTokens: tokens });
    for (const path of [JOBS, '/graphql', '/metrics'])
      expect(
        (await service.send(new Request(`http://localhost${path}?token=aaa&access_token=aaa`))).status,
      ).toBe(401);
  });

  it.each(['', '/01ARZ3NDEKTSV4RRFFQ69G5FAV/cancel', '/01ARZ3NDEKTSV4RRFFQ69G5FAV/retry'])(
    'is no page of another site for a POST to …%s, with or without a body',
    async (action) => {
      const service = createTestService();
      const path = action === '' ? POSTS : `${JOBS}${action}`;
      for (const body of [undefined, {}]) {
        const response = await service.post(path, body, { 'sec-fetch-site': 'cross-site' });
        expect([response.status, await problemOf(response)]).toMatchObject([403, { code: 'FORBIDDEN' }]);
      }
      expect(await service.countJobs()).toBe(0);
      expect((await service.post(POSTS, undefined, { 'sec-fetch-site': 'same-origin' })).status).toBe(202);
    },
  );

  it.each(callsThat(({ isOpen }) => isOpen))('may be any caller for %s %s', async (method, path) => {
    const response = await createTestService({ authTokens: tokens }).fetch(path, { method });
    expect(response.status).toBeLessThan(400);
  });

  it('must be an operator for the metrics', async () => {
    const service = createTestService({ authTokens: tokens });
    const response = await service.fetch('/metrics', { headers: as('aaa') });
    expect(response.status).toBe(403);
    expect(await problemOf(response)).toMatchObject({ code: 'FORBIDDEN' });
    expect((await service.fetch('/metrics', { headers: as('ooo') })).status).toBe(200);
  });

  it('does not learn that another has a job', async () => {
    const service = createTestService({ authTokens: tokens });
    const { job_id: id } = await dataOf(await service.post(POSTS, undefined, as('aaa')));
    const addresses = [
      ['GET', ''],
      ['GET', '/result'],
      ['GET', '/events'],
      ['POST', '/cancel'],
      ['POST', '/retry'],
    ] as const;
    const answersOf = async () =>
      await Promise.all(
        addresses.map(async ([method, path]) => {
          const headers = { ...as('bbb'), 'x-request-id': 'same' };
          const response = await service.fetch(`${JOBS}/${String(id)}${path}`, { method, headers });
          return [response.status, [...response.headers], await response.text()];
        }),
      );

    await service.fail(String(id));
    const foreign = await answersOf();
    await service.store.deleteFailedJobs({ limit: 1, dryRun: false });
    expect(await service.countJobs()).toBe(0);
    expect(foreign).toEqual(await answersOf());
    expect(foreign.map(([status]) => status)).toEqual([404, 404, 404, 404, 404]);
  });

  it('sees their own jobs in the list, an operator all jobs', async () => {
    const service = createTestService({ authTokens: tokens });
    await service.post(POSTS, undefined, as('aaa'));
    await service.post(POSTS, undefined, as('bbb'));
    const count = async (token: string) => {
      const data: unknown = await dataOf(await service.fetch(JOBS, { headers: as(token) }));
      return (data as unknown[]).length;
    };
    expect([await count('aaa'), await count('bbb'), await count('ooo')]).toEqual([1, 1, 2]);
  });

  it('shares neither jobs nor keys with another', async () => {
    const service = createTestService({ authTokens: tokens });
    const key = { 'idempotency-key': 'k' };
    const first = await dataOf(await service.post(POSTS, undefined, { ...as('aaa'), ...key }));
    const second = await dataOf(await service.post(POSTS, undefined, { ...as('bbb'), ...key }));
    expect(second['job_id']).not.toBe(first['job_id']);
    expect(second).toMatchObject({ coalesced: false, reused: false });
  });
});
