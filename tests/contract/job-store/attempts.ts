import { DEFINITIONS } from '../../support/reports.js';
import { expect, test } from '@jest/globals';
import type { JobStoreHarness } from '../job-store.contract.js';
import {
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

export function attemptsContract(get: () => JobStoreHarness): void {
  test('a claim runs the job under the next epoch and opens an attempt', async () => {
    const { store } = get();
    const job = await queued(store);

    const claimed = await store.claim(job.id, { worker: 'worker-1', definitions: DEFINITIONS, attempt: 1 });

    expect(claimed).toEqual({
      ...job,
      status: 'RUNNING',
      version: 2,
      epoch: 1,
      attemptCount: 1,
      startedAt: expect.any(Date),
    });
    expect(await store.findAttempts(job.id)).toEqual([
      {
        number: 1,
        worker: 'worker-1',
        startedAt: expect.any(Date),
        endedAt: null,
        errorCode: null,
        errorMessage: null,
        stack: null,
      },
    ]);
  });

  test('of twenty claims at once, one wins', async () => {
    const { store } = get();
    const { id } = await queued(store);

    const claims = await Promise.all(
      times(20).map((n) => store.claim(id, { worker: `worker-${n}`, definitions: DEFINITIONS, attempt: 1 })),
    );

    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    expect(await store.findAttempts(id)).toHaveLength(1);
  });

  test('a message of another attempt claims nothing', async () => {
    const { store } = get();
    const { id } = await queued(store);

    expect(await store.claim(id, { worker: 'w', definitions: DEFINITIONS, attempt: 2 })).toBeUndefined();
    expect(await store.claim(id, { worker: 'w', definitions: DEFINITIONS, attempt: 0 })).toBeUndefined();
    const claim = claimOf(
      defined(await store.claim(id, { worker: 'w', definitions: DEFINITIONS, attempt: 1 })),
    );
    await store.fail(claim, failure());
    expect(await store.claim(id, { worker: 'w', definitions: DEFINITIONS, attempt: 1 })).toBeUndefined();
    expect(await store.claim(id, { worker: 'w', definitions: DEFINITIONS, attempt: 2 })).toMatchObject({
      epoch: 2,
    });
  });

  test('only a job that waits can be claimed', async () => {
    const { store } = get();
    for (const make of [running, succeeded, failed, canceled]) {
      const { id } = await make(store);
      expect(await store.claim(id, { worker: 'w', definitions: DEFINITIONS })).toBeUndefined();
    }
  });

  test('a job is not claimed before it is due', async () => {
    const { store, letTimePass } = get();
    const claim = claimOf(await running(store));
    const retrying = defined(await store.fail(claim, failure({ retryInMs: 60_000 })));
    const due = (retrying.nextAttemptAt as Date).getTime();
    const now = (await store.now()).getTime();
    expect(due - now).toBeGreaterThan(50_000);
    expect(due - now).toBeLessThanOrEqual(60_000);

    expect(await store.claim(claim.id, { worker: 'w', definitions: DEFINITIONS })).toBeUndefined();
    await letTimePass(60_000);
    expect(await store.claim(claim.id, { worker: 'w', definitions: DEFINITIONS })).toMatchObject({
      epoch: 2,
      nextAttemptAt: null,
    });
  });

  test('the job that has been due longest is claimed first, once it has been due for long enough', async () => {
    const { store, letTimePass } = get();
    const retrying = await running(store);
    await store.fail(claimOf(retrying), failure({ retryInMs: 5000 }));
    const first = await queued(store);
    await letTimePass(10_000);
    const last = await queued(store);
    const claimNext = async (dueForMs: number) =>
      (await store.claimDue({ worker: 'w', definitions: DEFINITIONS, dueForMs }))?.id;

    expect(await claimNext(20_000)).toBeUndefined();
    expect(await claimNext(1000)).toBe(first.id);
    expect(await claimNext(1000)).toBe(retrying.id);
    expect(await claimNext(1000)).toBeUndefined();
    expect(await claimNext(0)).toBe(last.id);
    expect(await claimNext(0)).toBeUndefined();
  });

  test('workers that look for due jobs at once get different ones', async () => {
    const { store } = get();
    const jobs = await Promise.all(times(10).map(() => queued(store)));

    const claimed: string[] = [];
    const look = async () => {
      for (let misses = 0; claimed.length < jobs.length && misses < 100; misses += 1) {
        const job = await store.claimDue({ worker: 'w', definitions: DEFINITIONS, dueForMs: 0 });
        if (job !== undefined) claimed.push(job.id);
      }
    };
    await Promise.all(times(5).map(look));

    expect(claimed.sort()).toEqual(jobs.map(({ id }) => id).sort());
  });

  test('a new attempt starts with no progress', async () => {
    const { store } = get();
    const claim = claimOf(await running(store));
    const progress = { processedRows: 5, totalRows: 10, percent: 50 };
    await store.extendLeases([{ ...claim, progress }]);
    await store.fail(claim, failure());

    expect(await store.find(claim.id)).toMatchObject({ progress });
    expect(await store.claim(claim.id, { worker: 'w', definitions: DEFINITIONS })).toMatchObject({
      progress: { processedRows: 0, totalRows: null, percent: null },
      failure: { code: 'INTERNAL' },
    });
  });

  test('progress is a new version, a heartbeat alone is not', async () => {
    const { store } = get();
    const job = await running(store);
    const claim = claimOf(job);
    const progress = { processedRows: 5, totalRows: 1000, percent: 0.1234 };

    expect(await store.extendLeases([{ ...claim, progress: null }])).toEqual(new Map([[job.id, 2]]));
    expect(await store.extendLeases([{ ...claim, progress }])).toEqual(new Map([[job.id, 3]]));
    expect(await store.extendLeases([{ ...claim, progress }])).toEqual(new Map([[job.id, 3]]));
    expect(await store.extendLeases([{ ...claim, progress: null }])).toEqual(new Map([[job.id, 3]]));
    expect(await store.find(job.id)).toEqual({ ...job, version: 3, progress });
  });

  test('only claims that still hold are renewed', async () => {
    const { store } = get();
    const [held, lost] = [claimOf(await running(store)), claimOf(await running(store))];
    await store.cancel(lost.id);

    const versions = await store.extendLeases([
      { ...held, progress: null },
      { ...lost, progress: null },
      { id: held.id, epoch: held.epoch + 1, progress: null },
    ]);

    expect([...versions.keys()]).toEqual([held.id]);
    expect(await store.extendLeases([])).toEqual(new Map());
  });

  test('a lease that is renewed in time does not run out', async () => {
    const { store, letTimePass } = get();
    const claim = claimOf(await running(store));

    await letTimePass(4000);
    expect(await store.takeBackExpired(10)).toEqual([]);
    await store.extendLeases([{ ...claim, progress: null }]);
    await letTimePass(4000);
    expect(await store.takeBackExpired(10)).toEqual([]);
    await letTimePass(2000);
    expect(await store.takeBackExpired(10)).toHaveLength(1);
  });

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
      completedAt: expect.any(Date),
      expiresAt: new Date((ended.completedAt as Date).getTime() + 60_000),
      summary: result.summary,
    });
    expect(await store.findAttempts(job.id)).toMatchObject([
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
    expect(await store.findAttempts(job.id)).toMatchObject([
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

    const [attempt] = await store.findAttempts(id);
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
    expect(await store.findAttempts(job.id)).toMatchObject([
      { number: 1, errorCode: 'RELEASED', endedAt: expect.any(Date) },
    ]);
    expect(await store.takeDueMessages({ limit: 10, resendAfterMs: 15_000 })).toMatchObject([
      { jobId: job.id, attempt: 2 },
    ]);
  });

  test('whoever lost his claim can write nothing', async () => {
    const { store, letTimePass } = get();
    const stale = claimOf(await running(store));
    await letTimePass(6000);
    await store.takeBackExpired(10);
    const current = defined(await store.claim(stale.id, { worker: 'worker-2', definitions: DEFINITIONS }));

    expect(await store.extendLeases([{ ...stale, progress: null }])).toEqual(new Map());
    expect(await store.succeed(stale, report(new Date()), { resultTtlSeconds: 60 })).toBeUndefined();
    expect(await store.fail(stale, failure())).toBeUndefined();
    expect(await store.release(stale)).toBeUndefined();
    expect(await store.find(stale.id)).toEqual(current);
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
    expect((await store.findAttempts(claim.id)).filter(({ endedAt }) => endedAt !== null)).toHaveLength(1);
  });
}
