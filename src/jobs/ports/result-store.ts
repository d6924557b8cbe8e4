import type { ReportsError } from '../../reports/errors.js';
import type { ReportTable } from '../../reports/report-table.js';
import type { ResultColumn } from '../../reports/result-columns.js';
import type { RowOrder } from '../../reports/row-order.js';
import type { ReportJob } from '../job.js';

/** Identifies a job's result and its columns. A job without a result has an empty one. */
export interface ResultOwner extends Pick<ReportJob, 'id' | 'epoch' | 'summary'> {
  readonly report: {
    /** The definition by which the result was made. */
    readonly columns: readonly ResultColumn[];
  };
}

/** At most `limit` rows of a saved result from position `offset` on; fewer only at the end. */
export interface ResultPage {
  readonly result: ResultOwner;
  readonly order: RowOrder;
  readonly offset: number;
  readonly limit: number;
}

/** Reads saved results. They are written by `JobStore.succeed`, in the transaction that ends the job. */
export interface ResultStore {
  /** The outcome of each page, in the order given: its rows or an error. Equal rows are ordered by ascending key. */
  readPages(pages: readonly ResultPage[]): Promise<readonly (ReportTable | ReportsError)[]>;
  /**
   * The whole result in the given order, in slices of a few thousand rows, of which only a few are in memory at a time.
   */
  streamRows(result: ResultOwner, order: RowOrder): AsyncIterable<ReportTable>;
}
