import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ReportRow } from '../../src/reports/cells.js';
import { decodeRowCursor, encodeRowCursor } from '../../src/reports/row-cursor.js';
import { sortTable, takeRows, type ReportTable } from '../../src/reports/report-table.js';
import { ordersOf, type RowOrder } from '../../src/reports/row-order.js';
import { selectRows, type RowPosition } from '../../src/reports/select-rows.js';
import { anyText, columnsOf, KEY_TYPES, keysOf, rowsOf, tables } from '../support/report-tables.js';

describe.each(KEY_TYPES)('selecting rows of a report with a key of the type %s', (type) => {
  const orders = ordersOf(columnsOf(type));

  test('page by page gives the sorted table, in every order', async () => {
    await fc.assert(
      fc.asyncProperty(
        tables(type),
        fc.constantFrom(...orders),
        fc.integer({ min: 1, max: 7 }),
        async (table, order, limit) => {
          expect(await allPages(table, order, limit)).toEqual(rowsOf(sortTable(table, order)));
        },
      ),
    );
  });

  test('goes on after a row that is gone', async () => {
    await fc.assert(
      fc.asyncProperty(
        tables(type).filter(({ rowCount }) => rowCount > 0),
        fc.constantFrom(...orders),
        fc.nat(),
        async (table, order, number) => {
          const sorted = sortTable(table, order);
          const gone = number % table.rowCount;
          const position = (await selectRows(table, order, { after: undefined, limit: 100 })).positions[gone];
          const without = takeRows(
            table,
            Uint32Array.from(rowNumbers(table).filter((row) => !isSame(table, row, sorted, gone))),
          );
          const { rows, before } = await selectRows(without, order, { after: position, limit: 100 });
          expect(rowsOf(rows)).toEqual(rowsOf(sorted).slice(gone + 1));
          expect(before).toBe(gone);
        },
      ),
    );
  });
});

test('equal rows go on by key after a position between them', async () => {
  const table: ReportTable = {
    columns: columnsOf('int32'),
    rowCount: 3,
    keys: keysOf([1, 3, 5]),
    figures: [Float64Array.of(9, 7, 7), Float64Array.of(1, 1, 1)],
  };
  const order = orderOf('WORDS_DESC', table);
  const { rows, before } = await selectRows(table, order, { after: { value: 7, key: 4 }, limit: 2 });
  expect(rowsOf(rows)).toEqual([{ name: 5, words: 7, revenue: 0.01 }]);
  expect(before).toBe(2);
});

describe('a cursor', () => {
  test('keeps its position, with any characters in a key', () => {
    fc.assert(
      fc.property(anyText, fc.option(fc.maxSafeInteger()), (key, value) => {
        const cursor = encodeRowCursor('list', { value, key });
        expect(cursor).toMatch(/^[\w-]*$/);
        expect(decodeRowCursor('list', ['after'], cursor)).toEqual({ value, key });
      }),
    );
  });

  test('of another list, or that was not given out, is refused', () => {
    const cursor = encodeRowCursor('one', { value: 1, key: 'a' });
    for (const [list, given] of [
      ['two', cursor],
      ['one', `${cursor}=`],
      ['one', 'W10'],
      ['one', ''],
    ] as const)
      expect(() => decodeRowCursor(list, ['after'], given)).toThrow('after is not a cursor of this list');
  });
});

/** Reads all pages. Each page begins after the last row of the page before, with a cursor. */
async function allPages(table: ReportTable, order: RowOrder, limit: number): Promise<ReportRow[]> {
  const pages: ReportRow[] = [];
  let after: RowPosition | undefined;
  for (;;) {
    const { rows, positions, before } = await selectRows(table, order, { after, limit });
    expect(before).toBe(pages.length);
    const last = positions.at(-1);
    if (last === undefined) return pages;
    pages.push(...rowsOf(rows));
    after = decodeRowCursor('list', ['after'], encodeRowCursor('list', last));
  }
}

function rowNumbers({ rowCount }: ReportTable): readonly number[] {
  return Array.from({ length: rowCount }, (_, row) => row);
}

function isSame(table: ReportTable, row: number, other: ReportTable, otherRow: number): boolean {
  return rowsOf(table)[row]?.['name'] === rowsOf(other)[otherRow]?.['name'];
}

function orderOf(name: string, { columns }: ReportTable): RowOrder {
  const order = ordersOf(columns).find((one) => one.name === name);
  if (order === undefined) throw new Error(`There is no order ${name}.`);
  return order;
}
