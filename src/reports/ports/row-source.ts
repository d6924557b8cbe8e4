import type { FilterMember, FilterValue } from '../filter-members.js';
import type { RowBatch } from '../row-batch.js';
import type { SourceColumn } from '../source-columns.js';

/**
 * Provides the rows. An implementer reads with one plain `SELECT column, … FROM table WHERE …`, and never counts in
 * SQL.
 */
export interface RowSource {
  /**
   * Reads every row that meets the conditions, in any order, from one consistent snapshot.
   *
   * Guarantees: `onStart` is called once, before any batch; each row is in exactly one batch; memory does not grow with
   * the number of rows; other work of the process runs every few batches. When the signal aborts, the server
   * ends the query within two seconds and `read` rejects with the signal's reason; an error of a callback ends the
   * query too, and `read` rejects with it. A dead connection rejects with ServiceUnavailableError; a value, table or
   * column that does not match the query rejects with SourceMismatchError.
   */
  read(query: RowQuery, options: ReadOptions): Promise<void>;
}

export interface RowQuery {
  readonly table: string;
  /** The columns of each batch, in this order. */
  readonly columns: readonly SourceColumn[];
  /** A row has to meet all of them. Texts are compared by their bytes. */
  readonly conditions: readonly Condition[];
}

export interface Condition extends Pick<FilterMember, 'operator' | 'column'> {
  /** In canonical form; a list for `oneOf`. */
  readonly value: NonNullable<FilterValue>;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  readonly onStart: (start: ReadStart) => void;
  /** Called synchronously. The batch and its arrays are reused for the next one, so keep no reference to them. */
  readonly onBatch: (batch: RowBatch) => void;
}

export interface ReadStart {
  /** The time by the service's own database just before the SELECT. */
  readonly asOf: Date;
  /** The optimiser's estimate of the number of rows; null when there is none. */
  readonly estimatedRows: number | null;
}
