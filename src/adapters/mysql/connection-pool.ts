import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { callbackify } from 'node:util';
import knexModule, { type Knex } from 'knex';
import type { Connection } from 'mysql2';
import { ConnectionAges } from './connection-ages.js';
import { connectionSettings } from './connection-settings.js';
import { interceptRows, rowSocketOf } from './row-bytes/row-socket.js';
import { rowBytesSettings } from './row-bytes/row-bytes-settings.js';
import {
  isConflict,
  isConnectionLost,
  isLockWait,
  isReadOnly,
  isSetUpWrongly,
  isDatabaseUnavailable,
  toReportsError,
} from './database-errors.js';
import { ServiceUnavailableError } from '../../reports/errors.js';
import { withDeadline } from '../in-time.js';
import { DeadlineError } from './session-errors.js';
import { destroyConnection, Session } from './session.js';
import { prepareSession, takesSeveralStatements } from './prepare-session.js';

/**
 * The maximum time for a piece of work, including the wait for a connection and all tries. It lets the service answer
 * within two seconds.
 */
export const DEADLINE_MS = 1900;
const ACQUIRE_TIMEOUT_MS = 1000;
/**
 * Knex's own timeout of the wait for a connection. It is far longer than ACQUIRE_TIMEOUT_MS, because Knex's timer also
 * counts time in which the event loop was blocked.
 */
const KNEX_TIMEOUT_MS = 10_000;
const MAX_CONFLICTS = 5;
const MAX_LOST_CONNECTIONS = 2;

export interface WorkOptions {
  readonly deadlineMs?: number;
  /** False: work that ran into a lock wait timeout is not tried again. */
  readonly lockWaits?: boolean;
}

/**
 * A piece of work on one connection. The pool runs the work again after a deadlock, a lock wait timeout, a lost
 * connection, or an error of a server that takes no writes. `uncertain` is true if the connection of an earlier try was
 * lost before the answer came. The database may then already have the changes of the earlier try.
 */
export type Work<T> = (session: Session, attempt: { readonly uncertain: boolean }) => Promise<T>;

export interface ConnectionOptions {
  /** Whether rows can be read from the connections as bytes, past mysql2 (see row-bytes/). */
  readonly rowBytes?: boolean;
  /**
   * Whether several statements may be sent in one message, where the server allows it. Leave it false for connections
   * whose SQL contains text from outside the service.
   */
  readonly multipleStatements?: boolean;
  /** All pools of one database address share one object. */
  readonly ages?: ConnectionAges;
}

/** Connections to the database, with retries and deadlines for the work on them. */
export class ConnectionPool {
  readonly knex: Knex;
  readonly #ages: ConnectionAges;
  /**
   * True after a server or proxy closed a connection because of the test for several statements in one message. Later
   * connections are not tested, and send one statement per message.
   */
  #oneStatementAtATime = false;

  constructor(
    url: string,
    connections: number,
    { rowBytes = false, multipleStatements = false, ages = new ConnectionAges() }: ConnectionOptions = {},
  ) {
    this.#ages = ages;
    const settings = rowBytes ? rowBytesSettings(url) : connectionSettings(url);
    this.knex = knexModule.knex({
      client: 'mysql2',
      // Without a version, Knex would query the version on the first connection, and wait for ever if that connection
      // hangs.
      version: 'latest',
      connection: { ...settings, multipleStatements, flags: '-LOCAL_FILES' },
      log: SILENT,
      pool: {
        min: 0,
        max: connections,
        acquireTimeoutMillis: KNEX_TIMEOUT_MS,
        createTimeoutMillis: 1500,
        destroyTimeoutMillis: 1000,
        idleTimeoutMillis: 30_000,
        afterCreate: callbackify(async (connection: Connection) => {
          ages.opened(connection);
          if (rowBytes) interceptTls(connection);
          await prepareSession(connection);
          if (multipleStatements) await this.#chooseMessages(connection);
        }),
        validate: (connection: Connection) => !ages.isRetired(connection),
      },
    });
  }

