import type { Connection } from 'mysql2';
import type { RowBatch } from '../../../reports/row-batch.js';
import type { ColumnReader } from '../column-readers.js';
import { ResultSetReader } from './result-set-reader.js';
import type { RowSocket } from './row-socket.js';

/**
 * Sends a SELECT through mysql2 and delivers its rows from the socket's own buffer. Resolves only when the server sent
 * the end of the rows; rejects when the connection is lost.
 *
 * After an error in `onBatch` rows may still arrive: the caller has to end the connection.
 */
export async function readRowBytes(
  connection: Connection,
  rowSocket: RowSocket,
  { sql, bindings }: { readonly sql: string; readonly bindings: readonly unknown[] },
  readers: readonly ColumnReader[],
  onBatch: (batch: RowBatch) => void,
): Promise<void> {
  let fail: (error: unknown) => void = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      fail = reject;
      const toDriver = (packets: Buffer): void => rowSocket.toDriver(packets);
      rowSocket.readTo(new ResultSetReader(readers, { onBatch, toDriver, onError: reject }));
      connection.on('error', reject);
      connection
        .query({ sql, values: [...bindings], rowsAsArray: true })
        .on('error', reject)
        .on('end', () => resolve());
    });
  } finally {
    connection.off('error', fail);
  }
}
