import { expect, test } from '@jest/globals';
import { DEFINITIONS } from '../../support/reports.js';
import type { JobStoreHarness } from './harness.js';
import { claimOf, defined, failure, queued, request, running, succeeded, times } from './material.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function clockStepContract(get: () => JobStoreHarness): void {
  test.each([60_000, HOUR_MS, DAY_MS])('lets a job that waits run at once (by %i ms)', async (stepMs) => {
    const { store, letTimePass } = get();
    const { id } = await queued(store);
    await letTimePass(-stepMs);
    expect(await store.claimDue({ worker: 'w', definitions: DEFINITIONS, dueForMs: 0 })).toBeUndefined();

    expect(await store.pullBackTimes(10)).toBe(1);
    expect(await store.pullBackTimes(10)).toBe(0);

    expect(await store.claimDue({ worker: 'w', definitions: DEFINITIONS, dueForMs: 0 })).toMatchObject({
      id,
      epoch: 1,
    });
  });

  test('lets a retry begin, since how long it has waited is not known', async () => {
    const { store, letTimePass } = get();
    const waiting = defined(await store.fail(claimOf(await running(store)), failure({ retryInMs: 30_000 })));
    await letTimePass(-HOUR_MS);

    expect(await store.pullBackTimes(10)).toBe(1);

    expect((await store.find(waiting.id))?.version).toBe(waiting.version + 1);
    expect(await store.claimDue({ worker: 'w', definitions: DEFINITIONS, dueForMs: 0 })).toMatchObject({
      id: waiting.id,
      epoch: 2,
    });
  });

  test('sends a message again that was sent in the future', async () => {
    const { store, letTimePass } = get();
    const { id } = await queued(store);
    await letTimePass(-HOUR_MS);
    await store.pullBackTimes(10);
    await letTimePass(16_000);

    const messages = await store.takeDueMessages({ limit: 10, resendAfterMs: 15_000 });

    expect(messages).toMatchObject([{ jobId: id, attempt: 1 }]);
  });

  test('takes a job back whose worker is lost, and none whose worker renews its lease', async () => {
    const { store, letTimePass } = get();
    const [lost, held] = [await running(store), await running(store)];
    await letTimePass(-HOUR_MS);

    expect(await store.pullBackTimes(10)).toBe(2);
    await letTimePass(4000);
    await store.extendLeases([{ ...claimOf(held), progress: null }]);
    await letTimePass(2000);

    expect((await store.takeBackExpired(10)).map(({ id }) => id)).toEqual([lost.id]);
  });

  test('changes nothing while it runs as it should', async () => {
    const { store } = get();
    await queued(store);
    await running(store);
    await store.fail(claimOf(await running(store)), failure({ retryInMs: 300_000 }));

    expect(await store.pullBackTimes(10)).toBe(0);
  });

  test('changes no more jobs at a time than asked for', async () => {
    const { store, letTimePass } = get();
    await Promise.all(times(3).map(() => queued(store)));
    await letTimePass(-HOUR_MS);

    expect(await store.pullBackTimes(2)).toBe(2);
    expect(await store.pullBackTimes(2)).toBe(1);
  });

  test('repeats no job in a list and skips none', async () => {
    const { store, letTimePass } = get();
    const ids = [];
    for (const _ of times(3)) ids.push((await queued(store)).id);
    const first = await store.listJobs({ limit: 2 });
    await letTimePass(-HOUR_MS);
    for (const _ of times(3)) ids.push((await queued(store)).id);

    const seen = first.jobs.map(({ id }) => id);
    for (let page = first; page.hasNext;) {
      const { id, createdAt: at } = defined(page.jobs.at(-1));
      // Reads the job's time again, because the harness changes stored times where it cannot set the server's clock.
      page = await store.listJobs({ limit: 2, after: { id, at: (await store.find(id))?.createdAt ?? at } });
      seen.push(...page.jobs.map((job) => job.id));
    }

    expect([...seen].sort()).toEqual([...ids].sort());
  });

  test('does not make an old report count as young', async () => {
    const { store, letTimePass } = get();
    const asked = request({ maxAgeSeconds: 60 });
    await succeeded(store, { filter: asked.filter });
    await letTimePass(-HOUR_MS);

    expect(await store.accept(asked)).toMatchObject({ outcome: 'created' });
  });
}
