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

/** An answer must have come within two seconds, the wait for a connection and every try included. */
export const DEADLINE_MS = 1900;
const ACQUIRE_TIMEOUT_MS = 1000;
/** Of Knex, whose timer also counts time in which the event loop stood still; far beyond ours. */
const KNEX_TIMEOUT_MS = 10_000;
const MAX_CONFLICTS = 5;
const MAX_LOST_CONNECTIONS = 2;

export interface WorkOptions {
  readonly deadlineMs?: number;
  /** False: not tried again after it has waited for a lock in vain. */
  readonly lockWaits?: boolean;
}

/**
 * A piece of work on one connection. It may run several times: anew after a deadlock, a lock wait, a lost
 * connection, or a server that takes no writes. `uncertain` says that an earlier try took its outcome with it, so that what this try finds may be its
 * own doing.
 */
export type Work<T> = (session: Session, attempt: { readonly uncertain: boolean }) => Promise<T>;

export interface ConnectionOptions {
  /** Connections can hand rows on as bytes; see row-bytes/. */
  readonly rowBytes?: boolean;
  /** A message may carry several statements, where the server takes them. Not for connections that the texts of strangers go over. */
  readonly multipleStatements?: boolean;
  /** Shared by all pools of one address. */
  readonly ages?: ConnectionAges;
}

/** Connections to the database, and the rules by which work runs on them. */
export class ConnectionPool {
  readonly knex: Knex;
  readonly #ages: ConnectionAges;
  /** A connection was lost over the question whether it takes several statements: no other is asked. */
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
      // Knex would ask on the first connection and, should that one hang, wait for the answer for ever.
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
   * Runs statements that each stand for themselves.
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
        // Once more on a new connection, which may lead to another server.
        else if (isReadOnly(error) && readOnlyServers === 0) readOnlyServers += 1;
        else throw toReportsError(error);
        await sleep(Math.random() * 20 * (conflicts + 1));
        if (performance.now() >= deadline) throw toReportsError(error);
      }
    }
  }

  /** Runs work in one transaction (READ COMMITTED), which it may commit itself; what it throws rolls back. */
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

  /** A connection for work that takes its own time; give it back with `release`. */
  async acquire(withinMs = ACQUIRE_TIMEOUT_MS): Promise<Connection> {
    const acquiring = this.#source.acquireConnection();
    try {
      return await withDeadline(acquiring, withinMs, () => {
        acquiring.then((connection) => this.release(connection)).catch(() => {});
        return new DeadlineError();
      });
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      throw new ServiceUnavailableError('No connection to the database could be had.', { cause: error });
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
      // A session keeps the rights and settings that it began with, also when they have been mended since.
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

/** The part of Knex's client that lends connections; it is what Knex itself uses, but its types say `any`. */
interface ConnectionSource {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): Promise<void>;
}

/** Knex would write each failed connection to the console, with its stack; its caller gets the error as well. */
const SILENT = { warn() {}, error() {}, debug() {}, deprecate() {} };

/** Over plain connections `rowBytesSettings` saw to it. */
function interceptTls(connection: Connection): void {
  const { stream } = connection as unknown as { readonly stream: Socket };
  if (rowSocketOf(stream) === undefined) interceptRows(stream);
}

/** A rollback that cannot be sent is made by the server, when it finds the connection gone. */
async function rollBack(session: Session, cause: unknown): Promise<void> {
  if (isConnectionLost(cause)) return destroyConnection(session.connection);
  try {
    await session.rollBack();
  } catch {
    destroyConnection(session.connection);
  }
}
