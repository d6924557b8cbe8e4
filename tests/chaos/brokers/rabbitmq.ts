import { Connection } from 'rabbitmq-client';
import { startRabbitMq } from '../../../scripts/servers/rabbitmq.mjs';
import type { BusEvent, ChaosBroker } from './chaos-broker.js';

/** The service's queue names, taken from docs/brokers.md and not from `src`: the suite relies on documented facts. */
export const QUEUE = 'posts-report';
const FAILED_ATTEMPTS = 'posts-report.failed-attempts';
const EVENTS = { exchange: 'posts-report.job-events', type: 'fanout', durable: true } as const;

export async function startRabbitBroker(dir: string): Promise<ChaosBroker> {
  const server = await startRabbitMq({ dir });
  return {
    server,
    command: async (...words) => void (await server.control(...words)),
    readQueue: () =>
      withConnection(server.url, async (connection) => {
        const failed = new Set<string>();
        const channel = await connection.acquire();
        // No message is acknowledged, so that all messages return to the queue when the channel closes.
        for (let message; (message = await channel.basicGet(FAILED_ATTEMPTS)) !== undefined;)
          failed.add(message.messageId ?? '');
        await channel.close();
        return { succeeded: new Set(), failed, remembers: 0 };
      }),
    async listen(onEvent) {
      const connection = new Connection({ url: server.url, retryLow: 50, retryHigh: 200 });
      connection.on('error', () => {});
      const consumer = connection.createConsumer(
        {
          queue: '',
          queueOptions: { exclusive: true, autoDelete: true },
          exchanges: [EVENTS],
          queueBindings: [{ exchange: EVENTS.exchange }],
          noAck: true,
        },
        ({ body }) => onEvent(body as BusEvent),
      );
      consumer.on('error', () => {});
      await new Promise<void>((resolve) => consumer.once('ready', () => resolve()));
      return () => connection.unsafeDestroy();
    },
  };
}

/** Calls `use` with a new connection, and closes the connection. Rejects while the server is down. */
async function withConnection<T>(url: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = new Connection({ url, connectionTimeout: 1000, acquireTimeout: 1000 });
  connection.on('error', () => {});
  try {
    return await use(connection);
  } finally {
    connection.unsafeDestroy();
  }
}
