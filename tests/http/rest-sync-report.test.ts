import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { ResultTooLargeError } from '../../src/reports/errors.js';
import type { ReportTask } from '../../src/jobs/ports/report-runner.js';
import { withResolvers } from '../support/waiting.js';
import { CATALOG, reportOf } from '../support/reports.js';
import { ROWS } from './support/report.js';
import { createTestService, problemOf } from './support/service.js';

const PATH = '/api/1.0/report/posts';
const MANY = Array.from({ length: 5000 }, (_, index) => [index, index * 7, 1] as const);

describe('GET /api/1.0/report/posts', () => {
  it('answers with all rows by user id', async () => {
    const response = await createTestService().fetch(PATH);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      data: [
        { user_id: -3, total_words: 20 },
        { user_id: 1, total_words: 6380 },
        { user_id: 2, total_words: 0 },
      ],
    });
  });

  it('answers with an empty list when no post matches', async () => {
    const service = createTestService({ run: async () => reportOf([]) });
    expect(await (await service.fetch(PATH)).json()).toEqual({ data: [] });
    expect(await (await service.fetch(PATH, { headers: { accept: 'text/csv' } })).text()).toBe(
      'user_id,total_words\n',
    );
    expect(await (await service.fetch(PATH, { headers: { accept: 'application/x-ndjson' } })).text()).toBe(
      '',
    );
  });

  it('writes CSV with a header line and line feeds, as a file to save', async () => {
    const response = await createTestService().fetch(PATH, { headers: { accept: 'text/csv' } });

    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="posts-report.csv"');
    expect(await response.text()).toBe('user_id,total_words\n-3,20\n1,6380\n2,0\n');
  });

  it('writes NDJSON, one row a line', async () => {
    const response = await createTestService().fetch(PATH, { headers: { accept: 'application/x-ndjson' } });

    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      ROWS.map(([user_id, total_words]) => ({ user_id, total_words })),
    );
  });

  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
    ['application/json;q=0.5, text/csv', 'text/csv'],
    ['text/csv;q=0.4, application/x-ndjson;q=0.6', 'application/x-ndjson'],
    ['text/*', 'text/csv'],
    ['text/csv; charset=utf-8', 'text/csv'],
    ['application/json;q=0, */*', 'text/csv'],
  ])('takes the best of Accept: %s', async (accept, type) => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const response = await createTestService().fetch(PATH, { headers });
    expect(response.headers.get('content-type')?.split(';')[0]).toBe(type);
    expect(response.headers.get('vary')).toContain('Accept');
  });

  it('refuses an impossible Accept before it runs anything', async () => {
    let runs = 0;
    const service = createTestService({ run: async () => (runs++, reportOf(ROWS)) });
    const response = await service.fetch(PATH, { headers: { accept: 'application/xml' } });

    expect(response.status).toBe(406);
    expect(await problemOf(response)).toMatchObject({ code: 'NOT_ACCEPTABLE', status: 406 });
    expect(runs).toBe(0);
  });

  it.each([
    ['user_id', [-3, 1, 2]],
    ['-user_id', [2, 1, -3]],
    ['total_words', [2, -3, 1]],
    ['-total_words', [1, -3, 2]],
    ['total_posts', [-3, 2, 1]],
    ['-total_posts', [1, 2, -3]],
  ])('orders by %s', async (order, ids) => {
    const response = await createTestService().fetch(`${PATH}?order_by=${order}`);
    const { data } = (await response.json()) as { data: { user_id: number }[] };
    expect(data.map((row) => row.user_id)).toEqual(ids);
  });

  it('passes the filter on in its canonical form', async () => {
    const tasks: ReportTask[] = [];
    const service = createTestService({ run: async (task) => (tasks.push(task), reportOf(ROWS)) });
    await service.fetch(
      `${PATH}?user_id=7&user_id=-2&user_id=7&created_from=2026-01-01T00:00:00%2B01:00&created_to=2026-02-01T00:00:00Z`,
    );
    expect(tasks).toEqual([
      {
        kind: 'posts',
        definition: CATALOG.get('posts').fingerprint,
        filter: {
          userIds: [-2, 7],
          createdFrom: '2025-12-31T23:00:00.000Z',
          createdTo: '2026-02-01T00:00:00.000Z',
        },
      },
    ]);
  });

  it('understands an offset whose plus was not encoded', async () => {
    const tasks: ReportTask[] = [];
    const service = createTestService({ run: async (task) => (tasks.push(task), reportOf(ROWS)) });
    await service.fetch(`${PATH}?created_from=2026-01-01T00:00:00+01:00`);
    expect(tasks[0]?.filter['createdFrom']).toBe('2025-12-31T23:00:00.000Z');
  });

  it('compresses a report that is worth it, by Accept-Encoding', async () => {
    const service = createTestService({ run: async () => reportOf(MANY) });
    const plain = await (await service.fetch(PATH)).text();

    const gzip = await service.fetch(PATH, { headers: { 'accept-encoding': 'gzip' } });
    expect(gzip.headers.get('content-encoding')).toBe('gzip');
    expect(gzip.headers.get('vary')).toContain('Accept-Encoding');
    expect(gunzipSync(await bytesOf(gzip)).toString()).toBe(plain);

    const brotli = await service.fetch(PATH, { headers: { 'accept-encoding': 'gzip;q=0.5, br' } });
    expect(brotli.headers.get('content-encoding')).toBe('br');
    expect(brotliDecompressSync(await bytesOf(brotli)).toString()).toBe(plain);
  });

  it('leaves a small report as it is', async () => {
    const response = await createTestService().fetch(PATH, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  it('writes no more than the caller reads', async () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => [index, index, 1] as const);
    const service = createTestService({ run: async () => reportOf(rows) });
    const response = await service.fetch(PATH, { headers: { accept: 'text/csv' } });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();

    const { value } = await reader.read();
    expect(value?.length).toBeLessThan(100_000);
    await reader.cancel();
  });

  it('stops the report when the caller hangs up', async () => {
    const aborted = withResolvers();
    const started = withResolvers();
    const service = createTestService({
      run: async (_task, { signal }) => {
        started.resolve();
        return await new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.resolve();
            reject(signal.reason as Error);
          });
        });
      },
    });
    const caller = new AbortController();
    const answer = service.send(new Request(`http://localhost${PATH}`, { signal: caller.signal }));
    await started.promise;
    caller.abort();

    await aborted.promise;
    expect((await answer).status).toBe(499);
    expect(service.logged('error')).toEqual([]);
  });

  it('refuses at once when all slots are busy, but shares a report that is running', async () => {
    const running = withResolvers<ReturnType<typeof reportOf>>();
    const service = createTestService({
      syncReportLimit: 1,
      run: async (_task, { onProgress }) => {
        onProgress({ processedRows: 10, estimatedRows: 1_000_000_000 });
        return await running.promise;
      },
    });
    const first = service.fetch(PATH);
    const same = service.fetch(PATH);

    const other = await service.fetch(`${PATH}?user_id=1`);
    expect(other.status).toBe(503);
    expect(other.headers.get('retry-after')).toBe('30'); // at that pace
    expect(await problemOf(other)).toMatchObject({ code: 'SYNC_BUSY' });

    running.resolve(reportOf(ROWS));
    expect([(await first).status, (await same).status]).toEqual([200, 200]);
  });

  it('ends a report that takes too long', async () => {
    const service = createTestService({
      syncTimeoutMs: 10,
      run: async (_task, { signal }) =>
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    });
    const response = await service.fetch(PATH);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('30');
    expect(await problemOf(response)).toMatchObject({ code: 'TIMEOUT' });
  });

  it('answers 422 for more rows than a report can have', async () => {
    const service = createTestService({
      run: () => Promise.reject(new ResultTooLargeError('Too many rows.')),
    });
    const response = await service.fetch(PATH);
    expect(response.status).toBe(422);
    expect(await problemOf(response)).toMatchObject({ code: 'RESULT_TOO_LARGE' });
  });

  it('says nothing of a fault but its request id, and logs it once', async () => {
    const service = createTestService({ run: () => Promise.reject(new Error('secret of the inside')) });
    const response = await service.fetch(PATH, { headers: { 'x-request-id': 'abc-1' } });

    expect(response.status).toBe(500);
    expect(response.headers.get('x-request-id')).toBe('abc-1');
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL', request_id: 'abc-1' });
    expect(text).not.toContain('secret');
    const errors = service.logged('error');
    expect(errors).toHaveLength(1);
    expect(errors[0]?.fields).toMatchObject({
      requestId: 'abc-1',
      err: expect.objectContaining({ message: 'secret of the inside' }) as unknown,
    });
  });

  it('checks a HEAD and runs nothing', async () => {
    let runs = 0;
    const service = createTestService({ run: async () => (runs++, reportOf(ROWS)) });
    const response = await service.fetch(PATH, { method: 'HEAD', headers: { accept: 'text/csv' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect((await service.fetch(`${PATH}?created_from=never`, { method: 'HEAD' })).status).toBe(400);
    expect(runs).toBe(0);
  });
});

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}
