import type { Knex } from 'knex';
import type { Connection, TypeCastField, TypeCastNext } from 'mysql2';
import type { PostConditions, PostSource, ReadStart } from '../../reports/ports/post-source.js';
import { isConnectionLost, toReportsError } from './database-errors.js';
import { createDatabase, type Database } from './knex.js';
import { PostBatcher } from './post-batcher.js';
import { destroyConnection, Session } from './session.js';

/** For everything that comes before the SELECT; the time of the SELECT itself is the caller's to limit. */
const PREPARATION_MS = 1900;
const KILL_MS = 1500;

/** Reads posts on connections of its own, one per read. */
export function createPostSource(databaseUrl: string): PostSource & { close(): Promise<void> } {
  const database = createDatabase(databaseUrl, { connections: 4 });
  const { knex, main } = database;
  return {
    async read(conditions, { signal, onStart, onBatch }) {
      signal.throwIfAborted();
      const select = selectPosts(knex, conditions);
      const connection = await main.acquire();
      const reading = new PostReading(connection, select, new PostBatcher(onBatch));
      const aborted = rejectionOf(signal);
      try {
        signal.throwIfAborted();
        onStart(await Promise.race([prepare(knex, connection, select), aborted.promise]));
        await Promise.race([reading.run(), aborted.promise]);
      } catch (error) {
        reading.stop();
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

/** The one way in which posts are read. */
function selectPosts(knex: Knex, { userIds, createdFrom, createdTo }: PostConditions): Knex.QueryBuilder {
  const select = knex('posts').select('user_id', 'context');
  if (userIds !== null) void select.whereIn('user_id', userIds);
  if (createdFrom !== null) void select.where('created_at', '>=', new Date(createdFrom));
  if (createdTo !== null) void select.where('created_at', '<', new Date(createdTo));
  return select;
}

async function prepare(knex: Knex, connection: Connection, select: Knex.QueryBuilder): Promise<ReadStart> {
  const session = new Session(connection, performance.now() + PREPARATION_MS);
  const { sql, bindings } = select.toSQL().toNative();
  const plan = await session.first<{ rows: number | null; filtered?: number | null }>(
    knex.raw(`EXPLAIN ${sql}`, [...bindings]),
  );
  const clock = await session.first<{ now: Date }>(knex.raw('SELECT UTC_TIMESTAMP(3) AS now'));
  const rows = plan?.rows ?? null;
  // MySQL says which share of the rows the conditions will leave, MariaDB does not.
  const estimatedPosts = rows === null ? null : Math.round((rows * (plan?.filtered ?? 100)) / 100);
  return { asOf: (clock as { now: Date }).now, estimatedPosts };
}

/** One SELECT that streams on one connection, through mysql2's documented events. */
class PostReading {
  readonly #connection: Connection;
  readonly #select: Knex.QueryBuilder;
  readonly #batcher: PostBatcher;
  #stopped = false;

  constructor(connection: Connection, select: Knex.QueryBuilder, batcher: PostBatcher) {
    this.#connection = connection;
    this.#select = select;
    this.#batcher = batcher;
  }

  /** Resolves only when the server said that this was the last row; a connection that breaks off rejects. */
  async run(): Promise<void> {
    const connection = this.#connection;
    const { sql, bindings } = this.#select.toSQL().toNative();
    let fail: (error: unknown) => void = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        fail = reject;
        connection.on('error', reject);
        connection
          .query({ sql, values: [...bindings], rowsAsArray: true, typeCast: textAsBytes })
          .on('error', reject)
          .on('result', (row) => {
            try {
              this.#take(row as unknown as PostRow);
            } catch (error) {
              this.stop();
              reject(error);
            }
          })
          .on('end', resolve);
      });
      this.#batcher.flush();
    } finally {
      connection.off('error', fail);
    }
  }

  /** Takes no more rows; what the connection still has to say is not wanted. */
  stop(): void {
    this.#stopped = true;
    destroyConnection(this.#connection);
  }

  #take([userId, context]: PostRow): void {
    if (this.#stopped) return;
    if (!this.#batcher.add(userId, context ?? NO_TEXT)) return;
    // The socket always has more, so without a pause nobody else in the process would get a turn.
    this.#connection.pause();
    setImmediate(() => {
      if (!this.#stopped) this.#connection.resume();
    });
  }
}

type PostRow = readonly [userId: number, context: Buffer | null];

const NO_TEXT = new Uint8Array(0);

function textAsBytes(field: TypeCastField, next: TypeCastNext): unknown {
  return field.name === 'context' ? field.buffer() : next();
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
