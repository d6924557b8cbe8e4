import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { LeaseKeeper } from '../../src/jobs/lease-keeper.js';
import type { LeaseRenewal } from '../../src/jobs/ports/job-store.js';

const CLAIM = { id: 'a job', epoch: 1 };
const progress = (processedRows: number) => ({ processedRows, totalRows: 1000, percent: null });

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('progress of a young job is written each time that its age has doubled, of an older one each second', async () => {
  const { keeper, writes } = await stage();
  const lease = keeper.hold(CLAIM, () => {});
  for (let rows = 1; rows <= 150; rows += 1) {
    await jest.advanceTimersByTimeAsync(20);
    lease.report(progress(rows));
  }
  expect(writes.map(({ at, progress }) => [at, progress?.processedRows])).toEqual([
    [100, 5],
    [200, 10],
    [400, 20],
    [800, 40],
    [1000, 49],
    [1600, 80],
    [2000, 99],
    [3000, 149],
  ]);
  await keeper.close();
});

test('a write of progress that finds the claim lost says so once', async () => {
  const { keeper } = await stage({ isLost: true });
  const onLost = jest.fn();
  const lease = keeper.hold(CLAIM, onLost);
  await jest.advanceTimersByTimeAsync(150);
  lease.report(progress(1));
  await jest.advanceTimersByTimeAsync(1500);
  expect(onLost).toHaveBeenCalledTimes(1);
  await keeper.close();
});

test('a job without progress costs no writes between heartbeats', async () => {
  const { keeper, writes } = await stage();
  keeper.hold(CLAIM, () => {});
  await jest.advanceTimersByTimeAsync(2500);
  expect(writes.map(({ at }) => at)).toEqual([1000, 2000]);
  await keeper.close();
});

async function stage({ isLost = false } = {}) {
  const writes: (LeaseRenewal & { readonly at: number })[] = [];
  const startedAt = performance.now();
  const keeper = new LeaseKeeper({
    leases: {
      recordWorker: async () => {},
      extendLeases: async (renewals) => {
        const at = Math.round(performance.now() - startedAt);
        writes.push(...renewals.map((renewal) => ({ ...renewal, at })));
        return new Map(isLost ? [] : renewals.map(({ id }) => [id, 2]));
      },
    },
    events: { publish: async () => {} },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    worker: { id: 'worker', slots: 2, definitions: [] },
  });
  await jest.advanceTimersByTimeAsync(0);
  return { keeper, writes };
}
