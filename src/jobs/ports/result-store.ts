import type { ReportTable } from '../../reports/report-table.js';
import type { ResultColumn } from '../../reports/result-columns.js';
import type { RowOrder } from '../../reports/row-order.js';
import type { ReportJob } from '../job.js';

/** What says where the result of a job is, and what it holds. One that is over without a result has an empty one. */
export interface ResultOwner extends Pick<ReportJob, 'id' | 'epoch' | 'summary'> {
  readonly report: {
    /** Of the definition that the result was made by. */
    readonly columns: readonly ResultColumn[];
  };
}

/** Reads saved results. They are written by `JobStore.succeed`, in the transaction that ends the job. */
export interface ResultStore {
  /**
   * Rows of a saved result, in the given order, from position `offset` on. Equal rows stand by ascending key. At most
   * `limit` rows; fewer only at the end.
   */
  readRows(
    result: ResultOwner,
    order: RowOrder,
    range: { offset: number; limit: number },
  ): Promise<ReportTable>;
  /** The whole result in the given order, in slices of some thousand rows; only a few are in memory at a time. */
  streamRows(result: ResultOwner, order: RowOrder): AsyncIterable<ReportTable>;
}
