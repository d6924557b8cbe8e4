import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { declaresTooMuch } from './body.js';
import { Connections } from './connections.js';
import type { RequestHeaders } from './headers.js';
import type { Kernel } from './kernel.js';
import { createNodeListener } from './node-listener.js';
import { refuseConnect } from './refuse-connect.js';
import { refuseUnreadable } from './refuse-connection.js';
import { handleUpgrades, UPGRADE_OPTIONS } from './upgrades.js';

interface HttpServer {
  readonly node: Server;
  /** Resolves with the port when connections are accepted; rejects when the address cannot be used. */
  listen(address: { readonly host: string; readonly port: number }): Promise<number>;
  /**
   * Continues to answer for `lingerMs`, with `Connection: close`. In this time load balancers read the 503 of
   * `/readyz`, and begin to send requests to other servers.
   */
  linger(lingerMs?: number): Promise<void>;
  /**
   * Accepts no more connections. Cuts event streams, so that their clients reconnect to another server. Lets other
   * requests end, and cuts the rest after `graceMs`. Close the job watcher first, because this ends the requests that
   * wait for a job.
   */
  close(graceMs?: number): Promise<void>;
}

/** The time for two checks of a load balancer that checks once a second. */
const LINGER_MS = 2000;
const GRACE_MS = 3000;

/** A client that reads nothing of its answer for this time is disconnected. */
const STALLED_MS = 30_000;

/** Enough for a query with 1,000 ids (`shop_id=-2147483648&` has 20 bytes) and for the headers. */
const MAX_HEAD_BYTES = 32 * 1024;

export function createHttpServer(kernel: Kernel): HttpServer {
  const connections = new Connections();
  const answer = createNodeListener(kernel, connections);
  let isLeaving = false;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    if (isLeaving) response.setHeader('connection', 'close');
    answer(request, response);
  };
  const node = createServer(
    {
      maxHeaderSize: MAX_HEAD_BYTES,
      requireHostHeader: false, // `checkHost` refuses a request without Host
      headersTimeout: 10_000,
      // The time for the whole request to arrive. An answer may take any time.
      requestTimeout: 15_000,
      connectionsCheckingInterval: 1000,
      ...UPGRADE_OPTIONS,
    },
    listener,
  );
  node.on('connection', (socket) => connections.add(socket));
  // With this listener, node:http no longer closes connections without traffic, idle connections included. The listener
  // closes them.
  node.setTimeout(STALLED_MS, (socket) => {
    if (socket.writableLength > 0 || connections.isIdle(socket)) socket.destroy();
  });
  handleUpgrades(node, kernel, connections);
  refuseConnect(node, kernel, connections);
  node.on('checkContinue', (request, response) => {
    // `100 Continue` is sent unless the Content-Length is too large. Without it, the client need not send the body.
    if (!declaresTooMuch(request.headers as RequestHeaders)) response.writeContinue();
    listener(request, response);
  });
  node.on('checkExpectation', listener); // without this listener, node:http answers 417 without a body
  node.on('clientError', refuseUnreadable);
  return {
    node,
    listen: (address) => listen(node, address),
    linger: async (lingerMs = LINGER_MS) => {
      isLeaving = true;
      sendElsewhere(connections);
      await delay(lingerMs);
    },
    close: async (graceMs = GRACE_MS) => {
      isLeaving = true;
      await close(node, connections, graceMs);
    },
  };
}

async function listen(node: Server, address: { host: string; port: number }): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    node.once('error', reject);
    node.listen(address.port, address.host, () => {
      node.off('error', reject);
      resolve();
    });
  });
  return (node.address() as AddressInfo).port;
}

async function close(node: Server, connections: Connections, graceMs: number): Promise<void> {
  // Accepts the waiting connections first, because the operating system resets those that wait when the server closes.
  await setImmediate();
  const closed = new Promise<void>((resolve) => node.close(() => resolve()));
  for (const { isEventStream, outgoing } of connections.exchanges()) if (isEventStream) outgoing.destroy();
  sendElsewhere(connections);
  // Closes connections that become idle while others still answer.
  const sweep = setInterval(() => node.closeIdleConnections(), 50);
  const cut = setTimeout(() => connections.destroyAll(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

/** Closes each connection after its answer, so that the client's next request goes to a server that still listens. */
function sendElsewhere(connections: Connections): void {
  for (const { outgoing } of connections.exchanges())
    if (!outgoing.headersSent) outgoing.setHeader('connection', 'close');
}
