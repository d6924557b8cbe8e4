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

/** The server gave the session another value than the one that the service asked for and relies on. */
export class SessionSettingError extends Error {
  constructor(
    name: string,
    { value, expected }: { readonly value: string | undefined; readonly expected: string },
    options: ErrorOptions,
  ) {
    super(
      `The database server does not let the service set the session variable ${name}: it is ` +
        `${value === undefined ? 'unknown' : JSON.stringify(value)} and must be ${JSON.stringify(expected)}.`,
      options,
    );
    this.name = 'SessionSettingError';
  }
}

/** A server that the service cannot work on; no setting of the server changes that. */
export class UnsupportedServerError extends Error {
  /** What it is, and why that does not do, as the end of a sentence. */
  readonly server: string;

  constructor(server: string) {
    super(`The database server is ${server}.`);
    this.name = 'UnsupportedServerError';
    this.server = server;
  }
}

const DUPLICATE_KEY = 1062;
const LOCK_WAIT_TIMEOUT = 1205;
const DEADLOCK = 1213;
/** MariaDB with innodb_snapshot_isolation: the row changed since it was read. */
const RECORD_CHANGED = 1020;
/** The certification of a cluster (Galera, MySQL Group Replication) found another node's change: rolled back at COMMIT. */
const COMMIT_FAILED = 1180;
const ROLLED_BACK_BY_PLUGIN = 3101;

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
  return isDatabaseError(error) && CONFLICT_ERRNOS.has(error.errno as number);
}

/**
 * The server takes no writes: a primary that became a replica, or a node that lost its cluster. Nothing was done. The
 * address may lead to another server by now.
 */
export function isReadOnly(error: unknown): boolean {
  return isDatabaseError(error) && READ_ONLY_ERRNOS.has(error.errno as number);
}

/** The server answered, but does not let this account in: waiting does not cure it. */
export function isRefusedAccess(error: unknown): boolean {
  if (!isDatabaseError(error)) return false;
  return (
    (error.errno !== undefined && REFUSAL_ERRNOS.has(error.errno)) ||
    // The account logs in by a plugin that no driver has, such as unix_socket.
    error.code === 'AUTH_SWITCH_PLUGIN_ERROR'
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

/** The server works, but its settings or the account's rights do not let the service do what it has to. */
export function isSetUpWrongly(error: unknown): boolean {
  if (error instanceof SessionSettingError || error instanceof UnsupportedServerError) return true;
  return isDatabaseError(error) && SETUP_ERRNOS.has(error.errno as number);
}

/** The first error of a chain of causes that passes the test. */
export function findCause(error: unknown, test: (one: unknown) => boolean): Error | undefined {
  for (let one = error, depth = 0; isDatabaseError(one) && depth < 5; one = one.cause, depth += 1) {
    if (test(one)) return one;
  }
  return undefined;
}

/** The database cannot do its work now: away, too slow, read-only, full, out of connections, or set up wrongly. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof ServiceUnavailableError || isSetUpWrongly(error)) return true;
  if (isConnectionLost(error) || isConflict(error) || isReadOnly(error) || isRefusedAccess(error))
    return true;
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
  if (error instanceof ReportsError || !isDatabaseUnavailable(error)) return error;
  return new ServiceUnavailableError('The database is not available.', { cause: error });
}

/** Not `instanceof Error`: errors of Node's core are of another realm where code runs in a vm context (jest). */
function isDatabaseError(error: unknown): error is DatabaseError {
  return typeof error === 'object' && error !== null && 'message' in error && 'stack' in error;
}

const CONFLICT_ERRNOS = new Set([
  LOCK_WAIT_TIMEOUT,
  DEADLOCK,
  RECORD_CHANGED,
  COMMIT_FAILED,
  ROLLED_BACK_BY_PLUGIN,
]);

const READ_ONLY_ERRNOS = new Set([
  1036, // ER_OPEN_AS_READONLY: InnoDB is read-only
  1047, // ER_UNKNOWN_COM_ERROR: Galera, "WSREP has not yet prepared node for application use"
  1207, // ER_READ_ONLY_TRANSACTION
  1223, // ER_CANT_UPDATE_WITH_READLOCK
  1290, // ER_OPTION_PREVENTS_STATEMENT: --read-only, --super-read-only
  1792, // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1836, // ER_READ_ONLY_MODE
  1874, // ER_INNODB_READ_ONLY
  1881, // ER_INNODB_FORCED_RECOVERY
  3032, // MySQL ER_SERVER_OFFLINE_MODE
  3100, // MySQL ER_RUN_HOOK_ERROR: Group Replication without a majority
  3989, // MySQL ER_SCHEMA_READ_ONLY
]);

const SETUP_ERRNOS = new Set([
  1142, // ER_TABLEACCESS_DENIED_ERROR
  1143, // ER_COLUMNACCESS_DENIED_ERROR
  1227, // ER_SPECIFIC_ACCESS_DENIED_ERROR
  1665, // ER_BINLOG_STMT_MODE_AND_ROW_ENGINE: binlog_format is STATEMENT
]);

const REFUSAL_ERRNOS = new Set([
  1044, // ER_DBACCESS_DENIED_ERROR
  1045, // ER_ACCESS_DENIED_ERROR
  1049, // ER_BAD_DB_ERROR
  1130, // ER_HOST_NOT_PRIVILEGED
  1251, // ER_NOT_SUPPORTED_AUTH_MODE
  1524, // ER_PLUGIN_IS_NOT_LOADED
  1698, // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1820, // ER_MUST_CHANGE_PASSWORD
  1862, // ER_MUST_CHANGE_PASSWORD_LOGIN
  3118, // MySQL ER_ACCOUNT_HAS_BEEN_LOCKED
  3159, // MySQL ER_SECURE_TRANSPORT_REQUIRED
  3955, // MySQL ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK
  4150, // MariaDB ER_USER_IS_BLOCKED
  4151, // MariaDB ER_ACCOUNT_HAS_BEEN_LOCKED
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
  1114, // ER_RECORD_FILE_FULL
  1129, // ER_HOST_IS_BLOCKED
  1135, // ER_CANT_CREATE_THREAD
  1146, // ER_NO_SUCH_TABLE: not migrated
  1203, // ER_TOO_MANY_USER_CONNECTIONS
  1206, // ER_LOCK_TABLE_FULL
  1226, // ER_USER_LIMIT_REACHED
  3024, // ER_QUERY_TIMEOUT
  1969, // MariaDB ER_STATEMENT_TIMEOUT
  1028, // ER_FILSORT_ABORT
  1030, // ER_GET_ERRNO, such as 28 from the storage engine: no space left
  3, // EE_WRITE
  20, // EE_DISK_FULL
]);
