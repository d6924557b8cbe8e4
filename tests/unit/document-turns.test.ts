import { describe, expect, test } from '@jest/globals';
import { DocumentTurns, type Caller } from '../../src/http/graphql/document-turns.js';

const ANN = caller('ann');
const BEN = caller('ben');

describe('turns of documents', () => {
  test('go round requesters', async () => {
    const turns = new DocumentTurns();
    const order: string[] = [];
    const take = (requester: typeof ANN, document: string) =>
      turns.take(requester, () => order.push(document));
    await Promise.all([take(ANN, 'a1'), take(ANN, 'a2'), take(ANN, 'a3'), take(BEN, 'b1'), take(BEN, 'b2')]);
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3', 'b2']);
  });

  test('leave the event loop for three times as long as they took', async () => {
    const turns = new DocumentTurns();
    const begins: number[] = [];
    const work = (): void => {
      begins.push(performance.now());
      while (performance.now() < (begins.at(-1) ?? 0) + 10);
    };
    await Promise.all([turns.take(ANN, work), turns.take(BEN, work)]);
    const [first = 0, second = 0] = begins;
    expect(second - first).toBeGreaterThan(38);
  });

  test('leave the event loop after short ones, too', async () => {
    const turns = new DocumentTurns();
    let done = 0;
    const all = Array.from({ length: 10 }, () => turns.take(ANN, () => (done += 1)));
    await new Promise(setImmediate);
    expect(done).toBeLessThan(5);
    await Promise.all(all);
  });

  test('are not begun for a client that has gone, and take no time then', async () => {
    const turns = new DocumentTurns();
    const leaving = new AbortController();
    const leaver = caller('ann', leaving.signal);
    let done = 0;
    const all = [ANN, leaver, leaver, ANN].map((one) => turns.take(one, () => (done += 1)));
    const outcomes = Promise.allSettled(all);
    leaving.abort(new Error('gone'));
    const gone = { status: 'rejected', reason: new Error('gone') };
    expect(await outcomes).toMatchObject([{ value: 1 }, gone, gone, { value: 2 }]);
  });

  test('go on after work that failed', async () => {
    const turns = new DocumentTurns();
    const failing = turns.take(ANN, () => {
      throw new Error('x');
    });
    await expect(failing).rejects.toThrow('x');
    expect(await turns.take(ANN, () => 1)).toBe(1);
  });
});

function caller(name: string, signal = new AbortController().signal): Caller {
  return {
    requester: { name, role: 'viewer' },
    get isAbandoned() {
      return signal.aborted;
    },
    signal,
  };
}
