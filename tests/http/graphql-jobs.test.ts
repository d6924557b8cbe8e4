import { describe, expect, test } from '@jest/globals';
import { ReportsError } from '../../src/reports/errors.js';
import { reportOf } from '../support/reports.js';
import { createTestService } from './support/service.js';

const REQUEST = `mutation Request($input: RequestPostsReportInput) {
  requestPostsReport(input: $input) {
    job { id status version filter { userIds createdFrom createdTo } }
    coalesced
    reused
    userErrors { field message code }
  }
}`;
const UNKNOWN_ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

describe('requestPostsReport', () => {
  test('accepts a job and shows the filter as it was understood', async () => {
    const service = createTestService();
    const filter = { userIds: [3, 1, 3], createdFrom: '2026-01-01T02:00:00+02:00' };
    const { data } = await service.ask(REQUEST, { input: { filter } });
    expect(data.requestPostsReport).toEqual({
      job: {
        id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
        status: 'QUEUED',
        version: 1,
        filter: { userIds: [1, 3], createdFrom: '2026-01-01T00:00:00.000Z', createdTo: null },
      },
      coalesced: false,
      reused: false,
      userErrors: [],
    });
  });

  test('needs no input at all', async () => {
    const { data } = await createTestService().ask('mutation { requestPostsReport { job { status } } }');
    expect(data.requestPostsReport.job.status).toBe('QUEUED');
  });

  test('shares the open job of an equal request', async () => {
    const service = createTestService();
    const id = await service.request();
    const { data } = await service.ask(REQUEST, { input: { filter: {} } });
    expect(data.requestPostsReport).toMatchObject({ job: { id }, coalesced: true, reused: false });
  });

  test('reuses a report that is young enough', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id);
    const { data } = await service.ask(REQUEST, { input: { maxAgeSeconds: 60 } });
    expect(data.requestPostsReport).toMatchObject({ job: { id }, coalesced: false, reused: true });
  });

  test('gives the same job for the same key, neither coalesced nor reused', async () => {
    const service = createTestService();
    const id = await service.request({ idempotencyKey: 'k' });
    const { data } = await service.ask(REQUEST, { input: { idempotencyKey: 'k' } });
    expect(data.requestPostsReport).toMatchObject({ job: { id }, coalesced: false, reused: false });
  });

  test.each([
    ['filter.userIds', { filter: { userIds: [] } }, ['input', 'filter', 'userIds']],
    [
      'filter.createdFrom',
      { filter: { createdFrom: '2026-01-02T00:00:00Z', createdTo: '2026-01-02T00:00:00Z' } },
      ['input', 'filter', 'createdFrom'],
    ],
    ['idempotencyKey', { idempotencyKey: 'with space' }, ['input', 'idempotencyKey']],
    ['maxAgeSeconds', { maxAgeSeconds: -1 }, ['input', 'maxAgeSeconds']],
    ['waitMs', { waitMs: -1 }, ['input', 'waitMs']],
  ])('refuses a bad %s as a user error, and accepts nothing', async (_what, input, field) => {
    const service = createTestService();
    const { data, errors } = await service.ask(REQUEST, { input });
    expect(errors).toBeUndefined();
    expect(data.requestPostsReport).toMatchObject({
      job: null,
      coalesced: false,
      reused: false,
      userErrors: [{ code: 'BAD_USER_INPUT', field }],
    });
    expect((await service.ask('{ jobs { totalCount } }')).data.jobs.totalCount).toBe(0);
  });

  test('refuses a key that stands for another filter', async () => {
    const service = createTestService();
    await service.request({ idempotencyKey: 'k' });
    const input = { idempotencyKey: 'k', filter: { userIds: [1] } };
    expect((await service.ask(REQUEST, { input })).data.requestPostsReport).toMatchObject({
      job: null,
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['input', 'idempotencyKey'] }],
    });
  });

  test('waits for the end of the job when it is asked to', async () => {
    const service = createTestService();
    const id = await service.request();
    const waiting = service.ask(REQUEST, { input: { waitMs: 20_000 } });
    await service.finish(id);
    expect((await waiting).data.requestPostsReport.job).toMatchObject({ id, status: 'SUCCEEDED' });
  });

  test('answers with the job as it is when the time is up', async () => {
    const service = createTestService();
    const { data } = await service.ask(REQUEST, { input: { waitMs: 20 } });
    expect(data.requestPostsReport.job.status).toBe('QUEUED');
    expect(service.watcher.size).toBe(0);
  });

  test('is an error, not a user error, while the database is away', async () => {
    const service = createTestService();
    service.store.accept = () =>
      Promise.reject(new ReportsError('SERVICE_UNAVAILABLE', 'The database is away.'));
    const { data, errors } = await service.ask(REQUEST);
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
  });
});

