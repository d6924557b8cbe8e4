import { expect, test } from '@jest/globals';
import type { JobStoreHarness } from './harness.js';
import { request, succeeded } from './material.js';

export function reusingContract(get: () => JobStoreHarness): void {
  test('a result that is young enough answers, the newest of them', async () => {
    const { store, letTimePass } = get();
    const filter = { userIds: [1, 2] };
    await succeeded(store, { filter });
    await letTimePass(5000);
    const newer = await succeeded(store, { filter });
    await letTimePass(10_000);

    const reused = await store.accept(request({ filter, maxAgeSeconds: 12 }));
    const tooOld = await store.accept(request({ filter, maxAgeSeconds: 9 }));

    expect(reused).toMatchObject({ outcome: 'reused', job: { id: newer.id, status: 'SUCCEEDED' } });
    expect(tooOld.outcome).toBe('created');
  });

  test('a result is not reused by another requester, for another filter, without being asked, or once expired', async () => {
    const { store, letTimePass } = get();
    const filter = { userIds: [1, 2] };
    await succeeded(store, { filter }, 60);

    const outcomes = [
      await store.accept(request({ filter, requestedBy: 'grace', maxAgeSeconds: 600 })),
      await store.accept(request({ filter: { userIds: [1] }, maxAgeSeconds: 600 })),
      await store.accept(request({ filter, maxAgeSeconds: 0 })),
    ].map(({ outcome }) => outcome);
    await letTimePass(60_000);
    const { outcome } = await store.accept(request({ filter, maxAgeSeconds: 600 }));

    expect(outcomes).toEqual(['created', 'created', 'created']);
    expect(outcome).toBe('coalesced');
  });

  test('any age may be asked for', async () => {
    const { store } = get();
    const { id, filter } = await succeeded(store);

    const { job } = await store.accept(request({ filter, maxAgeSeconds: Number.MAX_SAFE_INTEGER }));

    expect(job.id).toBe(id);
  });
}
