import { describe, expect, test } from '@jest/globals';
import { batchedRead } from '../../src/http/job-reads/batched-read.js';
import { FairSemaphore } from '../../src/http/fair-semaphore.js';

describe('a batched read', () => {
  test('is shared by calls for a key that is under way, and releases every slot', async () => {
    const slots = new FairSemaphore({ most: 1, mostOfEach: 1 }).of('ann');
    const reads: string[][] = [];
    let finish = (): void => {};
    const read = batchedRead<string, string>(slots, {
      keyOf: (key) => key,
      read: async (keys) => {
        reads.push([...keys]);
        await new Promise<void>((resolve) => (finish = resolve));
        return keys.map((key) => key.toUpperCase());
      },
    });

    const first = read('a');
    await settled();
    const second = read('a');
    await settled();
    finish();
    expect(await Promise.all([first, second])).toEqual(['A', 'A']);

    const later = read('a');
    await settled();
    finish();
    expect(await later).toBe('A');
    expect(reads).toEqual([['a'], ['a']]);
    expect(await slots.run(async () => 'done')).toBe('done');
  });

  test('that fails is begun again by the next call', async () => {
    const slots = new FairSemaphore({ most: 1, mostOfEach: 1 }).of('ann');
    let failures = 1;
    const read = batchedRead<string, string>(slots, {
      keyOf: (key) => key,
      read: async (keys) => {
        failures -= 1;
        if (failures >= 0) throw new Error('not now');
        return keys;
      },
    });
    await expect(Promise.all([read('a'), read('a')])).rejects.toThrow('not now');
    expect(await read('a')).toBe('a');
  });
});

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}
