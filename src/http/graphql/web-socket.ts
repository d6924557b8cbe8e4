import { CloseCode, handleProtocols } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Logger } from '../../jobs/ports/logger.js';
import type { WebSocketHandler } from '../web/route.js';
import {
  createWebSocketProtocol,
  type ProtocolOptions,
  type WebSocketProtocol,
} from './web-socket-protocol.js';

interface WebSocketOptions extends ProtocolOptions {
  /** Bytes of one message. */
  readonly maxPayload: number;
  readonly logger: Logger;
}

export interface WebSocketEndpoint {
  readonly accept: WebSocketHandler;
  /** Takes no more connections and cuts those there are, so that clients come back elsewhere or later. */
  close(): Promise<void>;
}

/** A proxy or a client that forgets a connection which is silent for a minute is kept awake. */
const PING_MS = 15_000;
/** A peer that does not answer the close within this time is dropped. */
const CLOSE_MS = 1000;
/** Clients of graphql-ws try again after this one. */
const TRY_AGAIN_LATER = 1013;

/**
 * graphql-transport-ws. graphql-ws brings a binding for ws (`graphql-ws/use/ws`), but that one writes
 * errors to the console (6.4.2), where the log is JSON, and cannot cut a connection; so this is ours.
 */
export function createWebSocketEndpoint(options: WebSocketOptions): WebSocketEndpoint {
  const { maxPayload, logger } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload, handleProtocols });
  const protocol = createWebSocketProtocol(options);

  return {
    accept(request, socket, head) {
      sockets.handleUpgrade(request, socket, head, (client) => serve(client, protocol, logger));
    },
    async close() {
      for (const client of sockets.clients) cut(client);
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

function serve(client: WebSocket, protocol: WebSocketProtocol, logger: Logger): void {
  const closed = protocol.opened(
    {
      protocol: client.protocol,
      // Resolves when the message is on its way, so that a slow reader slows down its stream and nobody else's.
      send: (data) =>
        new Promise((resolve) => {
          if (client.readyState === client.OPEN) client.send(data, () => resolve());
          else resolve();
        }),
      close: (code, reason) => client.close(code, reason),
      onMessage: (handle) => {
        client.on('message', (data: Buffer) => {
          handle(data.toString()).catch((cause: unknown) => {
            logger.error({ err: cause }, 'a WebSocket message could not be handled');
            client.close(CloseCode.InternalServerError, 'Internal server error');
          });
        });
      },
    },
    { cut: () => cut(client) },
  );
  const ping = keepAlive(client);
  client.on('error', (cause) => logger.debug({ err: cause }, 'a WebSocket failed')); // 'close' follows
  client.once('close', (code, reason) => {
    clearInterval(ping);
    closed(code, reason.toString()).catch((cause: unknown) => {
      logger.error({ err: cause }, 'a WebSocket could not be cleaned up');
    });
  });
}

function keepAlive(client: WebSocket): NodeJS.Timeout {
  let isAlive = true;
  client.on('pong', () => {
    isAlive = true;
  });
  return setInterval(() => {
    if (!isAlive) return client.terminate();
    isAlive = false;
    client.ping();
  }, PING_MS);
}

function cut(client: WebSocket): void {
  client.close(TRY_AGAIN_LATER, 'Subscribe again');
  setTimeout(() => client.terminate(), CLOSE_MS).unref();
}
