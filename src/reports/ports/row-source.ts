import type { FilterMember, FilterValue } from '../filter-members.js';
import type { RowBatch } from '../row-batch.js';
import type { SourceColumn } from '../source-columns.js';

/** Where rows come from. An implementer reads with one plain `SELECT column, … FROM table WHERE …`, and never counts. */
export interface RowSource {
  /**
   * Reads every row that meets the conditions, in no particular order, from one consistent snapshot.
   *
   * Guarantees: `onStart` comes once, before any batch; each row is in exactly one batch; memory does not grow with the
   * number of rows; other work in the process gets its turn every few batches. When the signal aborts, the query ends
   * in the server within two seconds and `read` rejects with the signal's reason; what the callbacks throw ends the
   * query too and is passed on. A dead connection rejects with ServiceUnavailableError; a value, table or column that
   * is not what the query says rejects with SourceMismatchError.
   */
  read(query: RowQuery, options: ReadOptions): Promise<void>;
}

export interface RowQuery {
  readonly table: string;
  /** Columns of each batch, in this order. */
  readonly columns: readonly SourceColumn[];
  /** All of them have to hold. Texts are compared by their bytes. */
  readonly conditions: readonly Condition[];
}

export interface Condition extends Pick<FilterMember, 'operator' | 'column'> {
  /** Canonical; a list for `oneOf`. */
  readonly value: NonNullable<FilterValue>;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  readonly onStart: (start: ReadStart) => void;
  /** Synchronous; the batch and its arrays are used again afterwards, so keep nothing of it. */
  readonly onBatch: (batch: RowBatch) => void;
}

export interface ReadStart {
  /** The time of the service's own database just before the SELECT. */
  readonly asOf: Date;
  /** The optimiser's estimate of the rows to come; null when it gives none. */
  readonly estimatedRows: number | null;
}
