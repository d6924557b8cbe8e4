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
  running,
  succeeded,
  times,
} from './material.js';

const RESEND_AFTER_MS = 15_000;

export function dispatchContract(get: () => JobStoreHarness): void {
  const takeMessages = (limit = 10) => get().store.takeDueMessages({ limit, resendAfterMs: RESEND_AFTER_MS });

  test('a job whose worker stopped its heartbeat is taken back, due now and not sent', async () => {
    const { store, letTimePass } = get();
    const job = await running(store);
    await letTimePass(6000);

    const taken = await store.takeBackExpired(10);

    expect(taken).toMatchObject([
      {
        id: job.id,
        status: 'RETRYING',
        version: job.version + 1,
        attemptCount: 1,
        nextAttemptAt: expect.any(Date),
        failure: { code: 'WORKER_LOST', fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) },
      },
    ]);
    expect(await attemptsOf(store, job.id)).toMatchObject([
      { number: 1, errorCode: 'WORKER_LOST', endedAt: expect.any(Date) },
    ]);
    expect(await takeMessages()).toMatchObject([{ jobId: job.id, attempt: 2 }]);
    expect(await store.takeBackExpired(10)).toEqual([]);
  });

  test('a job that keeps killing its worker fails', async () => {
    const { store, letTimePass } = get();
    const { id } = await queued(store, { maxAttempts: 2 });
    const statuses = [];
    for (const worker of ['w1', 'w2']) {
      defined(await store.claim(id, { worker, definitions: DEFINITIONS }));
      await letTimePass(6000);
      statuses.push((await store.takeBackExpired(10))[0]?.status);
    }

    expect(statuses).toEqual(['RETRYING', 'FAILED']);
    expect(await store.find(id)).toMatchObject({
      status: 'FAILED',
      completedAt: expect.any(Date),
      nextAttemptAt: null,
      failure: { code: 'WORKER_LOST' },
    });
  });

  test('no more are taken back at a time than asked for', async () => {
    const { store, letTimePass } = get();
    await Promise.all(times(3).map(() => running(store)));
    await letTimePass(6000);

    expect(await store.takeBackExpired(2)).toHaveLength(2);
    expect(await store.takeBackExpired(2)).toHaveLength(1);
  });

  test('dispatchers that take back at once take each job once', async () => {
    const { store, letTimePass } = get();
    const jobs = await Promise.all(times(5).map(() => running(store)));
    await letTimePass(6000);

    const taken = (await Promise.all(times(5).map(() => store.takeBackExpired(10)))).flat();

    expect(taken.map(({ id }) => id).sort()).toEqual(jobs.map(({ id }) => id).sort());
    for (const job of jobs) expect((await store.find(job.id))?.version).toBe(job.version + 1);
  });

  test('a message that no worker took is due again after a while', async () => {
    const { store, letTimePass } = get();
    const job = await queued(store);

    await letTimePass(RESEND_AFTER_MS - 1000);
    expect(await takeMessages()).toEqual([]);
    await letTimePass(2000);
    const messages = await takeMessages();

    expect(messages).toEqual([{ jobId: job.id, attempt: 1, kind: job.kind, filter: job.filter }]);
    expect(await takeMessages()).toEqual([]);
    expect(await store.find(job.id)).toEqual({
      ...job,
      createdAt: expect.any(Date),
      dueAt: expect.any(Date),
    });
  });

  test('a message that did not reach the broker is due at once', async () => {
    const { store } = get();
    const { id } = await queued(store);

    await store.markUnsent({ jobId: id, attempt: 1 });

    expect(await takeMessages()).toMatchObject([{ jobId: id, attempt: 1 }]);
  });

  test('a message of an earlier attempt is not marked', async () => {
    const { store } = get();
    const claim = claimOf(await running(store));
    await store.fail(claim, failure());
    expect(await takeMessages()).toMatchObject([{ attempt: 2 }]);

    await store.markUnsent({ jobId: claim.id, attempt: 1 });
    await store.markUnsent({ jobId: 'unknown', attempt: 1 });

    expect(await takeMessages()).toEqual([]);
  });

  test('the message of a retry is due when the retry is', async () => {
    const { store, letTimePass } = get();
    const claim = claimOf(await running(store));
    await store.fail(claim, failure({ retryInMs: 30_000 }));

    await letTimePass(20_000);
    expect(await takeMessages()).toEqual([]);
    await letTimePass(10_000);
    expect(await takeMessages()).toMatchObject([{ jobId: claim.id, attempt: 2 }]);
  });

  test('there are no messages of jobs that run or are over', async () => {
    const { store, letTimePass } = get();
    for (const make of [running, succeeded, failed, canceled]) await make(store);
    await letTimePass(60_000);

    expect(await takeMessages()).toEqual([]);
  });

  test('dispatchers that look at once send each message once', async () => {
    const { store, letTimePass } = get();
    const jobs = await Promise.all(times(10).map(() => queued(store)));
    await letTimePass(60_000);

    const taken = (await Promise.all(times(5).map(() => takeMessages(10)))).flat();

    expect(taken.map(({ jobId }) => jobId).sort()).toEqual(jobs.map(({ id }) => id).sort());
  });

  test('no more messages are taken at a time than asked for', async () => {
    const { store, letTimePass } = get();
    await Promise.all(times(3).map(() => queued(store)));
    await letTimePass(60_000);

    expect(await takeMessages(2)).toHaveLength(2);
    expect(await takeMessages(2)).toHaveLength(1);
  });
}
