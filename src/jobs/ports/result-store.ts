import type { ReportJob } from '../job.js';
import type { ReportRow, ReportTable, RowOrder } from '../../reports/report.js';

/** What says where the result of a job is. One that is over without a result has an empty one. */
export type ResultOwner = Pick<ReportJob, 'id' | 'epoch' | 'summary'>;

/** Reads saved results. They are written by `JobStore.succeed`, in the transaction that ends the job. */
export interface ResultStore {
  /**
   * Rows of a saved result, in the given order, from position `offset` on. Equal rows stand by ascending user id.
   * At most `limit` rows; fewer only at the end.
   */
  readRows(
    job: ResultOwner,
    order: RowOrder,
    range: { offset: number; limit: number },
  ): Promise<readonly ReportRow[]>;
  /** The whole result in the given order, in slices of some thousand rows; only a few are in memory at a time. */
  streamRows(job: ResultOwner, order: RowOrder): AsyncIterable<ReportTable>;
}
