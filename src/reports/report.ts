import { indexesByValue, indexesOf } from './indexes-by-value.js';

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

export type CanonicalFilter = Readonly<Record<string, string | number | null | readonly number[]>>;

export interface ReportSummary {
  readonly totalUsers: number;
  readonly totalPosts: number;
  readonly totalWords: number;
  /** The database's time just before the SELECT. */
  readonly asOf: Date;
  readonly durationMs: number;
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
  switch (order) {
    case 'USER_ID_ASC':
      return indexesOf(table.userIds);
    case 'USER_ID_DESC':
      return indexesOf(table.userIds).reverse();
    case 'TOTAL_WORDS_ASC':
      return indexesByValue(table.totalWords, 'ascending');
    case 'TOTAL_WORDS_DESC':
      return indexesByValue(table.totalWords, 'descending');
    case 'TOTAL_POSTS_ASC':
      return indexesByValue(table.totalPosts, 'ascending');
    case 'TOTAL_POSTS_DESC':
      return indexesByValue(table.totalPosts, 'descending');
  }
}

/** The table's rows in the given order, as a table. */
export function sortTable(table: ReportTable, order: RowOrder): ReportTable {
  return order === 'USER_ID_ASC' ? table : takeRows(table, sortedIndexes(table, order));
}

/** The rows with these numbers, in their order. */
export function takeRows(table: ReportTable, indexes: Uint32Array): ReportTable {
  const taken = {
    userIds: new Int32Array(indexes.length),
    totalWords: new Float64Array(indexes.length),
    totalPosts: new Float64Array(indexes.length),
  };
  for (let row = 0; row < indexes.length; row += 1) {
    const index = indexes[row] as number;
    taken.userIds[row] = table.userIds[index] as number;
    taken.totalWords[row] = table.totalWords[index] as number;
    taken.totalPosts[row] = table.totalPosts[index] as number;
  }
  return taken;
}
