import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections.js';
import { readHeaders } from './headers.js';
import type { Kernel } from './kernel.js';
import { problem } from './problem.js';
import { endWith } from './refuse-connection.js';
import type { WebSocketHandler } from './route.js';

/** The maximum number of bytes that a client may send behind an upgrade before the earlier answers are sent. */
const MAX_PARKED_BYTES = 128 * 1024;

/**
 * Passes WebSocket upgrades to their route. Other upgrades are answered as if the `Upgrade` header were absent (RFC
 * 9110 7.8). node:http does not do this for a server with an upgrade listener: the listener gets the upgrades of all
 * protocols (Node.js 20.19).
 */
export function handleUpgrades(node: Server, kernel: Kernel, connections: Connections): void {
  node.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const collect = park(socket, head);
    connections.whenIdle(socket, () => {
      const rest = collect();
      try {
        const webSocket = isWebSocket(request) ? webSocketFor(kernel, request) : undefined;
        if (webSocket !== undefined) webSocket(request, socket, rest);
        else readAgain(node, socket, Buffer.concat([headWithoutUpgrade(request), rest]));
      } catch (error) {
        endWith(socket, problem(error, randomUUID()));
      }
    });
  });
}

/** The first major version of Node.js that reads the body of an upgrade itself (tried with 26.12). */
const READS_BODIES_SINCE = 25;

/**
 * The server's options for upgrades. Where Node.js reads the body of an upgrade, `handleUpgrades` cannot read the body
 * again. There an upgrade with a body that is not for a WebSocket is declined, and so is an ordinary request. No other
 * upgrade is declined, because Node.js 26.12 drops the requests that are pipelined behind a declined upgrade.
 */
export const UPGRADE_OPTIONS =
  Number.parseInt(process.versions.node, 10) < READS_BODIES_SINCE
    ? {}
    : { shouldUpgradeCallback: (request: IncomingMessage) => isWebSocket(request) || !hasBody(request) };

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && /(?:^|,)\s*websocket\s*(?:,|$)/i.test(headers.upgrade ?? '');
}

function webSocketFor(kernel: Kernel, request: IncomingMessage): WebSocketHandler | undefined {
  const [path = ''] = (request.url ?? '').split('?', 1);
  return kernel.webSocketAt(path, readHeaders(request));
}

/**
 * Continues to read from the socket, so that a disconnected client is noticed. Returns a function that stops reading
 * and returns all bytes read.
 */
function park(socket: Socket, head: Buffer): () => Buffer {
  const chunks = [head];
  let length = head.length;
  const collect = (chunk: Buffer): void => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_PARKED_BYTES) socket.destroy();
  };
  const end = (): void => void socket.destroy();
  socket.on('data', collect).once('end', end);
  return () => {
    socket.off('data', collect).off('end', end);
    return Buffer.concat(chunks);
  };
}

/** Gives the connection back to node:http, as a new connection that begins with these bytes. */
function readAgain(node: Server, socket: Socket, bytes: Buffer): void {
  socket.setTimeout(0); // an earlier answer may have set the timeout of keep-alive
  node.emit('connection', socket);
  socket.unshift(bytes);
}

/** The head of the request as it was received, without the `Upgrade` header. */
function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
