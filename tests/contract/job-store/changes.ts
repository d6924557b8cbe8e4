import { DEFINITIONS } from '../../support/reports.js';
import { expect, test } from '@jest/globals';
import type { JobStoreHarness } from './harness.js';
import {
  attemptsOf,
  canceled,
  claimOf,
  defined,
  failed,
  failure,
  queued,
  report,
  running,
  succeeded,
  times,
} from './material.js';

export function changesContract(get: () => JobStoreHarness): void {
  test('a queued job is canceled at once', async () => {
    const { store } = get();
    const { id } = await queued(store);

    const answer = defined(await store.cancel(id));

    expect(answer).toMatchObject({
      changed: true,
      job: { status: 'CANCELED', version: 2, failure: null, nextAttemptAt: null, startedAt: null },
    });
    expect(answer.job.completedAt).toBeInstanceOf(Date);
    expect(await store.claim(id, { worker: 'w', definitions: DEFINITIONS })).toBeUndefined();
    expect(await store.takeDueMessages({ limit: 10, resendAfterMs: 0 })).toEqual([]);
  });

  test('a running job is canceled at once, its attempt is closed, and its worker finds itself fenced', async () => {
    const { store } = get();
    const job = await running(store);
    const claim = claimOf(job);

    const answer = await store.cancel(job.id);

    expect(answer).toMatchObject({ changed: true, job: { status: 'CANCELED', version: job.version + 1 } });
    expect(await attemptsOf(store, job.id)).toMatchObject([
      { number: 1, errorCode: 'CANCELED', endedAt: expect.any(Date) },
    ]);
    expect(await store.extendLeases([{ ...claim, progress: null }])).toEqual(new Map());
    expect(await store.succeed(claim, report(new Date()), { resultTtlSeconds: 60 })).toBeUndefined();
    expect(await store.fail(claim, failure())).toBeUndefined();
    expect(await store.release(claim)).toBeUndefined();
    expect(await store.find(job.id)).toEqual(answer?.job);
  });

  test('a retrying job is canceled, and no longer shows its failure', async () => {
    const { store } = get();
    const claim = claimOf(await running(store));
    await store.fail(claim, failure({ retryInMs: 60_000 }));

    expect(await store.cancel(claim.id)).toMatchObject({
      changed: true,
      job: { status: 'CANCELED', failure: null, nextAttemptAt: null },
    });
    expect(await attemptsOf(store, claim.id)).toMatchObject([{ errorCode: 'INTERNAL' }]);
  });

  test('canceling what is over changes nothing', async () => {
    const { store } = get();
    for (const end of [succeeded, failed, canceled]) {
      const job = await end(store);

      expect(await store.cancel(job.id)).toEqual({ changed: false, job });
    }
  });

  test('a failed job is queued again with attempts of its own, numbered on', async () => {
    const { store } = get();
    const job = await failed(store);

    const answer = defined(await store.retry(job.id, { version: job.version, attempts: 2 }));

    expect(answer.changed).toBe(true);
    expect(answer.job).toEqual({
      ...job,
      status: 'QUEUED',
      version: job.version + 1,
      maxAttempts: 3,
      attemptsBeforeRun: 1,
      dueAt: expect.any(Date),
      failure: null,
      completedAt: null,
      nextAttemptAt: null,
      progress: { processedRows: 0, totalRows: null, percent: null },
    });
    expect(await store.takeDueMessages({ limit: 10, resendAfterMs: 15_000 })).toEqual([]);
    const second = defined(await store.claim(job.id, { worker: 'w', definitions: DEFINITIONS }));
    expect(second).toMatchObject({ epoch: 2, attemptCount: 2, startedAt: job.startedAt });
    expect(await attemptsOf(store, job.id)).toHaveLength(2);
  });

  test('a job that fails again after a retry uses up the attempts of that run', async () => {
    const { store } = get();
    const job = await failed(store, { maxAttempts: 1 });
    await store.retry(job.id, { version: job.version, attempts: 2 });

    const second = defined(await store.claim(job.id, { worker: 'w', definitions: DEFINITIONS }));
    expect(await store.fail(claimOf(second), failure())).toMatchObject({ status: 'RETRYING' });
    const third = defined(await store.claim(job.id, { worker: 'w', definitions: DEFINITIONS }));
    expect(await store.fail(claimOf(third), failure())).toMatchObject({
      status: 'FAILED',
      attemptCount: 3,
    });
  });

  test('only a failed job in the version that was read is retried', async () => {
    const { store } = get();
    for (const make of [queued, running, succeeded, canceled]) {
      const job = await make(store);
      expect(await store.retry(job.id, { version: job.version, attempts: 3 })).toEqual({
        changed: false,
        job,
      });
    }
    const job = await failed(store);
    expect(await store.retry(job.id, { version: job.version - 1, attempts: 3 })).toEqual({
      changed: false,
      job,
    });
  });

  test('fifty retries at once are one', async () => {
    const { store } = get();
    const { id, version } = await failed(store);

    const answers = await Promise.all(times(50).map(() => store.retry(id, { version, attempts: 3 })));

    expect(answers.filter((answer) => answer?.changed)).toHaveLength(1);
    expect(await store.find(id)).toMatchObject({ status: 'QUEUED', version: version + 1 });
  });

  test('of cancels, an end and a retry at once, the versions count every change once', async () => {
    const { store } = get();
    const job = await running(store);

    const [end, ...cancels] = await Promise.all([
      store.succeed(claimOf(job), report(await store.now()), { resultTtlSeconds: 60 }),
      ...times(10).map(() => store.cancel(job.id)),
    ]);

    const changes = cancels.filter((answer) => answer?.changed).length + (end === undefined ? 0 : 1);
    expect(changes).toBe(1);
    expect((await store.find(job.id))?.version).toBe(job.version + 1);
  });
}
