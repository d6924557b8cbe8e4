import { findCause, isRefusedAccess } from './database-errors.js';
import { UnsupportedServerError } from './session-errors.js';

export type AddressVariable = 'DATABASE_URL' | 'SOURCE_DATABASE_URL';

/**
 * Returns a sentence that says what is wrong with a database address, when waiting does not help: the server refuses
 * the account or the database, or is not supported. Returns undefined for any other error.
 */
export function refusedAddress(error: unknown, variable: AddressVariable): string | undefined {
  const unsupported = findCause(error, (one) => one instanceof UnsupportedServerError);
  if (unsupported instanceof UnsupportedServerError) return `${variable} leads to ${unsupported.server}.`;
  const refusal = findCause(error, isRefusedAccess);
  return refusal && `${variable} is refused by the server: ${refusal.message.replace(/\.?$/, '.')}`;
}
