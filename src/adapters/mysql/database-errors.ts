import { ReportsError, ServiceUnavailableError } from '../../reports/errors.js';

/** What mysql2, Knex and the server throw, as far as it is looked at. */
interface DatabaseError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly fatal?: boolean;
}

/** The connection did not answer in time, and was destroyed. Whether the server did the work is not known. */
export class DeadlineError extends Error {
  constructor() {
    super('The database did not answer in time.');
    this.name = 'DeadlineError';
  }
}

const DUPLICATE_KEY = 1062;
const LOCK_WAIT_TIMEOUT = 1205;
const DEADLOCK = 1213;
/** MariaDB with innodb_snapshot_isolation: the row changed since it was read. */
const RECORD_CHANGED = 1020;

const NO_SUCH_TABLE = 1146;

/** The server's number of the error; undefined for one that is not the server's. */
export function errnoOf(error: unknown): number | undefined {
  return isDatabaseError(error) ? error.errno : undefined;
}

export function isDuplicateKey(error: unknown): boolean {
  return isDatabaseError(error) && error.errno === DUPLICATE_KEY;
}

export function isMissingTable(error: unknown): boolean {
  return isDatabaseError(error) && error.errno === NO_SUCH_TABLE;
}

/** The server rolled back (or, after a lock wait, stopped) on account of another transaction: try the whole again. */
export function isConflict(error: unknown): boolean {
  return (
    isDatabaseError(error) && [LOCK_WAIT_TIMEOUT, DEADLOCK, RECORD_CHANGED].includes(error.errno as number)
  );
}

/** It has waited for what another transaction holds locked for as long as it may. */
export function isLockWait(error: unknown): boolean {
  return isDatabaseError(error) && error.errno === LOCK_WAIT_TIMEOUT;
}

/** The connection is gone, and with it the answer: the work may have been done or not. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof DeadlineError) return true;
  if (!isDatabaseError(error)) return false;
  return (
    (error.errno !== undefined && LOST_ERRNOS.has(error.errno)) ||
    (error.code !== undefined && LOST_CODES.has(error.code)) ||
    // mysql2 gives these two no code.
    /in closed state|Connection lost/i.test(error.message)
  );
}

/** The database cannot do its work now: away, too slow, read-only, full, or out of connections. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof ServiceUnavailableError || isConnectionLost(error) || isConflict(error)) return true;
  if (!isDatabaseError(error)) return false;
  return (
    (error.errno !== undefined && UNAVAILABLE_ERRNOS.has(error.errno)) ||
    (error.code !== undefined && UNAVAILABLE_CODES.has(error.code)) ||
    // Knex and tarn: no connection of the pool became free in time; the pool is closed.
    /Timeout acquiring a connection|operation timed out|^aborted$|Unable to acquire a connection/i.test(
      error.message,
    )
  );
}

/** The error that leaves this folder: the core's own ones as they are, everything temporary as unavailable. */
export function toReportsError(error: unknown): unknown {
  if (error instanceof ReportsError || !isUnavailable(error)) return error;
  return new ServiceUnavailableError('The database is not available.', { cause: error });
}

/** The server's words when it refuses the user, the password or the database of the URL; else undefined. */
export function refusedAccess(error: unknown): string | undefined {
  for (let one: unknown = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) {
    if ('errno' in one && REFUSALS.has(Number(one.errno))) return one.message;
  }
  return undefined;
}

/** Not `instanceof Error`: errors of Node's core are of another realm where code runs in a vm context (jest). */
function isDatabaseError(error: unknown): error is DatabaseError {
  return typeof error === 'object' && error !== null && 'message' in error && 'stack' in error;
}

/** Waiting does not cure these. */
const REFUSALS = new Set([
  1044, // ER_DBACCESS_DENIED_ERROR
  1045, // ER_ACCESS_DENIED_ERROR
  1049, // ER_BAD_DB_ERROR
]);

const LOST_CODES = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_UNEXPECTED_PACKET',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

const LOST_ERRNOS = new Set([
  1053, // ER_SERVER_SHUTDOWN
  1152, // ER_ABORTING_CONNECTION
  1158, // ER_NET_READ_ERROR
  1159, // ER_NET_READ_INTERRUPTED
  1160, // ER_NET_ERROR_ON_WRITE
  1161, // ER_NET_WRITE_INTERRUPTED
  1317, // ER_QUERY_INTERRUPTED
  1927, // MariaDB ER_CONNECTION_KILLED
  4031, // ER_CLIENT_INTERACTION_TIMEOUT
]);

const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // the socket file of a server that does not run
  'HANDSHAKE_SSL_ERROR',
]);

const UNAVAILABLE_ERRNOS = new Set([
  1021, // ER_DISK_FULL
  1037, // ER_OUTOFMEMORY
  1038, // ER_OUT_OF_SORTMEMORY
  1040, // ER_CON_COUNT_ERROR
  1041, // ER_OUT_OF_RESOURCES
  1042, // ER_BAD_HOST_ERROR
  1043, // ER_HANDSHAKE_ERROR
  1044, // ER_DBACCESS_DENIED_ERROR
  1045, // ER_ACCESS_DENIED_ERROR
  1049, // ER_BAD_DB_ERROR
  1114, // ER_RECORD_FILE_FULL
  1129, // ER_HOST_IS_BLOCKED
  1135, // ER_CANT_CREATE_THREAD
  1146, // ER_NO_SUCH_TABLE: not migrated
  1203, // ER_TOO_MANY_USER_CONNECTIONS
  1206, // ER_LOCK_TABLE_FULL
  1226, // ER_USER_LIMIT_REACHED
  1290, // ER_OPTION_PREVENTS_STATEMENT: read-only
  1792, // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1836, // ER_READ_ONLY_MODE
  3024, // ER_QUERY_TIMEOUT
  1969, // MariaDB ER_STATEMENT_TIMEOUT
  1028, // ER_FILSORT_ABORT
  1030, // ER_GET_ERRNO, such as 28 from the storage engine: no space left
  3, // EE_WRITE
  20, // EE_DISK_FULL
]);
