import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import type { AnswerBody } from '../../../src/http/web/answer.js';
import { Exchange } from '../../../src/http/web/exchange.js';
import type { Kernel } from '../../../src/http/web/kernel.js';

/**
 * Sends a request of the Fetch API to a kernel without a port. Calls the kernel's `conclude` as soon as the answer
 * exists, before the body has been read.
 */
export async function fetchFrom(kernel: Kernel, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const { method, body, signal } = request;
  const controller = new AbortController();
  const exchange = new Exchange({
    method,
    target: pathname + search,
    headers: { host: new URL(request.url).host, ...Object.fromEntries(request.headers) },
    stream: body === null ? undefined : Readable.fromWeb(body as NodeStream),
    cut: () => controller.abort(),
  });
  signal.addEventListener('abort', () => exchange.abandon(), { once: true });
  const { status, headers, body: answered } = await kernel.answer(exchange);
  kernel.conclude(exchange, status);
  const content =
    method === 'HEAD' || status === 204 || status === 304 ? null : toBody(answered, controller.signal);
  return new Response(content, { status, headers: { ...lengthOf(answered), ...headers } });
}

function lengthOf(body: AnswerBody | undefined): Record<string, string> {
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  return isWhole ? { 'content-length': String(Buffer.byteLength(body)) } : {};
}

/** @param cut aborts when the service would close the connection, so that reading the body rejects */
function toBody(body: AnswerBody | undefined, cut: AbortSignal): BodyInit | null {
  if (body === undefined) return null;
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  const chunks = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      cut.addEventListener('abort', () => {
        controller.error(new Error('the connection was closed'));
        void chunks.return?.();
      });
    },
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(typeof value === 'string' ? Buffer.from(value) : value);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}
