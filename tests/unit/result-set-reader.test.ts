import { describe, expect, test } from '@jest/globals';
import { createColumnReaders } from '../../src/adapters/mysql/column-readers.js';
import { ResultSetReader } from '../../src/adapters/mysql/row-bytes/result-set-reader.js';
import { decimal, instant, int32, int64, text } from '../../src/reports/define-report.js';
import type { RowBatch } from '../../src/reports/row-batch.js';
import type { TextColumn } from '../../src/reports/text-column.js';
import type { SourceColumn } from '../../src/reports/source-columns.js';
import { packet, value } from '../support/mysql-protocol.js';

type Post = readonly [userId: number, context: string | null];

const COLUMNS = [int32('user_id'), text('context', { nullAs: '' })];
const END = [0xfe, 0, 0, 0x22, 0];
const HEAD = headOf(COLUMNS);
const POSTS: readonly Post[] = [
  [1, 'one two'],
  [-7, ''],
  [2_147_483_647, 'ünï 語 🙂'],
  [3, null],
  [4, 'x'.repeat(250)],
  [5, 'y'.repeat(251)],
  [6, 'z'.repeat(70_000)],
];

describe('ResultSetReader', () => {
  test('gives the same posts wherever the bytes are cut', () => {
    const bytes = Buffer.concat([...HEAD, ...rows(POSTS.slice(0, 6)), packet(11, END)]);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const { rows: read, reader } = readAll([bytes.subarray(0, cut), bytes.subarray(cut)]);
      expect(read).toEqual(POSTS.slice(0, 6).map(([id, context]) => [id, context ?? '']));
      expect(reader.isOver).toBe(true);
    }
  });

  test('gives the same posts byte by byte', () => {
    const bytes = Buffer.concat([...HEAD, ...rows(POSTS.slice(0, 5)), packet(10, END)]);
    expect(readAll([...bytes].map((byte) => Buffer.from([byte]))).rows).toHaveLength(5);
  });

  test('reads rows longer than 64 kB, and rows that go on in a second and third packet', () => {
    const long: Post = [8, 'w'.repeat(0xff_ff_ff + 100)];
    const exact: Post = [9, 'v'.repeat(2 * 0xff_ff_ff - 6)]; // fills its packets exactly, so an empty packet follows
    const { rows: read } = readAll([
      Buffer.concat([...HEAD, ...rows([...POSTS, long, exact, [10, 'end']]), packet(9, END)]),
    ]);
    expect(read.map(([id, context]) => [id, String(context).length])).toEqual([
      ...POSTS.map(([id, context]) => [id, context?.length ?? 0]),
      [8, long[1]?.length],
      [9, exact[1]?.length],
      [10, 3],
    ]);
  });

  test('hands head and end to the driver, the end numbered as if there had been no rows', () => {
    const { driver } = readAll([Buffer.concat([...HEAD, ...rows(POSTS), packet(200, END)])]);
    expect(driver).toEqual(Buffer.concat([...HEAD, packet(5, END)]));
  });

  test('hands an error in the middle of the rows to the driver', () => {
    const failure = [0xff, 0x2d, 0x07, ...Buffer.from('#70100killed')];
    const {
      rows: read,
      driver,
      reader,
    } = readAll([Buffer.concat([...HEAD, ...rows(POSTS.slice(0, 2)), packet(7, failure)])]);
    expect(read).toHaveLength(2);
    expect(driver).toEqual(Buffer.concat([...HEAD, packet(5, failure)]));
    expect(reader.isOver).toBe(true);
  });

  test('is over at once when there is no result', () => {
    const { reader, driver } = readAll([packet(1, [0xff, 1, 2, 3])]);
    expect(reader.isOver).toBe(true);
    expect(driver).toEqual(packet(1, [0xff, 1, 2, 3]));
  });

  test('does not take a long row that begins like the end for the end', () => {
    const { reader } = stage();
    const bytes = Buffer.concat([...HEAD, packet(5, [0xfe, ...Buffer.alloc(12)])]);
    reader.read(bytes, bytes.length);
    expect(reader.isOver).toBe(false);
  });

  test('leaves bytes after the end unread', () => {
    const bytes = Buffer.concat([...HEAD, packet(5, END), Buffer.from('more')]);
    const { reader } = stage();
    expect(reader.read(bytes, bytes.length)).toBe(bytes.length - 4);
  });

  test('says once what went wrong and reads the rest for the driver', () => {
    const { reader, errors, driver } = stage({
      onBatch: () => {
        throw new Error('enough');
      },
    });
    const long: Post = [8, 'w'.repeat(0xff_ff_ff + 100)]; // fills a batch alone
    const bytes = Buffer.concat([...HEAD, ...rows([...POSTS, long, ...POSTS]), packet(20, END)]);
    expect(reader.read(bytes, bytes.length)).toBe(bytes.length);
    expect(errors).toEqual([new Error('enough')]);
    expect(Buffer.concat(driver)).toEqual(Buffer.concat([...HEAD, packet(5, END)]));
  });

  test('refuses a result in the form of CLIENT_DEPRECATE_EOF, which is not asked for', () => {
    const okInsteadOfEof = [0xfe, 0, 0, 0x02, 0, 0, 0, 3, ...Buffer.from('abc')];
    const withoutEof = Buffer.concat([...HEAD.slice(0, 3), ...rows(POSTS)]);
    const endingWithOk = Buffer.concat([...HEAD, ...rows(POSTS.slice(0, 1)), packet(6, okInsteadOfEof)]);
    for (const [bytes, message] of [
      [withoutEof, 'expected EOF behind the columns'],
      [endingWithOk, 'expected the row to end with its last value'],
    ] as const) {
      const { reader, errors } = stage();
      reader.read(bytes, bytes.length);
      expect(errors).toEqual([new Error(message)]);
    }
  });

  test('refuses a row that does not end with its last value', () => {
    const { reader, errors } = stage();
    const row = valuesOf('1', 'one', 'two');
    const bytes = Buffer.concat([...HEAD, packet(5, row)]);
    reader.read(bytes, bytes.length);
    expect(errors).toEqual([new Error('expected the row to end with its last value')]);
  });

  test('refuses a result of other columns', () => {
    const { reader, errors } = stage();
    const bytes = packet(1, [3]);
    reader.read(bytes, bytes.length);
    expect(errors).toEqual([new Error('expected 2 columns, but there are 3')]);
  });

  test('reads any columns, in any order, wherever the bytes are cut', () => {
    const columns = [
      text('customer', { nullAs: '–' }),
      decimal('amount', { scale: 2 }),
      text('note', { nullAs: '' }),
      instant('created_at'),
      int64('size', { nullAs: -1 }),
    ];
    const bytes = Buffer.concat([
      ...headOf(columns),
      packet(9, valuesOf('ada', '12.50', null, '2026-01-31 12:00:00.500', '9007199254740991')),
      packet(10, valuesOf(null, '-0.05', 'n'.repeat(300), '1970-01-01', null)),
      packet(11, valuesOf('', '7', 'x', '1969-12-31 23:59:59', '-3')),
      packet(12, END),
    ]);
    for (let cut = 1; cut < bytes.length; cut += 1)
      expect(readAll([bytes.subarray(0, cut), bytes.subarray(cut)], columns).rows).toEqual([
        ['ada', 1250, '', Date.parse('2026-01-31T12:00:00.500Z'), Number.MAX_SAFE_INTEGER],
        ['–', -5, 'n'.repeat(300), 0, -1],
        ['', 700, 'x', -1000, -3],
      ]);
  });

  test('says which column a value does not fit, and reads the rest for the driver', () => {
    const { reader, errors, driver } = stage();
    const bytes = Buffer.concat([
      ...HEAD,
      packet(5, valuesOf('seven', 'x')),
      ...rows(POSTS),
      packet(20, END),
    ]);
    expect(reader.read(bytes, bytes.length)).toBe(bytes.length);
    expect(errors).toMatchObject([
      { code: 'SOURCE_MISMATCH', message: expect.stringContaining('posts.user_id') as unknown },
    ]);
    expect(Buffer.concat(driver)).toEqual(Buffer.concat([...HEAD, packet(5, END)]));
  });
});

