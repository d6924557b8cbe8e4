import type { IncomingMessage, RequestListener } from 'node:http';
import type { Connections, OpenExchange } from './connections.js';
import { EVENT_STREAM } from './event-stream.js';
import { Exchange } from './exchange.js';
import { readHeaders } from './headers.js';
import type { Kernel } from './kernel.js';
import { writeAnswer } from './write-answer.js';

/** nginx's status for a client that closed the connection. */
const CLIENT_CLOSED = 499;

/** Connects the kernel to node:http. */
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
  // Drops the rest of the body, so that a client that is still sending the body can read the answer.
  if (!incoming.readableEnded) incoming.resume();
  try {
    await writeAnswer(answer, exchange, open.outgoing);
  } catch {
    exchange.cut(); // shows the client that the answer is not complete
  }
}

function exchangeOf(incoming: IncomingMessage): Exchange {
  const { method = 'GET', url = '/', socket } = incoming;
  const headers = readHeaders(incoming);
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
  const stream = hasBody ? incoming : undefined;
  return new Exchange({ method, target: url, headers, stream, cut: () => void socket.destroy() });
}
