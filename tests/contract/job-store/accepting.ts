import { DEFINITIONS } from '../../support/reports.js';
import { expect, test } from '@jest/globals';
import type { JobStoreHarness } from './harness.js';
import { canceled, claimOf, failed, failure, queued, request, succeeded, times } from './material.js';

export function acceptingContract(get: () => JobStoreHarness): void {
  test('a request becomes a job that is queued, due now and in its first version', async () => {
    const { store } = get();
    const before = await store.now();
    const asked = request();

    const { job, outcome } = await store.accept(asked);

    expect(outcome).toBe('created');
    expect(job).toEqual({
      id: asked.id,
      kind: 'posts',
      definition: asked.definition,
      status: 'QUEUED',
      version: 1,
      epoch: 0,
      filter: asked.filter,
      requestedBy: 'ada',
      requestId: 'request-1',
      progress: { processedRows: 0, totalRows: null, percent: null },
      attemptCount: 0,
      maxAttempts: 3,
      attemptsBeforeRun: 0,
      dueAt: job.createdAt,
      nextAttemptAt: null,
      failure: null,
      createdAt: expect.any(Date),
      startedAt: null,
      claimedAt: null,
      heartbeatAt: null,
      completedAt: null,
      expiresAt: null,
      summary: null,
    });
    expect(job.createdAt.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(await store.find(job.id)).toEqual(job);
  });

  test('a new job counts as sent, since the process that accepted it sends its message', async () => {
    const { store } = get();
    await queued(store);

    expect(await store.takeDueMessages({ limit: 10, resendAfterMs: 15_000 })).toEqual([]);
  });

  test('the open job of the same filter answers the same requester', async () => {
    const { store } = get();
    const first = await store.accept(request({ filter: { userIds: [1, 2] } }));

    const second = await store.accept(request({ filter: { userIds: [1, 2] } }));

    expect(second).toEqual({ job: first.job, outcome: 'coalesced' });
  });

  test('another requester, kind or filter gets a job of its own', async () => {
    const { store } = get();
    const filter = { userIds: [1, 2] };
    const jobs = [
      await queued(store, { filter }),
      await queued(store, { filter, requestedBy: 'grace' }),
      await queued(store, { filter, kind: 'other' }),
      await queued(store, { filter: { userIds: [1] } }),
    ];

    expect(new Set(jobs.map(({ id }) => id)).size).toBe(4);
  });

  test('a job that is over answers no further request', async () => {
    const { store } = get();
    const filter = { userIds: [1, 2] };
    for (const over of [succeeded, failed, canceled]) {
      const { id } = await over(store, { filter });

      const { job, outcome } = await store.accept(request({ filter }));

      expect(outcome).toBe('created');
      expect(job.id).not.toBe(id);
      await store.cancel(job.id);
    }
  });

  test('a failed job that is run again does not answer requests of its filter', async () => {
    const { store } = get();
    const filter = { userIds: [1, 2] };
    const { id, version } = await failed(store, { filter });
    await store.retry(id, { version, attempts: 3 });

    const { job, outcome } = await store.accept(request({ filter }));

    expect(outcome).toBe('created');
    expect(job.id).not.toBe(id);
  });

  test('fifty equal requests at once are one job', async () => {
    const { store } = get();
    const filter = { userIds: [1, 2] };

    const answers = await Promise.all(times(50).map(() => store.accept(request({ filter }))));

    expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
    expect(answers.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(answers.filter(({ outcome }) => outcome === 'coalesced')).toHaveLength(49);
  });

  test('repeating a request with its id gives the job that it made', async () => {
    const { store } = get();
    const asked = request();
    const { job } = await store.accept(asked);

    expect(await store.accept(asked)).toEqual({ job, outcome: 'created' });
    await store.cancel(job.id);
    expect((await store.accept(asked)).job.id).toBe(job.id);
  });

  test('filters with any text come back as they were', async () => {
    const { store } = get();
    const filter = { text: 'Ünïcödé 🦊 \\ \' " \u0000 ?', userIds: [-2147483648, 0, 2147483647], none: null };

    const { id } = await queued(store, { filter });

    expect((await store.find(id))?.filter).toEqual(filter);
  });

  test('a job that retries is still open to equal requests', async () => {
    const { store } = get();
    const { id, filter } = await queued(store);
    const claimed = await store.claim(id, { worker: 'w', definitions: DEFINITIONS });
    await store.fail(claimOf(claimed as never), failure({ retryInMs: 60_000 }));

    expect(await store.accept(request({ filter }))).toMatchObject({ outcome: 'coalesced', job: { id } });
  });

  test('requests of every sort that come at once each get their own answer', async () => {
    const { store } = get();
    const open = await queued(store);
    const done = await succeeded(store);
    const held = await queued(store, { idempotencyKey: 'held' });
    const fresh = request();
    const asked = [
      fresh,
      request({ filter: fresh.filter }),
      request({ filter: open.filter }),
      request({ filter: done.filter, maxAgeSeconds: 600 }),
      request({ filter: held.filter, idempotencyKey: 'held' }),
      request({ idempotencyKey: 'held' }),
      request({ idempotencyKey: 'new' }),
      request({ filter: open.filter, idempotencyKey: 'joins' }),
    ];

    const answers = await Promise.allSettled(asked.map((one) => store.accept(one)));

    expect(answers).toMatchObject([
      { value: { outcome: 'created', job: { id: fresh.id } } },
      { value: { outcome: 'coalesced', job: { id: fresh.id } } },
      { value: { outcome: 'coalesced', job: { id: open.id } } },
      { value: { outcome: 'reused', job: { id: done.id } } },
      { value: { outcome: 'replayed', job: { id: held.id } } },
      { reason: { code: 'IDEMPOTENCY_KEY_REUSED' } },
      { value: { outcome: 'created', job: { id: asked[6]?.id } } },
      { value: { outcome: 'coalesced', job: { id: open.id } } },
    ]);
    const joined = await store.accept(request({ filter: open.filter, idempotencyKey: 'joins' }));
    expect(joined).toMatchObject({ outcome: 'replayed', job: { id: open.id } });
    expect(await store.find(asked[5]?.id as string)).toBeUndefined();
  });
}
