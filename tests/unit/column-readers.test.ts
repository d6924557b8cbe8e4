import { describe, expect, test } from '@jest/globals';
import { batchOf, createColumnReaders, type ColumnReader } from '../../src/adapters/mysql/column-readers.js';
import { decimal, instant, int32, int64, text } from '../../src/reports/define-report.js';
import { SourceMismatchError } from '../../src/reports/errors.js';
import type { TextColumn } from '../../src/reports/text-column.js';
import type { SourceColumn } from '../../src/reports/source-columns.js';
import { caught } from '../support/caught.js';

describe('a column reader', () => {
  test.each<[SourceColumn, string, number]>([
    [int32('a'), '-2147483648', -2_147_483_648],
    [int64('a'), '9007199254740991', Number.MAX_SAFE_INTEGER],
    [decimal('a', { scale: 3 }), '-1.5', -1500],
    [instant('a'), '2026-01-31 00:00:00', Date.parse('2026-01-31T00:00:00Z')],
  ])('reads a number: %j', (column, given, expected) => {
    expect(read(column, [given])).toEqual([expected]);
  });

  test.each<[SourceColumn, number]>([
    [int32('a', { nullAs: -1 }), -1],
    [int64('a', { nullAs: 2 ** 40 }), 2 ** 40],
    [decimal('a', { scale: 2, nullAs: 12.5 }), 1250],
    [instant('a', { nullAs: new Date(5000) }), 5000],
  ])('reads NULL as the definition says: %j', (column, expected) => {
    expect(read(column, [null])).toEqual([expected]);
  });

  test.each([
    ['none', [null, null]],
    ['the first', [null, 'b', 'c']],
    ['one in the middle', ['a', null, 'c', '']],
    ['the last', ['a', 'b', null]],
  ])('puts a text in the place of NULL: %s', (_, texts) => {
    expect(read(text('a', { nullAs: '(none)' }), texts)).toEqual(texts.map((one) => one ?? '(none)'));
    expect(read(text('a', { nullAs: '' }), texts)).toEqual(texts.map((one) => one ?? ''));
  });

  test('forgets the NULLs of the batch before', () => {
    const [reader] = createColumnReaders('orders', [text('a', { nullAs: '(none)' })]) as [ColumnReader];
    expect(batchIn(reader, ['a', null])).toEqual(['a', '(none)']);
    expect(batchIn(reader, ['b', 'c'])).toEqual(['b', 'c']);
    expect(batchIn(reader, [null, 'd'])).toEqual(['(none)', 'd']);
  });

  test.each<[SourceColumn, string | null, string]>([
    [int32('a'), '2147483648', 'a whole number of 32 bits'],
    [int32('a'), null, 'a whole number of 32 bits'],
    [int64('a'), '9007199254740992', 'a whole number of up to 53 bits'],
    [decimal('a', { scale: 2 }), '1.005', 'a decimal of up to 53 bits with 2 decimal places'],
    [instant('a'), '0000-00-00', 'a moment'],
    [text('a'), null, 'a text'],
  ])('refuses what the definition does not say: %j, %j', (column, given, expected) => {
    const error = caught(() => read(column, [given]));
    expect(error).toBeInstanceOf(SourceMismatchError);
    expect(error).toMatchObject({
      isFinal: true,
      message: `A value of orders.a is not ${expected}, as the report's definition says.`,
    });
    expect(String((error as Error).cause)).toContain(given ?? 'NULL');
  });
});

function read(column: SourceColumn, values: readonly (string | null)[]): (number | string)[] {
  const [reader] = createColumnReaders('orders', [column]) as [ColumnReader];
  return batchIn(reader, values);
}

/** Reads values that stand between other bytes, as they do in a packet. */
function batchIn(reader: ColumnReader, values: readonly (string | null)[]): (number | string)[] {
  const bytes = Buffer.from(['<', ...values.map((value) => value ?? ''), '>'].join('|'));
  let at = 2;
  for (const [row, value] of values.entries()) {
    const end = at + Buffer.byteLength(value ?? '');
    if (value === null) reader.putNull(row);
    else reader.put(row, bytes, at, end);
    at = end + 1;
  }
  const [column] = batchOf([reader], values.length, bytes).columns;
  return column !== undefined && 'bytes' in column ? textsIn(column) : [...(column ?? [])];
}

function textsIn({ bytes, starts, ends }: TextColumn): string[] {
  return Array.from(starts, (start, row) => Buffer.from(bytes.subarray(start, ends[row])).toString());
}
