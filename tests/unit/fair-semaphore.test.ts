import { describe, expect, test } from '@jest/globals';
import { FairSemaphore } from '../../src/http/fair-semaphore.js';
import { ServiceUnavailableError } from '../../src/reports/errors.js';

describe('slots for requesters', () => {
  test('are bounded for each of them and in all', async () => {
    const { take, begun } = stage({ most: 3, mostOfEach: 2 });
    for (const work of ['a1', 'a2', 'a3']) void take('a', work);
    for (const work of ['b1', 'b2']) void take('b', work);
    await settled();
    expect(begun).toEqual(['a1', 'a2', 'b1']);
  });

  test('go to one requester after the other: many calls of one do not delay the next', async () => {
    const { take, begun, end } = stage({ most: 1, mostOfEach: 1 });
    for (const work of ['a1', 'a2', 'a3', 'a4']) void take('a', work);
    for (const work of ['b1', 'b2']) void take('b', work);
    for (const work of ['a1', 'a2', 'b1', 'a3', 'b2', 'a4']) {
      await settled();
      expect(begun.at(-1)).toBe(work);
      end(work);
    }
  });

  test('are refused to all waiting calls at once when the database is away, and given again when it is back', async () => {
    const { take, begun, end } = stage({ most: 2, mostOfEach: 2 });
    const all = Array.from({ length: 500 }, (_, n) => take(n % 2 === 0 ? 'a' : 'b', String(n)));
    const outcomes = Promise.allSettled(all);
    await settled();
    end('0', new ServiceUnavailableError('away'));
    end('1');
    expect((await outcomes).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(begun).toEqual(['0', '1']);
    void take('a', 'later');
    await settled();
    expect(begun.at(-1)).toBe('later');
  });

  test('are released by work that failed by itself', async () => {
    const { take, begun, end } = stage({ most: 1, mostOfEach: 1 });
    const first = take('a', 'a1');
    void take('a', 'a2');
    await settled();
    end('a1', new Error('x'));
    await expect(first).rejects.toThrow('x');
    await settled();
    expect(begun).toEqual(['a1', 'a2']);
  });
});

/** Starts work that ends when the test says so. */
function stage(limits: { most: number; mostOfEach: number }) {
  const semaphore = new FairSemaphore(limits);
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const take = (requester: string, name: string): Promise<void> => {
    const done = semaphore.of(requester).run(
      () =>
        new Promise<void>((resolve, reject) => {
          begun.push(name);
          ends.set(name, (error) => (error === undefined ? resolve() : reject(error)));
        }),
    );
    done.catch(() => {});
    return done;
  };
  return { take, begun, end: (name: string, error?: Error) => ends.get(name)?.(error) };
}

async function settled(): Promise<void> {
  await new Promise(setImmediate);
}
