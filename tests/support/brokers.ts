/** Starts the servers of both brokers, with functions for tests that bypass the service. */
import Queue from 'bee-queue';
import { Connection } from 'rabbitmq-client';
import type { PrivateServer } from '../../scripts/servers/private-server.mjs';
import { startRabbitMq } from '../../scripts/servers/rabbitmq.mjs';
import { startRedis } from '../../scripts/servers/redis.mjs';
import type { BrokerName } from '../../src/adapters/broker-url.js';
import { topology } from '../../src/adapters/rabbitmq/topology.js';

export interface TestBroker {
  readonly server: PrivateServer;
  /** Deletes all messages, including those in progress. */
  loseEverything(): Promise<void>;
  /** Returns the data of an attempt that the broker keeps as failed; undefined when there is none. */
  findFailed(id: string): Promise<unknown>;
  /** Runs `rabbitmqctl` with these arguments; absent for Redis. */
  control?(...args: string[]): Promise<string>;
  /**
   * Returns the data of an attempt that the broker keeps as succeeded; absent for RabbitMQ, which deletes such
   * messages.
   */
  findSucceeded?(id: string): Promise<unknown>;
}

export const START_BROKER: Readonly<Record<BrokerName, (dir: string) => Promise<TestBroker>>> = {
  'bee-queue': startBeeQueue,
  rabbitmq: startRabbit,
};

async function startBeeQueue(dir: string): Promise<TestBroker> {
  const server = await startRedis({ dir });
  const { hostname, port, password } = new URL(server.url);
  const redis = { host: hostname, port: Number(port), password: decodeURIComponent(password) };
  const withQueue = async <T>(use: (queue: Queue) => Promise<T>): Promise<T> => {
    const queue = new Queue('posts-report', { isWorker: false, getEvents: false, sendEvents: false, redis });
    try {
      await queue.ready();
      return await use(queue);
    } finally {
      await queue.close();
    }
  };
  const find = (id: string, status: string): Promise<unknown> =>
    withQueue(async (queue) => {
      const job = await queue.getJob(id);
      return job?.status === status ? job.data : undefined;
    });
  return {
    server,
    loseEverything: () => withQueue((queue) => queue.destroy()),
    findFailed: (id) => find(id, 'failed'),
    findSucceeded: (id) => find(id, 'succeeded'),
  };
}

async function startRabbit(dir: string): Promise<TestBroker> {
  const server = await startRabbitMq({ dir });
  const { jobs, failedAttempts } = topology();
  const withConnection = async <T>(use: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = new Connection(server.url);
    connection.on('error', () => {});
    try {
      return await use(connection);
    } finally {
      connection.unsafeDestroy();
    }
  };
  return {
    server,
    control: (...args) => server.control(...args),
    loseEverything: () =>
      withConnection(async (connection) => void (await connection.queueDelete(jobs.queue))),
    findFailed: (id) =>
      withConnection(async (connection) => {
        // The loop acknowledges no message, so the broker requeues all of them when the connection ends.
        for (let message; (message = await connection.basicGet(failedAttempts.queue)) !== undefined;)
          if (message.messageId === id) return message.body as unknown;
        return undefined;
      }),
  };
}
