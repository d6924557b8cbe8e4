import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CanonicalFilter } from '../../src/reports/canonical-filter.js';
import { SourceMismatchError } from '../../src/reports/errors.js';
import { before, equals, from, oneOf } from '../../src/reports/filter-members.js';
import { posts as postsReport } from '../../src/reports/kinds/posts.js';
import type { RowQuery, RowSource } from '../../src/reports/ports/row-source.js';
import { queryOf } from '../../src/reports/report-definition.js';
import type { RowBatch } from '../../src/reports/row-batch.js';
import type { TextColumn } from '../../src/reports/text-column.js';
import { decimal, instant, int32, int64, text, type SourceColumn } from '../../src/reports/source-columns.js';
import { EVERYTHING } from '../support/reports.js';
import { defined, times } from './job-store/material.js';
import { until } from '../support/waiting.js';

export interface StoredPost {
  readonly userId: number;
  /** Null only if the column allows null. */
  readonly context: string | null;
  readonly createdAt: Date;
}

export interface RowSourceHarness {
  readonly source: RowSource;
  /** Replaces the posts. */
  readonly write: (posts: readonly StoredPost[]) => Promise<void>;
  /** Counts the statements that read posts in the server now. */
  readonly countReading: () => Promise<number>;
  /** Closes the connection that reads posts, as an operator or a crash would. */
  readonly breakConnection: () => Promise<void>;
  /** Ends the statement that reads posts. The statement's connection stays. */
  readonly interruptQuery: () => Promise<void>;
  /** Empties the table and gives its columns other types. */
  readonly reshape: (types: ColumnTypes) => Promise<void>;
  /** Length in bytes of the longest text that a test can store in a column of any type. */
  readonly longestText: number;
  /**
   * Replaces the former table of values by a table with one column of this type, with these values. The column is called
   * `value` by default.
   */
  readonly makeValues: (type: string, values: readonly unknown[], name?: string) => Promise<void>;
  close(): Promise<void>;
}

export interface ColumnTypes {
  readonly userId: string;
  readonly context: string;
}

/** The types of the columns in the migration. */
const USUAL: ColumnTypes = { userId: 'INT NOT NULL', context: 'TEXT NOT NULL' };

const ALL_POSTS = queryOf(postsReport, EVERYTHING);
const NEW_YEAR = new Date('2026-01-01T00:00:00.000Z');

