import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cellWriter, decimalText, type ReportRow } from '../../src/reports/cells.js';
import {
  joinTables,
  sharedIndexes,
  sortTable,
  takeRows,
  type ReportTable,
} from '../../src/reports/report-table.js';
import { ordersOf, type RowOrder } from '../../src/reports/row-order.js';
import { columnsOf, compareKeys, KEY_TYPES, keysOf, rowsOf, tables } from '../support/report-tables.js';

describe.each(KEY_TYPES)('a table with a key of the type %s', (type) => {
  test.each(ordersOf(columnsOf(type)))('in the order $name is what comparing row by row gives', (order) => {
    fc.assert(
      fc.property(tables(type, fc.maxSafeInteger()), (table) => {
        const sorted = sortTable(table, order);
        expect(rowsOf(sorted)).toEqual(
          // `rowNumbers` compares decimals as whole numbers of 53 bits, because a division by their scale could make
          // different decimals equal.
          rowNumbers(table, order).map((row) => rowsOf(table)[row]),
        );
      }),
    );
  });

  test('cut into parts and joined again is the same', () => {
    fc.assert(
      fc.property(tables(type), fc.integer({ min: 1, max: 9 }), (table, length) => {
        const parts = Array.from({ length: Math.ceil(table.rowCount / length) }, (_, part) => {
          const start = part * length;
          const count = Math.min(length, table.rowCount - start);
          return takeRows(
            table,
            Uint32Array.from({ length: count }, (__, row) => start + row),
          );
        });
        expect(rowsOf(joinTables(table.columns, parts))).toEqual(rowsOf(table));
      }),
    );
  });
});

test('a table is sorted once for all callers that ask for one order', async () => {
  const table = tableWith('int32', [1]);
  const [byWords, byRevenue] = ordersOf(table.columns).slice(-2) as [RowOrder, RowOrder];
  expect(sharedIndexes(table, byWords)).toBe(sharedIndexes(table, byWords));
  expect(sharedIndexes(table, byWords)).not.toBe(sharedIndexes(table, byRevenue));
  expect(await sharedIndexes(table, byWords)).toEqual(Uint32Array.of(0));
});

describe('the cells of a table', () => {
  test('are numbers, days and texts for callers, and exact text for files', () => {
    const [text, day, int32] = [
      tableWith('text', ['"a",\n🙂 ']),
      tableWith('day', [-1]),
      tableWith('int32', [-2_147_483_648]),
    ] as const;
    expect(rowsOf(text)).toEqual([{ name: '"a",\n🙂 ', words: 12, revenue: -0.05 }]);
    expect(rowsOf(day)[0]).toMatchObject({ name: '1969-12-31' });
    expect(rowsOf(int32)[0]).toMatchObject({ name: -2_147_483_648 });
    expect([0, 1, 2].map((column) => cellWriter(text, column)(0))).toEqual(['"a",\n🙂 ', '12', '-0.05']);
    expect(cellWriter(day, 0)(0)).toBe('1969-12-31');
    expect(cellWriter(int32, 0)(0)).toBe('-2147483648');
  });

  test('write decimals with all digits of their scale', () => {
    expect([0, 5, -5, 100, -123_456].map((units) => decimalText(units, 2))).toEqual([
      '0.00',
      '0.05',
      '-0.05',
      '1.00',
      '-1234.56',
    ]);
    expect(decimalText(Number.MAX_SAFE_INTEGER, 15)).toBe('9.007199254740991');
    expect(decimalText(-7, 0)).toBe('-7');
  });
});

function tableWith(type: (typeof KEY_TYPES)[number], keys: readonly (number | string)[]): ReportTable {
  return {
    columns: columnsOf(type),
    rowCount: keys.length,
    keys: keysOf(keys),
    figures: [Float64Array.of(12), Float64Array.of(-5)],
  };
}

/** Sorts the numbers of the rows by the order's column, then by the key. */
function rowNumbers(table: ReportTable, { column, descending }: RowOrder): readonly number[] {
  const sign = descending ? -1 : 1;
  const rows = rowsOf(table);
  const keyAt = (row: number): number | string => (rows[row] as ReportRow)['name'] as number | string;
  const figure = column === 0 ? undefined : table.figures[column - 1];
  return rows
    .map((_, row) => row)
    .sort((a, b) => {
      if (figure === undefined) return sign * compareKeys(keyAt(a), keyAt(b));
      return (
        sign * Math.sign((figure[a] as number) - (figure[b] as number)) || compareKeys(keyAt(a), keyAt(b))
      );
    });
}
