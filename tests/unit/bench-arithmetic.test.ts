import { describe, expect, test } from '@jest/globals';
import { outcomeOf } from '../../bench/claim.js';
import { compare, figure, ratioOf, turns, untilQuiet } from '../../bench/compare.js';
import type { Contestant } from '../../bench/contestant.js';
import { median, percentile } from '../../bench/statistics.js';

describe('the bench', () => {
  test('takes the middle one as the median, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test('takes percentiles by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile([7], 0.99)).toBe(7);
  });

  test('lets both go first equally often, and the control too', () => {
    expect(turns(4)).toHaveLength(16);
    for (const [one, other] of [
      ['subject', 'yardstick'],
      ['subjectAgain', 'twin'],
    ] as const) {
      const order = turns(4).filter((turn) => turn === one || turn === other);
      expect(order).toEqual([one, other, other, one, one, other, other, one]);
    }
  });

  test('compares medians, so that one slow run counts for nothing', async () => {
    const comparison = await compare(
      {
        subject: takes([1, 10, 10, 900, 10]),
        yardstick: takes([1, 20, 20, 20, 500]),
        twin: takes([1, 10, 10, 10, 10]),
      },
      { pairs: 4 },
    );
    expect(ratioOf(comparison)).toEqual({ subject: 10, yardstick: 20, ratio: 0.5, control: 1 });
  });

  test('takes the control from the turns of the subject and its twin alone', async () => {
    const contest = { subject: takes([12]), yardstick: takes([1]), twin: takes([10]) };
    const { control } = ratioOf(await compare(contest, { pairs: 3 }));
    expect(control).toBe(1.2);
  });

  test('compares other figures than the time where a claim is about them', async () => {
    const blocked = (value: number): Contestant => ({
      run: async () => ({ ms: 1, figures: { blocked: value } }),
      close: async () => {},
    });
    const contest = { subject: blocked(10), yardstick: blocked(100), twin: blocked(10) };
    expect(ratioOf(await compare(contest, { pairs: 2 }), figure('blocked')).ratio).toBe(0.1);
  });

  test('refuses to compare contestants whose answers differ', async () => {
    const says = (answer: string): Contestant => ({
      run: async () => ({ ms: 1, answer }),
      close: async () => {},
    });
    const contest = { subject: says('5 words'), yardstick: says('6 words'), twin: says('5 words') };
    await expect(compare(contest, { pairs: 2, sameAnswer: true })).rejects.toThrow(
      'The subject says 5 words, but its yardstick says 6 words',
    );
  });

  test('judges by the gate only what a quiet machine has measured', () => {
    expect(outcomeOf(6, { atLeast: 6 }, 1)).toBe('held');
    expect(outcomeOf(5.9, { atLeast: 6 }, 1)).toBe('missed');
    expect(outcomeOf(1.15, { atMost: 1.15 }, 0.9)).toBe('held');
    expect(outcomeOf(1.16, { atMost: 1.15 }, 1.1)).toBe('missed');
    expect(outcomeOf(1, { atMost: 2 }, 1.11)).toBe('too noisy');
    expect(outcomeOf(3, { atMost: 2 }, 0.89)).toBe('too noisy');
    expect(outcomeOf(3, { atMost: 2 }, null)).toBe('missed');
    expect(outcomeOf(Number.NaN, { atMost: 2 }, null)).toBe('missed');
    expect(outcomeOf(1, { atMost: 2 }, Number.NaN)).toBe('too noisy');
  });

  test('measures again while the machine is noisy, as often as it is asked to', async () => {
    const controls = [1.3, 0.8, 1.2, 1];
    const next = async () => controls.shift() ?? 1;
    await expect(untilQuiet({ tries: 3 }, next, (control) => [control])).resolves.toBe(1.2);
    await expect(untilQuiet({ tries: 3 }, next, (control) => [control])).resolves.toBe(1);
    expect(controls).toEqual([]);
  });
});

/** A contestant whose runs take these times in milliseconds. Later runs repeat the last time. */
function takes(times: number[]): Contestant {
  return {
    run: async () => ({ ms: (times.length > 1 ? times.shift() : times[0]) ?? 0 }),
    close: async () => {},
  };
}