/** Tests that every RowSource must pass. */
export function rowSourceContract(name: string, createHarness: () => Promise<RowSourceHarness>): void {
  describe(`${name} as RowSource`, () => {
    let harness: RowSourceHarness | undefined;
    beforeAll(async () => {
      harness = await createHarness();
    });
    afterAll(() => harness?.close());

    const readAll = async (filter: Partial<CanonicalFilter> = {}) => {
      const posts: Omit<StoredPost, 'createdAt'>[] = [];
      await defined(harness).source.read(
        queryOf(postsReport, { ...EVERYTHING, ...filter } as CanonicalFilter),
        { ...quietly(), onBatch: (batch) => posts.push(...postsOf(batch)) },
      );
      return posts.sort((a, b) => a.userId - b.userId);
    };

    test('an empty table has a start and no batch', async () => {
      await defined(harness).write([]);
      const seen: string[] = [];
      await defined(harness).source.read(ALL_POSTS, {
        ...quietly(),
        onStart: () => seen.push('start'),
        onBatch: () => seen.push('batch'),
      });

      expect(seen).toEqual(['start']);
    });

    test('each post is in exactly one batch, after the start', async () => {
      const { source, write } = defined(harness);
      await write(times(10_000).map((n) => post({ userId: n, context: `post number ${n}` })));
      const seen: string[] = [];
      const posts: number[] = [];

      await source.read(ALL_POSTS, {
        ...quietly(),
        onStart: () => seen.push('start'),
        onBatch(batch) {
          seen.push('batch');
          posts.push(...postsOf(batch).map(({ userId }) => userId));
        },
      });

      expect(seen[0]).toBe('start');
      expect(seen.filter((one) => one === 'start')).toHaveLength(1);
      expect(posts.sort((a, b) => a - b)).toEqual(times(10_000));
    });

    test('texts come as they are, byte by byte', async () => {
      const contexts = [
        '',
        ' ',
        '\n\t ',
        '\u0000',
        'a\u0000b',
        'Ünïcödé',
        '🦊🦊 \u{1F468}\u200D\u{1F469}',
        '\u3000\u00a0\ufeff',
        'quotes \' " ` and \\ backslashes',
        'x'.repeat(65_535),
        'ü'.repeat(30_000),
        'word '.repeat(250),
        'y'.repeat(251),
        'NULL',
      ];
      await defined(harness).write(contexts.map((context, userId) => post({ userId, context })));

      expect(await readAll()).toEqual(contexts.map((context, userId) => ({ userId, context })));
    });

    test('user ids have 32 bits', async () => {
      const userIds = [-(2 ** 31), -1, 0, 1, 2 ** 31 - 1];
      await defined(harness).write(userIds.map((userId) => post({ userId })));

      expect((await readAll()).map(({ userId }) => userId)).toEqual(userIds);
    });

    test('many long texts fill many batches', async () => {
      const contexts = times(300).map((n) => `${n} ${String.fromCharCode(97 + (n % 26)).repeat(n * 200)}`);
      await defined(harness).write(contexts.map((context, userId) => post({ userId, context })));

      expect(await readAll()).toEqual(contexts.map((context, userId) => ({ userId, context })));
    });

    test('texts beyond TEXT come whole where the table was made to hold them, also over 16 MB', async () => {
      const { reshape, write, longestText } = defined(harness);
      await reshape({ ...USUAL, context: 'LONGTEXT NOT NULL' });
      const lengths = [65_535, 65_536, 100_000, 0xff_ff_ff - 20, 0xff_ff_ff, 17_000_000];
      const texts = lengths
        .filter((length) => length <= longestText)
        .map((length, userId) => post({ userId, context: textOf(length) }));
      const between = post({ userId: 100, context: 'short' });
      try {
        for (const text of texts) {
          await write([between, text, between]);
          const read = await readAll();
          expect(read.map(({ context }) => context?.length)).toEqual([text.context?.length, 5, 5]);
          expect(read[0]?.context === text.context).toBe(true);
        }
      } finally {
        await reshape(USUAL);
      }
    });

    test('a text that is NULL has no words, where the table was made to hold it', async () => {
      const { reshape, write } = defined(harness);
      await reshape({ ...USUAL, context: 'TEXT NULL' });
      try {
        await write([null, 'one', null].map((context, userId) => post({ userId, context })));
        expect((await readAll()).map(({ context }) => context)).toEqual(['', 'one', '']);
      } finally {
        await reshape(USUAL);
      }
    });

    test.each(['TINYINT', 'SMALLINT', 'MEDIUMINT', 'BIGINT', 'BIGINT UNSIGNED', 'INT(11) ZEROFILL'])(
      'user ids may be %s',
      async (userId) => {
        const { reshape, write } = defined(harness);
        await reshape({ ...USUAL, userId: `${userId} NOT NULL` });
        const userIds = [/UNSIGNED|ZEROFILL/.test(userId) ? 1 : -128, 0, 7, 127];
        try {
          await write(userIds.map((id) => post({ userId: id })));
          const read = (await readAll()).map((one) => one.userId);
          expect(read).toEqual([...userIds].sort((a, b) => a - b));
        } finally {
          await reshape(USUAL);
        }
      },
    );

    const readValues = async (column: SourceColumn, given: Partial<RowQuery> = {}) => {
      const values: (number | string)[] = [];
      await defined(harness).source.read(
        { table: 'values_to_read', columns: [column], conditions: [], ...given },
        {
          ...quietly(),
          onBatch({ count, columns: [array] }) {
            for (const index of times(count)) values.push(valueAt(array as ColumnArray, index));
          },
        },
      );
      return values.sort(ascending);
    };

    test.each([
      ['INT UNSIGNED', int32('value'), [0, 2 ** 31 - 1]],
      ['BIGINT', int64('value'), [-(2 ** 53) + 1, 2 ** 53 - 1]],
      ['VARCHAR(20)', text('value'), ['', 'Ünï', ' blanks ']],
      ['DECIMAL(20,2)', decimal('value', { scale: 2 }), ['-0.01', '12.50', '90071992547409.91']],
      ['DECIMAL(8,4)', decimal('value', { scale: 2 }), ['1.2000']],
      ['INT', decimal('value', { scale: 2 }), [3]],
      ['DATETIME(6)', instant('value'), ['2026-02-28 23:59:59.123456', '1969-12-31 00:00:00.500000']],
      ['TIMESTAMP(3) NULL', instant('value'), ['2026-02-28 23:59:59.123']],
      ['DATE', instant('value'), ['2026-03-01']],
    ] as const)('a column of %s is read as it is', async (type, column, values) => {
      await defined(harness).makeValues(type, values);

      expect(await readValues(column)).toEqual(
        values.map((value) => expectedOf(column, value)).sort(ascending),
      );
    });

    test.each([
      ['INT UNSIGNED', int32('value'), 3_000_000_000],
      ['BIGINT', int32('value'), 2 ** 32 + 1],
      ['BIGINT', int64('value'), '9007199254740992'],
      ['DECIMAL(5,2)', int32('value'), '5.00'],
      ['VARCHAR(10)', int32('value'), 'abc'],
      ['VARCHAR(10)', int32('value'), ''],
      ['DOUBLE', decimal('value', { scale: 2 }), 1e20],
      ['DECIMAL(8,3)', decimal('value', { scale: 2 }), '1.005'],
      ['DECIMAL(30,2)', decimal('value', { scale: 2 }), '90071992547409.92'],
      ['VARCHAR(20)', instant('value'), 'yesterday'],
      ['INT', int32('value'), null],
      ['TEXT', text('value'), null],
      ['DATETIME', instant('value'), null],
    ] as const)('a column of %s is refused as %p for the value %p', async (type, column, value) => {
      await defined(harness).makeValues(`${type} NULL`, [value]);

      const error = await readValues(column).catch((cause: unknown) => cause);

      expect(error).toBeInstanceOf(SourceMismatchError);
      const { code, message, isFinal, cause } = error as SourceMismatchError;
      expect({ code, isFinal }).toEqual({ code: 'SOURCE_MISMATCH', isFinal: true });
      expect(message).toContain('values_to_read.value');
      if (value) expect(message).not.toContain(String(value));
      expect(String(cause)).toContain(value === null ? 'NULL' : 'the value is');
    });

    test('NULL is what the definition says it stands for', async () => {
      await defined(harness).makeValues('INT NULL', [7, null]);
      expect(await readValues(int32('value', { nullAs: -1 }))).toEqual([-1, 7]);
      await defined(harness).makeValues('TEXT NULL', ['a', null, 'c', null]);
      expect(await readValues(text('value', { nullAs: '(none)' }))).toEqual(['(none)', '(none)', 'a', 'c']);
    });

    test.each([
      ['The table nothing_here of the source is not there.', { table: 'nothing_here' }],
      ['The table values_to_read of the source has no column other.', { columns: [int32('other')] }],
    ])('%s', async (message, given) => {
      await defined(harness).makeValues('INT', [1]);

      const error = await readValues(int32('value'), given).catch((cause: unknown) => cause);

      expect(error).toMatchObject({ code: 'SOURCE_MISMATCH', isFinal: false, message });
    });

    test.each([
      ['VARCHAR(20)', equals(int32('value'), 'This one.'), 0, 'a number'],
      ['VARCHAR(20)', oneOf(decimal('value', { scale: 2 }), {}, 'These.'), [0], 'a number'],
      ['DATETIME', equals(int64('value'), 'This one.'), 20_260_101, 'a number'],
      ['INT', from('value', 'From then on.'), '2026-01-01T00:00:00.000Z', 'a date or a moment'],
      ['VARCHAR(20)', before('value', 'Before then.'), '2026-01-01T00:00:00.000Z', 'a date or a moment'],
    ] as const)(
      'a column of %s is not compared with another type: %j',
      async (type, member, value, meant) => {
        await defined(harness).makeValues(type, []);
        const conditions = [{ ...member, value }];

        const error = await readValues(text('value'), { conditions }).catch((cause: unknown) => cause);

        expect(error).toMatchObject({
          code: 'SOURCE_MISMATCH',
          isFinal: false,
          message: `The column value of the table values_to_read of the source is not ${meant}, as the filter of the report's definition says.`,
        });
      },
    );

    test.each([
      ['DECIMAL(9,2)', equals(decimal('value', { scale: 2 }), 'This one.'), 1.5, '1.50'],
      ['DATE', from('value', 'From then on.'), '2026-01-01T00:00:00.000Z', '2026-01-01'],
      ['INT', equals(text('value'), 'This one.'), '5', '5'],
    ] as const)('a column of %s is compared with its own type: %j', async (type, member, value, found) => {
      await defined(harness).makeValues(type, [found]);
      expect(await readValues(text('value'), { conditions: [{ ...member, value }] })).toEqual([found]);
    });

    test.each(['sold as gift', 'a.b', '*', 'it`s'])('a column may have the name %s', async (name) => {
      await defined(harness).makeValues('INT', [1, 2], name);
      const conditions = [{ ...equals(int32(name), 'This one.'), value: 2 }];
      expect(await readValues(int32(name), { conditions })).toEqual([2]);

      const missing = await readValues(int32(`${name}!`)).catch((cause: unknown) => cause);
      expect(missing).toMatchObject({
        message: `The table values_to_read of the source has no column ${name}!.`,
      });
    });

    test('texts are compared by their bytes, under any collation', async () => {
      await defined(harness).makeValues('VARCHAR(20) COLLATE utf8mb4_unicode_ci', [
        'Ada',
        'ada',
        'ada ',
        'Äda',
        'x',
      ]);
      const narrowed = async (operator: 'oneOf' | 'equals', value: string | readonly string[]) =>
        await readValues(text('value'), {
          conditions: [{ ...(operator === 'oneOf' ? ONE_OF : EQUALS), value }],
        });

      expect(await narrowed('equals', 'ada')).toEqual(['ada']);
      expect(await narrowed('oneOf', ['ada ', 'Äda', 'X'])).toEqual(['ada ', 'Äda']);
      expect(await narrowed('oneOf', ["o'hara", 'x'])).toEqual(['x']);
    });

    test('posts are narrowed to users', async () => {
      await defined(harness).write([1, 2, 3, 3].map((userId) => post({ userId })));
      const userIdsOf = async (userIds: readonly number[]) =>
        (await readAll({ userIds })).map(({ userId }) => userId);

      expect(await userIdsOf([3, 1])).toEqual([1, 3, 3]);
      expect(await userIdsOf([7])).toEqual([]);
      expect(await userIdsOf(times(1000))).toEqual([1, 2, 3, 3]);
    });

    test('posts are narrowed to a time, from inclusive and to exclusive, to the millisecond', async () => {
      const at = (milliseconds: number) => new Date(NEW_YEAR.getTime() + milliseconds);
      await defined(harness).write(
        times(5).map((n) => post({ userId: n, createdAt: at(n), context: `${n}` })),
      );
      const between = async (from: number | null, to: number | null) =>
        (
          await readAll({
            createdFrom: from === null ? null : at(from).toISOString(),
            createdTo: to === null ? null : at(to).toISOString(),
          })
        ).map(({ userId }) => userId);

      expect(await between(1, 3)).toEqual([1, 2]);
      expect(await between(2, null)).toEqual([2, 3, 4]);
      expect(await between(null, 2)).toEqual([0, 1]);
      expect((await readAll({ userIds: [1, 4], createdTo: at(4).toISOString() })).length).toBe(1);
    });

    test('the start says what time it is there, and may estimate the posts', async () => {
      const { source, write } = defined(harness);
      await write(times(100).map((n) => post({ userId: n })));
      const before = Date.now();
      let asOf: Date | undefined;
      let estimate: number | null | undefined;

      await source.read(ALL_POSTS, {
        ...quietly(),
        onStart(start) {
          asOf = start.asOf;
          estimate = start.estimatedRows;
        },
      });

      // The test and the database use the same clock. The stored time is rounded down to a millisecond.
      expect(defined(asOf).getTime()).toBeGreaterThanOrEqual(before - 1);
      expect(defined(asOf).getTime()).toBeLessThanOrEqual(Date.now());
      expect(estimate === null || (estimate as number) >= 0).toBe(true);
    });

    test('a signal that is aborted already reads nothing', async () => {
      const seen: string[] = [];
      const reason = new Error('not wanted');
      const reading = defined(harness).source.read(ALL_POSTS, {
        signal: AbortSignal.abort(reason),
        onStart: () => seen.push('start'),
        onBatch: () => seen.push('batch'),
      });

      await expect(reading).rejects.toBe(reason);
      expect(seen).toEqual([]);
    });

    test('an exception in the last batch is passed on as well', async () => {
      const { source, write } = defined(harness);
      await write([post({ userId: 1 })]);

      const reading = source.read(ALL_POSTS, {
        ...quietly(),
        onBatch() {
          throw new Error('mine');
        },
      });

      await expect(reading).rejects.toThrow('mine');
    });

    test('an abort ends the reading with its reason, the query in the server, and all batches', async () => {
      const { source, write, countReading } = defined(harness);
      await write(manyPosts());
      const abort = new AbortController();
      const reason = new Error('not wanted any more');
      let batches = 0;
      let batchesAtEnd = 0;

      const reading = source.read(ALL_POSTS, {
        ...quietly(),
        signal: abort.signal,
        onBatch() {
          batches += 1;
          if (batches === 2) abort.abort(reason);
        },
      });

      await expect(reading.finally(() => (batchesAtEnd = batches))).rejects.toBe(reason);
      await turns(20);
      expect(batches).toBe(batchesAtEnd);
      await until(async () => (await countReading()) === 0, 2000);
      expect(await readAll({ userIds: [1] })).toHaveLength(1);
    });

    test('an abort at any moment before the first batch ends the reading with its reason', async () => {
      const { source, write, countReading } = defined(harness);
      await write(manyPosts());

      for (const wait of times(12)) {
        const abort = new AbortController();
        const reason = new Error(`after ${wait} turns`);
        const reading = source.read(ALL_POSTS, { ...quietly(), signal: abort.signal });
        void turns(wait).then(() => abort.abort(reason));
        await expect(reading).rejects.toBe(reason);
      }

      await until(async () => (await countReading()) === 0, 2000);
      expect(await readAll()).toHaveLength(manyPosts().length);
    });

    test('what a callback throws ends the reading and is passed on', async () => {
      const { source, write, countReading } = defined(harness);
      await write(manyPosts());
      const mine = new Error('mine');
      const thrower = () => {
        throw mine;
      };

      for (const callback of ['onStart', 'onBatch']) {
        let calls = 0;
        const counted = () => {
          calls += 1;
          thrower();
        };
        await expect(source.read(ALL_POSTS, { ...quietly(), [callback]: counted })).rejects.toBe(mine);
        await turns(20);
        expect(calls).toBe(1);
      }

      await until(async () => (await countReading()) === 0, 2000);
      expect(await readAll({ userIds: [1] })).toHaveLength(1);
    });

    test.each([
      ['a connection that breaks', 'breakConnection'],
      ['a query that is ended', 'interruptQuery'],
    ] as const)('%s in the middle is an error, never a short report', async (_, how) => {
      const { source, write, [how]: end } = defined(harness);
      await write(manyPosts());

      await expect(failureInTheMiddle(source, end)).resolves.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });

      await write(manyPosts());
      expect(await readAll({ userIds: [1] })).toHaveLength(1);
    });

    test('several readings at once do not disturb each other', async () => {
      await defined(harness).write(manyPosts());

      const counts = await Promise.all(times(3).map(async () => (await readAll()).length));

      expect(counts).toEqual(times(3).map(() => manyPosts().length));
    });

    test('other work of the process runs while posts arrive', async () => {
      const { source, write } = defined(harness);
      await write(manyPosts());
      let batches = 0;
      let turnsOfOthers = 0;
      const reading = new AbortController();
      const others = async () => {
        while (!reading.signal.aborted) {
          await turns(1);
          turnsOfOthers += 1;
        }
      };
      const othersEnd = others();

      await source.read(ALL_POSTS, { ...quietly(), onBatch: () => (batches += 1) });
      reading.abort();
      await othersEnd;

      expect(batches).toBeGreaterThan(10);
      // libuv reads at most 32 × 128 kB (4 MB) from a socket before other work runs. The posts have 24 MB.
      expect(turnsOfOthers).toBeGreaterThan(5);
    });
  });
}

