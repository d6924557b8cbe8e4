import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReportJob } from '../../src/jobs/job.js';
import type { JobStore } from '../../src/jobs/ports/job-store.js';
import type { ResultOwner, ResultStore } from '../../src/jobs/ports/result-store.js';
import { rowAt, type ReportRow } from '../../src/reports/cells.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { sortTable, type ReportTable } from '../../src/reports/report-table.js';
import { amount, key, type ResultColumn } from '../../src/reports/result-columns.js';
import { ordersOf, type RowOrder } from '../../src/reports/row-order.js';
import { tableOf as rowsAsTable, type Row } from '../support/reports.js';
import { readRows } from '../support/result-rows.js';
import { claimOf, defined, failed, queued, report, running, times } from './job-store/material.js';

const [USER_ID_ASC, USER_ID_DESC, TOTAL_WORDS_ASC, TOTAL_WORDS_DESC, TOTAL_POSTS_ASC, TOTAL_POSTS_DESC] =
  posts.orders as readonly RowOrder[] as readonly [
    RowOrder,
    RowOrder,
    RowOrder,
    RowOrder,
    RowOrder,
    RowOrder,
  ];

interface ResultStoreHarness {
  readonly jobs: JobStore;
  readonly results: ResultStore;
  close(): Promise<void>;
}

/** Tests that every ResultStore must pass, together with the JobStore that saves its results. */
export function resultStoreContract(name: string, createHarness: () => Promise<ResultStoreHarness>): void {
  describe(`${name} as ResultStore`, () => {
    let harness: ResultStoreHarness | undefined;
    beforeAll(async () => {
      harness = await createHarness();
    });
    afterAll(() => harness?.close());

    const save = async (table: ReportTable): Promise<ResultOwner> => {
      const { jobs } = defined(harness);
      const claim = claimOf(await running(jobs));
      const saved = report(await jobs.now(), table);
      return ownerOf(defined(await jobs.succeed(claim, saved, { resultTtlSeconds: 3600 })), table.columns);
    };

    // Row counts below, at and above the size of one part, and of several parts of which the last is not full.
    for (const rows of [0, 1, 100, 8191, 8192, 8193, 30_000]) {
      test(`a result of ${rows} rows comes back in every order`, async () => {
        const { results } = defined(harness);
        const table = tableOf(rows);
        const job = await save(table);

        for (const order of posts.orders) {
          const expected = rowsOf(sortTable(table, order));
          const streamed: ReportRow[] = [];
          for await (const slice of results.streamRows(job, order)) streamed.push(...rowsOf(slice));
          // toEqual would take seconds for so many rows.
          expect(isDeepStrictEqual(streamed, expected)).toBe(true);
          for (const offset of [0, 1, Math.floor(rows / 2), 8190, 16_000, rows - 1, rows, rows + 5]) {
            const range = { offset: Math.max(0, offset), limit: 1000 };
            const read = await readRows(results, job, order, range);
            expect(isDeepStrictEqual(rowsOf(read), expected.slice(range.offset, range.offset + 1000))).toBe(
              true,
            );
          }
        }
      });
    }

    for (const rows of [0, 1, 5000, 20_000]) {
      test(`a result of ${rows} texts of many lengths comes back in every order`, async () => {
        const { results } = defined(harness);
        const table = textTable(rows);
        const job = await save(table);

        for (const order of ordersOf(TEXT_COLUMNS)) {
          const expected = rowsOf(sortTable(table, order));
          const streamed: ReportRow[] = [];
          for await (const slice of results.streamRows(job, order)) streamed.push(...rowsOf(slice));
          expect(isDeepStrictEqual(streamed, expected)).toBe(true);
          for (const offset of [0, 1, Math.floor(rows / 2), rows]) {
            const read = await readRows(results, job, order, { offset, limit: 1000 });
            expect(isDeepStrictEqual(rowsOf(read), expected.slice(offset, offset + 1000))).toBe(true);
          }
        }
      });
    }

    test('rows with equal totals stand by ascending user id in both directions', async () => {
      const { results } = defined(harness);
      const job = await save(
        rowsAsTable([
          [-5, 7, 1],
          [1, 9, 1],
          [2, 7, 1],
          [3, 9, 1],
        ]),
      );
      const userIdsIn = async (order: RowOrder) =>
        rowsOf(await readRows(results, job, order, { offset: 0, limit: 10 })).map(({ userId }) => userId);

      expect(await userIdsIn(TOTAL_WORDS_ASC)).toEqual([-5, 2, 1, 3]);
      expect(await userIdsIn(TOTAL_WORDS_DESC)).toEqual([1, 3, -5, 2]);
      expect(await userIdsIn(TOTAL_POSTS_ASC)).toEqual([-5, 1, 2, 3]);
      expect(await userIdsIn(TOTAL_POSTS_DESC)).toEqual([-5, 1, 2, 3]);
      expect(await userIdsIn(USER_ID_DESC)).toEqual([3, 2, 1, -5]);
    });

    test('any number that can occur comes back exactly', async () => {
      const { results } = defined(harness);
      const extremes: readonly Row[] = [
        [-(2 ** 31), 0, 1],
        [-1, 2 ** 32 - 1, 2 ** 40],
        [0, 2 ** 32, 1],
        [1, 2 ** 52, 2 ** 32],
        [2 ** 31 - 1, 1, 3],
      ];
      const many = times(20_000).map((row): Row => {
        const [, words, count] = extremes[row % 4 === 3 ? 0 : row % 5] as Row;
        return [row - 10_000, words % 2 ** 33, count % 2 ** 33];
      });
      for (const table of [rowsAsTable(extremes), rowsAsTable(many)]) {
        const job = await save(table);
        for (const order of posts.orders) {
          const read = await readRows(results, job, order, { offset: 0, limit: 1000 });
          expect(rowsOf(read)).toEqual(rowsOf(sortTable(table, order)).slice(0, 1000));
        }
      }
    });

    test('a job without a result has no rows', async () => {
      const { jobs, results } = defined(harness);
      for (const job of [await queued(jobs), await failed(jobs)]) {
        const owner = ownerOf(job, posts.columns);
        expect((await readRows(results, owner, USER_ID_ASC, { offset: 0, limit: 10 })).rowCount).toBe(0);
        for await (const _ of results.streamRows(owner, USER_ID_ASC)) throw new Error('There is a slice.');
      }
    });

    test('a reader may stop in the middle', async () => {
      const { results } = defined(harness);
      const job = await save(tableOf(30_000));

      for await (const slice of results.streamRows(job, TOTAL_WORDS_DESC)) {
        expect(slice.rowCount).toBeGreaterThan(0);
        break;
      }

      expect((await readRows(results, job, USER_ID_ASC, { offset: 0, limit: 1 })).rowCount).toBe(1);
    });
  });
}

