import { expect, test } from '@jest/globals';
import type { JobStoreHarness } from './harness.js';
import { attemptsOf, failed, queued, request, running, succeeded, times } from './material.js';

export function failuresContract(get: () => JobStoreHarness): void {
  test('failures of one cause are a group, shown by the latest of them', async () => {
    const { store, letTimePass } = get();
    const first = await failed(store, {}, { message: 'post 17 is broken' });
    await letTimePass(1000);
    const second = await failed(store, {}, { message: 'post 99 is broken' });
    await letTimePass(1000);
    const other = await failed(store, {}, { code: 'TIMEOUT', message: 'too long' });
    await succeeded(store);

    const groups = await store.groupFailedJobs({ limit: 10 });

    expect(groups).toMatchObject([
      {
        fingerprint: first.failure?.fingerprint,
        errorCode: 'INTERNAL',
        message: 'post 99 is broken',
        count: 2,
        sample: { id: second.id },
      },
      { errorCode: 'TIMEOUT', message: 'too long', count: 1, sample: { id: other.id } },
    ]);
    const [group] = groups;
    expect(group?.lastSeenAt).toEqual((await store.find(second.id))?.completedAt);
    expect(group?.firstSeenAt).toEqual((await store.find(first.id))?.completedAt);
    expect(await store.groupFailedJobs({ limit: 1 })).toEqual([group]);
  });

  test('groups can be those of failures since a moment', async () => {
    const { store, letTimePass } = get();
    await failed(store);
    await letTimePass(60_000);
    const since = await store.now();
    await failed(store);

    expect(await store.groupFailedJobs({ since, limit: 10 })).toMatchObject([{ count: 1 }]);
    expect(await store.groupFailedJobs({ since: new Date(since.getTime() + 60_000), limit: 10 })).toEqual([]);
  });

  test.each(['TIMEOUT ', 'timeout', ' TIMEOUT', 'TIMEOUT\u00a0', 'TIME', 'TIM%', ''])(
    'failures of TIMEOUT are not those of %j',
    async (errorCode) => {
      const { store } = get();
      const { failure } = await failed(store, {}, { code: 'TIMEOUT' });
      const fingerprint = failure?.fingerprint ?? '';
      const count = async (query: object) =>
        (await store.countFailedJobs(query)) + (await store.groupFailedJobs({ ...query, limit: 10 })).length;
      expect(await count({ errorCode: 'TIMEOUT', fingerprint, kind: 'posts' })).toBe(2);
      expect(await count({ errorCode })).toBe(0);
      expect(await count({ fingerprint: `${fingerprint} ` })).toBe(0);
      expect(await count({ kind: 'posts ' })).toBe(0);
      expect(await store.countJobs({ kind: 'posts ' })).toBe(0);
    },
  );

  test('failures are retried together, oldest first', async () => {
    const { store, letTimePass } = get();
    const ids = [];
    for (const _ of times(3)) {
      ids.push((await failed(store, {}, { code: 'TIMEOUT' })).id);
      await letTimePass(10);
    }
    const other = await failed(store);

    const result = await store.retryFailedJobs({
      errorCode: 'TIMEOUT',
      limit: 2,
      dryRun: false,
      attempts: 5,
    });

    expect(result).toMatchObject({ matchedCount: 3, affectedCount: 2 });
    expect(result.jobs).toMatchObject([
      { id: ids[0], status: 'QUEUED', version: 4, maxAttempts: 6, attemptsBeforeRun: 1, failure: null },
      { id: ids[1], status: 'QUEUED', version: 4 },
    ]);
    expect(await store.find(ids[2] as string)).toMatchObject({ status: 'FAILED' });
    expect(await store.find(other.id)).toEqual(other);
  });

  test('failures are deleted together, and shown as they were', async () => {
    const { store } = get();
    const job = await failed(store, { idempotencyKey: 'k' });
    await queued(store);
    await running(store);

    const result = await store.deleteFailedJobs({ limit: 10, dryRun: false });

    expect(result).toEqual({ matchedCount: 1, affectedCount: 1, jobs: [job] });
    expect(await store.find(job.id)).toBeUndefined();
    expect(await attemptsOf(store, job.id)).toEqual([]);
    expect(await store.countJobs({})).toBe(2);
    expect((await store.accept(request({ idempotencyKey: 'k' }))).outcome).toBe('created');
  });

  test('a dry run says what would happen, and nothing happens', async () => {
    const { store } = get();
    const job = await failed(store);
    const batch = { fingerprint: job.failure?.fingerprint, limit: 10, dryRun: true };

    const expected = { matchedCount: 1, affectedCount: 0, jobs: [job] };
    expect(await store.retryFailedJobs({ ...batch, attempts: 3 })).toEqual(expected);
    expect(await store.deleteFailedJobs(batch)).toEqual(expected);
    expect(await store.find(job.id)).toEqual(job);
  });

  test('a batch that matches nothing is empty', async () => {
    const { store } = get();
    const batch = { errorCode: 'NO_SUCH_CODE', limit: 10, dryRun: false };
    const nothing = { matchedCount: 0, affectedCount: 0, jobs: [] };

    expect(await store.retryFailedJobs({ ...batch, attempts: 3 })).toEqual(nothing);
    expect(await store.deleteFailedJobs(batch)).toEqual(nothing);
  });

  test('batches at once affect each job once', async () => {
    const { store } = get();
    const jobs = await Promise.all(times(10).map(() => failed(store)));

    const results = await Promise.all(
      times(5).map(() => store.retryFailedJobs({ limit: 10, dryRun: false, attempts: 3 })),
    );

    expect(results.reduce((sum, { affectedCount }) => sum + affectedCount, 0)).toBe(10);
    for (const { id, version } of jobs) expect((await store.find(id))?.version).toBe(version + 1);
  });
}
