import { expect, test } from '@jest/globals';
import { ServiceUnavailableError } from '../../src/reports/errors.js';
import { batchCalls } from '../../src/adapters/mysql/batch-calls.js';

type Batch = readonly string[];
type Results = readonly PromiseSettledResult<string>[];

const done = (batch: Batch): Results =>
  batch.map((item) => ({ status: 'fulfilled', value: item.toUpperCase() }));

/** Transactions that the test ends one by one. Their numbers follow the order in which they began. */
function createTransactions() {
  const batches: Batch[] = [];
  const ends: { resolve: (results: Results) => void; reject: (error: Error) => void }[] = [];
  return {
    batches,
    work: (batch: Batch) =>
      new Promise<Results>((resolve, reject) => {
        batches.push(batch);
        ends.push({ resolve, reject });
      }),
    end: (index: number) => ends[index]?.resolve(done(batches[index] as Batch)),
    fail: (index: number) => ends[index]?.reject(new Error('this batch failed')),
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let taken = 0; taken < count; taken += 1) await turn();
};
const separateBy = () => null;
const withinMs = 10_000;

test('items that arrive while a transaction is in flight share the next transaction', async () => {
  const { batches, work, end } = createTransactions();
  const add = batchCalls<string, string>({ work, separateBy, withinMs, atOnce: 1 });

  const first = add('a');
  await turn();
  const others = [add('b'), add('c'), add('d')];
  await turn();
  expect(batches).toEqual([['a']]);
  end(0);
  expect(await first).toBe('A');
  await turns(2);

  expect(batches).toEqual([['a'], ['b', 'c', 'd']]);
  end(1);
  expect(await Promise.all(others)).toEqual(['B', 'C', 'D']);
});

test('an item that finds a transaction free does not wait for others', async () => {
  const { batches, work } = createTransactions();
  const add = batchCalls<string, string>({ work, separateBy, withinMs, atOnce: 2 });

  for (const item of ['a', 'b', 'c']) {
    void add(item);
    await turn();
  }

  expect(batches).toEqual([['a'], ['b']]);
});

test('a batch has no more items than allowed, and none of them twice', async () => {
  const { batches, work } = createTransactions();
  const add = batchCalls<string, string>({
    work,
    separateBy: (item) => (item.startsWith('same') ? 'same' : null),
    withinMs,
    atOnce: 3,
    size: 3,
  });

  for (const item of ['same1', 'a', 'same2', 'b', 'c', 'same3']) void add(item);
  await turns(5);

  expect(batches).toEqual([['same1', 'a', 'b'], ['same2', 'c'], ['same3']]);
});

test('one item of a batch may be refused while the others are done', async () => {
  const refusal = new Error('not this one');
  const add = batchCalls<string, string>({
    work: async ([, ...others]) => [{ status: 'rejected', reason: refusal }, ...done(others)],
    separateBy,
    withinMs,
  });

  expect(await Promise.allSettled([add('a'), add('b')])).toEqual([
    { status: 'rejected', reason: refusal },
    { status: 'fulfilled', value: 'B' },
  ]);
});

test('when a batch fails, each of its items is tried alone', async () => {
  const batches: Batch[] = [];
  const add = batchCalls<string, string>({
    async work(batch) {
      batches.push(batch);
      if (batch.includes('bad')) throw new Error('this batch failed');
      return done(batch);
    },
    separateBy,
    withinMs,
  });

  const answers = await Promise.allSettled([add('a'), add('bad'), add('b')]);

  expect(batches).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
  expect(answers).toMatchObject([
    { value: 'A' },
    { reason: { message: 'this batch failed' } },
    { value: 'B' },
  ]);
});

test('when the database is away, no item of a batch is tried again', async () => {
  const batches: Batch[] = [];
  const add = batchCalls<string, string>({
    async work(batch) {
      batches.push(batch);
      throw new ServiceUnavailableError('The database is away.');
    },
    separateBy,
    withinMs,
  });

  const answers = await Promise.allSettled([add('a'), add('b')]);

  expect(batches).toEqual([['a', 'b']]);
  expect(answers).toMatchObject([
    { reason: { code: 'SERVICE_UNAVAILABLE' } },
    { reason: { code: 'SERVICE_UNAVAILABLE' } },
  ]);
});

test('an item that has waited too long is not begun, and rejects', async () => {
  const { batches, work, fail } = createTransactions();
  const add = batchCalls<string, string>({ work, separateBy, withinMs: 50, atOnce: 1 });
  const first = add('a');
  await turn();
  const late = add('late');
  const outcomes = Promise.allSettled([first, late]);
  const end = performance.now() + 60;
  while (performance.now() < end) await turn();
  fail(0);

  expect(await outcomes).toMatchObject([
    { reason: { message: 'this batch failed' } },
    { reason: { code: 'SERVICE_UNAVAILABLE' } },
  ]);
  expect(batches).toEqual([['a']]);
});

test('a batch gets the time that is left to its first item', async () => {
  const times: number[] = [];
  const add = batchCalls<string, string>({
    async work(batch, deadlineMs) {
      times.push(deadlineMs);
      return done(batch);
    },
    separateBy,
    withinMs: 1000,
  });

  await Promise.all([add('a'), add('b')]);

  expect(times).toHaveLength(1);
  expect(times[0]).toBeLessThan(1000);
  expect(times[0]).toBeGreaterThan(0);
});
