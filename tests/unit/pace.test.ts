import { expect, test } from '@jest/globals';
import { Pace } from '../../src/http/pace.js';

test('a short list is executed at once, in any turn', async () => {
  const pace = new Pace();
  for (let turn = 0; turn < 3; turn += 1) {
    expect(pace.wait(1000)).toBeUndefined();
    await new Promise(setImmediate);
  }
});

test('long lists are executed in their order, 20,000 values in a turn', async () => {
  const pace = new Pace();
  const executed: number[] = [];
  const all = Array.from({ length: 100 }, async (_, list) => {
    await pace.wait(1000);
    executed.push(list);
  });
  await Promise.resolve();
  expect(executed).toHaveLength(20);
  await new Promise(setImmediate);
  expect(executed.length).toBeLessThanOrEqual(60);
  await Promise.all(all);
  expect(executed).toEqual(Array.from({ length: 100 }, (_, list) => list));
});

test('a list that is longer than a turn has a turn of its own', async () => {
  const pace = new Pace();
  await pace.wait(50_000);
  await pace.wait(50_000);
});
