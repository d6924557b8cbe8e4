import { describe, expect, test } from '@jest/globals';
import { failureFingerprint } from '../../src/jobs/failure-fingerprint.js';

describe('failureFingerprint', () => {
  test('is equal for messages that differ in numbers, quoted text and ids', () => {
    const one = failureFingerprint(
      'INTERNAL',
      "Table 'a.posts' for 01ARZ3NDEKTSV4RRFFQ69G5FAV failed after 12.5 ms",
    );
    const two = failureFingerprint(
      'INTERNAL',
      "Table 'b.posts' for 01BX5ZZKBKACTAV9WEVGEMMVRZ failed after 7 ms",
    );
    expect(one).toBe(two);
  });

  test('differs by code and by words', () => {
    const codes = ['TIMEOUT', 'INTERNAL'].map((code) => failureFingerprint(code, 'slow'));
    expect(new Set([...codes, failureFingerprint('TIMEOUT', 'gone')]).size).toBe(3);
  });
});
