import { Connection } from 'rabbitmq-client';
import type { Logger } from '../../jobs/ports/logger.js';
import { inTime } from '../in-time.js';
import { OutageLog } from '../outage-log.js';
import { parseRabbitUrl } from './rabbitmq-address.js';

export interface RabbitConnectionOptions {
  /** May name several hosts; each connection tries one after the other until one answers. */
  readonly url: string;
  /**
   * The connection's name in RabbitMQ's management page consists of the queue and `name`, the purpose of the
   * connection.
   */
  readonly queue: string;
  readonly name: string;
  readonly logger: Logger;
}

/** The maximum time to close the channels and the connection, before the socket is destroyed. */
const CLOSE_MS = 1000;

/**
 * Opens a connection that reconnects after each loss, without a limit. Publishers and consumers use separate
 * connections: a server that is short of memory or disk blocks connections that publish, and consumers must continue.
 */
export function connectRabbit({ url, queue, name, logger }: RabbitConnectionOptions): Connection {
  const { hosts, ...address } = parseRabbitUrl(url);
  const connection = new Connection({
    ...address,
    ...(hosts && { hosts: shuffled(hosts) }),
    connectionName: `${queue}:${name}`,
    connectionTimeout: 2000, // unless the URL names another
    acquireTimeout: 900,
    retryLow: 100,
    retryHigh: 400,
  });
  const outages = new OutageLog(
    logger,
    { began: 'RabbitMQ reports an error; trying again', ended: 'RabbitMQ is back' },
    { connection: name },
  );
  // Without a listener the first lost connection would end the process.
  connection.on('error', (cause: unknown) => outages.notice(cause));
  connection.on('connection', () => outages.end());
  connection.on('connection.blocked', (reason) =>
    logger.warn({ connection: name, reason }, 'RabbitMQ takes no messages for the time being'),
  );
  return connection;
}

/** In random order, so that connections spread over the nodes of a cluster, also after a node is lost. */
function shuffled(hosts: readonly string[]): string[] {
  return hosts
    .map((host) => ({ host, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ host }) => host);
}

/**
 * Closes the channels and the connection. Destroys the socket after one second, because a silent server never confirms
 * the close.
 */
export async function closeRabbit(connection: Connection): Promise<void> {
  if (!(await inTime(connection.close(), CLOSE_MS))) connection.unsafeDestroy();
}
