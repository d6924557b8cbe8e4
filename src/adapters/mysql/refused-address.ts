import { findCause, isRefusedAccess } from './database-errors.js';
import { UnsupportedServerError } from './session-errors.js';

export type AddressVariable = 'DATABASE_URL' | 'SOURCE_DATABASE_URL';

/**
 * What is wrong with an address where waiting does not help: the server does not let the account in, or not to this
 * database, or is none that the service can work on. A sentence; else undefined.
 */
export function refusedAddress(error: unknown, variable: AddressVariable): string | undefined {
  const unsupported = findCause(error, (one) => one instanceof UnsupportedServerError);
  if (unsupported instanceof UnsupportedServerError) return `${variable} leads to ${unsupported.server}.`;
  const refusal = findCause(error, isRefusedAccess);
  return refusal && `${variable} is refused by the server: ${refusal.message}`;
}
