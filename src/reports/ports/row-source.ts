import type { FilterMember, FilterValue } from '../filter-members.js';
import type { RowBatch } from '../row-batch.js';
import type { SourceColumn } from '../source-columns.js';

/**
 * Provides the rows of a report. An implementer reads with one plain `SELECT column, … FROM table WHERE …`, and never
 * counts in SQL.
 */
export interface RowSource {
  /**
   * Reads every row that meets the conditions, in any order, from one consistent snapshot.
   *
   * Guarantees: `onStart` is called once, before any batch. Each row is in exactly one batch. Memory use does not grow
   * with the number of rows. The event loop runs other work every few batches. When the signal aborts, the server ends
   * the query within two seconds, and `read` rejects with the signal's reason. When a callback throws, the query ends
   * too, and `read` rejects with the thrown error. `read` rejects with ServiceUnavailableError when the connection is
   * lost, and with SourceMismatchError when a value, table or column does not match the query.
   */
  read(query: RowQuery, options: ReadOptions): Promise<void>;
}

export interface RowQuery {
  readonly table: string;
  /** The columns of each batch, in this order. */
  readonly columns: readonly SourceColumn[];
  /** Each row meets all of these conditions. Texts are compared by their bytes. */
  readonly conditions: readonly Condition[];
}

export interface Condition extends Pick<FilterMember, 'operator' | 'column'> {
  /** In canonical form; a list for `oneOf`. */
  readonly value: NonNullable<FilterValue>;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  readonly onStart: (start: ReadStart) => void;
  /** Called synchronously. The batch and its arrays are reused for the next batch, so keep no reference to them. */
  readonly onBatch: (batch: RowBatch) => void;
}

export interface ReadStart {
  /** The time just before the SELECT, by the clock of the service's own database. */
  readonly asOf: Date;
  /** The optimizer's estimate of the number of rows; null when there is none. */
  readonly estimatedRows: number | null;
}
