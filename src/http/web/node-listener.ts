import type { IncomingMessage, RequestListener } from 'node:http';
import type { Connections, OpenExchange } from './connections.js';
import { EVENT_STREAM } from './event-stream.js';
import { Exchange } from './exchange.js';
import type { RequestHeaders } from './headers.js';
import type { Kernel } from './kernel.js';
import { writeAnswer } from './write-answer.js';

/** nginx's status for a client that closed the connection. */
const CLIENT_CLOSED = 499;

/** The kernel on node:http. */
export function createNodeListener(kernel: Kernel, connections: Connections): RequestListener {
  return (incoming, outgoing) => {
    const { socket } = incoming;
    const exchange = exchangeOf(incoming);
    const open: OpenExchange = {
      outgoing,
      isEventStream: false,
      onLost() {
        exchange.abandon();
        kernel.conclude(exchange, CLIENT_CLOSED);
      },
    };
    connections.begin(socket, open);
    outgoing.once('finish', () => {
      if (connections.end(socket, open)) kernel.conclude(exchange, outgoing.statusCode);
    });
    void respond(kernel, exchange, incoming, open);
  };
}

async function respond(
  kernel: Kernel,
  exchange: Exchange,
  incoming: IncomingMessage,
  open: OpenExchange,
): Promise<void> {
  const answer = await kernel.answer(exchange);
  open.isEventStream = answer.headers['content-type']?.startsWith(EVENT_STREAM) === true;
  // What was not read of the body is dropped, so that a client that still writes it comes to read the answer.
  if (!incoming.readableEnded) incoming.resume();
  try {
    await writeAnswer(answer, exchange, open.outgoing);
  } catch {
    exchange.cut(); // a connection that closes in the middle of an answer says that this is not all
  }
}

function exchangeOf(incoming: IncomingMessage): Exchange {
  const { method = 'GET', url = '/', socket } = incoming;
  const headers = headersOf(incoming);
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const stream = hasBody ? incoming : undefined;
  return new Exchange({ method, target: url, headers, stream, cut: () => void socket.destroy() });
}

/**
 * The host of an absolute target stands in place of the header (RFC 9112 3.2.2). node:http keeps the first of several
 * Host headers; here all are kept, and such a request is refused for its Host, as is one of HTTP/1.1 without any.
 */
function headersOf({ url = '/', httpVersionMinor, headers, rawHeaders }: IncomingMessage): RequestHeaders {
  const count = countHosts(rawHeaders);
  const named = url.startsWith('/') ? undefined : /^https?:\/\/([^/?#]*)/i.exec(url)?.[1];
  if (count === 1 ? named === undefined : count === 0 && httpVersionMinor === 0)
    return headers as RequestHeaders;
  const host = count > 1 ? `${headers.host}, …` : count === 0 ? '' : named;
  return { ...(headers as RequestHeaders), host };
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') count += 1;
  return count;
}
