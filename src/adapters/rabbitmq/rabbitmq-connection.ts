import { Connection } from 'rabbitmq-client';
import type { Logger } from '../../jobs/ports/logger.js';
import { inTime } from '../in-time.js';
import { OutageLog } from '../outage-log.js';
import { parseRabbitUrl } from './rabbitmq-address.js';

export interface RabbitConnectionOptions {
  /** May name several hosts; each connection tries one after the other until one answers. */
  readonly url: string;
  /** The queue that the connection serves and its purpose, shown by RabbitMQ's management page and in logs. */
  readonly queue: string;
  readonly name: string;
  readonly logger: Logger;
}

/** How long closing a connection in good order may take. */
const CLOSE_MS = 1000;

/**
 * A connection that is renewed for ever. Publishers and consumers get one each, because the server blocks publishing
 * connections while it is short of memory or disk, and consumers must go on.
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
 * Closes channels and connection, but waits one second at most for the channels, whose close a silent server never
 * confirms.
 */
export async function closeRabbit(connection: Connection): Promise<void> {
  if (!(await inTime(connection.close(), CLOSE_MS))) connection.unsafeDestroy();
}
