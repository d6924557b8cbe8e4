import { ReportsError } from '../../reports/errors.js';
import { RestInputError } from './input-errors.js';

/** Bytes that a body may have: DESIGN's 100 kB. */
export const MAX_BODY_BYTES = 100_000;

export function payloadTooLarge(): ReportsError {
  return new ReportsError(
    'PAYLOAD_TOO_LARGE',
    `A body may have at most ${MAX_BODY_BYTES.toLocaleString('en')} bytes.`,
  );
}

/** Whether the request says itself that it is too large. */
export function declaresTooMuch(contentLength: string | null | undefined): boolean {
  return Number(contentLength ?? 0) > MAX_BODY_BYTES;
}

/**
 * All bytes of a body, empty when there is none.
 *
 * @throws ReportsError PAYLOAD_TOO_LARGE as soon as there are too many; the rest stays unread
 */
export async function readBytes(body: AsyncIterable<Uint8Array> | null): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw payloadTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The text of a JSON body; null when it is empty, whatever type it claims to have. @throws ReportsError */
export function textOf(bytes: Uint8Array, headers: Headers): string | null {
  if (bytes.length === 0) return null;
  requireJson(headers);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RestInputError([{ pointer: '', detail: 'The body is not UTF-8.' }]);
  }
}

/** The members of a JSON object. @throws RestInputError */
export function parseObject(text: string): object {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const what = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
    throw new RestInputError([{ pointer: '', detail: `The body must be a JSON object, but is ${what}.` }]);
  }
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const detail = `The body cannot be parsed: ${(cause as SyntaxError).message}.`;
    throw new RestInputError([{ pointer: '', detail }]);
  }
}

const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?;?$/i;

function requireJson(headers: Headers): void {
  const type = headers.get('content-type');
  if (type === null || !JSON_TYPE.test(type.trim())) {
    const given = type === null ? 'this one has no Content-Type' : `not ${JSON.stringify(type)}`;
    throw new ReportsError('UNSUPPORTED_MEDIA_TYPE', `A body must be application/json in UTF-8; ${given}.`);
  }
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    throw new ReportsError('UNSUPPORTED_MEDIA_TYPE', 'A body must not be compressed.');
  }
}
