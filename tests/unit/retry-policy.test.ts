import { describe, expect, test } from '@jest/globals';
import { backoffMs, MAX_BACKOFF_MS } from '../../src/jobs/retry-policy.js';

describe('backoffMs', () => {
  test('doubles with each attempt of the run', () => {
    const delays = [1, 2, 3, 4].map((attempt) => backoffMs({ baseMs: 1000 }, attempt, 0.999_999));
    expect(delays).toEqual([1000, 2000, 4000, 8000]);
  });

  test('spreads over the upper half of the delay', () => {
    expect(backoffMs({ baseMs: 1000 }, 1, 0)).toBe(500);
    expect(backoffMs({ baseMs: 1000 }, 1, 0.5)).toBe(750);
  });

  test('never exceeds five minutes', () => {
    expect(backoffMs({ baseMs: 1000 }, 60, 0.999_999_9)).toBe(MAX_BACKOFF_MS);
  });
});
