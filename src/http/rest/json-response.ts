import { Response as WholeResponse } from '@whatwg-node/fetch';

/** A line of JSON of known length. Not the platform's Response, which makes a stream of every body. */
export function jsonResponse(
  value: unknown,
  options: { status?: number; headers?: Record<string, string> } = {},
): Response {
  const body = `${JSON.stringify(value)}\n`;
  return new WholeResponse(body, {
    status: options.status ?? 200,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...options.headers,
    },
  });
}