function ownerOf({ id, epoch, summary }: ReportJob, columns: readonly ResultColumn[]): ResultOwner {
  return { id, epoch, summary, report: { columns } };
}

/** Many totals are equal, so that ties are frequent. */
function tableOf(rows: number): ReportTable {
  return rowsAsTable(times(rows).map((row) => [row * 3 - 1000, (row * 7919) % 5003, 1 + (row % 17)]));
}

/** Keys of very different lengths, and positive and negative decimals. */
function textTable(rows: number): ReportTable {
  const texts = times(rows)
    .map((row) => `${row % 3 === 0 ? 'Ünï ' : 'k'}${'x'.repeat(row % 257)}${row}`)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const bytes = texts.map((text) => Buffer.from(text));
  const offsets = new Uint32Array(rows + 1);
  for (const [row, { length }] of bytes.entries()) offsets[row + 1] = (offsets[row] as number) + length;
  return {
    columns: TEXT_COLUMNS,
    rowCount: rows,
    keys: { bytes: Buffer.concat(bytes), offsets },
    figures: [Float64Array.from(texts, (_, row) => ((row * 7919) % 5003) - 2500)],
  };
}

const TEXT_COLUMNS: readonly ResultColumn[] = [
  { name: 'customer', ...key.text('A customer.') },
  { name: 'revenue', ...amount('Revenue.', { scale: 2 }) },
];

function rowsOf(table: ReportTable): ReportRow[] {
  return times(table.rowCount).map((row) => rowAt(table, row));
}
