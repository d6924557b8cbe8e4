import { ReportsError, ServiceUnavailableError } from '../../reports/errors.js';
import {
  CONFLICT_ERRNOS,
  DUPLICATE_KEY,
  LOCK_WAIT_TIMEOUT,
  LOST_CODES,
  LOST_ERRNOS,
  NO_SUCH_TABLE,
  READ_ONLY_ERRNOS,
  REFUSAL_ERRNOS,
  SETUP_ERRNOS,
  UNAVAILABLE_CODES,
  UNAVAILABLE_ERRNOS,
} from './error-codes.js';
import { DeadlineError, SessionSettingError, UnsupportedServerError } from './session-errors.js';

/** The members that this file reads in errors of mysql2, Knex and the server. */
interface DatabaseError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly fatal?: boolean;
}

/** The server's error number; undefined for an error that is not the server's. */
export function errnoOf(error: unknown): number | undefined {
  return isDatabaseError(error) ? error.errno : undefined;
}

export function isDuplicateKey(error: unknown): boolean {
  return isDatabaseError(error) && error.errno === DUPLICATE_KEY;
}

export function isMissingTable(error: unknown): boolean {
  return isDatabaseError(error) && error.errno === NO_SUCH_TABLE;
}

/**
 * The server rolled the transaction back, or ended its lock wait, because of another transaction. The whole transaction
 * can be tried again.
 */
export function isConflict(error: unknown): boolean {
  return isDatabaseError(error) && CONFLICT_ERRNOS.has(error.errno as number);
}

/**
 * The server takes no writes: a primary that became a replica, or a node that lost its cluster. The statement
 * changed nothing. A new connection may reach the new primary.
 */
export function isReadOnly(error: unknown): boolean {
  return isDatabaseError(error) && READ_ONLY_ERRNOS.has(error.errno as number);
}

/** The server answered, but does not let the account in; waiting does not help. */
export function isRefusedAccess(error: unknown): boolean {
  if (!isDatabaseError(error)) return false;
  return (
    (error.errno !== undefined && REFUSAL_ERRNOS.has(error.errno)) ||
    // The account logs in by a plugin that no driver has, such as unix_socket.
    error.code === 'AUTH_SWITCH_PLUGIN_ERROR'
  );
}

/** The lock wait timeout ran out while another transaction held the lock. */
export function isLockWait(error: unknown): boolean {
  return isDatabaseError(error) && error.errno === LOCK_WAIT_TIMEOUT;
}

/** The connection was lost before the answer: whether the work was done is unknown. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof DeadlineError) return true;
  if (!isDatabaseError(error)) return false;
  return (
    (error.errno !== undefined && LOST_ERRNOS.has(error.errno)) ||
    (error.code !== undefined && LOST_CODES.has(error.code)) ||
    // mysql2 sets no code on the errors with these messages.
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

/**
 * The database cannot do its work now: it is unreachable, too slow, read-only, full, out of connections, or set up
 * wrongly.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof ServiceUnavailableError || isSetUpWrongly(error)) return true;
  if (isConnectionLost(error) || isConflict(error) || isReadOnly(error) || isRefusedAccess(error))
    return true;
  if (!isDatabaseError(error)) return false;
  return (
    (error.errno !== undefined && UNAVAILABLE_ERRNOS.has(error.errno)) ||
    (error.code !== undefined && UNAVAILABLE_CODES.has(error.code)) ||
    // Messages of Knex and tarn for a pool without a connection that became free in time, and for a closed pool.
    /Timeout acquiring a connection|operation timed out|^aborted$|Unable to acquire a connection/i.test(
      error.message,
    )
  );
}

/** Returns a temporary error of the database as ServiceUnavailableError, and any other error unchanged. */
export function toReportsError(error: unknown): unknown {
  if (error instanceof ReportsError || !isDatabaseUnavailable(error)) return error;
  return new ServiceUnavailableError('The database is not available.', { cause: error });
}

/** Not `instanceof Error`: errors of Node's core are of another realm where code runs in a vm context (jest). */
function isDatabaseError(error: unknown): error is DatabaseError {
  return typeof error === 'object' && error !== null && 'message' in error && 'stack' in error;
}
