import { setTimeout as delay } from 'node:timers/promises';
import { DEFINITIONS } from '../../support/reports.js';
import { expect, test } from '@jest/globals';
import type { JobStoreHarness } from './harness.js';
import {
  positionOf,
  positionsOf,
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

const HOUR_MS = 3_600_000;
/** Longest time for which a store may cache a count of the longest queue in these tests. */
const CACHED_MS = 150;

export function queueFiguresContract(get: () => JobStoreHarness): void {
  test('health counts jobs by status and knows since when the oldest waits', async () => {
    const { store, letTimePass } = get();
    expect(await store.health()).toEqual({
      queued: 0,
      running: 0,
      retrying: 0,
      failed: 0,
      oldestQueuedAt: null,
      workers: 0,
      slots: 0,
      unknownKinds: [],
    });
    await queued(store);
    await letTimePass(60_000);
    await queued(store);
    await running(store);
    await failed(store);
    await succeeded(store);
    await canceled(store);
    await store.fail(claimOf(await running(store)), failure({ retryInMs: 60_000 }));

    const health = await store.health();

    expect(health).toMatchObject({ queued: 2, running: 1, retrying: 1, failed: 1 });
    const waited = (await store.now()).getTime() - (health.oldestQueuedAt as Date).getTime();
    expect(waited).toBeGreaterThanOrEqual(60_000);
  });

  test('workers and their slots are counted until their heartbeat is older than a lease', async () => {
    const { store, letTimePass } = get();
    await store.recordWorker({ id: 'one', slots: 2, definitions: DEFINITIONS });
    await store.recordWorker({ id: 'two', slots: 3, definitions: DEFINITIONS });
    await store.recordWorker({ id: 'two', slots: 4, definitions: DEFINITIONS });
    expect(await store.health()).toMatchObject({ workers: 2, slots: 6 });

    await letTimePass(4000);
    await store.recordWorker({ id: 'one', slots: 2, definitions: DEFINITIONS });
    await letTimePass(2000);
    expect(await store.health()).toMatchObject({ workers: 1, slots: 2 });

    await store.forgetWorker('one');
    expect(await store.health()).toMatchObject({ workers: 0, slots: 0 });
  });

  test('the position in the queue counts the jobs that are due before', async () => {
    const { store, letTimePass } = get();
    const later = await running(store);
    await store.fail(claimOf(later), failure({ retryInMs: 600_000 }));
    const first = await queued(store);
    await letTimePass(10);
    const retrying = await running(store);
    await store.fail(claimOf(retrying), failure({ retryInMs: 0 }));
    await letTimePass(10);
    const last = await queued(store);

    expect(await positionOf(store, first.id)).toBe(1);
    expect(await positionOf(store, last.id)).toBe(3);
    expect(await positionOf(store, retrying.id)).toBeUndefined();
    await store.claim(first.id, { worker: 'w', definitions: DEFINITIONS });
    expect(await positionOf(store, first.id)).toBeUndefined();
    expect(await positionOf(store, last.id)).toBe(2);
  });

  test('the places of many jobs that are asked for at once are those of the queue', async () => {
    const { store, letTimePass } = get();
    const jobs = [];
    for (const round of times(4)) {
      // Several jobs are due at the same moment, so that their ids decide the order.
      jobs.push(...(await Promise.all(times(5).map(() => queued(store)))));
      await letTimePass(10 + round);
    }
    await failed(store);
    const inOrder = [...jobs].sort(
      (a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1),
    );
    const ids = inOrder.map(({ id }) => id);
    await store.claim(defined(ids[2]), { worker: 'w', definitions: DEFINITIONS });
    const waiting = ids.filter((_, index) => index !== 2);

    const positions = await positionsOf(store, ids);

    expect(positions[2]).toBeUndefined();
    expect(positions.filter((position) => position !== undefined)).toEqual(times(19).map((n) => n + 1));
    expect(await positionOf(store, defined(waiting[9]))).toBe(10);
  });

  test('places in a long queue are right, whichever of them was asked for just before', async () => {
    const { store } = get();
    const jobs = await Promise.all(times(1200).map(() => queued(store)));
    const inOrder = (): string[] =>
      [...jobs]
        .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1))
        .map(({ id }) => id);
    expect(await positionOf(store, defined(inOrder().at(-100)))).toBe(1101);
    jobs.push(...(await Promise.all(times(5).map(() => queued(store)))));

    const asked = inOrder().filter((_, index) => index % 100 === 0 || index > 1195);
    const positions = await positionsOf(store, asked);

    expect(positions).toEqual(asked.map((id) => inOrder().indexOf(id) + 1));
    await delay(CACHED_MS); // the next test has another queue
  });

  test('only jobs of the given definitions are ahead', async () => {
    const { store } = get();
    await queued(store, { definition: 'other' });
    await queued(store);
    const last = await queued(store, { definition: 'other' });
    const place = { id: last.id, dueAt: defined(last.dueAt ?? undefined) };

    expect(await store.countAhead([place], undefined)).toEqual([2]);
    expect(await store.countAhead([place], ['other'])).toEqual([1]);
    expect(await store.countAhead([place], [])).toEqual([0]);
    expect(await store.countAhead([], undefined)).toEqual([]);
  });

  test('the workload says what runs, and what living workers can do', async () => {
    const { store, letTimePass } = get();
    expect(await store.workload([])).toMatchObject({ slots: 0, running: [], definitions: undefined });
    await store.recordWorker({ id: 'gone', slots: 8, definitions: ['x'] });
    await letTimePass(6000);
    await store.recordWorker({ id: 'one', slots: 2, definitions: ['b', 'a'] });
    await store.recordWorker({ id: 'two', slots: 3, definitions: ['b', 'c'] });
    const { id, epoch } = await running(store);
    await letTimePass(2000);
    const progress = { processedRows: 1, totalRows: 4, percent: 25 };
    await store.extendLeases([{ id, epoch, progress }]);
    const { claimedAt, heartbeatAt } = defined(await store.find(id));

    const { now, ...workload } = await store.workload(['posts']);

    expect(workload).toEqual({
      slots: 5,
      running: [{ claimedAt, heartbeatAt, percent: 25 }],
      definitions: ['a', 'b', 'c'],
      durations: new Map([['posts', []]]),
    });
    expect(Math.abs((await store.now()).getTime() - now.getTime())).toBeLessThan(60_000);
  });

  test('recent durations are those of the latest ten successes of each size, latest first', async () => {
    const { store, letTimePass } = get();
    const succeedAfter = async (ms: number, processedRows: number, kind = 'posts') => {
      const job = await running(store, { kind });
      await letTimePass(ms);
      const done = { ...report(await store.now()), processedRows };
      await store.succeed(claimOf(job), done, { resultTtlSeconds: 60 });
    };
    await succeedAfter(HOUR_MS, 1_000_000);
    for (const _ of times(12)) await succeedAfter(10, 1);
    await succeedAfter(10, 1, 'other');
    await failed(store);

    const { durations } = await store.workload(['posts', 'other', 'none']);

    const posts = durations.get('posts') ?? [];
    expect(posts.map(({ rows }) => rows)).toEqual([...times(10).map(() => 1), 1_000_000]);
    expect(posts.at(-1)?.ranMs).toBeGreaterThanOrEqual(HOUR_MS);
    expect(posts.at(-1)?.ranMs).toBeLessThan(HOUR_MS + 10_000);
    expect(durations.get('other')).toMatchObject([{ rows: 1 }]);
    expect(durations.get('none')).toEqual([]);
  });

  test('a duration goes from the claim of the attempt that succeeded to its end', async () => {
    const { store, letTimePass } = get();
    const filter = { userIds: [1, 2], createdFrom: null, createdTo: '2026-01-01T00:00:00.000Z' };
    const job = await running(store, { filter });
    await letTimePass(HOUR_MS);
    await store.fail(claimOf(job), failure({ retryInMs: 0 }));
    const again = defined(await store.claim(job.id, { worker: 'w', definitions: DEFINITIONS }));
    await letTimePass(1000);
    await store.succeed(claimOf(again), report(await store.now()), { resultTtlSeconds: 60 });

    const [duration] = (await store.workload(['posts'])).durations.get('posts') ?? [];

    expect(duration?.filter).toEqual(filter);
    expect(duration?.ranMs).toBeGreaterThanOrEqual(1000);
    expect(duration?.ranMs).toBeLessThan(60_000);
  });
}
