import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { ReportsError } from '../../reports/errors.js';
import type { Connections } from './connections.js';
import { Exchange } from './exchange.js';
import { readHeaders } from './headers.js';
import type { Kernel } from './kernel.js';
import { problem } from './problem.js';
import { endWith } from './refuse-connection.js';

/**
 * Answers CONNECT, which asks a proxy for a tunnel. By itself, node:http would close the connection without an answer.
 */
export function refuseConnect(node: Server, kernel: Kernel, connections: Connections): void {
  node.on('connect', (request: IncomingMessage, socket: Socket) => {
    connections.whenIdle(socket, () => {
      const exchange = new Exchange({
        method: 'CONNECT',
        target: request.url ?? '',
        headers: readHeaders(request),
        stream: undefined,
        cut: () => void socket.destroy(),
      });
      const error = new ReportsError('METHOD_NOT_ALLOWED', 'This server is no proxy.');
      const { status, headers, body } = problem(error, exchange.requestId);
      endWith(socket, { status, headers: { ...headers, allow: '' }, body });
      kernel.conclude(exchange, status);
    });
  });
}
