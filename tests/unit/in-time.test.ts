import { describe, expect, test } from '@jest/globals';
import { inTime, withDeadline } from '../../src/adapters/in-time.js';

describe('a deadline', () => {
  test('is not missed by an answer that came while the event loop stood still', async () => {
    const answer = afterTurns(5);
    const answered = inTime(answer, 1000);
    blockLoop(1100);
    expect(await answered).toBe(true);
  });

  test('is missed by an answer that does not come, also when the event loop stood still', async () => {
    const startedAt = performance.now();
    const late = withDeadline(new Promise<never>(() => {}), 120, () => new Error('late'));
    blockLoop(100);
    await expect(late).rejects.toThrow('late');
    expect(performance.now() - startedAt).toBeGreaterThan(120);
  });

  test('that is over already is missed at once', async () => {
    expect(await inTime(new Promise(() => {}), 0)).toBe(false);
    expect(await inTime(new Promise(() => {}), -5)).toBe(false);
  });
});

/** Takes some turns of the event loop, as the reading of an answer does. */
async function afterTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
}

function blockLoop(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}
