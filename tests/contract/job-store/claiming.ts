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

export function claimingContract(get: () => JobStoreHarness): void {
  test('a claim runs the job under the next epoch and opens an attempt', async () => {
    const { store } = get();
    const job = await queued(store);

    const claimed = await store.claim(job.id, { worker: 'worker-1', definitions: DEFINITIONS, attempt: 1 });

    expect(claimed).toEqual({
      ...job,
      dueAt: null,
      status: 'RUNNING',
      version: 2,
      epoch: 1,
      attemptCount: 1,
      startedAt: expect.any(Date),
      claimedAt: expect.any(Date),
      heartbeatAt: expect.any(Date),
    });
    expect(await attemptsOf(store, job.id)).toEqual([
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
    expect(await attemptsOf(store, id)).toHaveLength(1);
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
}
