import type { ReportSummary } from './job.js';

/**
 * A report's rows as columns, one typed array each, ascending by key: a report over millions of users is a few
 * dozen megabytes that cross threads without a copy, not millions of objects.
 */
export interface ReportTable {
  /** user_id; unique, ascending. */
  readonly userIds: Int32Array;
  readonly totalWords: Float64Array;
  readonly totalPosts: Float64Array;
}

export interface Report {
  readonly table: ReportTable;
  readonly summary: ReportSummary;
}

export interface ReportRow {
  readonly userId: number;
  readonly totalWords: number;
  readonly totalPosts: number;
}

export const ROW_ORDERS = [
  'USER_ID_ASC',
  'USER_ID_DESC',
  'TOTAL_WORDS_ASC',
  'TOTAL_WORDS_DESC',
  'TOTAL_POSTS_ASC',
  'TOTAL_POSTS_DESC',
] as const;
export type RowOrder = (typeof ROW_ORDERS)[number];

export function rowAt(table: ReportTable, index: number): ReportRow {
  return {
    userId: table.userIds[index] as number,
    totalWords: table.totalWords[index] as number,
    totalPosts: table.totalPosts[index] as number,
  };
}

/** The table's row numbers in the given order. Equal rows stand by ascending user id, whichever the direction. */
export function sortedIndexes(table: ReportTable, order: RowOrder): Uint32Array {
  const indexes = Uint32Array.from({ length: table.userIds.length }, (_, index) => index);
  switch (order) {
    case 'USER_ID_ASC':
      return indexes;
    case 'USER_ID_DESC':
      return indexes.reverse();
    case 'TOTAL_WORDS_ASC':
      return sortBy(indexes, table.totalWords, 1);
    case 'TOTAL_WORDS_DESC':
      return sortBy(indexes, table.totalWords, -1);
    case 'TOTAL_POSTS_ASC':
      return sortBy(indexes, table.totalPosts, 1);
    case 'TOTAL_POSTS_DESC':
      return sortBy(indexes, table.totalPosts, -1);
  }
}

function sortBy(indexes: Uint32Array, values: Float64Array, direction: 1 | -1): Uint32Array {
  return indexes.sort((a, b) => direction * ((values[a] as number) - (values[b] as number)) || a - b);
}

/** The table's rows in the given order, as a table. */
export function sortTable(table: ReportTable, order: RowOrder): ReportTable {
  const indexes = sortedIndexes(table, order);
  return {
    userIds: Int32Array.from(indexes, (index) => table.userIds[index] as number),
    totalWords: Float64Array.from(indexes, (index) => table.totalWords[index] as number),
    totalPosts: Float64Array.from(indexes, (index) => table.totalPosts[index] as number),
  };
}
