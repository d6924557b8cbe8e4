import type { Connection, TypeCastField, TypeCastNext } from 'mysql2';
import type { PostBatch } from '../../reports/ports/post-source.js';
import { PostBatcher } from './post-batcher.js';

/**
 * Streams a SELECT of user_id and context through mysql2's documented events, packed into batches. Resolves only when
 * the server said that this was the last row; a connection that breaks off rejects.
 *
 * After a rejection that `onBatch` caused, rows may still be arriving: the connection is the caller's to end.
 */
export async function readRows(
  connection: Connection,
  { sql, bindings }: { readonly sql: string; readonly bindings: readonly unknown[] },
  onBatch: (batch: PostBatch) => void,
): Promise<void> {
  const batcher = new PostBatcher(onBatch);
  let stopped = false;
  let fail: (error: unknown) => void = () => {};

  function take([userId, context]: PostRow): void {
    if (stopped || !batcher.add(userId, context ?? NO_TEXT)) return;
    // The socket always has more, so without a pause nobody else in the process would get a turn.
    connection.pause();
    setImmediate(() => connection.resume());
  }

  try {
    await new Promise<void>((resolve, reject) => {
      fail = reject;
      connection.on('error', reject);
      connection
        .query({ sql, values: [...bindings], rowsAsArray: true, typeCast: textAsBytes })
        .on('error', reject)
        .on('result', (row) => {
          try {
            take(row as unknown as PostRow);
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

type PostRow = readonly [userId: number, context: Buffer | null];

const NO_TEXT = new Uint8Array(0);

function textAsBytes(field: TypeCastField, next: TypeCastNext): unknown {
  return field.name === 'context' ? field.buffer() : next();
}
