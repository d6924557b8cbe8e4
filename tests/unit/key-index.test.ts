import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NumberIndex, TextIndex } from '../../src/reports/key-index.js';
import { textColumn } from '../support/row-batches.js';
import { anyText } from '../support/report-tables.js';

/** Numbers that differ only in their highest bits share a cell of the index. */
const COLLIDING = Array.from({ length: 3000 }, (_, number) => (number << 20) | 0);
const MANY = Array.from({ length: 20_000 }, (_, number) => (Math.imul(number, 7919) % 8000) - 4000);

describe('an index of numbers', () => {
  test.each([
    ['many, over its growth', MANY],
    ['with collisions', COLLIDING],
    ['at both ends', [2_147_483_647, -2_147_483_648, 0, -1, 2_147_483_647]],
  ])('gives each distinct number a row, in the order they came: %s', (_, keys) => {
    const index = new NumberIndex();
    const expected = rowsByMap(keys);
    expect(keys.map((key) => index.rowOf(key))).toEqual(expected.rows);
    expect([...index.toKeys()]).toEqual(expected.distinct);
    expect(index.size).toBe(expected.distinct.length);
  });

  test('agrees with a Map', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.integer({ min: -9, max: 9 }))), (keys) => {
        const index = new NumberIndex();
        expect(keys.map((key) => index.rowOf(key))).toEqual(rowsByMap(keys).rows);
      }),
    );
  });
});

describe('an index of texts', () => {
  test('agrees with a Map of their bytes', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 60 }), (texts) => {
        expect(rowsIn(texts).rows).toEqual(rowsByMap(texts).rows);
      }),
    );
  });

  test('grows with keys, and keeps their bytes', () => {
    const texts = Array.from(
      { length: 20_000 },
      (_, number) => `key ${number % 8000} ${'x'.repeat(number % 7)}`,
    );
    const { rows, keys } = rowsIn(texts);
    const expected = rowsByMap(texts);
    expect(rows).toEqual(expected.rows);
    expect(keys).toEqual(expected.distinct);
  });

  test('calls its check once for each new key', () => {
    const checked: string[] = [];
    const index = new TextIndex((text) => checked.push(Buffer.from(text).toString()));
    const column = textColumn(['a', 'b', 'a', '']);
    for (let at = 0; at < 4; at += 1) index.rowOf(column, at);
    expect(checked).toEqual(['a', 'b', '']);
  });

  test('refuses a key of more than 64 kB', () => {
    const index = new TextIndex(() => {});
    expect(index.rowOf(textColumn(['x'.repeat(65_535)]), 0)).toBe(0);
    expect(() => index.rowOf(textColumn(['x'.repeat(65_536)]), 0)).toThrow('more than 64 kB');
  });
});

function rowsIn(texts: readonly string[]): { rows: number[]; keys: string[] } {
  const index = new TextIndex(() => {});
  const column = textColumn(texts);
  const rows = texts.map((_, at) => index.rowOf(column, at));
  const { bytes, offsets } = index.toKeys();
  const keys = Array.from({ length: index.size }, (_, row) =>
    Buffer.from(bytes.subarray(offsets[row], offsets[row + 1])).toString(),
  );
  return { rows, keys };
}

function rowsByMap<Key>(keys: readonly Key[]): { rows: number[]; distinct: Key[] } {
  const rows = new Map<Key, number>();
  return {
    rows: keys.map((key) => {
      if (!rows.has(key)) rows.set(key, rows.size);
      return rows.get(key) as number;
    }),
    distinct: [...rows.keys()],
  };
}
