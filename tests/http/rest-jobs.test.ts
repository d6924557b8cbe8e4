import { describe, expect, it } from '@jest/globals';
import { reportOf } from '../support/reports.js';
import { createTestService, dataOf, problemOf, type TestService } from './support/service.js';

const JOBS = '/api/2.0/report/jobs';
const UNKNOWN = '01KAS5X9WQ3Z8V2N6D0T4B7C1M';

describe('GET /api/2.0/report/jobs/{job_id}', () => {
  it('shows the job, with every member, while it waits', async () => {
    const service = createTestService();
    const id = await service.request();
    const response = await service.fetch(`${JOBS}/${id}`);

    expect(response.status).toBe(200);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await dataOf(response)).toEqual({
      job_id: id,
      kind: 'posts',
      status: 'QUEUED',
      version: 1,
      filter: { user_ids: null, created_from: null, created_to: null },
      progress: {
        processed_rows: 0,
        total_rows: null,
        percent: null,
        processed_posts: 0,
        total_posts: null,
      },
      queue_position: 1,
      estimated_completion_at: null,
      attempt_count: 0,
      max_attempts: 3,
      next_attempt_at: null,
      error: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      started_at: null,
      completed_at: null,
      expires_at: null,
      links: {
        self: `${JOBS}/${id}`,
        result: `${JOBS}/${id}/result`,
        events: `${JOBS}/${id}/events`,
        cancel: `${JOBS}/${id}/cancel`,
        retry: `${JOBS}/${id}/retry`,
      },
    });
  });

  it('says to look again when its next attempt begins, if nothing else is known', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.fail(id, 'It broke.', 20_000);
    const response = await service.fetch(`${JOBS}/${id}`);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(15);
  });

  it('shows the job in any status, without Retry-After once it is over', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id);
    const response = await service.fetch(`${JOBS}/${id}`);

    expect(response.headers.has('retry-after')).toBe(false);
    expect(await dataOf(response)).toMatchObject({
      status: 'SUCCEEDED',
      progress: { processed_posts: 121, total_posts: 121, percent: 100 },
      expires_at: expect.any(String) as unknown,
    });
  });

  it.each([UNKNOWN, 'nonsense', '*', '%00', '..%2f', 'x'.repeat(5000)])(
    'answers 404 for the unknown id %s',
    async (id) => {
      const response = await createTestService().fetch(`${JOBS}/${id}`);
      expect(response.status).toBe(404);
      expect(await problemOf(response)).toMatchObject({ code: 'NOT_FOUND', status: 404 });
    },
  );

  it('waits for the end and answers with the job', async () => {
    const service = createTestService();
    const id = await service.request();
    const answer = service.fetch(`${JOBS}/${id}`, { headers: { prefer: 'wait=90' } });
    while (service.watcher.size === 0) await new Promise(setImmediate);
    await service.finish(id);

    const response = await answer;
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBe('wait=60');
    expect(await dataOf(response)).toMatchObject({ job_id: id, status: 'SUCCEEDED' });
  });

  it('answers 304 to a caller who has this state', async () => {
    const service = createTestService();
    const id = await service.request();
    const etag = (await service.fetch(`${JOBS}/${id}`)).headers.get('etag') ?? '';
    const same = await service.fetch(`${JOBS}/${id}`, { headers: { 'if-none-match': `"other", ${etag}` } });
    expect(same.status).toBe(304);
    expect(same.headers.get('etag')).toBe(etag);
    expect(await same.text()).toBe('');

    await service.begin(id);
    expect((await service.fetch(`${JOBS}/${id}`, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it('answers 503 while MySQL is away', async () => {
    const service = createTestService();
    const id = await service.request();
    service.loseDatabase();
    const response = await service.fetch(`${JOBS}/${id}`);
    expect(response.status).toBe(503);
    expect(await problemOf(response)).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('shows a job whose place in the queue cannot be had at the moment', async () => {
    const service = createTestService();
    const id = await service.request();
    service.store.workload = () => Promise.reject(new Error('too slow'));
    const response = await service.fetch(`${JOBS}/${id}`);
    expect(response.status).toBe(200);
    expect(await dataOf(response)).toMatchObject({ queue_position: null, estimated_completion_at: null });
  });
});

describe('GET /api/2.0/report/jobs', () => {
  it('lists jobs newest first, page by page', async () => {
    const service = createTestService();
    const ids: string[] = [];
    for (let user = 0; user < 5; user += 1)
      ids.unshift(await service.request({ filter: { userIds: [user] } }));

    const listed: unknown[] = [];
    let next: string | undefined = `${JOBS}?limit=2`;
    let pages = 0;
    while (next !== undefined) {
      const response = await service.fetch(next);
      const data = (await dataOf(response)) as unknown as { job_id: string }[];
      listed.push(...data.map((job) => job.job_id));
      next = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
      pages += 1;
    }
    expect(listed).toEqual(ids);
    expect(pages).toBe(3);
  });

  it('narrows the list to any of several statuses', async () => {
    const service = createTestService();
    const ended = await service.request({ filter: { userIds: [1] } });
    const failed = await service.request({ filter: { userIds: [2] } });
    await service.request({ filter: { userIds: [3] } });
    await service.finish(ended);
    await service.fail(failed);

    const response = await service.fetch(`${JOBS}?status=SUCCEEDED&status=FAILED&limit=1`);
    const data = (await dataOf(response)) as unknown as { job_id: string }[];
    expect(data.map((job) => job.job_id)).toEqual([failed]);
    expect(response.headers.get('link')).toContain('status=SUCCEEDED&status=FAILED&limit=1&cursor=');
  });

  it('is empty without jobs', async () => {
    const response = await createTestService().fetch(JOBS);
    expect(await dataOf(response)).toEqual([]);
    expect(response.headers.has('link')).toBe(false);
  });
});

describe('GET /api/2.0/report/jobs/{job_id}/result', () => {
  it('streams the report in the shape of v1', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id);
    const response = await service.fetch(`${JOBS}/${id}/result`);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      data: [
        { user_id: -3, total_words: 20 },
        { user_id: 1, total_words: 6380 },
        { user_id: 2, total_words: 0 },
      ],
    });
  });

  it('takes the format of the query before Accept', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id);
    const response = await service.fetch(`${JOBS}/${id}/result?format=csv&order_by=-user_id`, {
      headers: { accept: 'application/json' },
    });

    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="posts-report-${id}.csv"`);
    expect(await response.text()).toBe('user_id,total_words\n2,0\n1,6380\n-3,20\n');
  });

  it('answers 304 to a caller who has it, in this format and order', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id);
    const etag = (await service.fetch(`${JOBS}/${id}/result`)).headers.get('etag') ?? '';
    const headers = { 'if-none-match': etag };
    expect((await service.fetch(`${JOBS}/${id}/result`, { headers })).status).toBe(304);
    expect((await service.fetch(`${JOBS}/${id}/result?format=csv`, { headers })).status).toBe(200);
  });

  it.each([
    ['QUEUED', 409, 'JOB_NOT_FINISHED', async () => {}],
    ['FAILED', 409, 'JOB_FAILED', async (service: TestService, id: string) => await service.fail(id)],
    [
      'CANCELED',
      409,
      'JOB_CANCELED',
      async (service: TestService, id: string) => void (await service.post(`${JOBS}/${id}/cancel`)),
    ],
    [
      'expired',
      410,
      'RESULT_EXPIRED',
      async (service: TestService, id: string) => {
        await service.finish(id);
        await service.passTime(3_600_000);
      },
    ],
  ])('refuses a job that is %s with %i %s', async (_state, status, code, reach) => {
    const service = createTestService();
    const id = await service.request();
    await reach(service, id);
    const response = await service.fetch(`${JOBS}/${id}/result`);
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({ code });
  });

  it('answers HEAD without reading the result', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id, reportOf([[1, 1, 1]]));
    service.results.streamRows = () => {
      throw new Error('must not be read');
    };
    const response = await service.fetch(`${JOBS}/${id}/result?format=csv`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  });
});

describe('POST /api/2.0/report/jobs/{job_id}/cancel', () => {
  it('cancels a job that is not over, and changes nothing the second time', async () => {
    const service = createTestService();
    const id = await service.request();
    const first = await service.post(`${JOBS}/${id}/cancel`, {});
    expect(first.status).toBe(200);
    const canceled = await dataOf(first);
    expect(canceled).toMatchObject({ status: 'CANCELED', version: 2 });

    const second = await service.post(`${JOBS}/${id}/cancel`);
    expect(second.status).toBe(200);
    expect(await dataOf(second)).toEqual(canceled);
  });

  it('refuses a job that SUCCEEDED', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id);
    const response = await service.post(`${JOBS}/${id}/cancel`);
    expect(response.status).toBe(409);
    expect(await problemOf(response)).toMatchObject({ code: 'JOB_NOT_CANCELABLE' });
  });
});

describe('POST /api/2.0/report/jobs/{job_id}/retry', () => {
  it('runs a FAILED job again', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.fail(id);
    const response = await service.post(`${JOBS}/${id}/retry`);

    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`${JOBS}/${id}`);
    expect(await dataOf(response)).toMatchObject({ status: 'QUEUED', error: null, job_id: id });
  });

  it('refuses any other', async () => {
    const service = createTestService();
    const id = await service.request();
    const response = await service.post(`${JOBS}/${id}/retry`);
    expect(response.status).toBe(409);
    expect(await problemOf(response)).toMatchObject({ code: 'JOB_NOT_RETRYABLE' });
  });
});

describe('a result of a million users', () => {
  const SLICES = 1000;
  const slice = reportOf(Array.from({ length: 1000 }, (_, user) => [1_000_000 + user, 7, 1])).table;

  it.each([
    ['csv', '1000999,7\n'],
    ['ndjson', '{"user_id":1000999,"total_words":7}\n'],
  ])('is read no faster than the caller takes it, as %s', async (format, lastLine) => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id);
    let slices = 0;
    service.results.streamRows = async function* () {
      for (; slices < SLICES; slices += 1) yield slice;
    };
    const response = await service.fetch(`${JOBS}/${id}/result?format=${format}`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();

    await reader.read();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(slices).toBeLessThan(5); // of a thousand

    let bytes = 0;
    let last = '';
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (next.value.length > 0) last = Buffer.from(next.value.subarray(-40)).toString();
      bytes += next.value.length;
    }
    expect(last.endsWith(lastLine)).toBe(true);
    expect(bytes).toBeGreaterThan(SLICES * 1000 * 8);
    expect(slices).toBe(SLICES);
  });
});
