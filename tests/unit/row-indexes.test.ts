import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareTexts, indexesByText } from '../../src/reports/indexes-by-text.js';
import { indexesByValue, indexesByValueInSteps } from '../../src/reports/indexes-by-value.js';
import { textColumn } from '../support/row-batches.js';
import { anyText } from '../support/report-tables.js';

const most = Number.MAX_SAFE_INTEGER;

describe.each(['ascending', 'descending'] as const)('indexes by value, %s', (direction) => {
  const sign = direction === 'ascending' ? 1 : -1;
  const expected = (values: readonly number[]) =>
    values
      .map((_, index) => index)
      .sort((a, b) => {
        const difference = BigInt(values[a] as number) - BigInt(values[b] as number);
        return difference === 0n ? a - b : sign * (difference < 0n ? -1 : 1);
      });

  test.each([
    ['none', []],
    ['equal ones', [4, 4, 4]],
    ['negative ones', [-1, -70_000, 3, -1, 0, 70_000]],
    ['a range of 53 bits', [most, 0, most - 1, 1, 0]],
    ['a range beyond 53 bits', [most, -most, 0, -most + 1, most - 1, most, -1, 1]],
  ])('are those of comparing: %s', (_, values) => {
    expect([...indexesByValue(Float64Array.from(values), direction)]).toEqual(expected(values));
  });

  test('are those of comparing, for any values', () => {
    const values = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(fc.array(values), (given) => {
        expect([...indexesByValue(Float64Array.from(given), direction)]).toEqual(expected(given));
      }),
    );
  });

  test('are the same when they are sorted in steps, between which other work runs', async () => {
    const values = Float64Array.from({ length: 500_000 }, (_, index) => (index * 7919) % 100_003);
    let turns = 0;
    const count = (): void => void ((turns += 1), (next = setImmediate(count)));
    let next = setImmediate(count);
    const sorted = await indexesByValueInSteps(values, direction);
    clearImmediate(next);
    expect(sorted).toEqual(indexesByValue(values, direction));
    expect(turns).toBeGreaterThan(2);
  });
});

describe('indexes by text', () => {
  test('are those of comparing the bytes, equal ones in any order', () => {
    const anyBytes = fc.oneof(
      anyText.map((text) => Buffer.from(text)),
      fc.array(fc.constantFrom(0, 1, 0x61, 0xff), { maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(anyBytes), (texts) => {
        const { bytes, ends } = textColumn(texts);
        const keys = { bytes, offsets: Uint32Array.of(0, ...ends) };
        const sorted = [...indexesByText(keys)].map((index) => texts[index]);
        expect(sorted).toEqual(texts.toSorted((a, b) => Buffer.compare(a, b)));
        for (const [index, text] of texts.entries())
          expect(Math.sign(compareTexts(keys, 0, keys, index))).toBe(
            Buffer.compare(texts[0] as Buffer, text),
          );
      }),
    );
  });
});
