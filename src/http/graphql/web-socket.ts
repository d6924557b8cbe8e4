import { CloseCode, handleProtocols } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Logger } from '../../jobs/ports/logger.js';
import type { WebSocketHandler } from '../web/route.js';
import { ProtocolConnection, type ProtocolDeps } from './web-socket-protocol.js';
import { WebSocketWriter } from './web-socket-writer.js';

interface WebSocketOptions extends ProtocolDeps {
  /** The maximum size of a message in bytes. */
  readonly maxPayload: number;
  readonly logger: Logger;
}

export interface WebSocketEndpoint {
  readonly accept: WebSocketHandler;
  /** Accepts no more connections, and cuts the open connections so that their clients reconnect. */
  close(): Promise<void>;
}

/** The interval of pings: well below the 60 s after which proxies and clients close a silent connection. */
const PING_MS = 15_000;
/**
 * Above this number of unread bytes, pings are not answered, so that a client that does not read cannot fill the send
 * buffer with pongs.
 */
const MAX_UNREAD_BYTES = 1_000_000;
/** The time within which the client must answer a close; afterwards the connection is destroyed. */
const CLOSE_MS = 1000;
/** The close code after which graphql-ws clients reconnect. */
const TRY_AGAIN_LATER = 1013;

/**
 * Serves graphql-transport-ws with the package ws. The binding of graphql-ws 6.4.2 (`graphql-ws/use/ws`) is not used,
 * because it writes errors to the console instead of the JSON log, and cannot cut a connection.
 */
export function createWebSocketEndpoint(options: WebSocketOptions): WebSocketEndpoint {
  const { maxPayload } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload, handleProtocols, autoPong: false });
  return {
    accept(request, socket, head) {
      sockets.handleUpgrade(request, socket, head, (client) => serve(client, options));
    },
    async close() {
      for (const client of sockets.clients) cut(client);
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

function serve(client: WebSocket, options: WebSocketOptions): void {
  const { logger } = options;
  const isBehind = () => client.bufferedAmount > MAX_UNREAD_BYTES;
  const writer = new WebSocketWriter(client);
  const connection = new ProtocolConnection(options, {
    protocol: client.protocol,
    send: (message) => writer.send(message),
    sendInSlices: (message) => writer.sendInSlices(message),
    isBehind,
    close: (code, reason) => close(client, code, reason),
    cut: () => cut(client),
  });
  client.on('message', (data: Buffer) => {
    connection.receive(data.toString()).catch((cause: unknown) => {
      logger.error({ err: cause }, 'a WebSocket message could not be handled');
      close(client, CloseCode.InternalServerError, 'Internal server error');
    });
  });
  client.on('ping', (data) => {
    if (!isBehind()) client.pong(data);
  });
  const ping = keepAlive(client);
  client.on('error', (cause) => logger.debug({ err: cause }, 'a WebSocket failed')); // the 'close' event follows
  client.once('close', () => {
    clearInterval(ping);
    connection.closed();
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
  close(client, TRY_AGAIN_LATER, 'Subscribe again');
}

function close(client: WebSocket, code: number, reason: string): void {
  client.close(code, reason);
  setTimeout(() => client.terminate(), CLOSE_MS).unref();
}
