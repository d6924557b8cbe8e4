import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Answer, AnswerBody } from './answer.js';
import type { Exchange } from './exchange.js';

/**
 * Writes an answer as fast as the client reads. Resolves when all is written or the client has gone; rejects when the
 * body fails.
 */
export async function writeAnswer(
  { status, headers, body }: Answer,
  exchange: Exchange,
  outgoing: ServerResponse,
): Promise<void> {
  if (exchange.isAbandoned) return await release(body);
  if (isStream(body)) {
    outgoing.writeHead(status, headers);
    if (exchange.method === 'HEAD') await release(body);
    else await writeStream(body, exchange.signal, outgoing);
    outgoing.end();
    return;
  }
  if (body === undefined) {
    outgoing.writeHead(status, headers).end();
    return;
  }
  outgoing.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  if (exchange.method === 'HEAD') outgoing.end();
  else if (typeof body === 'string' || body.length <= SLICE) outgoing.end(body);
  else {
    await writeStream(slicesOf(body), exchange.signal, outgoing);
    outgoing.end();
  }
}

/**
 * The size in bytes of the parts in which a large page is written, so that clients that do not read take little memory.
 */
const SLICE = 64 * 1024;

async function* slicesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE) yield bytes.subarray(at, at + SLICE);
}

type Stream = Extract<AnswerBody, AsyncIterable<unknown>>;

function isStream(body: AnswerBody | undefined): body is Stream {
  return typeof body === 'object' && Symbol.asyncIterator in body;
}

/**
 * Ends a body that is not sent. The body is started first, because a generator runs its `finally` only if it was
 * started.
 */
async function release(body: AnswerBody | undefined): Promise<void> {
  if (!isStream(body)) return;
  const chunks = body[Symbol.asyncIterator]();
  chunks.next().catch(() => {});
  await chunks.return?.();
}

async function writeStream(body: Stream, signal: AbortSignal, outgoing: ServerResponse): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  const gone = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  void gone.then(() => chunks.return?.()).catch(() => {});
  outgoing.flushHeaders();
  for (;;) {
    const { done, value } = await chunks.next();
    if (done === true || signal.aborted) return;
    if (!outgoing.write(value)) await Promise.race([once(outgoing, 'drain'), gone]);
  }
}
