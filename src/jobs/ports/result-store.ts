import type { ReportsError } from '../../reports/errors.js';
import type { ReportTable } from '../../reports/report-table.js';
import type { ResultColumn } from '../../reports/result-columns.js';
import type { RowOrder } from '../../reports/row-order.js';
import type { ReportJob } from '../job.js';

/** Identifies the saved result of a job, and gives its columns. For a job without a result, reads return no rows. */
export interface ResultOwner extends Pick<ReportJob, 'id' | 'epoch' | 'summary'> {
  readonly report: {
    /** The columns of the definition with which the result was made. */
    readonly columns: readonly ResultColumn[];
  };
}

/**
 * At most `limit` rows of a saved result, from row `offset` on in the given order. Fewer rows only at the end of the
 * result.
 */
export interface ResultPage {
  readonly result: ResultOwner;
  readonly order: RowOrder;
  readonly offset: number;
  readonly limit: number;
}

/** Reads saved results. `JobStore.succeed` writes results, in the transaction that ends the job. */
export interface ResultStore {
  /**
   * The rows of each page, or the error of reading it, in the order of `pages`. Rows with equal values in the sort
   * column are ordered by ascending key.
   */
  readPages(pages: readonly ResultPage[]): Promise<readonly (ReportTable | ReportsError)[]>;
  /**
   * The whole result in the given order, in slices of a few thousand rows. Only a few slices are in memory at a time.
   */
  streamRows(result: ResultOwner, order: RowOrder): AsyncIterable<ReportTable>;
}
