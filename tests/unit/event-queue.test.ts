import { describe, expect, test } from '@jest/globals';
import { EventQueue } from '../../src/jobs/event-queue.js';

describe('EventQueue', () => {
  test('gives a waiting reader the next value, then the values that wait, then the end', async () => {
    const queue = queueOf(10);
    const first = queue.next();
    queue.push(1);
    queue.push(2);
    queue.end();
    expect([await first, await queue.next(), await queue.next()]).toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
      { done: true, value: undefined },
    ]);
  });

  test('cuts a reader that leaves too much unread', async () => {
    const queue = queueOf(2);
    for (const value of [1, 2, 3]) queue.push(value);
    await expect(queue.next()).rejects.toThrow('too slow');
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });

  test('closes exactly once, whichever side ends it', async () => {
    let closed = 0;
    const queue = new EventQueue<number>({
      limit: 1,
      overflow: () => new Error(),
      onClose: () => (closed += 1),
    });
    await queue.return();
    queue.end();
    queue.fail(new Error('late'));
    expect(closed).toBe(1);
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });

  test('rejects a waiting reader when it fails', async () => {
    const queue = queueOf(1);
    const next = queue.next();
    queue.fail(new Error('cut'));
    await expect(next).rejects.toThrow('cut');
  });
});

function queueOf(limit: number): EventQueue<number> {
  return new EventQueue<number>({ limit, overflow: () => new Error('too slow'), onClose: () => {} });
}
