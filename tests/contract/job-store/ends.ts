import { DEFINITIONS } from '../../support/reports.js';
import { expect, test } from '@jest/globals';
import type { JobStoreHarness } from './harness.js';
import { attemptsOf, claimOf, defined, failed, failure, queued, report, running, times } from './material.js';

export function endsContract(get: () => JobStoreHarness): void {
  test('success ends the job with exact progress, a summary and a result that expires', async () => {
    const { store } = get();
    const job = await running(store);
    const result = report(await store.now());
    await store.extendLeases([
      { ...claimOf(job), progress: { processedRows: 5, totalRows: 900, percent: 1 } },
    ]);

    const ended = defined(await store.succeed(claimOf(job), result, { resultTtlSeconds: 60 }));

    expect(ended).toEqual({
      ...job,
      status: 'SUCCEEDED',
      version: job.version + 2,
      progress: { processedRows: 6, totalRows: 6, percent: 100 },
      heartbeatAt: null,
      completedAt: expect.any(Date),
      expiresAt: new Date((ended.completedAt as Date).getTime() + 60_000),
      summary: result.summary,
    });
    expect(await attemptsOf(store, job.id)).toMatchObject([
      { endedAt: expect.any(Date), errorCode: null, errorMessage: null, stack: null },
    ]);
  });

  test('a success after a failure does not show the failure', async () => {
    const { store } = get();
    const claim = claimOf(await running(store));
    await store.fail(claim, failure());
    const second = claimOf(defined(await store.claim(claim.id, { worker: 'w', definitions: DEFINITIONS })));

    const ended = await store.succeed(second, report(await store.now()), { resultTtlSeconds: 60 });

    expect(ended).toMatchObject({ status: 'SUCCEEDED', failure: null, attemptCount: 2 });
  });

  test('a failure that can be retried waits for its time, and is shown', async () => {
    const { store } = get();
    const job = await running(store);
    const reason = failure({ code: 'TIMEOUT', message: 'It took too long.', retryInMs: 60_000 });

    const ended = await store.fail(claimOf(job), reason);

    expect(ended).toMatchObject({
      status: 'RETRYING',
      version: job.version + 1,
      attemptCount: 1,
      completedAt: null,
      nextAttemptAt: expect.any(Date),
      failure: { code: 'TIMEOUT', message: 'It took too long.', fingerprint: reason.fingerprint },
    });
    expect(await attemptsOf(store, job.id)).toMatchObject([
      { errorCode: 'TIMEOUT', errorMessage: 'It took too long.', stack: reason.stack },
    ]);
  });

  test('a failure that is final ends the job', async () => {
    const { store } = get();

    expect(await failed(store)).toMatchObject({
      status: 'FAILED',
      attemptCount: 1,
      nextAttemptAt: null,
      completedAt: expect.any(Date),
      failure: { code: 'INTERNAL' },
    });
  });

  test('the last attempt that fails ends the job', async () => {
    const { store } = get();
    const { id } = await queued(store, { maxAttempts: 2 });
    const statuses = [];
    for (const worker of ['w1', 'w2']) {
      const claim = claimOf(defined(await store.claim(id, { worker, definitions: DEFINITIONS })));
      statuses.push((await store.fail(claim, failure()))?.status);
    }

    expect(statuses).toEqual(['RETRYING', 'FAILED']);
    expect(await store.claim(id, { worker: 'w3', definitions: DEFINITIONS })).toBeUndefined();
  });

  test('messages of any length and text are kept, cut at a whole character', async () => {
    const { store } = get();
    const message = `\u0000'"\\ ünïcödé ${'🦊'.repeat(50_000)}`;

    const { id } = await failed(store, {}, { message, stack: message });

    const [attempt] = await attemptsOf(store, id);
    const kept = defined(attempt?.errorMessage ?? undefined);
    expect(message.startsWith(kept)).toBe(true);
    expect(kept.length).toBeGreaterThan(1000);
    expect(message.startsWith(attempt?.stack ?? 'none')).toBe(true);
  });

  test('a job that is handed back is due at once, and the attempt does not count', async () => {
    const { store } = get();
    const job = await running(store);

    const released = await store.release(claimOf(job));

    expect(released).toMatchObject({
      status: 'QUEUED',
      version: job.version + 1,
      attemptCount: 0,
      epoch: 1,
      startedAt: job.startedAt,
    });
    expect(await attemptsOf(store, job.id)).toMatchObject([
      { number: 1, errorCode: 'RELEASED', endedAt: expect.any(Date) },
    ]);
    expect(await store.takeDueMessages({ limit: 10, resendAfterMs: 15_000 })).toMatchObject([
      { jobId: job.id, attempt: 2 },
    ]);
  });

  test('an end can be repeated, and is the same end', async () => {
    const { store } = get();
    const claims = await Promise.all(times(3).map(async () => claimOf(await running(store))));
    const [one, two, three] = claims as [(typeof claims)[0], (typeof claims)[0], (typeof claims)[0]];
    const result = report(await store.now());
    const ends = [
      () => store.succeed(one, result, { resultTtlSeconds: 60 }),
      () => store.fail(two, failure({ retryInMs: 60_000 })),
      () => store.release(three),
    ];

    for (const end of ends) expect(await end()).toEqual(await end());
  });

  test('an end that differs from the one that was written is refused', async () => {
    const { store } = get();
    const claim = claimOf(await running(store));
    await store.fail(claim, failure({ message: 'first' }));

    expect(await store.fail(claim, failure({ message: 'second' }))).toBeUndefined();
    expect(await store.release(claim)).toBeUndefined();
  });

  test('of several ends at once, one is written', async () => {
    const { store } = get();
    const job = await running(store);
    const claim = claimOf(job);
    const result = report(await store.now());

    await Promise.all([
      store.succeed(claim, result, { resultTtlSeconds: 60 }),
      store.fail(claim, failure()),
      store.release(claim),
    ]);

    expect((await store.find(claim.id))?.version).toBe(job.version + 1);
    expect((await attemptsOf(store, claim.id)).filter(({ endedAt }) => endedAt !== null)).toHaveLength(1);
  });
}
