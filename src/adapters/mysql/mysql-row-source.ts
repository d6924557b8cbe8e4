import type { Knex } from 'knex';
import type { Connection } from 'mysql2';
import type { ReadOptions, RowQuery, RowSource } from '../../reports/ports/row-source.js';
import type { RowBatch } from '../../reports/row-batch.js';
import { createColumnReaders } from './column-readers.js';
import { createDatabase, type Database } from './database.js';
import { isConnectionLost } from './database-errors.js';
import { readRows } from './read-rows.js';
import { readStart } from './read-start.js';
import { endInServer, readStatement } from './read-statement.js';
import { readRowBytes } from './row-bytes/read-row-bytes.js';
import { rowSocketOf } from './row-bytes/row-socket.js';
import { selectRows } from './select-rows.js';
import { destroyConnection, Session } from './session.js';
import { toSourceError } from './to-source-error.js';

export interface RowSourceOptions {
  /** The database whose rows are read. */
  readonly sourceUrl: string;
  /** The service's own database, whose clock gives a report's `asOf`. */
  readonly databaseUrl: string;
  /** The time limit of a read. At the limit the server ends a read that the caller could not end. Default: no limit. */
  readonly readLimitMs?: number;
  /** True: rows are read as bytes from the socket where the connection supports it. False: always through mysql2. */
  readonly rowBytes?: boolean;
}

/** Reads rows, each read on a connection of its own. */
export function createRowSource({
  sourceUrl,
  databaseUrl,
  readLimitMs,
  rowBytes = true,
}: RowSourceOptions): RowSource & { close(): Promise<void> } {
  const source = createDatabase(sourceUrl, { connections: 4, rowBytes });
  const clock = sourceUrl === databaseUrl ? undefined : createDatabase(databaseUrl, { connections: 1 });
  const { knex, main } = source;
  return {
    async read(query, { signal, onStart, onBatch }) {
      signal.throwIfAborted();
      const statement = readStatement(selectRows(knex, query), readLimitMs);
      const connection = await acquire(main, signal);
      const aborted = rejectionOf(signal);
      let isOver = false;
      // Rows that a connection has already received are delivered even after the connection was destroyed.
      const onBatchInTime = (batch: RowBatch) => {
        if (!isOver) onBatch(batch);
      };
      try {
        signal.throwIfAborted();
        const start = readStart({ source, clock }, new Session(connection, Infinity), query, statement);
        onStart(await Promise.race([start, aborted.promise]));
        const reading = readInto(connection, query, statement.select, onBatchInTime);
        await Promise.race([reading, aborted.promise]);
      } catch (error) {
        isOver = true;
        destroyConnection(connection);
        if (!isConnectionLost(error)) await endInServer(source, statement, connection.threadId);
        throw signal.aborted ? signal.reason : toSourceError(error, query);
      } finally {
        aborted.forget();
        await main.release(connection);
      }
    },
    async close() {
      await Promise.all([source.close(), clock?.close()]);
    },
  };
}

/**
 * Waits for a connection, for a second at most. When the wait fails and the signal was aborted meanwhile, rejects with
 * the signal's reason.
 */
async function acquire(main: Database['main'], signal: AbortSignal): Promise<Connection> {
  try {
    return await main.acquire();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/**
 * Reads the rows as bytes from the socket, past mysql2, if the connection supports it. Otherwise reads them through
 * mysql2.
 */
async function readInto(
  connection: Connection,
  { table, columns }: RowQuery,
  select: Knex.SqlNative,
  onBatch: ReadOptions['onBatch'],
): Promise<void> {
  const readers = createColumnReaders(table, columns);
  const rowSocket = rowSocketOf((connection as unknown as { readonly stream: object }).stream);
  await (rowSocket === undefined
    ? readRows(connection, select, readers, onBatch)
    : readRowBytes(connection, rowSocket, select, readers, onBatch));
}

function rejectionOf(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  let forget = () => {};
  const promise = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    forget = () => signal.removeEventListener('abort', onAbort);
  });
  promise.catch(() => {});
  return { promise, forget };
}
