import { DEFINITIONS } from '../../support/reports.js';
import { expect, test } from '@jest/globals';
import type { JobStoreHarness } from './harness.js';
import { attemptsOf, claimOf, defined, failure, queued, times } from './material.js';

export function findingContract(get: () => JobStoreHarness): void {
  test('no job is found by an unknown id of any form', async () => {
    const { store } = get();
    const { id } = await queued(store);
    const ids = ['', ' ', `${id} `, id.toLowerCase(), `${id}0`, 'ä'.repeat(26), '日本', "' OR 1=1", '*', '%'];

    for (const unknown of ids) {
      expect(await store.find(unknown)).toBeUndefined();
      expect(await attemptsOf(store, unknown)).toEqual([]);
      expect(await store.cancel(unknown)).toBeUndefined();
      expect(await store.retry(unknown, { version: 1, attempts: 1 })).toBeUndefined();
      expect(await store.claim(unknown, { worker: 'w', definitions: DEFINITIONS })).toBeUndefined();
    }
    expect((await store.findMany([...ids, id])).map((job) => job.id)).toEqual([id]);
    expect(await store.findMany([])).toEqual([]);
  });

  test('attempts are listed by number', async () => {
    const { store } = get();
    const { id } = await queued(store);
    for (const worker of ['w1', 'w2', 'w3']) {
      const job = defined(await store.claim(id, { worker, definitions: DEFINITIONS }));
      await store.fail(claimOf(job), failure({ message: worker }));
    }

    const attempts = await attemptsOf(store, id);

    expect(attempts).toMatchObject([
      { number: 1, worker: 'w1', errorMessage: 'w1' },
      { number: 2, worker: 'w2', errorMessage: 'w2' },
      { number: 3, worker: 'w3', errorMessage: 'w3' },
    ]);
  });

  test('attempts of many jobs are read at once, each with its own', async () => {
    const { store } = get();
    const jobs = await Promise.all(times(3).map(() => queued(store)));
    const [first, second, third] = jobs.map(({ id }) => id) as [string, string, string];
    for (const id of [first, third, third]) {
      const job = defined(await store.claim(id, { worker: id, definitions: DEFINITIONS }));
      await store.fail(claimOf(job), failure());
    }

    const attempts = await store.findAttempts([third, second, first, "' OR 1=1"]);

    expect([...attempts.keys()].sort()).toEqual([first, third].sort());
    expect(attempts.get(first)).toMatchObject([{ number: 1, worker: first }]);
    expect(attempts.get(third)).toMatchObject([
      { number: 1, worker: third },
      { number: 2, worker: third },
    ]);
  });
}