  /**
   * Runs statements that need no transaction.
   *
   * @throws ServiceUnavailableError when the database cannot be reached or does not answer in time
   */
  async run<T>(work: Work<T>, { deadlineMs = DEADLINE_MS, lockWaits = true }: WorkOptions = {}): Promise<T> {
    const deadline = performance.now() + deadlineMs;
    let conflicts = 0;
    let lostConnections = 0;
    let readOnlyServers = 0;
    for (;;) {
      try {
        return await this.#runOnce(work, deadline, { uncertain: lostConnections > 0 });
      } catch (error) {
        if (!lockWaits && isLockWait(error)) throw toReportsError(error);
        if (isConflict(error) && conflicts < MAX_CONFLICTS) conflicts += 1;
        else if (isConnectionLost(error) && lostConnections < MAX_LOST_CONNECTIONS) lostConnections += 1;
        // One more try on a new connection, which may lead to another server.
        else if (isReadOnly(error) && readOnlyServers === 0) readOnlyServers += 1;
        else throw toReportsError(error);
        await sleep(Math.random() * 20 * (conflicts + 1));
        if (performance.now() >= deadline) throw toReportsError(error);
      }
    }
  }

  /** Runs work in one transaction (READ COMMITTED). The work may commit by itself; an error rolls back. */
  async transact<T>(work: Work<T>, options?: WorkOptions): Promise<T> {
    return this.run(async (session, attempt) => {
      session.begin();
      try {
        const result = await work(session, attempt);
        await session.commit();
        return result;
      } catch (error) {
        await rollBack(session, error);
        throw error;
      }
    }, options);
  }

  /** A connection for work without a deadline; return it with `release`. */
  async acquire(withinMs = ACQUIRE_TIMEOUT_MS): Promise<Connection> {
    const acquiring = this.#source.acquireConnection();
    try {
      return await withDeadline(acquiring, withinMs, () => {
        acquiring.then((connection) => this.release(connection)).catch(() => {});
        return new DeadlineError();
      });
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      throw new ServiceUnavailableError('No connection to the database became available in time.', {
        cause: error,
      });
    }
  }

  async release(connection: Connection): Promise<void> {
    await this.#source.releaseConnection(connection);
  }

  async close(): Promise<void> {
    await this.knex.destroy();
  }

  async #chooseMessages(connection: Connection): Promise<void> {
    try {
      connection.config.multipleStatements =
        !this.#oneStatementAtATime && (await takesSeveralStatements(connection));
    } catch (error) {
      this.#oneStatementAtATime = true;
      throw error;
    }
  }

  async #runOnce<T>(work: Work<T>, deadline: number, attempt: { uncertain: boolean }): Promise<T> {
    const left = deadline - performance.now();
    const connection = await this.acquire(Math.min(left, ACQUIRE_TIMEOUT_MS));
    try {
      return await work(new Session(connection, deadline), attempt);
    } catch (error) {
      // A session keeps the rights and settings it began with, also after they were corrected on the server.
      if (isReadOnly(error) || isSetUpWrongly(error)) this.#ages.retire(connection);
      throw error;
    } finally {
      await this.release(connection);
    }
  }

  get #source(): ConnectionSource {
    return this.knex.client as ConnectionSource;
  }
}

/** The part of Knex's client that provides connections. Knex types this part as `any`. */
interface ConnectionSource {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): Promise<void>;
}

/** Knex would print each failed connection with its stack; the caller gets the same error. */
const SILENT = { warn() {}, error() {}, debug() {}, deprecate() {} };

/**
 * Gives a TLS connection a row socket. A connection without TLS has a row socket from its beginning
 * (`rowBytesSettings`).
 */
function interceptTls(connection: Connection): void {
  const { stream } = connection as unknown as { readonly stream: Socket };
  if (rowSocketOf(stream) === undefined) interceptRows(stream);
}

/** If ROLLBACK cannot be sent, the server rolls back when it finds the connection closed. */
async function rollBack(session: Session, cause: unknown): Promise<void> {
  if (isConnectionLost(cause)) return destroyConnection(session.connection);
  try {
    await session.rollBack();
  } catch {
    destroyConnection(session.connection);
  }
}
