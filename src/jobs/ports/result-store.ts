import type { ReportsError } from '../../reports/errors.js';
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

/** At most `limit` rows of a saved result from position `offset` on; fewer only at the end. */
export interface ResultPage {
  readonly result: ResultOwner;
  readonly order: RowOrder;
  readonly offset: number;
  readonly limit: number;
}

/** Reads saved results. They are written by `JobStore.succeed`, in the transaction that ends the job. */
export interface ResultStore {
  /** Each page, or why it cannot be had, in the order given. Equal rows stand by ascending key. */
  readPages(pages: readonly ResultPage[]): Promise<readonly (ReportTable | ReportsError)[]>;
  /** The whole result in the given order, in slices of some thousand rows; only a few are in memory at a time. */
  streamRows(result: ResultOwner, order: RowOrder): AsyncIterable<ReportTable>;
}
