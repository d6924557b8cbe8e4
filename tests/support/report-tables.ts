import fc from 'fast-check';
import { rowAt, type ReportRow } from '../../src/reports/cells.js';
import { amount, count, key } from '../../src/reports/define-report.js';
import type { KeyType, ResultColumn } from '../../src/reports/result-columns.js';
import type { ReportTable } from '../../src/reports/report-table.js';
import type { Keys } from '../../src/reports/keys.js';
import { textColumn } from './row-batches.js';

export const KEY_TYPES: readonly KeyType[] = ['int32', 'day', 'text'];

/** The columns of a test table: a key, a count, and a decimal with scale 2. */
export function columnsOf(type: KeyType): readonly [ResultColumn, ...ResultColumn[]] {
  return [
    { name: 'name', ...key[type]('The key.') },
    { name: 'words', ...count('Words.', { total: true }) },
    { name: 'revenue', ...amount('Revenue.', { scale: 2 }) },
  ];
}

/**
 * Generates tables with a key of this type. Equal figures are frequent.
 * @param figures by default whole numbers from -3 to 3
 */
export function tables(
  type: KeyType,
  figures: fc.Arbitrary<number> = fc.integer({ min: -3, max: 3 }),
): fc.Arbitrary<ReportTable> {
  return fc
    .uniqueArray(fc.tuple(keyOf(type), figures, figures), { selector: ([one]) => one, maxLength: 40 })
    .map((rows): ReportTable => {
      const sorted = rows.toSorted(([a], [b]) => compareKeys(a, b));
      return {
        columns: columnsOf(type),
        rowCount: rows.length,
        keys: keysOf(sorted.map(([one]) => one)),
        figures: [
          Float64Array.from(sorted, ([, words]) => words),
          Float64Array.from(sorted, (row) => row[2]),
        ],
      };
    });
}

export function keysOf(keys: readonly (number | string)[]): Keys {
  if (typeof keys[0] !== 'string') return Int32Array.from(keys as readonly number[]);
  const { bytes, ends } = textColumn(keys as readonly string[]);
  return { bytes, offsets: Uint32Array.of(0, ...ends) };
}

export function rowsOf(table: ReportTable): readonly ReportRow[] {
  return Array.from({ length: table.rowCount }, (_, row) => rowAt(table, row));
}

/** Compares texts by their UTF-8 bytes, and numbers by their values. */
export function compareKeys(a: number | string, b: number | string): number {
  return typeof a === 'string' || typeof b === 'string'
    ? Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
    : a - b;
}

function keyOf(type: KeyType): fc.Arbitrary<number | string> {
  switch (type) {
    case 'int32':
      return fc.oneof(fc.integer({ min: -50, max: 50 }), fc.integer());
    case 'day':
      // 1000-01-01 to 9999-12-31
      return fc.integer({ min: -354_285, max: 2_932_896 });
    case 'text':
      return anyText;
  }
}

/** Well-formed Unicode. Many of the texts differ in few characters. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'A', ' ', 'ä', '\0', '🙂', '\uffff'), maxLength: 9 }),
);
