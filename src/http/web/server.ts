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
  /** Resolves with the port once connections are accepted; rejects when the address cannot be used. */
  listen(address: { readonly host: string; readonly port: number }): Promise<number>;
  /**
   * Goes on answering for `lingerMs`, each answer with `Connection: close`: long enough for balancers to see that
   * `/readyz` says 503, and to send requests elsewhere.
   */
  linger(lingerMs?: number): Promise<void>;
  /**
   * Accepts no more connections, cuts endless event streams so that their clients reconnect elsewhere, lets other
   * requests finish, and cuts what is left after `graceMs`. Close the job watcher first: that ends waiting requests.
   */
  close(graceMs?: number): Promise<void>;
}

/** Two checks of a balancer that checks once a second. */
const LINGER_MS = 2000;
const GRACE_MS = 3000;

/** A client that reads nothing of its answer for this long is disconnected. */
const STALLED_MS = 30_000;

/** Room for a query with 1,000 ids (`shop_id=-2147483648&` has 20 bytes) and for the headers. */
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
      requireHostHeader: false, // its absence is refused as any other mistake in it
      headersTimeout: 10_000,
      // Time for the whole request to arrive. An answer may take any time.
      requestTimeout: 15_000,
      connectionsCheckingInterval: 1000,
      ...UPGRADE_OPTIONS,
    },
    listener,
  );
  node.on('connection', (socket) => connections.add(socket));
  // With this listener, node:http no longer closes connections on which nothing moves, idle ones included; this service
  // does.
  node.setTimeout(STALLED_MS, (socket) => {
    if (socket.writableLength > 0 || connections.isIdle(socket)) socket.destroy();
  });
  handleUpgrades(node, kernel, connections);
  refuseConnect(node, kernel, connections);
  node.on('checkContinue', (request, response) => {
    // Without `100 Continue` the client need not send a body that is too large by its own Content-Length.
    if (!declaresTooMuch(request.headers as RequestHeaders)) response.writeContinue();
    listener(request, response);
  });
  node.on('checkExpectation', listener); // by itself, node:http answers 417 without a word
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
  await setImmediate(); // just after what waited to be accepted was accepted: the kernel resets what still waits
  const closed = new Promise<void>((resolve) => node.close(() => resolve()));
  for (const { isEventStream, outgoing } of connections.exchanges()) if (isEventStream) outgoing.destroy();
  sendElsewhere(connections);
  // Closes connections that become idle from now on.
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
