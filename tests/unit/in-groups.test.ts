import { expect, test } from '@jest/globals';
import { ServiceUnavailableError } from '../../src/reports/errors.js';
import { inGroups } from '../../src/adapters/mysql/in-groups.js';

type Group = readonly string[];
type Results = readonly PromiseSettledResult<string>[];

const done = (group: Group): Results =>
  group.map((item) => ({ status: 'fulfilled', value: item.toUpperCase() }));

/** Transactions that the test ends one by one, in the order in which they began. */
function createTransactions() {
  const groups: Group[] = [];
  const ends: { resolve: (results: Results) => void; reject: (error: Error) => void }[] = [];
  return {
    groups,
    work: (group: Group) =>
      new Promise<Results>((resolve, reject) => {
        groups.push(group);
        ends.push({ resolve, reject });
      }),
    end: (index: number) => ends[index]?.resolve(done(groups[index] as Group)),
    fail: (index: number) => ends[index]?.reject(new Error('this group failed')),
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const turns = async (count: number) => {
  for (let taken = 0; taken < count; taken += 1) await turn();
};
const apartBy = () => null;
const withinMs = 10_000;

test('what comes while a transaction is under way shares the next one', async () => {
  const { groups, work, end } = createTransactions();
  const add = inGroups<string, string>({ work, apartBy, withinMs, atOnce: 1 });

  const first = add('a');
  await turn();
  const others = [add('b'), add('c'), add('d')];
  await turn();
  expect(groups).toEqual([['a']]);
  end(0);
  expect(await first).toBe('A');
  await turns(2);

  expect(groups).toEqual([['a'], ['b', 'c', 'd']]);
  end(1);
  expect(await Promise.all(others)).toEqual(['B', 'C', 'D']);
});

test('an item that finds a transaction free does not wait for others', async () => {
  const { groups, work } = createTransactions();
  const add = inGroups<string, string>({ work, apartBy, withinMs, atOnce: 2 });

  for (const item of ['a', 'b', 'c']) {
    void add(item);
    await turn();
  }

  expect(groups).toEqual([['a'], ['b']]);
});

test('a group has no more items than allowed, and none of them twice', async () => {
  const { groups, work } = createTransactions();
  const add = inGroups<string, string>({
    work,
    apartBy: (item) => (item.startsWith('same') ? 'same' : null),
    withinMs,
    atOnce: 3,
    size: 3,
  });

  for (const item of ['same1', 'a', 'same2', 'b', 'c', 'same3']) void add(item);
  await turns(5);

  expect(groups).toEqual([['same1', 'a', 'b'], ['same2', 'c'], ['same3']]);
});

test('one item of a group may be refused while the others are done', async () => {
  const refusal = new Error('not this one');
  const add = inGroups<string, string>({
    work: async ([, ...others]) => [{ status: 'rejected', reason: refusal }, ...done(others)],
    apartBy,
    withinMs,
  });

  expect(await Promise.allSettled([add('a'), add('b')])).toEqual([
    { status: 'rejected', reason: refusal },
    { status: 'fulfilled', value: 'B' },
  ]);
});

test('when a group fails, each of its items is tried alone', async () => {
  const groups: Group[] = [];
  const add = inGroups<string, string>({
    async work(group) {
      groups.push(group);
      if (group.includes('bad')) throw new Error('this group failed');
      return done(group);
    },
    apartBy,
    withinMs,
  });

  const answers = await Promise.allSettled([add('a'), add('bad'), add('b')]);

  expect(groups).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
  expect(answers).toMatchObject([
    { value: 'A' },
    { reason: { message: 'this group failed' } },
    { value: 'B' },
  ]);
});

test('when the database is away, no item of a batch is tried again', async () => {
  const groups: Group[] = [];
  const add = inGroups<string, string>({
    async work(group) {
      groups.push(group);
      throw new ServiceUnavailableError('The database is away.');
    },
    apartBy,
    withinMs,
  });

  const answers = await Promise.allSettled([add('a'), add('b')]);

  expect(groups).toEqual([['a', 'b']]);
  expect(answers).toMatchObject([
    { reason: { code: 'SERVICE_UNAVAILABLE' } },
    { reason: { code: 'SERVICE_UNAVAILABLE' } },
  ]);
});

test('an item that has waited too long is not begun, and rejects', async () => {
  const { groups, work, fail } = createTransactions();
  const add = inGroups<string, string>({ work, apartBy, withinMs: 50, atOnce: 1 });
  const first = add('a');
  await turn();
  const late = add('late');
  const outcomes = Promise.allSettled([first, late]);
  const end = performance.now() + 60;
  while (performance.now() < end) await turn();
  fail(0);

  expect(await outcomes).toMatchObject([
    { reason: { message: 'this group failed' } },
    { reason: { code: 'SERVICE_UNAVAILABLE' } },
  ]);
  expect(groups).toEqual([['a']]);
});

test('a group is given the time that is left to the one who came first', async () => {
  const times: number[] = [];
  const add = inGroups<string, string>({
    async work(group, deadlineMs) {
      times.push(deadlineMs);
      return done(group);
    },
    apartBy,
    withinMs: 1000,
  });

  await Promise.all([add('a'), add('b')]);

  expect(times).toHaveLength(1);
  expect(times[0]).toBeLessThan(1000);
  expect(times[0]).toBeGreaterThan(0);
});
