import { describe, expect, it } from '@jest/globals';
import { array, assert, integer, property, tuple } from 'fast-check';
import { ROW_ORDERS, rowAt, sortTable, type ReportRow, type RowOrder } from '../../src/reports/report.js';

const amount = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const small = integer({ min: 0, max: 3 });

describe('the order of a report', () => {
  it.each(ROW_ORDERS)('%s is what comparing row by row gives, equal rows by ascending user id', (order) => {
    assert(
      property(array(tuple(amount, small)), (amounts) => {
        const rows = amounts.map(([totalWords, totalPosts], index) => ({
          userId: index * 3 - 10,
          totalWords,
          totalPosts,
        }));
        const sorted = sortTable(tableOf(rows), order);
        expect(rows.map((_, index) => rowAt(sorted, index))).toEqual([...rows].sort(comparing(order)));
      }),
    );
  });
});

function tableOf(rows: readonly ReportRow[]) {
  return {
    userIds: Int32Array.from(rows, ({ userId }) => userId),
    totalWords: Float64Array.from(rows, ({ totalWords }) => totalWords),
    totalPosts: Float64Array.from(rows, ({ totalPosts }) => totalPosts),
  };
}

function comparing(order: RowOrder): (a: ReportRow, b: ReportRow) => number {
  const [member, sign] = {
    USER_ID_ASC: ['userId', 1] as const,
    USER_ID_DESC: ['userId', -1] as const,
    TOTAL_WORDS_ASC: ['totalWords', 1] as const,
    TOTAL_WORDS_DESC: ['totalWords', -1] as const,
    TOTAL_POSTS_ASC: ['totalPosts', 1] as const,
    TOTAL_POSTS_DESC: ['totalPosts', -1] as const,
  }[order];
  return (a, b) => sign * (a[member] - b[member]) || a.userId - b.userId;
}
