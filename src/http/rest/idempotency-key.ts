import { parseItem } from 'structured-headers';
import type { RequestHeaders } from '../web/headers.js';
import { InputError } from '../web/input-error.js';

/**
 * The value of `Idempotency-Key`; undefined without the header. A structured-field string (`"abc"`) and a bare text
 * (`abc`) are the same key.
 */
export function idempotencyKey(headers: RequestHeaders): string | undefined {
  const header = headers['idempotency-key'];
  if (header === undefined || !header.startsWith('"')) return header;
  const value = readItem(header);
  if (typeof value === 'string') return value;
  const detail = 'Idempotency-Key begins with a quote, but is not a string of RFC 8941.';
  throw new InputError([{ header: 'Idempotency-Key', detail }]);
}

function readItem(header: string): unknown {
  try {
    return parseItem(header)[0];
  } catch {
    return undefined;
  }
}
