import type { CanonicalFilter } from '../../src/reports/canonical-filter.js';
import { SHIPPED } from '../../src/reports/kinds/index.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { ReportCatalog } from '../../src/reports/report-catalog.js';
import type { ReportTable } from '../../src/reports/report-table.js';
import { totalsOf, type Report } from '../../src/reports/report.js';

/** The reports that ship. */
export const CATALOG = new ReportCatalog(SHIPPED);

/** The filter of `posts` without conditions. */
export const EVERYTHING: CanonicalFilter = { userIds: null, createdFrom: null, createdTo: null };

export type Row = readonly [userId: number, words: number, posts: number];

/** A table of `posts`. @param rows by ascending user id */
export function tableOf(rows: readonly Row[]): ReportTable {
  return {
    columns: posts.columns,
    rowCount: rows.length,
    keys: Int32Array.from(rows, ([userId]) => userId),
    figures: [Float64Array.from(rows, ([, words]) => words), Float64Array.from(rows, ([, , count]) => count)],
  };
}

/** A report of `posts`. @param rows by ascending user id */
export function reportOf(rows: readonly Row[], asOf = new Date()): Report {
  const table = tableOf(rows);
  const totals = totalsOf(table);
  return {
    table,
    summary: { rowCount: rows.length, totals, asOf, durationMs: 5 },
    processedRows: totals['totalPosts'] ?? 0,
  };
}

/** Fingerprints of the reports that ship. The workers of the tests know exactly these definitions. */
export const DEFINITIONS = CATALOG.fingerprints;
