import { ReportsError } from '../../reports/errors.js';
import type { Exchange } from './exchange.js';
import type { RequestHeaders } from './headers.js';
import { InputError } from './input-error.js';

/**
 * The value of a JSON body; undefined when the body is empty, with any Content-Type.
 *
 * @throws ReportsError UNSUPPORTED_MEDIA_TYPE; InputError when the bytes are not UTF-8 or not JSON
 */
export async function readJson(exchange: Exchange): Promise<unknown> {
  const bytes = await exchange.body();
  if (bytes.length === 0) return undefined;
  requireJson(exchange.headers);
  return parseJson(decode(bytes));
}

/** @throws ReportsError UNSUPPORTED_MEDIA_TYPE unless a body is `application/json` in UTF-8, uncompressed */
export function requireJson(headers: RequestHeaders): void {
  const given = headers['content-type'];
  const [type = '', ...parameters] = (given ?? '').toLowerCase().split(';');
  const charsets = parameters.map((parameter) => /^\s*charset\s*=\s*(.*?)\s*$/.exec(parameter)?.[1]);
  const isUtf8 = charsets.every((charset) => charset === undefined || /^(?:"utf-?8"|utf-?8)$/.test(charset));
  if (type.trim() !== 'application/json' || !isUtf8) {
    const what = given === undefined ? 'this one has no Content-Type' : `not ${JSON.stringify(given)}`;
    throw new ReportsError('UNSUPPORTED_MEDIA_TYPE', `A body must be application/json in UTF-8; ${what}.`);
  }
  if (!/^\s*(?:identity)?\s*$/i.test(headers['content-encoding'] ?? ''))
    throw new ReportsError('UNSUPPORTED_MEDIA_TYPE', 'A body must not be compressed.');
}

/** The text of UTF-8 bytes, without a byte order mark. */
function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new InputError([{ pointer: '', detail: 'The body is not UTF-8.' }]);
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const detail = `The body cannot be parsed: ${(cause as SyntaxError).message}.`;
    throw new InputError([{ pointer: '', detail }]);
  }
}
