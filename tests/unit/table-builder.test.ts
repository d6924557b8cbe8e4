import { describe, expect, test } from '@jest/globals';
import { ResultTooLargeError, SourceMismatchError } from '../../src/reports/errors.js';
import { totalsOf } from '../../src/reports/report.js';
import type { KeyType } from '../../src/reports/result-columns.js';
import { TableBuilder, type Figure, type KeyedRows } from '../../src/reports/table-builder.js';
import { caught } from '../support/caught.js';
import { columnsOf, rowsOf } from '../support/report-tables.js';
import { textColumn } from '../support/row-batches.js';

describe('a table in the making', () => {
  test('adds one number to rows, or values of their own, also to a row that is listed repeatedly', () => {
    const { rows, builder } = building('int32');
    const at = rows.at(Int32Array.of(5, -5, 5));
    rows.words.add(at, 1);
    rows.revenue.add(at, Float64Array.of(100, 25, 50));
    expect(rowsOf(builder.toTable())).toEqual([
      { name: -5, words: 1, revenue: 0.25 },
      { name: 5, words: 2, revenue: 1.5 },
    ]);
  });

  test('gets and sets the figure of a row', () => {
    const { rows, builder } = building('int32');
    const keys = Int32Array.of(3, 4);
    for (const [index, value] of [7, 9].entries()) {
      const row = rows.rowAt(keys, index);
      rows.words.set(row, Math.max(rows.words.get(row), value));
    }
    expect(rowsOf(builder.toTable()).map(({ words }) => words)).toEqual([7, 9]);
  });

  test('takes the days of instants for keys, also before 1970', () => {
    const { rows, builder } = building('day');
    const instants = [
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00Z',
      '1969-12-31T00:00:00Z',
      '1000-01-01',
    ];
    rows.words.add(rows.at(Float64Array.from(instants, (one) => Date.parse(one))), 1);
    expect(rowsOf(builder.toTable()).map(({ name, words }) => [name, words])).toEqual([
      ['1000-01-01', 1],
      ['1969-12-31', 2],
      ['1970-01-01', 1],
    ]);
  });

  test('takes texts that differ in case, marks or blanks at the end for different keys, sorted by their bytes', () => {
    const { rows, builder } = building('text');
    const names = ['ada', 'Ada', 'ada ', 'ädä', 'ada', '', ' '];
    rows.words.add(rows.at(textColumn(names)), 1);
    expect(rowsOf(builder.toTable()).map(({ name, words }) => [name, words])).toEqual([
      ['', 1],
      [' ', 1],
      ['Ada', 1],
      ['ada', 2],
      ['ada ', 1],
      ['ädä', 1],
    ]);
  });

  test('refuses a key whose bytes are not UTF-8, and keeps them for operators', () => {
    const { rows } = building('text');
    const keys = textColumn(['ada', Uint8Array.of(0x61, 0xff)]);
    const error = caught(() => rows.at(keys));
    expect(error).toBeInstanceOf(SourceMismatchError);
    expect(error).toMatchObject({
      message: 'orders: a value of the key name is not UTF-8 text.',
      isFinal: true,
      cause: { message: 'the bytes are 61ff' },
    });
  });

  test.each([
    ['int32', Float64Array.of(2 ** 32), 'an int32 column'],
    ['int32', textColumn(['1']), 'an int32 column'],
    ['day', Int32Array.of(1), 'an instant column'],
    ['day', textColumn(['2026-01-31']), 'an instant column'],
    ['text', Int32Array.of(1), 'a text column'],
    ['text', undefined, 'a text column'],
  ] as const)('refuses keys of another type than %s', (type, keys, expected) => {
    const { rows } = building(type);
    const message = `rows.at takes ${expected} for the key name.`;
    expect(() => rows.at(keys as never)).toThrow(message);
    expect(() => rows.rowAt(keys as never, 0)).toThrow(message);
  });

  test.each([
    ['int32', Int32Array.of(1, 2, 3, 4)],
    ['text', textColumn(['1', '2', '3', '4'])],
  ] as const)('has as many rows as its definition allows, and no more: %s', (type, keys) => {
    const { rows, builder } = building(type, 3);
    for (const index of [0, 1, 2, 0]) rows.rowAt(keys, index);
    expect(builder.toTable().rowCount).toBe(3);
    expect(() => rows.rowAt(keys, 3)).toThrow(ResultTooLargeError);
    expect(() => building(type, 3).rows.at(keys)).toThrow('more than 3 rows');
  });
});

describe('the totals of a table', () => {
  test('are the sums of the columns that are totals', () => {
    expect(totalsOf(tableOf([1, 2], [5, 5]))).toEqual({ words: 3 });
  });

  test('are refused beyond 53 bits, also for a figure that is not summed', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(totalsOf(tableOf([most, 0], [most, most]))).toEqual({ words: most });
    expect(() => totalsOf(tableOf([most, 1], [0, 0]))).toThrow('The figure words has more than 53 bits');
    expect(() => totalsOf(tableOf([0, 0], [most + 1, 0]))).toThrow(
      'The figure revenue has more than 53 bits',
    );
    expect(() => totalsOf(tableOf([0, 0], [-most - 1, 0]))).toThrow(ResultTooLargeError);
  });

  test.each([1.5, Number.NaN, Infinity])(
    'are refused for %d, which is a fault of the definition',
    (value) => {
      const refused = caught(() => totalsOf(tableOf([1, 1], [0, value])));
      expect(refused).not.toBeInstanceOf(ResultTooLargeError);
      expect(refused).toMatchObject({
        message: `The figure revenue of a row is ${value}; aggregate must make it of whole numbers.`,
      });
    },
  );
});

function building(type: KeyType, most = 1000) {
  const builder = new TableBuilder({ table: 'orders', columns: columnsOf(type), most });
  return { builder, rows: builder.toRows() as unknown as KeyedRows & Record<'words' | 'revenue', Figure> };
}

function tableOf(words: readonly number[], revenue: readonly number[]) {
  return {
    columns: columnsOf('int32'),
    rowCount: words.length,
    keys: Int32Array.from(words, (_, row) => row),
    figures: [Float64Array.from(words), Float64Array.from(revenue)],
  };
}
