import type { Connection, TypeCastField } from 'mysql2';
import type { RowBatch } from '../../reports/row-batch.js';
import { batchOf, MAX_ROWS, type ColumnReader } from './column-readers.js';

const BATCH_BYTES = 256 * 1024;

/**
 * Streams a SELECT through mysql2's documented events, in batches. Resolves only when the server sent the end of the
 * rows; rejects when the connection is lost.
 *
 * After an error in `onBatch` rows may still arrive: the caller has to end the connection.
 */
export async function readRows(
  connection: Connection,
  { sql, bindings }: { readonly sql: string; readonly bindings: readonly unknown[] },
  readers: readonly ColumnReader[],
  onBatch: (batch: RowBatch) => void,
): Promise<void> {
  const batcher = new RowBatcher(readers, onBatch);
  let stopped = false;
  let fail: (error: unknown) => void = () => {};

  function take(row: Row): void {
    if (stopped || !batcher.add(row)) return;
    // Pauses after each batch. Otherwise the socket would always have more data, and no other work of the process could
    // run.
    connection.pause();
    setImmediate(() => connection.resume());
  }

  try {
    await new Promise<void>((resolve, reject) => {
      fail = reject;
      connection.on('error', reject);
      connection
        .query({ sql, values: [...bindings], rowsAsArray: true, typeCast: asBytes })
        .on('error', reject)
        .on('result', (row) => {
          try {
            take(row as unknown as Row);
          } catch (error) {
            stopped = true;
            reject(error);
          }
        })
        .on('end', resolve);
    });
    batcher.flush();
  } finally {
    stopped = true;
    connection.off('error', fail);
  }
}

/** The bytes of each column as the server sent them. */
type Row = readonly (Buffer | null)[];

function asBytes(field: TypeCastField): unknown {
  return field.buffer();
}

/** Copies rows into one batch that is reused, so that no object per row stays in memory. */
class RowBatcher {
  readonly #readers: readonly ColumnReader[];
  readonly #onBatch: (batch: RowBatch) => void;
  #bytes = new Uint8Array(BATCH_BYTES);
  #used = 0;
  #count = 0;

  constructor(readers: readonly ColumnReader[], onBatch: (batch: RowBatch) => void) {
    this.#readers = readers;
    this.#onBatch = onBatch;
  }

  /** @returns whether a batch was delivered */
  add(row: Row): boolean {
    let length = 0;
    for (const value of row) length += value?.length ?? 0;
    const isFull = this.#count === MAX_ROWS || this.#used + length > this.#bytes.length;
    if (isFull) this.flush();
    // A row that is longer than a whole batch gets a larger buffer.
    if (length > this.#bytes.length) this.#bytes = new Uint8Array(length);
    for (const [column, reader] of this.#readers.entries()) this.#put(reader, row[column] ?? null);
    this.#count += 1;
    return isFull;
  }

  flush(): void {
    if (this.#count === 0) return;
    const count = this.#count;
    this.#count = 0;
    this.#used = 0;
    this.#onBatch(batchOf(this.#readers, count, this.#bytes));
  }

  #put(reader: ColumnReader, value: Buffer | null): void {
    if (value === null) {
      reader.putNull(this.#count);
      return;
    }
    const start = this.#used;
    this.#bytes.set(value, start);
    this.#used = start + value.length;
    reader.put(this.#count, this.#bytes, start, this.#used);
  }
}
