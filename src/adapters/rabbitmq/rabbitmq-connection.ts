import { Connection } from 'rabbitmq-client';
import type { Logger } from '../../jobs/ports/logger.js';
import { inTime } from '../in-time.js';
import { OutageLog } from '../outage-log.js';
import { parseRabbitUrl } from './rabbitmq-address.js';

export interface RabbitConnectionOptions {
  /** May name several hosts: one after the other is tried until one answers, each time. */
  readonly url: string;
  /** Which queue it serves, and what for: shown by the management page and in logs. */
  readonly queue: string;
  readonly name: string;
  readonly logger: Logger;
}

/** How long an orderly good-bye may take. */
const CLOSE_MS = 1000;

/**
 * A connection that comes back by itself, for ever. Publishers and consumers get one each: the server blocks those that
 * publish while it is short of memory or disk, and consumers must go on then.
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
  // Without a listener the first lost connection ends the process.
  connection.on('error', (cause: unknown) => outages.notice(cause));
  connection.on('connection', () => outages.end());
  connection.on('connection.blocked', (reason) =>
    logger.warn({ connection: name, reason }, 'RabbitMQ takes no messages for the time being'),
  );
  return connection;
}

/** So that the nodes of a cluster share the connections, also those that one of them loses. */
function shuffled(hosts: readonly string[]): string[] {
  return hosts
    .map((host) => ({ host, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ host }) => host);
}

/** Waits a second for channels to close, which a silent server never confirms. */
export async function closeRabbit(connection: Connection): Promise<void> {
  if (!(await inTime(connection.close(), CLOSE_MS))) connection.unsafeDestroy();
}
