import { findCause, isRefusedAccess } from './database-errors.js';
import { UnsupportedServerError } from './session-errors.js';

export type AddressVariable = 'DATABASE_URL' | 'SOURCE_DATABASE_URL';

/**
 * What is wrong with an address for which waiting does not help: the server refuses the account or the database, or is
 * not supported. A sentence; undefined for other errors.
 */
export function refusedAddress(error: unknown, variable: AddressVariable): string | undefined {
  const unsupported = findCause(error, (one) => one instanceof UnsupportedServerError);
  if (unsupported instanceof UnsupportedServerError) return `${variable} leads to ${unsupported.server}.`;
  const refusal = findCause(error, isRefusedAccess);
  return refusal && `${variable} is refused by the server: ${refusal.message}`;
}
