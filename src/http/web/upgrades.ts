import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections.js';
import { readHeaders } from './headers.js';
import type { Kernel } from './kernel.js';
import { problem } from './problem.js';
import { endWith } from './refuse-connection.js';
import type { WebSocketHandler } from './route.js';

/** Bytes that a client may send while an earlier answer of its connection is open. */
const MAX_PARKED_BYTES = 128 * 1024;

/**
 * Passes WebSocket upgrades to their route. Other upgrades are answered as if the header were absent (RFC 9110 7.8),
 * although node:http passes a server with an upgrade listener the upgrades of all protocols (Node.js 20.19).
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

/** From this version on, Node.js reads the body of an upgrade itself (tried with 26.12). */
const READS_BODIES_SINCE = 25;

/**
 * Options of the server. Where Node.js reads the body of an upgrade, no body is left to read again, so that an upgrade
 * with a body that is not for a WebSocket is an ordinary request there. Without a body it goes the way of
 * `handleUpgrades` everywhere: Node.js 26.12 drops what is pipelined behind an upgrade that this option declines.
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
 * Goes on reading, so that a client that goes away is noticed. Returns a function that stops and returns all bytes
 * read.
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

/** Returns the connection to node:http as a new one that begins with these bytes. */
function readAgain(node: Server, socket: Socket, bytes: Buffer): void {
  socket.setTimeout(0); // of the wait for another request, which an earlier answer may have begun
  node.emit('connection', socket);
  socket.unshift(bytes);
}

/** The request's head as it was received, without the `Upgrade` header. */
function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