const ONE_OF = oneOf(text('value'), {}, 'These values.');
const EQUALS = equals(text('value'), 'This value.');

function ascending(a: number | string, b: number | string): number {
  return a < b ? -1 : 1;
}

type ColumnArray = Int32Array | Float64Array | TextColumn;

function valueAt(array: ColumnArray, index: number): number | string {
  return 'starts' in array ? textAt(array, index) : (array[index] as number);
}

function expectedOf({ type, scale }: SourceColumn, value: string | number): string | number {
  if (type === 'instant')
    return Date.parse(
      `${String(value).replace(' ', 'T').slice(0, 23)}${String(value).includes(' ') ? 'Z' : ''}`,
    );
  return type === 'decimal' ? Math.round(Number(value) * 10 ** scale) : value;
}

/**
 * Returns the error of a read that `end` breaks off at its first batch. Tries several times, because a fast server may
 * have sent all rows by then.
 */
async function failureInTheMiddle(source: RowSource, end: () => Promise<void>): Promise<unknown> {
  for (let tries = 0; tries < 10; tries += 1) {
    let posts = 0;
    let ending: Promise<void> | undefined;
    const onBatch = ({ count }: RowBatch): void => {
      posts += count;
      ending ??= end();
    };
    try {
      await source.read(ALL_POSTS, { ...quietly(), onBatch });
    } catch (error) {
      return error;
    } finally {
      await ending;
    }
    expect(posts).toBe(manyPosts().length);
  }
  throw new Error('no reading was ended in its middle');
}

function quietly() {
  return { signal: new AbortController().signal, onStart() {}, onBatch() {} };
}

function post(given: Partial<StoredPost>): StoredPost {
  return { userId: 1, context: 'two words', createdAt: NEW_YEAR, ...given };
}

/** Mixes characters of one byte and of two bytes, so that a cut within a character changes the text. */
function textOf(length: number): string {
  return `${'aé '.repeat(Math.floor(length / 4))}${'z'.repeat(length % 4)}`;
}

let many: readonly StoredPost[] | undefined;

/** Makes 24 MB of posts, more than the buffers between the server and the reader hold. */
function manyPosts(): readonly StoredPost[] {
  many ??= times(12_000).map((userId) => post({ userId, context: 'lorem ipsum '.repeat(170) }));
  return many;
}

function postsOf({ count, columns }: RowBatch): Omit<StoredPost, 'createdAt'>[] {
  const [userIds, context] = columns as readonly [Int32Array, TextColumn];
  return times(count).map((index) => ({ userId: userIds[index] as number, context: textAt(context, index) }));
}

function textAt({ bytes, starts, ends }: TextColumn, index: number): string {
  return Buffer.from(bytes.subarray(starts[index], ends[index])).toString();
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