describe('a job', () => {
  const JOB = `query Job($id: ID!) {
    job(id: $id) {
      id kind status requestedBy queuePosition estimatedCompletionAt attemptCount maxAttempts
      progress { processedRows totalRows percent processedPosts totalPosts }
      attempts { number worker startedAt endedAt errorCode errorMessage stack }
      nextAttemptAt errorCode errorMessage fingerprint createdAt startedAt completedAt expiresAt
      report { totalUsers totalWords asOf }
      downloadUrl
      csv: downloadUrl(format: CSV)
    }
  }`;

  test('shows its place in the queue, and no report yet', async () => {
    const service = createTestService();
    const id = await service.request();
    const { data } = await service.ask(JOB, { id });
    expect(data.job).toMatchObject({
      id,
      kind: 'posts',
      status: 'QUEUED',
      requestedBy: 'anonymous',
      queuePosition: 1,
      estimatedCompletionAt: null,
      attemptCount: 0,
      maxAttempts: 3,
      attempts: [],
      errorCode: null,
      report: null,
      downloadUrl: null,
    });
  });

  test('shows no attempt that began after its row was read', async () => {
    const service = createTestService();
    const id = await service.request();
    const attempt = {
      number: 1,
      worker: 'worker-1',
      startedAt: new Date(),
      endedAt: null,
      errorCode: null,
      errorMessage: null,
      stack: null,
    };
    service.store.findAttempts = async () => new Map([[id, [attempt]]]);
    const { data } = await service.ask(JOB, { id });
    expect(data.job).toMatchObject({ status: 'QUEUED', attemptCount: 0, attempts: [] });
  });

  test('shows its report and where to download it once it SUCCEEDED', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id, reportOf([[1, 2, 1]]));
    const { data } = await service.ask(JOB, { id });
    expect(data.job).toMatchObject({
      status: 'SUCCEEDED',
      queuePosition: null,
      progress: { processedRows: 1, totalRows: 1, percent: 100, processedPosts: 1, totalPosts: 1 },
      attempts: [{ number: 1, errorCode: null }],
      report: { totalUsers: 1, totalWords: 2 },
      downloadUrl: `/api/2.0/report/jobs/${id}/result?format=json`,
      csv: `/api/2.0/report/jobs/${id}/result?format=csv`,
    });
  });

  test('shows neither when its result has expired', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id);
    await service.passTime(2 * 3600 * 1000);
    expect((await service.ask(JOB, { id })).data.job).toMatchObject({
      report: null,
      downloadUrl: null,
      csv: null,
    });
  });

  test('shows why it FAILED', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.fail(id, 'No disk.');
    expect((await service.ask(JOB, { id })).data.job).toMatchObject({
      status: 'FAILED',
      errorCode: 'INTERNAL',
      errorMessage: 'No disk.',
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      attempts: [{ number: 1, worker: 'worker-1', errorCode: 'INTERNAL', stack: 'at secret.ts:1' }],
    });
  });

  test.each([UNKNOWN_ID, 'x', '', '../etc', '%00', '*'])('is null for the unknown id %j', async (id) => {
    expect(await createTestService().ask(JOB, { id })).toMatchObject({ data: { job: null }, status: 200 });
  });

  test('has rows whose cursors belong to it and to their order', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id, reportOf([1, 2, 3].map((userId) => [userId, userId, 1])));
    const ask = (rows: string) =>
      service.ask(`{ job(id: "${id}") { report { rows(${rows}) {
        totalCount nodes { userId } pageInfo { hasNextPage hasPreviousPage endCursor } } } } }`);
    const first = (await ask('orderBy: TOTAL_WORDS_DESC, first: 2')).data.job.report.rows;
    expect(first).toMatchObject({
      totalCount: 3,
      nodes: [{ userId: 3 }, { userId: 2 }],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    const after = `after: "${first.pageInfo.endCursor}"`;
    const second = (await ask(`orderBy: TOTAL_WORDS_DESC, first: 2, ${after}`)).data.job.report.rows;
    expect(second).toMatchObject({
      nodes: [{ userId: 1 }],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
    const { errors } = await ask(`orderBy: USER_ID_ASC, ${after}`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: ['after'] } }]);
  });
});

