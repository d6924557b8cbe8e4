import { DEFINITIONS } from '../../support/reports.js';
import { expect, test } from '@jest/globals';
import type { JobStoreHarness } from './harness.js';
import { claimOf, defined, failure, report, running } from './material.js';

export function leasesContract(get: () => JobStoreHarness): void {
  test('progress is a new version, a heartbeat alone is not', async () => {
    const { store } = get();
    const job = await running(store);
    const claim = claimOf(job);
    const progress = { processedRows: 5, totalRows: 1000, percent: 0.1234 };

    expect(await store.extendLeases([{ ...claim, progress: null }])).toEqual(new Map([[job.id, 2]]));
    expect(await store.extendLeases([{ ...claim, progress }])).toEqual(new Map([[job.id, 3]]));
    expect(await store.extendLeases([{ ...claim, progress }])).toEqual(new Map([[job.id, 3]]));
    expect(await store.extendLeases([{ ...claim, progress: null }])).toEqual(new Map([[job.id, 3]]));
    const heartbeatAt: unknown = expect.any(Date);
    expect(await store.find(job.id)).toEqual({ ...job, version: 3, progress, heartbeatAt });
  });

  test('a running job shows when it was claimed and when its worker last renewed the lease', async () => {
    const { store, letTimePass } = get();
    const job = await running(store);
    expect(job.claimedAt).toEqual(job.startedAt);
    expect(job.heartbeatAt).toEqual(job.claimedAt);

    await letTimePass(1000);
    await store.extendLeases([{ ...claimOf(job), progress: null }]);
    const later = defined(await store.find(job.id));

    const heardMs = Number(later.heartbeatAt) - Number(later.claimedAt);
    expect(heardMs).toBeGreaterThanOrEqual(1000);
    const failed = defined(await store.fail(claimOf(job), failure({ retryInMs: 0 })));
    expect(failed.heartbeatAt).toBeNull();
    const again = defined(await store.claim(job.id, { worker: 'w', definitions: DEFINITIONS }));
    expect(Number(again.claimedAt) - Number(later.claimedAt)).toBeGreaterThanOrEqual(0);
    expect(again.claimedAt).not.toEqual(again.startedAt);
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

  test('a worker that lost its claim can write nothing', async () => {
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
}
