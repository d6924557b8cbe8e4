import { DEFINITIONS } from '../support/reports.js';
import { describe, expect, it } from '@jest/globals';
import { createTestService, dataOf, problemOf, type TestService } from './support/service.js';

const PATH = '/api/2.0/report/posts';

describe('POST /api/2.0/report/posts', () => {
  it('answers 202 with the job, its Location and Retry-After', async () => {
    const service = createTestService();
    const response = await service.post(PATH);

    expect(response.status).toBe(202);
    const data = await dataOf(response);
    expect(data).toMatchObject({
      status: 'QUEUED',
      kind: 'posts',
      version: 1,
      filter: { user_ids: null, created_from: null, created_to: null },
      coalesced: false,
      reused: false,
      message: 'submitted',
      error: null,
      queue_position: 1,
      estimated_completion_at: null,
    });
    expect(response.headers.get('location')).toBe(`/api/2.0/report/jobs/${String(data['job_id'])}`);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await service.countJobs()).toBe(1);
    expect(service.brokerServer.records.size).toBe(1);
  });

  it('takes the filter from the body', async () => {
    const response = await createTestService().post(PATH, {
      filter: { user_ids: [2, 1, 2], created_from: '2026-01-01T00:00:00+01:00', created_to: null },
    });
    expect((await dataOf(response))['filter']).toEqual({
      user_ids: [1, 2],
      created_from: '2025-12-31T23:00:00.000Z',
      created_to: null,
    });
  });

  it('takes the filter from the query, in the names of v1', async () => {
    const response = await createTestService().post(`${PATH}?user_id=2&user_id=1`);
    expect((await dataOf(response))['filter']).toMatchObject({ user_ids: [1, 2] });
  });

  it.each([{}, { filter: null }, { filter: {} }, { filter: { user_ids: null }, max_age_seconds: null }])(
    'reports every post for %j',
    async (body) => {
      const response = await createTestService().post(PATH, body);
      expect((await dataOf(response))['filter']).toEqual({
        user_ids: null,
        created_from: null,
        created_to: null,
      });
    },
  );

  it('takes an empty body with any Content-Type', async () => {
    const service = createTestService();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await service.fetch(PATH, { method: 'POST', headers, body: '' })).status).toBe(202);
  });

  it('says that an open job of the same filter answers the request', async () => {
    const service = createTestService();
    const first = await dataOf(await service.post(PATH));
    const second = await service.post(PATH);

    expect(second.status).toBe(202);
    expect(await dataOf(second)).toMatchObject({ job_id: first['job_id'], coalesced: true, reused: false });
  });

  it('says that a report young enough answers the request', async () => {
    const service = createTestService();
    const first = await dataOf(await service.post(PATH));
    await service.finish(String(first['job_id']));
    const second = await service.post(PATH, { max_age_seconds: 60 });

    expect(second.status).toBe(202);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await dataOf(second)).toMatchObject({
      job_id: first['job_id'],
      status: 'SUCCEEDED',
      coalesced: false,
      reused: true,
    });
  });

  it.each(['"key-1"', 'key-1'])(
    'answers Idempotency-Key: %s with the job that it stands for',
    async (key) => {
      const service = createTestService();
      const first = await dataOf(await service.post(PATH, undefined, { 'idempotency-key': 'key-1' }));
      await service.fail(String(first['job_id']));
      const replay = await service.post(PATH, undefined, { 'idempotency-key': key });

      expect(replay.status).toBe(202);
      expect(await dataOf(replay)).toMatchObject({
        job_id: first['job_id'],
        status: 'FAILED',
        coalesced: false,
        reused: false,
      });
    },
  );

  it('refuses a key that stands for another filter', async () => {
    const service = createTestService();
    await service.post(PATH, undefined, { 'idempotency-key': 'k' });
    const response = await service.post(`${PATH}?user_id=1`, undefined, { 'idempotency-key': 'k' });
    expect(response.status).toBe(422);
    expect(await problemOf(response)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it.each(['a b', 'ü', '""', '"never closed', 'x'.repeat(256)])(
    'refuses Idempotency-Key: %s',
    async (key) => {
      const response = await createTestService().post(PATH, undefined, { 'idempotency-key': key });
      expect(response.status).toBe(400);
      expect(await problemOf(response)).toMatchObject({
        code: 'BAD_USER_INPUT',
        errors: [{ header: 'Idempotency-Key' }],
      });
    },
  );

  it('accepts while the broker is away', async () => {
    const service = createTestService();
    service.brokerServer.stop();
    expect((await service.post(PATH)).status).toBe(202);
  });

  it('answers 503, never 202, while MySQL is away', async () => {
    const service = createTestService();
    service.loseDatabase();
    const response = await service.post(PATH);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await problemOf(response)).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('estimates the end from what the latest reports took', async () => {
    const service = createTestService();
    const { job_id: id } = await dataOf(await service.post(PATH));
    await service.begin(String(id));
    await service.passTime(9000);
    await service.finish(String(id));
    await service.store.recordWorker({ id: 'w', slots: 2, definitions: DEFINITIONS });
    const response = await service.post(PATH);
    const end = new Date(String((await dataOf(response))['estimated_completion_at'])).getTime();
    expect(end - Date.now()).toBeGreaterThan(8000);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(9);
  });

  it('logs the id of the request on one line with the job', async () => {
    const service = createTestService();
    const response = await service.post(PATH, undefined, { 'x-request-id': 'mine-1' });
    const { job_id: jobId } = await dataOf(response);
    const [line] = service.log.filter(({ message }) => message === 'request accepted');
    expect(line?.fields).toEqual({ requestId: 'mine-1', jobId, requester: 'anonymous', outcome: 'created' });
  });
});

describe('a request that waits', () => {
  it('gets the report when it is done in time', async () => {
    const service = createTestService();
    const answer = service.post(PATH, undefined, { prefer: 'wait=30' });
    const jobId = await onlyJob(service);
    await service.finish(jobId);

    const response = await answer;
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBe('wait=30');
    expect(response.headers.get('content-location')).toBe(`/api/2.0/report/jobs/${jobId}/result`);
    expect(await response.json()).toMatchObject({ data: [{ user_id: -3, total_words: 20 }, {}, {}] });
  });

  it('gets it in the format and order that it asks for', async () => {
    const service = createTestService();
    const first = await dataOf(await service.post(PATH));
    await service.finish(String(first['job_id']));
    const response = await service.post(
      `${PATH}?max_age_seconds=60&order_by=-total_words&format=ndjson`,
      undefined,
      {
        prefer: 'wait=5',
        accept: 'text/csv',
      },
    );

    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(response.headers.get('content-location')).toMatch(
      /\/result\?format=ndjson&order_by=-total_words$/,
    );
    expect((await response.text()).split('\n')[0]).toBe('{"user_id":1,"total_words":6380}');
  });

  it('gets the job when the time is up', async () => {
    const response = await createTestService().post(PATH, undefined, { prefer: 'respond-async, wait=0' });
    expect(response.status).toBe(202);
    expect(response.headers.get('preference-applied')).toBe('wait=0');
    expect(await dataOf(response)).toMatchObject({ status: 'QUEUED' });
  });

  it('gets the job with its status when the job ends otherwise', async () => {
    const service = createTestService();
    const answer = service.post(PATH, undefined, { prefer: 'wait=30' });
    await service.fail(await onlyJob(service));

    const response = await answer;
    expect(response.status).toBe(202);
    expect(await dataOf(response)).toMatchObject({
      status: 'FAILED',
      error: { code: 'INTERNAL', message: 'Something broke.' },
    });
  });

  it('gets the job when the service stops during the wait', async () => {
    const service = createTestService();
    const answer = service.post(PATH, undefined, { prefer: 'wait=30' });
    await onlyJob(service);
    service.watcher.close();
    expect((await answer).status).toBe(202);
  });

  it('gets the job when the result cannot be read', async () => {
    const service = createTestService();
    const answer = service.post(PATH, undefined, { prefer: 'wait=30' });
    const jobId = await onlyJob(service);
    service.results.streamRows = async function* () {
      yield* [];
      const { ServiceUnavailableError } = await import('../../src/reports/errors.js');
      throw new ServiceUnavailableError('The database cannot be reached.');
    };
    await service.finish(jobId);

    const response = await answer;
    expect(response.status).toBe(202);
    expect(await dataOf(response)).toMatchObject({ status: 'SUCCEEDED', job_id: jobId });
  });

  it('cancels no job when its caller disconnects', async () => {
    const service = createTestService();
    const caller = new AbortController();
    const answer = service.send(
      new Request(`http://localhost${PATH}`, {
        method: 'POST',
        headers: { prefer: 'wait=30' },
        signal: caller.signal,
      }),
    );
    const jobId = await onlyJob(service);
    caller.abort();
    await answer;
    expect((await service.store.find(jobId))?.status).toBe('QUEUED');
    expect(service.watcher.size).toBe(0);
  });

  it.each(['wait=soon', 'wait', 'wait=-1', 'wait=1.5', 'wait="', '%%%'])(
    'ignores Prefer: %s',
    async (prefer) => {
      const response = await createTestService().post(PATH, undefined, { prefer });
      expect(response.status).toBe(202);
      expect(response.headers.has('preference-applied')).toBe(false);
    },
  );
});

describe('GET /api/2.0/report/posts', () => {
  it('requests the report, once a minute at most', async () => {
    const service = createTestService();
    const first = await service.fetch(`${PATH}?user_id=1`);
    expect(first.status).toBe(202);
    expect(first.headers.get('cache-control')).toBe('no-store');
    const { job_id: jobId } = await dataOf(first);
    await service.finish(String(jobId));

    const again = await dataOf(await service.fetch(`${PATH}?user_id=1`));
    expect(again).toMatchObject({ job_id: jobId, reused: true });
    const fresh = await dataOf(await service.fetch(`${PATH}?user_id=1&max_age_seconds=0`));
    expect(fresh).toMatchObject({ reused: false, coalesced: false });
    expect(await service.countJobs()).toBe(2);
  });

  it('ignores Idempotency-Key', async () => {
    const service = createTestService();
    await service.fetch(PATH, { headers: { 'idempotency-key': 'k' } });
    expect((await service.fetch(`${PATH}?user_id=1`, { headers: { 'idempotency-key': 'k' } })).status).toBe(
      202,
    );
  });

  it.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a prefetch', { 'sec-purpose': 'prefetch;prerender' }],
  ])('creates nothing for %s', async (_who, headers) => {
    const service = createTestService();
    const response = await service.fetch(PATH, { headers });
    expect(response.status).toBe(403);
    expect(await problemOf(response)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await service.countJobs()).toBe(0);
  });

  it('has no HEAD', async () => {
    const service = createTestService();
    const response = await service.fetch(PATH, { method: 'HEAD' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST, OPTIONS');
    expect(await service.countJobs()).toBe(0);
  });
});

/** Waits until a request observes the only job, and returns the job's id. */
async function onlyJob(service: TestService): Promise<string> {
  while (service.watcher.size === 0) await new Promise(setImmediate);
  const { jobs } = await service.store.listJobs({ limit: 1 });
  return jobs[0]?.id ?? '';
}
