import {
  messageId,
  type AttemptMessage,
  type Broker,
  type Consumer,
  type MessageHandler,
} from '../../jobs/ports/broker.js';
import type { Logger } from '../../jobs/ports/logger.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { warnOfEviction } from '../redis/warn-of-eviction.js';
import { consume } from './bee-consumer.js';
import { SendingQueue } from './sending-queue.js';
import { WriteProbe } from './write-probe.js';

export interface BeeBrokerOptions {
  readonly url: string;
  readonly logger: Logger;
  /** Of the queue; processes work together when it is the same. */
  readonly queue?: string;
  /** After one to two of these a message whose worker died goes to another. */
  readonly stallIntervalMs?: number;
}

/** Bee-Queue on Redis: each attempt is a Bee-Queue job. */
export class BeeBroker implements Broker {
  readonly name = 'bee-queue';
  readonly #options: Required<BeeBrokerOptions>;
  readonly #connection: RedisConnection;
  readonly #queue: SendingQueue;
  readonly #writes: WriteProbe;
  readonly #consumers = new Set<Consumer>();

  constructor({ url, logger, queue = 'posts-report', stallIntervalMs = 5000 }: BeeBrokerOptions) {
    this.#options = { url, logger, queue, stallIntervalMs };
    this.#connection = new RedisConnection({ url, logger, name: 'queue', commands: 'answer' });
    this.#queue = new SendingQueue(queue, this.#connection.client);
    const key = this.#queue.toKey('write-probe');
    this.#writes = new WriteProbe({ connection: this.#connection, key, logger });
    warnOfEviction(this.#connection.client, logger);
  }

  isUp(): boolean {
    return this.#connection.isUp() && !this.#writes.isRefused;
  }

  async send(message: AttemptMessage): Promise<void> {
    if (!this.isUp()) throw new Error('Redis is away or takes no messages; this message was not sent.');
    const { jobId, kind, filter } = message;
    // Bee-Queue's own retries stay 0: they know no fencing, no crash and no lost Redis.
    try {
      await this.#queue.createJob({ jobId, kind, filter }).setId(messageId(message)).save();
    } catch (cause) {
      this.#writes.learn(cause);
      throw cause;
    }
  }

  consume(handle: MessageHandler, { concurrency }: { readonly concurrency: number }): Consumer {
    const consumer = consume(this.#options, handle, concurrency);
    this.#consumers.add(consumer);
    return consumer;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    this.#writes.close();
    this.#connection.close();
  }
}
