import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface BalancingProxyOptions {
  /** The connection id that the proxy writes into the server's greeting. */
  readonly connectionId: () => number;
  /**
   * Fate of a message with several statements: the server answers it with an error, or the proxy closes the connection.
   */
  readonly severalStatements: 'refused' | 'cut';
}

export interface BalancingProxy {
  /** The database's address, through the proxy. */
  readonly url: string;
  /** Number of connections that the proxy has closed because of several statements. */
  readonly cut: number;
  close(): Promise<void>;
}

const CLIENT_MULTI_STATEMENTS = 1 << 16;
const HEADER = 4;

/**
 * Starts a proxy that behaves as load balancers do: it has connection ids of its own, and allows one statement per
 * message.
 */
export async function createBalancingProxy(
  databaseUrl: string,
  { connectionId, severalStatements }: BalancingProxyOptions,
): Promise<BalancingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let cut = 0;
  const proxy = createServer((client) => {
    const server = connect({ host: target.hostname, port: Number(target.port) });
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', end).on('close', end);
    }
    server.once('data', (greeting) => {
      greeting.writeUInt32LE(connectionId(), greeting.indexOf(0, HEADER + 1) + 1);
      client.write(greeting);
      server.on('data', (data) => client.write(data));
    });
    client.once('data', (login) => {
      if (severalStatements === 'refused') {
        const flags = login.readUInt32LE(HEADER);
        login.writeUInt32LE((flags & ~CLIENT_MULTI_STATEMENTS) >>> 0, HEADER);
      }
      server.write(login);
      client.on('data', (data) => {
        if (severalStatements === 'cut' && data.includes('; ')) {
          cut += 1;
          end();
        } else server.write(data);
      });
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.href,
    get cut() {
      return cut;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