interface StageOptions {
  readonly columns?: readonly SourceColumn[];
  readonly onBatch?: () => void;
}

function stage({ columns = COLUMNS, onBatch }: StageOptions = {}) {
  const read: (number | string)[][] = [];
  const driver: Buffer[] = [];
  const errors: unknown[] = [];
  const reader = new ResultSetReader(createColumnReaders('posts', columns), {
    toDriver: (bytes) => driver.push(bytes),
    onError: (error) => errors.push(error),
    onBatch: onBatch ?? ((batch) => read.push(...rowsIn(batch))),
  });
  return { reader, rows: read, driver, errors };
}

function rowsIn({ count, columns }: RowBatch): (number | string)[][] {
  return Array.from({ length: count }, (_, row) =>
    columns.map((column) => ('bytes' in column ? textAt(column, row) : (column[row] as number))),
  );
}

function textAt({ bytes, starts, ends }: TextColumn, row: number): string {
  return Buffer.from(bytes.subarray(starts[row], ends[row])).toString();
}

/** Passes chunks as a socket does: the bytes that the reader leaves unread come again with the next chunk. */
function readAll(chunks: readonly Buffer[], columns = COLUMNS as readonly SourceColumn[]) {
  const { reader, rows: read, driver, errors } = stage({ columns });
  let waiting = Buffer.alloc(0);
  for (const chunk of chunks) {
    waiting = Buffer.concat([waiting, chunk]);
    if (waiting.length < reader.needed) continue;
    waiting = waiting.subarray(reader.read(waiting, waiting.length));
  }
  expect(errors).toEqual([]);
  return { reader, rows: read, driver: Buffer.concat(driver) };
}

function headOf(columns: readonly SourceColumn[]): Buffer[] {
  return [
    packet(1, [columns.length]),
    ...columns.map(({ name }, index) => packet(2 + index, name)),
    packet(2 + columns.length, END),
  ];
}

function rows(posts: readonly Post[]): Buffer[] {
  return posts.map(([userId, context], index) => packet(5 + index, valuesOf(String(userId), context)));
}

function valuesOf(...values: readonly (string | null)[]): Buffer {
  return Buffer.concat(values.map(value));
}
