import { findCause, isRefusedAccess, UnsupportedServerError } from './database-errors.js';

/**
 * What is wrong with DATABASE_URL where waiting does not help: the server does not let the account in, or not to this
 * database, or is none that the service can work on. A sentence; else undefined.
 */
export function refusedAddress(error: unknown): string | undefined {
  const unsupported = findCause(error, (one) => one instanceof UnsupportedServerError);
  if (unsupported !== undefined) return unsupported.message;
  const refusal = findCause(error, isRefusedAccess);
  return refusal && `DATABASE_URL is refused by the server: ${refusal.message}`;
}
