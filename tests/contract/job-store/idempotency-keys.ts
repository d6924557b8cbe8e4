import { expect, test } from '@jest/globals';
import type { JobStoreHarness } from './harness.js';
import { failed, queued, request, succeeded, times } from './material.js';

const DAY_MS = 24 * 3600 * 1000;

export function idempotencyKeysContract(get: () => JobStoreHarness): void {
  test('a key stands for its job, in any status', async () => {
    const { store } = get();
    const asked = { filter: { userIds: [1, 2] }, idempotencyKey: 'a key!' };
    const { id } = await succeeded(store, asked);

    const replayed = await store.accept(request({ ...asked, maxAgeSeconds: 600 }));

    expect(replayed).toMatchObject({ outcome: 'replayed', job: { id, status: 'SUCCEEDED' } });
  });

  test('a key that was used with another filter is refused, and nothing is made', async () => {
    const { store } = get();
    await queued(store, { idempotencyKey: 'k' });
    const asked = request({ idempotencyKey: 'k' });

    await expect(store.accept(asked)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await store.find(asked.id)).toBeUndefined();
  });

  test('a key belongs to its requester, and is exact', async () => {
    const { store } = get();
    const { id } = await queued(store, { idempotencyKey: 'Key' });

    const others = [
      await queued(store, { idempotencyKey: 'Key', requestedBy: 'grace' }),
      await queued(store, { idempotencyKey: 'key' }),
      await queued(store, { idempotencyKey: 'K'.repeat(255) }),
    ];

    expect(others.map((job) => job.id)).not.toContain(id);
  });

  test('a key that came with a coalesced or reused answer stands for that job from then on', async () => {
    const { store } = get();
    const open = await queued(store);
    const done = await succeeded(store);
    const joined = request({ filter: open.filter, idempotencyKey: 'joined' });
    const reused = request({ filter: done.filter, idempotencyKey: 'reused', maxAgeSeconds: 600 });

    expect(await store.accept(joined)).toMatchObject({ outcome: 'coalesced', job: { id: open.id } });
    expect(await store.accept(reused)).toMatchObject({ outcome: 'reused', job: { id: done.id } });
    await store.cancel(open.id);

    const again = [
      await store.accept(request({ filter: open.filter, idempotencyKey: 'joined' })),
      await store.accept(request({ filter: done.filter, idempotencyKey: 'reused' })),
    ];
    expect(again).toMatchObject([
      { outcome: 'replayed', job: { id: open.id, status: 'CANCELED' } },
      { outcome: 'replayed', job: { id: done.id } },
    ]);
  });

  test('a key is forgotten after 24 hours, and may then come with any filter', async () => {
    const { store, letTimePass } = get();
    const first = await queued(store, { idempotencyKey: 'k' });
    await letTimePass(DAY_MS - 60_000);
    expect((await store.accept(request({ filter: first.filter, idempotencyKey: 'k' }))).outcome).toBe(
      'replayed',
    );
    await letTimePass(61_000);

    const taken = await store.accept(request({ idempotencyKey: 'k' }));
    const again = await store.accept(request({ filter: taken.job.filter, idempotencyKey: 'k' }));

    expect(taken.outcome).toBe('created');
    expect(again).toMatchObject({ outcome: 'replayed', job: { id: taken.job.id } });
  });

  test('a key whose job was deleted is free', async () => {
    const { store } = get();
    await failed(store, { idempotencyKey: 'k' });
    await store.deleteFailedJobs({ limit: 10, dryRun: false });

    expect((await store.accept(request({ idempotencyKey: 'k' }))).outcome).toBe('created');
  });

  test('fifty requests at once with one key are one job', async () => {
    const { store } = get();
    const filter = { userIds: [1, 2] };

    const answers = await Promise.all(
      times(50).map(() => store.accept(request({ filter, idempotencyKey: 'k' }))),
    );

    expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
    expect(answers.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    expect(answers.filter(({ outcome }) => outcome === 'replayed')).toHaveLength(49);
  });

  test('fifty requests at once that find one key too old are one job', async () => {
    const { store, letTimePass } = get();
    const { filter, id } = await succeeded(store, { idempotencyKey: 'k' });
    await letTimePass(DAY_MS + 1000);

    const answers = await Promise.all(
      times(50).map(() => store.accept(request({ filter, idempotencyKey: 'k' }))),
    );

    const ids = new Set(answers.map(({ job }) => job.id));
    expect(ids.size).toBe(1);
    expect(ids).not.toContain(id);
  });
}
