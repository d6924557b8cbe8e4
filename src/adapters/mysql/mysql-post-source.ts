import type { Knex } from 'knex';
import type { Connection } from 'mysql2';
import type {
  PostBatch,
  PostConditions,
  PostSource,
  ReadOptions,
  ReadStart,
} from '../../reports/ports/post-source.js';
import { isConnectionLost, isSetUpWrongly, isUnavailable, toReportsError } from './database-errors.js';
import { createDatabase, type Database } from './knex.js';
import { readRows } from './read-rows.js';
import { readRowBytes } from './row-bytes/read-row-bytes.js';
import { rowSocketOf } from './row-bytes/row-socket.js';
import { destroyConnection, Session } from './session.js';

/** How long a server may be silent before it is asked whether it is there, and within which it must say so. */
const SILENCE_MS = 900;
const SIGN_OF_LIFE_MS = 1000;
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
  const database = createDatabase(databaseUrl, { connections: 4, rowBytes, multipleStatements: true });
  const { knex, main } = database;
  return {
    async read(conditions, { signal, onStart, onBatch }) {
      signal.throwIfAborted();
      const select = selectPosts(knex, conditions).toSQL().toNative();
      const connection = await acquire(main, signal);
      const aborted = rejectionOf(signal);
      let isOver = false;
      // The rows that a connection has brought already come even after it was destroyed.
      const onBatchInTime = (batch: PostBatch) => {
        if (!isOver) onBatch(batch);
      };
      try {
        signal.throwIfAborted();
        onStart(await Promise.race([prepare(database, connection, select), aborted.promise]));
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
  select: Knex.SqlNative,
  onBatch: ReadOptions['onBatch'],
): Promise<void> {
  const rowSocket = rowSocketOf((connection as unknown as { readonly stream: object }).stream);
  await (rowSocket === undefined
    ? readRows(connection, select, onBatch)
    : readRowBytes(connection, rowSocket, select, onBatch));
}

/** The one way in which posts are read. */
function selectPosts(knex: Knex, { userIds, createdFrom, createdTo }: PostConditions): Knex.QueryBuilder {
  const select = knex('posts').select('user_id', 'context');
  if (userIds !== null) void select.whereIn('user_id', userIds);
  if (createdFrom !== null) void select.where('created_at', '>=', new Date(createdFrom));
  if (createdTo !== null) void select.where('created_at', '<', new Date(createdTo));
  return select;
}

/** What the optimiser expects, and then, right before the SELECT, the time. */
async function prepare(
  database: Database,
  connection: Connection,
  { sql, bindings }: Knex.SqlNative,
): Promise<ReadStart> {
  const { knex } = database;
  // With its form, since MySQL 9 answers with a tree unless it is asked for a table.
  const explain = knex.raw(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, [...bindings]);
  const clock = knex.raw('SELECT UTC_TIMESTAMP(3) AS now');
  const session = new Session(connection, Infinity);
  const [[plan], [time]] = await whileServerIsThere(
    database,
    session.batch<[readonly [Plan?], Clock]>([explain, clock]).catch(async (error: unknown) => {
      // An account may read a view and not be allowed to EXPLAIN the tables behind it.
      if (isUnavailable(error) && !isSetUpWrongly(error)) throw error;
      const [time] = await session.batch<[Clock]>([clock]);
      return [[], time] as const;
    }),
  );
  const rows = numberOfRows(plan?.rows ?? null);
  // MySQL says which share of the rows the conditions will leave, MariaDB does not.
  const estimatedPosts = rows === null ? null : Math.round((rows * (plan?.filtered ?? 100)) / 100);
  return { asOf: time.now, estimatedPosts };
}

type Clock = readonly [{ readonly now: Date }];

interface Plan {
  readonly rows: number | string | null;
  readonly filtered?: number | null;
}

/**
 * The statement may wait for as long as the caller lets it, as for a table that is altered; but not for a server that
 * hangs.
 *
 * @throws ServiceUnavailableError when the server does not answer anybody
 */
async function whileServerIsThere<Answer>(
  { leases, knex }: Database,
  answer: Promise<Answer>,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const gone = new Promise<never>((_resolve, reject) => {
    const watch = () => {
      if (isOver) return;
      timer = setTimeout(() => {
        leases
          .run((session) => session.rows(knex.raw('SELECT 1')), { deadlineMs: SIGN_OF_LIFE_MS })
          .then(watch, reject);
      }, SILENCE_MS);
    };
    watch();
  });
  try {
    return await Promise.race([answer, gone]);
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
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
