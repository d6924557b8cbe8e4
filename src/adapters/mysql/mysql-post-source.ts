import type { Knex } from 'knex';
import type { Connection } from 'mysql2';
import type {
  PostBatch,
  PostConditions,
  PostSource,
  ReadOptions,
  ReadStart,
} from '../../reports/ports/post-source.js';
import { isConnectionLost, toReportsError } from './database-errors.js';
import { createDatabase, type Database } from './knex.js';
import { readRows } from './read-rows.js';
import { readRowBytes } from './row-bytes/read-row-bytes.js';
import { rowSocketOf } from './row-bytes/row-socket.js';
import { destroyConnection, Session } from './session.js';

/** For the clock; statements about posts may wait for as long as the caller lets them, as for a table that is altered. */
const CLOCK_MS = 1900;
const KILL_MS = 1500;

export interface PostSourceOptions {
  /** Rows as the socket brings them, where that works (no TLS); false reads them through the driver always. */
  readonly rowBytes?: boolean;
}

/** Reads posts on connections of its own, one per read. */
export function createPostSource(
  databaseUrl: string,
  { rowBytes = true }: PostSourceOptions = {},
): PostSource & { close(): Promise<void> } {
  const database = createDatabase(databaseUrl, { connections: 4, rowBytes });
  const { knex, main } = database;
  return {
    async read(conditions, { signal, onStart, onBatch }) {
      signal.throwIfAborted();
      const select = selectPosts(knex, conditions);
      const connection = await acquire(main, signal);
      const aborted = rejectionOf(signal);
      let isOver = false;
      // The rows that a connection has brought already come even after it was destroyed.
      const onBatchInTime = (batch: PostBatch) => {
        if (!isOver) onBatch(batch);
      };
      try {
        signal.throwIfAborted();
        onStart(await Promise.race([prepare(knex, connection, select), aborted.promise]));
        await Promise.race([readPosts(connection, select, onBatchInTime), aborted.promise]);
      } catch (error) {
        isOver = true;
        destroyConnection(connection);
        if (!isConnectionLost(error)) await endQuery(database, connection);
        throw signal.aborted ? signal.reason : toReportsError(error);
      } finally {
        aborted.forget();
        await main.release(connection);
      }
    },
    close: () => database.close(),
  };
}

/** At most a second passes here; whoever has given up meanwhile hears his own reason. */
async function acquire(main: Database['main'], signal: AbortSignal): Promise<Connection> {
  try {
    return await main.acquire();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** As bytes past the driver where the connection can do that, else through it. */
async function readPosts(
  connection: Connection,
  select: Knex.QueryBuilder,
  onBatch: ReadOptions['onBatch'],
): Promise<void> {
  const { sql, bindings } = select.toSQL().toNative();
  const rowSocket = rowSocketOf((connection as unknown as { readonly stream: object }).stream);
  const statement = { sql, bindings };
  await (rowSocket === undefined
    ? readRows(connection, statement, onBatch)
    : readRowBytes(connection, rowSocket, statement, onBatch));
}

/** The one way in which posts are read. */
function selectPosts(knex: Knex, { userIds, createdFrom, createdTo }: PostConditions): Knex.QueryBuilder {
  const select = knex('posts').select('user_id', 'context');
  if (userIds !== null) void select.whereIn('user_id', userIds);
  if (createdFrom !== null) void select.where('created_at', '>=', new Date(createdFrom));
  if (createdTo !== null) void select.where('created_at', '<', new Date(createdTo));
  return select;
}

async function prepare(knex: Knex, connection: Connection, select: Knex.QueryBuilder): Promise<ReadStart> {
  await readClock(knex, connection); // a server that hangs is noticed here
  const { sql, bindings } = select.toSQL().toNative();
  const plan = await new Session(connection, Infinity).first<{
    rows: number | string | null;
    filtered?: number | null;
  }>(knex.raw(`EXPLAIN ${sql}`, [...bindings]));
  const rows = numberOfRows(plan?.rows ?? null);
  // MySQL says which share of the rows the conditions will leave, MariaDB does not.
  const estimatedPosts = rows === null ? null : Math.round((rows * (plan?.filtered ?? 100)) / 100);
  return { asOf: await readClock(knex, connection), estimatedPosts };
}

async function readClock(knex: Knex, connection: Connection): Promise<Date> {
  const session = new Session(connection, performance.now() + CLOCK_MS);
  const row = await session.first<{ now: Date }>(knex.raw('SELECT UTC_TIMESTAMP(3) AS now'));
  return (row as { now: Date }).now;
}

/** MariaDB says `237 (38%)` where it reads by one index and sieves by another. */
function numberOfRows(rows: number | string | null): number | null {
  const number = typeof rows === 'string' ? Number.parseInt(rows, 10) : rows;
  return Number.isNaN(number) ? null : number;
}

/**
 * Ends the query in the server. The connection as a whole, since KILL QUERY does nothing when it arrives just before
 * the query, which would then run on, and a scan that finds nothing does not notice that nobody listens.
 */
async function endQuery({ knex, leases }: Database, { threadId }: Connection): Promise<void> {
  try {
    await leases.run((session) => session.change(knex.raw('KILL ?', [threadId])), { deadlineMs: KILL_MS });
  } catch {
    // It was over already, or the server is away: either way there is nothing left to end.
  }
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
