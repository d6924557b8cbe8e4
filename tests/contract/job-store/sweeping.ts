import { expect, test } from '@jest/globals';
import type { JobStoreHarness } from './harness.js';
import { attemptsOf, canceled, defined, failed, queued, request, succeeded, times } from './material.js';

export function sweepingContract(get: () => JobStoreHarness): void {
  test('jobs past retention are removed, with their attempts and keys', async () => {
    const { store, letTimePass } = get();
    const asked = { filter: { userIds: [1] }, idempotencyKey: 'k' };
    const old = [await succeeded(store, asked), await failed(store), await canceled(store)];
    const open = await queued(store);
    await letTimePass(100_000);
    const young = await failed(store);

    await store.sweep({ retentionSeconds: 60, limit: 100 });

    expect(await store.findMany(old.map(({ id }) => id))).toEqual([]);
    expect(await attemptsOf(store, defined(old[0]).id)).toEqual([]);
    expect(await store.findMany([open.id, young.id])).toHaveLength(2);
    expect((await store.accept(request(asked))).outcome).toBe('created');
  });

  test('a round of sweeping removes the oldest, no more than asked for', async () => {
    const { store, letTimePass } = get();
    const ids = [];
    for (const _ of times(3)) {
      ids.push((await failed(store)).id);
      await letTimePass(1000);
    }
    await letTimePass(100_000);

    await store.sweep({ retentionSeconds: 60, limit: 2 });

    expect((await store.findMany(ids)).map(({ id }) => id)).toEqual(ids.slice(2));
  });

  test('a job that was retried is not swept by the end of its first run', async () => {
    const { store, letTimePass } = get();
    const { id, version } = await failed(store);
    await letTimePass(100_000);
    await store.retry(id, { version, attempts: 1 });

    await store.sweep({ retentionSeconds: 60, limit: 10 });

    expect(await store.find(id)).toMatchObject({ status: 'QUEUED' });
  });
}
