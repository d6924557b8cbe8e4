import { DEFINITIONS } from '../../support/reports.js';
import { expect, test } from '@jest/globals';
import { JOB_STATUSES, type ReportJob } from '../../../src/jobs/job.js';
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

const HOUR_MS = 3_600_000;

export function readingContract(get: () => JobStoreHarness): void {
  test('nothing is found under an id that is not there, whatever it looks like', async () => {
    const { store } = get();
    const { id } = await queued(store);
    const ids = ['', ' ', `${id} `, id.toLowerCase(), `${id}0`, 'ä'.repeat(26), '日本', "' OR 1=1", '*', '%'];

    for (const unknown of ids) {
      expect(await store.find(unknown)).toBeUndefined();
      expect(await store.findAttempts(unknown)).toEqual([]);
      expect(await store.cancel(unknown)).toBeUndefined();
      expect(await store.retry(unknown, { version: 1, attempts: 1 })).toBeUndefined();
      expect(await store.claim(unknown, { worker: 'w', definitions: DEFINITIONS })).toBeUndefined();
      expect(await store.queuePosition(unknown)).toBeUndefined();
    }
    expect((await store.findMany([...ids, id])).map((job) => job.id)).toEqual([id]);
    expect(await store.findMany([])).toEqual([]);
  });

  test('jobs are listed newest first, page by page, each exactly once', async () => {
    const { store, letTimePass } = get();
    const ids: string[] = [];
    for (const round of times(3)) {
      // Several with one moment of creation: then the id decides.
      const jobs = await Promise.all(times(3).map(() => queued(store)));
      ids.push(...jobs.map(({ id }) => id));
      await letTimePass(1000 + round);
    }

    const listed = [];
    let after: { at: Date; id: string } | undefined;
    for (;;) {
      const page = await store.listJobs({ limit: 4, after });
      expect(page.totalCount).toBe(9);
      listed.push(...page.jobs);
      if (!page.hasNext) break;
      const last = defined(page.jobs.at(-1));
      after = { at: last.createdAt, id: last.id };
    }

    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(ids));
    expect(listed).toHaveLength(9);
    const keys = listed.map((job) => `${job.createdAt.toISOString()} ${job.id}`);
    expect(keys).toEqual([...keys].sort().reverse());
  });

  test('a list that ends with a page has no next one', async () => {
    const { store } = get();
    await queued(store);
    await queued(store);

    expect(await store.listJobs({ limit: 2 })).toMatchObject({ hasNext: false, totalCount: 2 });
    expect(await store.listJobs({ limit: 1 })).toMatchObject({ hasNext: true, totalCount: 2 });
  });

  test('lists are narrowed by status and requester', async () => {
    const { store } = get();
    const made = {
      QUEUED: await queued(store),
      RUNNING: await running(store),
      SUCCEEDED: await succeeded(store),
      FAILED: await failed(store),
      CANCELED: await canceled(store, { requestedBy: 'grace' }),
    };
    const idsOf = async (query: object) =>
      (await store.listJobs({ limit: 10, ...query })).jobs.map(({ id }) => id).sort();

    expect(await idsOf({ status: ['QUEUED', 'FAILED'] })).toEqual([made.QUEUED.id, made.FAILED.id].sort());
    expect(await idsOf({ status: JOB_STATUSES })).toHaveLength(5);
    expect(await idsOf({ status: [] })).toEqual([]);
    expect(await idsOf({ requestedBy: 'grace' })).toEqual([made.CANCELED.id]);
    expect(await idsOf({ requestedBy: 'grace', status: ['QUEUED'] })).toEqual([]);
    expect(await idsOf({ requestedBy: 'nobody' })).toEqual([]);
  });

  test('failures are listed by the end of the job, newest first', async () => {
    const { store, letTimePass } = get();
    const early = await running(store);
    await letTimePass(1000);
    const late = await failed(store);
    await letTimePass(1000);
    const end = defined(await store.fail(claimOf(early), failure({ retryInMs: null })));

    const { jobs, totalCount } = await store.listFailedJobs({ limit: 10 });
    const after = { at: defined(jobs[0]).completedAt as Date, id: end.id };

    expect(jobs.map(({ id }) => id)).toEqual([early.id, late.id]);
    expect(totalCount).toBe(2);
    expect((await store.listFailedJobs({ limit: 10, after })).jobs.map(({ id }) => id)).toEqual([late.id]);
  });

  test('failures are narrowed by code, fingerprint, requester and time', async () => {
    const { store, letTimePass } = get();
    const timeout = await failed(store, {}, { code: 'TIMEOUT', message: 'too long' });
    await letTimePass(60_000);
    const since = await store.now();
    const broken = await failed(store, { requestedBy: 'grace' }, { message: 'broken' });
    await succeeded(store);
    const idsOf = async (query: object) =>
      (await store.listFailedJobs({ limit: 10, ...query })).jobs.map(({ id }) => id);

    expect(await idsOf({ errorCode: 'TIMEOUT' })).toEqual([timeout.id]);
    expect(await idsOf({ fingerprint: broken.failure?.fingerprint })).toEqual([broken.id]);
    expect(await idsOf({ requestedBy: 'grace' })).toEqual([broken.id]);
    expect(await idsOf({ since })).toEqual([broken.id]);
    expect(await idsOf({ errorCode: 'TIMEOUT', since })).toEqual([]);
    expect(await idsOf({ errorCode: 'ÄÖ', fingerprint: '日本' })).toEqual([]);
  });

  test('ends are listed from a moment on, oldest first', async () => {
    const { store, letTimePass } = get();
    await succeeded(store);
    await letTimePass(60_000);
    const since = await store.now();
    const ended = [await succeeded(store), await failed(store), await canceled(store)];
    await queued(store);
    await running(store);
    const foreign = await failed(store, { requestedBy: 'grace' });

    const all = await store.listEndedSince(since, { limit: 10 });
    const first = await store.listEndedSince(since, { limit: 2 });

    const keyOf = (job: ReportJob) => `${(job.completedAt as Date).toISOString()} ${job.id}`;
    expect(all.map(keyOf)).toEqual([...ended, foreign].map(keyOf).sort());
    expect(first.map(keyOf)).toEqual(all.map(keyOf).slice(0, 2));
  });

  test('a moment has its milliseconds', async () => {
    const { store } = get();
    const job = await failed(store);

    const listed = await store.listEndedSince(job.completedAt as Date, { limit: 1 });
    const later = await store.listEndedSince(new Date((job.completedAt as Date).getTime() + 1), {
      limit: 1,
    });

    expect(listed).toHaveLength(1);
    expect(later).toHaveLength(0);
  });

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

    expect(await store.queuePosition(first.id)).toBe(1);
    expect(await store.queuePosition(last.id)).toBe(3);
    expect(await store.queuePosition(retrying.id)).toBeUndefined();
    await store.claim(first.id, { worker: 'w', definitions: DEFINITIONS });
    expect(await store.queuePosition(first.id)).toBeUndefined();
    expect(await store.queuePosition(last.id)).toBe(2);
  });

  test('the places of many jobs that are asked for at once are those of the queue', async () => {
    const { store, letTimePass } = get();
    const jobs = [];
    for (const round of times(4)) {
      // Several that are due at one moment: then the id decides.
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

    const positions = await Promise.all(ids.map((id) => store.queuePosition(id)));

    expect(positions[2]).toBeUndefined();
    expect(positions.filter((position) => position !== undefined)).toEqual(times(19).map((n) => n + 1));
    expect(await store.queuePosition(defined(waiting[9]))).toBe(10);
  });

  test('places in a long queue are right, whichever of them was asked for just before', async () => {
    const { store } = get();
    const jobs = await Promise.all(times(1200).map(() => queued(store)));
    const inOrder = (): string[] =>
      [...jobs]
        .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1))
        .map(({ id }) => id);
    expect(await store.queuePosition(defined(inOrder().at(-100)))).toBe(1101);
    jobs.push(...(await Promise.all(times(5).map(() => queued(store)))));

    const asked = inOrder().filter((_, index) => index % 100 === 0 || index > 1195);
    const positions = await Promise.all(asked.map((id) => store.queuePosition(id)));

    expect(positions).toEqual(asked.map((id) => inOrder().indexOf(id) + 1));
  });

  test('durations are those of the latest fifty successes of the kind', async () => {
    const { store, letTimePass } = get();
    const succeedIn = async (durationMs: number, kind = 'posts') => {
      const saved = report(await store.now());
      await store.succeed(
        claimOf(await running(store, { kind })),
        { ...saved, summary: { ...saved.summary, durationMs } },
        { resultTtlSeconds: 60 },
      );
      await letTimePass(10);
    };
    // Longer than anything that a test takes.
    for (const hours of times(52)) await succeedIn(hours * HOUR_MS);
    await succeedIn(999 * HOUR_MS, 'other');
    await failed(store);

    const durations = await store.recentDurations('posts');

    expect(durations).toHaveLength(50);
    expect(durations[0]).toMatchObject({ ranMs: 51 * HOUR_MS, posts: 6 });
    expect(Math.min(...durations.map(({ ranMs }) => ranMs))).toBe(2 * HOUR_MS);
  });

  test('a duration goes from the claim to the end where the first attempt made it', async () => {
    const { store, letTimePass } = get();
    const filter = { userIds: [1, 2], createdFrom: null, createdTo: '2026-01-01T00:00:00.000Z' };
    const first = await running(store, { filter });
    await letTimePass(HOUR_MS);
    await store.succeed(claimOf(first), report(await store.now()), { resultTtlSeconds: 60 });
    await letTimePass(10);
    const second = await running(store);
    await letTimePass(HOUR_MS);
    await store.fail(claimOf(second), failure({ retryInMs: 0 }));
    const again = defined(await store.claim(second.id, { worker: 'w', definitions: DEFINITIONS }));
    await store.succeed(claimOf(again), report(await store.now()), { resultTtlSeconds: 60 });

    const [later, earlier] = await store.recentDurations('posts');

    expect(later).toMatchObject({ ranMs: 12 });
    expect(earlier?.ranMs).toBeGreaterThanOrEqual(HOUR_MS);
    expect(earlier?.filter).toEqual(filter);
  });

  test('attempts are listed by number', async () => {
    const { store } = get();
    const { id } = await queued(store);
    for (const worker of ['w1', 'w2', 'w3']) {
      const job = defined(await store.claim(id, { worker, definitions: DEFINITIONS }));
      await store.fail(claimOf(job), failure({ message: worker }));
    }

    const attempts = await store.findAttempts(id);

    expect(attempts).toMatchObject([
      { number: 1, worker: 'w1', errorMessage: 'w1' },
      { number: 2, worker: 'w2', errorMessage: 'w2' },
      { number: 3, worker: 'w3', errorMessage: 'w3' },
    ]);
  });
}
