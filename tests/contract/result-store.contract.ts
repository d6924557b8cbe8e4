import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReportJob } from '../../src/jobs/job.js';
import type { JobStore } from '../../src/jobs/ports/job-store.js';
import type { ResultStore } from '../../src/jobs/ports/result-store.js';
import { ROW_ORDERS, rowAt, sortTable, type ReportRow, type ReportTable } from '../../src/reports/report.js';
import { claimOf, defined, failed, queued, report, running } from './job-store/material.js';

interface ResultStoreHarness {
  readonly jobs: JobStore;
  readonly results: ResultStore;
  close(): Promise<void>;
}

/** What every ResultStore promises, together with the JobStore that writes for it. */
export function resultStoreContract(name: string, createHarness: () => Promise<ResultStoreHarness>): void {
  describe(`${name} as ResultStore`, () => {
    let harness: ResultStoreHarness | undefined;
    beforeAll(async () => {
      harness = await createHarness();
    });
    afterAll(() => harness?.close());

    const save = async (table: ReportTable): Promise<ReportJob> => {
      const { jobs } = defined(harness);
      const claim = claimOf(await running(jobs));
      return defined(await jobs.succeed(claim, report(await jobs.now(), table), { resultTtlSeconds: 3600 }));
    };

    // Below, at and above the size of one part, and several parts of which the last is not full.
    for (const rows of [0, 1, 100, 8191, 8192, 8193, 30_000]) {
      test(`a result of ${rows} rows comes back in every order`, async () => {
        const { results } = defined(harness);
        const table = tableOf(rows);
        const job = await save(table);

        for (const order of ROW_ORDERS) {
          const expected = rowsOf(sortTable(table, order));
          const streamed: ReportRow[] = [];
          for await (const slice of results.streamRows(job, order)) streamed.push(...rowsOf(slice));
          // Not toEqual, which takes seconds for so many rows.
          expect(isDeepStrictEqual(streamed, expected)).toBe(true);
          for (const offset of [0, 1, Math.floor(rows / 2), 8190, 16_000, rows - 1, rows, rows + 5]) {
            const range = { offset: Math.max(0, offset), limit: 1000 };
            const read = await results.readRows(job, order, range);
            expect(isDeepStrictEqual(read, expected.slice(range.offset, range.offset + 1000))).toBe(true);
          }
        }
      });
    }

    test('rows with equal totals stand by ascending user id in both directions', async () => {
      const { results } = defined(harness);
      const job = await save({
        userIds: Int32Array.of(-5, 1, 2, 3),
        totalWords: Float64Array.of(7, 9, 7, 9),
        totalPosts: Float64Array.of(1, 1, 1, 1),
      });
      const userIdsIn = async (order: (typeof ROW_ORDERS)[number]) =>
        (await results.readRows(job, order, { offset: 0, limit: 10 })).map(({ userId }) => userId);

      expect(await userIdsIn('TOTAL_WORDS_ASC')).toEqual([-5, 2, 1, 3]);
      expect(await userIdsIn('TOTAL_WORDS_DESC')).toEqual([1, 3, -5, 2]);
      expect(await userIdsIn('TOTAL_POSTS_ASC')).toEqual([-5, 1, 2, 3]);
      expect(await userIdsIn('TOTAL_POSTS_DESC')).toEqual([-5, 1, 2, 3]);
      expect(await userIdsIn('USER_ID_DESC')).toEqual([3, 2, 1, -5]);
    });

    test('any number that can occur comes back exactly', async () => {
      const { results } = defined(harness);
      const extremes = {
        userIds: Int32Array.of(-(2 ** 31), -1, 0, 1, 2 ** 31 - 1),
        totalWords: Float64Array.of(0, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 1),
        totalPosts: Float64Array.of(1, 2 ** 40, 1, 2 ** 32, 3),
      };
      for (const table of [extremes, repeated(extremes, 20_000)]) {
        const job = await save(table);
        for (const order of ROW_ORDERS) {
          const read = await results.readRows(job, order, { offset: 0, limit: 1000 });
          expect(read).toEqual(rowsOf(sortTable(table, order)).slice(0, 1000));
        }
      }
    });

    test('a job without a result has no rows', async () => {
      const { jobs, results } = defined(harness);
      for (const job of [await queued(jobs), await failed(jobs)]) {
        expect(await results.readRows(job, 'USER_ID_ASC', { offset: 0, limit: 10 })).toEqual([]);
        for await (const _ of results.streamRows(job, 'USER_ID_ASC')) throw new Error('There is a slice.');
      }
    });

    test('a reader may stop in the middle', async () => {
      const { results } = defined(harness);
      const job = await save(tableOf(30_000));

      for await (const slice of results.streamRows(job, 'TOTAL_WORDS_DESC')) {
        expect(slice.userIds.length).toBeGreaterThan(0);
        break;
      }

      expect(await results.readRows(job, 'USER_ID_ASC', { offset: 0, limit: 1 })).toHaveLength(1);
    });
  });
}

/** Many equal totals, so that ties are frequent. */
function tableOf(rows: number): ReportTable {
  return {
    userIds: Int32Array.from({ length: rows }, (_, row) => row * 3 - 1000),
    totalWords: Float64Array.from({ length: rows }, (_, row) => (row * 7919) % 5003),
    totalPosts: Float64Array.from({ length: rows }, (_, row) => 1 + (row % 17)),
  };
}

/** The same totals again and again, under user ids of their own. */
function repeated(table: ReportTable, rows: number): ReportTable {
  const at = (column: Float64Array, row: number) => column[row % column.length] as number;
  return {
    userIds: Int32Array.from({ length: rows }, (_, row) => row - 10_000),
    totalWords: Float64Array.from({ length: rows }, (_, row) => at(table.totalWords, row)),
    totalPosts: Float64Array.from({ length: rows }, (_, row) => at(table.totalPosts, row)),
  };
}

function rowsOf(table: ReportTable): ReportRow[] {
  return Array.from(table.userIds, (_, index) => rowAt(table, index));
}
