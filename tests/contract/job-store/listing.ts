import { expect, test } from '@jest/globals';
import { JOB_STATUSES, type ReportJob } from '../../../src/jobs/job.js';
import type { JobStoreHarness } from './harness.js';
import {
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

export function listingContract(get: () => JobStoreHarness): void {
  test('jobs are listed newest first, page by page, each exactly once', async () => {
    const { store, letTimePass } = get();
    const ids: string[] = [];
    for (const round of times(3)) {
      // Several jobs are created at the same moment, so that their ids decide the order.
      const jobs = await Promise.all(times(3).map(() => queued(store)));
      ids.push(...jobs.map(({ id }) => id));
      await letTimePass(1000 + round);
    }

    const listed = [];
    let after: { at: Date; id: string } | undefined;
    for (;;) {
      const page = await store.listJobs({ limit: 4, after });
      listed.push(...page.jobs);
      if (!page.hasNext) break;
      const last = defined(page.jobs.at(-1));
      after = { at: last.createdAt, id: last.id };
    }

    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(ids));
    expect(await store.countJobs({})).toBe(9);
    expect(listed).toHaveLength(9);
    const keys = listed.map((job) => `${job.createdAt.toISOString()} ${job.id}`);
    expect(keys).toEqual([...keys].sort().reverse());
  });

  test('a list that ends with a page has no next one', async () => {
    const { store } = get();
    await queued(store);
    await queued(store);

    expect(await store.listJobs({ limit: 2 })).toMatchObject({ hasNext: false });
    expect(await store.listJobs({ limit: 1 })).toMatchObject({ hasNext: true });
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
    expect(await idsOf({ requestedBy: 'unknown' })).toEqual([]);
    expect(await store.countJobs({ status: ['QUEUED', 'CANCELED'] })).toBe(2);
    expect(await store.countJobs({ requestedBy: 'grace', status: ['QUEUED'] })).toBe(0);
  });

  test('failures are listed by the end of the job, newest first', async () => {
    const { store, letTimePass } = get();
    const early = await running(store);
    await letTimePass(1000);
    const late = await failed(store);
    await letTimePass(1000);
    const end = defined(await store.fail(claimOf(early), failure({ retryInMs: null })));

    const { jobs } = await store.listFailedJobs({ limit: 10 });
    const after = { at: defined(jobs[0]).completedAt as Date, id: end.id };

    expect(jobs.map(({ id }) => id)).toEqual([early.id, late.id]);
    expect(await store.countFailedJobs({})).toBe(2);
    expect(await store.countFailedJobs({ requestedBy: 'grace' })).toBe(0);
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
}
