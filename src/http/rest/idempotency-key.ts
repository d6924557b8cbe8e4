import { parseItem } from 'structured-headers';
import { RestInputError } from './input-errors.js';

/** `Idempotency-Key` as a structured-field string, or bare: `"abc"` and `abc` are the same key. Undefined without one. */
export function idempotencyKey(headers: Headers): string | undefined {
  const header = headers.get('idempotency-key');
  if (header === null || !header.startsWith('"')) return header ?? undefined;
  const value = readItem(header);
  if (typeof value === 'string') return value;
  const detail = 'Idempotency-Key begins with a quote, but is not a string of RFC 8941.';
  throw new RestInputError([{ header: 'Idempotency-Key', detail }]);
}

function readItem(header: string): unknown {
  try {
    return parseItem(header)[0];
  } catch {
    return undefined;
  }
}