describe('jobs', () => {
  test('lists jobs newest first, page by page, also when new ones come in between', async () => {
    const service = createTestService();
    const ids = [];
    for (const userId of [1, 2, 3]) {
      ids.unshift(await service.request({ filter: { userIds: [userId] } }));
    }
    const LIST = `query List($after: String) {
      jobs(first: 2, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } }
    }`;
    const first = (await service.ask(LIST)).data.jobs;
    expect(first).toMatchObject({ totalCount: 3, nodes: [{ id: ids[0] }, { id: ids[1] }] });
    await service.request({ filter: { userIds: [4] } });
    const second = (await service.ask(LIST, { after: first.pageInfo.endCursor })).data.jobs;
    expect(second).toMatchObject({ nodes: [{ id: ids[2] }], pageInfo: { hasNextPage: false } });
  });

  test('can be narrowed to some states', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.request({ filter: { userIds: [1] } });
    await service.finish(id);
    const { data } = await service.ask('{ jobs(status: [SUCCEEDED, FAILED]) { nodes { id } totalCount } }');
    expect(data.jobs).toEqual({ nodes: [{ id }], totalCount: 1 });
  });
});

describe('cancelJob and retryJob', () => {
  const change = (field: string, id: string) =>
    `mutation { ${field}(id: "${id}") { job { id status maxAttempts } userErrors { field code message } } }`;

  test('cancel a job, also twice', async () => {
    const service = createTestService();
    const id = await service.request();
    for (let time = 0; time < 2; time += 1) {
      const { data } = await service.ask(change('cancelJob', id));
      expect(data.cancelJob).toMatchObject({ job: { id, status: 'CANCELED' }, userErrors: [] });
    }
  });

  test('refuse to cancel a job that is over', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id);
    expect((await service.ask(change('cancelJob', id))).data.cancelJob).toMatchObject({
      job: null,
      userErrors: [{ field: ['id'], code: 'JOB_NOT_CANCELABLE' }],
    });
  });

  test('run a FAILED job again', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.fail(id);
    expect((await service.ask(change('retryJob', id))).data.retryJob).toMatchObject({
      job: { id, status: 'QUEUED', maxAttempts: 4 },
      userErrors: [],
    });
  });

  test('refuse to retry a job that has not FAILED', async () => {
    const service = createTestService();
    const id = await service.request();
    expect((await service.ask(change('retryJob', id))).data.retryJob).toMatchObject({
      job: null,
      userErrors: [{ field: ['id'], code: 'JOB_NOT_RETRYABLE' }],
    });
  });

  test.each(['cancelJob', 'retryJob'])('say NOT_FOUND for an unknown id: %s', async (field) => {
    const { data } = await createTestService().ask(change(field, UNKNOWN_ID));
    expect(data[field]).toMatchObject({ job: null, userErrors: [{ field: ['id'], code: 'NOT_FOUND' }] });
  });
});

test('queueHealth counts jobs by state and names the broker', async () => {
  const service = createTestService();
  await service.request();
  const { data } = await service.ask(
    '{ queueHealth { broker brokerUp queued running retrying failed workers } }',
  );
  expect(data.queueHealth).toEqual({
    broker: 'memory',
    brokerUp: true,
    queued: 1,
    running: 0,
    retrying: 0,
    failed: 0,
    workers: 0,
  });
});
