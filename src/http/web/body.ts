import { ReportsError } from '../../reports/errors.js';
import { ClientGone } from './client-gone.js';
import type { RequestHeaders } from './headers.js';

/** The maximum size of a body in bytes. */
export const MAX_BODY_BYTES = 100_000;

/** The members of a Readable that `readBody` uses. */
export interface BodyStream {
  readonly readableEnded: boolean;
  on(event: 'data', listener: (chunk: Buffer) => void): this;
  off(event: 'data', listener: (chunk: Buffer) => void): this;
  once(event: 'end' | 'close' | 'error', listener: () => void): this;
  pause(): this;
}

/** Whether the `Content-Length` of a request exceeds the maximum size. */
export function declaresTooMuch(headers: RequestHeaders): boolean {
  return Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES;
}

/**
 * Reads the whole body.
 *
 * @throws ReportsError PAYLOAD_TOO_LARGE when the body exceeds the maximum size; the rest of the body stays unread
 * @throws ClientGone when the connection is lost
 */
export async function readBody(stream: BodyStream | undefined, headers: RequestHeaders): Promise<Uint8Array> {
  if (stream === undefined) return NOTHING;
  if (declaresTooMuch(headers)) throw payloadTooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      stream.off('data', collect).pause();
      reject(payloadTooLarge());
    };
    const rejectAsGone = (): void => reject(new ClientGone());
    // The body of a request fails for one reason only: its connection was lost.
    stream.on('data', collect).once('end', resolve).once('error', rejectAsGone);
    stream.once('close', () => {
      if (!stream.readableEnded) rejectAsGone();
    });
  });
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

const NOTHING = new Uint8Array();

function payloadTooLarge(): ReportsError {
  return new ReportsError(
    'PAYLOAD_TOO_LARGE',
    `A body may have at most ${MAX_BODY_BYTES.toLocaleString('en')} bytes.`,
  );
}
