import type { Report } from '../../../src/reports/report.js';

export type Row = readonly [userId: number, words: number, posts: number];

export const ROWS: readonly Row[] = [
  [-3, 20, 1],
  [1, 6380, 116],
  [2, 0, 4],
];

/** @param rows by ascending user id */
export function reportOf(rows: readonly Row[]): Report {
  const table = {
    userIds: Int32Array.from(rows, ([userId]) => userId),
    totalWords: Float64Array.from(rows, ([, words]) => words),
    totalPosts: Float64Array.from(rows, ([, , posts]) => posts),
  };
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const summary = {
    totalUsers: rows.length,
    totalPosts: sum(table.totalPosts),
    totalWords: sum(table.totalWords),
    asOf: new Date(),
    durationMs: 5,
  };
  return { table, summary };
}
