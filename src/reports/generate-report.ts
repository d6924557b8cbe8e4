import type { CanonicalFilter } from './canonical-filter.js';
import type { RowSource } from './ports/row-source.js';
import { queryOf, type ReportDefinition } from './report-definition.js';
import { totalsOf, type Report } from './report.js';
import { TableBuilder } from './table-builder.js';

export interface GenerateOptions {
  /**
   * Aborting the signal ends the query in the database server; `generateReport` then rejects with the signal's reason.
   */
  readonly signal: AbortSignal;
  /** Called often and synchronously, so the callback must be cheap. */
  readonly onProgress: (progress: GenerateProgress) => void;
}

export interface GenerateProgress {
  readonly processedRows: number;
  /** The optimizer's estimate of the number of rows; null when there is none. */
  readonly estimatedRows: number | null;
}

/**
 * Reads the rows of a report and aggregates them.
 *
 * @param filter in canonical form
 * @throws ServiceUnavailableError, SourceMismatchError, ResultTooLargeError
 */
export async function generateReport(
  report: ReportDefinition,
  source: RowSource,
  filter: CanonicalFilter,
  { signal, onProgress }: GenerateOptions,
): Promise<Report> {
  const startedAt = performance.now();
  const builder = new TableBuilder({
    table: report.source.table,
    columns: report.columns,
    most: report.rows.most,
  });
  const aggregateBatch = report.aggregate(builder, filter);
  let asOf = new Date(0);
  let estimatedRows: number | null = null;
  let processedRows = 0;
  await source.read(queryOf(report, filter), {
    signal,
    onStart(start) {
      ({ asOf, estimatedRows } = start);
      onProgress({ processedRows, estimatedRows });
    },
    onBatch(batch) {
      aggregateBatch(batch);
      processedRows += batch.count;
      onProgress({ processedRows, estimatedRows });
    },
  });
  const table = builder.toTable();
  const summary = {
    rowCount: table.rowCount,
    totals: totalsOf(table),
    asOf,
    durationMs: Math.round(performance.now() - startedAt),
  };
  return { table, summary, processedRows };
}
