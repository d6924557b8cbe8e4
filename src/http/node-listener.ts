import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Request as IncomingRequest } from '@whatwg-node/fetch';
import type { App } from './app.js';
import { beginExchange, REQUEST_ID_HEADER, type Exchange } from './exchange.js';
import { problemResponse } from './rest/problem.js';
import { declaresTooMuch, MAX_BODY_BYTES, payloadTooLarge } from './rest/read-body.js';
import { ReportsError } from '../reports/errors.js';

/** The app on node:http. A body is counted while it is read, also one that does not say how long it is. */
export function createNodeListener(app: App): RequestListener {
  return (incoming, outgoing) => {
    const givenId = headerOf(incoming, REQUEST_ID_HEADER);
    const exchange = beginExchange(incoming.method ?? 'GET', pathOf(incoming), givenId, outgoing);
    outgoing.once('close', () =>
      app.conclude(exchange, outgoing.writableFinished ? outgoing.statusCode : 499),
    );
    void respond(app, incoming, outgoing, exchange);
  };
}

async function respond(
  app: App,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  exchange: Exchange,
): Promise<void> {
  const response = await answerTo(app, incoming, outgoing, exchange);
  // What was not read of the body is let go, so that a caller who still writes it comes to read the answer.
  incoming.resume();
  try {
    await send(response, outgoing);
  } catch {
    outgoing.destroy(); // a connection that breaks off in mid-answer says that this is not all
  }
}

async function answerTo(
  app: App,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  exchange: Exchange,
): Promise<Response> {
  try {
    if (declaresTooMuch(incoming.headers['content-length'])) throw payloadTooLarge();
    const body = hasBody(incoming) ? await readBody(incoming) : NOTHING;
    return await app.answer(toRequest(incoming, outgoing, exchange, body), exchange);
  } catch (error) {
    return app.finish(problemResponse(error, exchange.requestId), exchange);
  }
}

const NOTHING = Buffer.alloc(0);

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/** @throws ReportsError PAYLOAD_TOO_LARGE as soon as there is too much; the rest stays unread */
async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      incoming.off('data', take).pause();
      reject(payloadTooLarge());
    };
    incoming.on('data', take).once('end', resolve).once('error', reject);
    incoming.once('close', () => {
      if (!incoming.readableEnded) reject(new Error('the caller hung up'));
    });
  });
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** Methods that the Fetch API refuses to carry; no route knows them. */
const UNSPEAKABLE = new Set(['CONNECT', 'TRACE', 'TRACK']);

function toRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { method, path }: Exchange,
  body: Buffer,
): Request {
  const url = urlOf(incoming);
  // Dot segments that a URL takes away never lead to a route.
  if (url === undefined || url.pathname !== path) {
    throw new ReportsError('NOT_FOUND', 'There is nothing at this address.');
  }
  const controller = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort(new Error('the caller hung up'));
  });
  // Not the platform's Request (undici), which copies all headers and makes a stream of every body.
  return new IncomingRequest(url.href, {
    method: UNSPEAKABLE.has(method) ? 'UNKNOWN' : method,
    headers: incoming.headers as Record<string, string>,
    signal: controller.signal,
    ...(body.length === 0 || method === 'GET' || method === 'HEAD' ? {} : { body: body as BodyInit }),
  });
}

function urlOf({ url = '', headers }: IncomingMessage): URL | undefined {
  try {
    return new URL(url.startsWith('/') ? `http://${headers.host ?? 'localhost'}${url}` : url);
  } catch {
    return undefined;
  }
}

/** As it was sent, without the query. */
function pathOf({ url = '' }: IncomingMessage): string {
  const path = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, '');
  return path.split(/[?#]/, 1)[0] as string;
}

function headerOf(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** Writes as fast as the caller reads; a caller who goes away ends the reading of the body. */
async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  // He went while the answer was made: whatever fills its body has to be told, since nobody will read it.
  if (outgoing.destroyed) return await response.body?.cancel();
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  outgoing.writeHead(response.status);
  if (response.headers.has('content-length')) {
    // All of it is there; the length has to be that of what is sent.
    outgoing.end(new Uint8Array(await response.arrayBuffer()));
    return;
  }
  const reader = response.body?.getReader();
  if (reader === undefined) {
    outgoing.end();
    return;
  }
  const gone = once(outgoing, 'close');
  void gone.then(() => reader.cancel()).catch(() => {});
  // A body that breaks off breaks the connection off, also while the caller does not read.
  reader.closed.catch(() => outgoing.destroy());
  outgoing.flushHeaders();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || outgoing.destroyed) break;
    if (!outgoing.write(value)) await Promise.race([once(outgoing, 'drain'), gone]);
  }
  outgoing.end();
}
