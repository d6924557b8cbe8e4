import { expect, test } from '@jest/globals';
import { until } from '../../support/waiting.js';
import type { JobStoreHarness } from './harness.js';
import { failed, queued, request, succeeded, times } from './material.js';

export function openJobsContract(get: () => JobStoreHarness): void {
  let names = 0;
  /** Makes a requester that may have three open jobs. The store has no cached count for the requester. */
  const newcomer = () => ({ requestedBy: `newcomer-${(names += 1)}`, maxOpenJobs: 3 });

  test('a new job beyond the most that a requester may have open is refused, and nothing is made', async () => {
    const { store } = get();
    const ada = newcomer();
    for (const _ of times(3)) await queued(store, ada);
    const asked = request(ada);

    await expect(store.accept(asked)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(await store.find(asked.id)).toBeUndefined();
    expect(await store.accept(request(newcomer()))).toMatchObject({ outcome: 'created' });
  });

  test('of requests that come at once as many are accepted as there are places', async () => {
    const { store } = get();
    const ada = newcomer();
    const open = await queued(store, ada);
    const asked = [...times(20).map(() => request(ada)), request({ ...ada, filter: open.filter })];

    const answers = await Promise.allSettled(asked.map((one) => store.accept(one)));

    const accepted = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    expect(accepted.map(({ outcome }) => outcome).sort()).toEqual(['coalesced', 'created', 'created']);
    expect(await store.countJobs({ requestedBy: ada.requestedBy })).toBe(3);
  });

  test('an existing job or result answers a requester who may open no more jobs', async () => {
    const { store, otherProcess } = get();
    const ada = newcomer();
    const done = await succeeded(otherProcess(), ada);
    const [first] = [
      await queued(store, { ...ada, idempotencyKey: 'first' }),
      await queued(store, ada),
      await queued(store, ada),
    ];
    const { filter } = first;

    expect(await store.accept(request({ ...ada, filter }))).toMatchObject({ outcome: 'coalesced' });
    expect(await store.accept(request({ ...ada, filter, idempotencyKey: 'first' }))).toMatchObject({
      outcome: 'replayed',
    });
    expect(await store.accept(request({ ...ada, filter: done.filter, maxAgeSeconds: 600 }))).toMatchObject({
      outcome: 'reused',
    });
  });

  test('a key that came with a refused request is free', async () => {
    const { store } = get();
    const ada = newcomer();
    const open = [await queued(store, ada), await queued(store, ada), await queued(store, ada)];
    await expect(store.accept(request({ ...ada, idempotencyKey: 'k' }))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });

    const joined = request({ ...ada, idempotencyKey: 'k', filter: open[0]?.filter ?? {} });

    expect(await store.accept(joined)).toMatchObject({ outcome: 'coalesced' });
  });

  test('a place is free within a second after a job has ended', async () => {
    const { store } = get();
    const ada = newcomer();
    const [first] = [await queued(store, ada), await queued(store, ada), await queued(store, ada)];
    await store.cancel(first.id);

    await until(async () => {
      return await store.accept(request(ada)).then(
        ({ outcome }) => outcome === 'created',
        () => false,
      );
    });
    await expect(store.accept(request(ada))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('jobs that another process made count within a second', async () => {
    const { store, otherProcess } = get();
    const ada = newcomer();
    await queued(store, ada);
    for (const _ of times(2)) await queued(otherProcess(), ada);

    await until(async () => {
      return await store.accept(request(ada)).then(
        ({ job }) => store.cancel(job.id).then(() => false),
        ({ code }) => code === 'RATE_LIMITED',
      );
    });
  });

  test('a retry that counts open jobs is refused where a new job would be', async () => {
    const { store } = get();
    const ada = newcomer();
    const broken = await failed(store, ada);
    const retry = { version: broken.version, attempts: 1, maxOpenJobs: 1 };
    const open = await queued(store, ada);

    await expect(store.retry(broken.id, retry)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await store.cancel(open.id);
    expect(await store.retry(broken.id, retry)).toMatchObject({ changed: true });
  });
}
