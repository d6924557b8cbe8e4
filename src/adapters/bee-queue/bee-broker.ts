import {
  BrokerAwayError,
  messageId,
  type AttemptMessage,
  type Broker,
  type Consumer,
  type MessageHandler,
} from '../../jobs/ports/broker.js';
import type { Logger } from '../../jobs/ports/logger.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { jobEventChannel } from '../redis/redis-job-events.js';
import { isRedisRefusal, RedisRefusals } from '../redis/redis-refusals.js';
import { warnOfEviction } from '../redis/warn-of-eviction.js';
import { startBeeConsumer } from './bee-consumer.js';
import { SendingQueue } from './sending-queue.js';
import { WorkProbe } from './work-probe.js';

export interface BeeBrokerOptions {
  readonly url: string;
  readonly logger: Logger;
  /** Name of the Bee-Queue queue. Processes that use this queue name share its jobs. */
  readonly queue?: string;
  /** The kinds of work that Redis refuses now. The broker and the job events of a process share this object. */
  readonly refusals?: RedisRefusals;
  /** Interval of the stall check. A message whose worker died is delivered again after one to two intervals. */
  readonly stallIntervalMs?: number;
}

/** Bee-Queue on Redis: each attempt is a Bee-Queue job. */
export class BeeBroker implements Broker {
  readonly name = 'bee-queue';
  readonly #options: Required<BeeBrokerOptions>;
  readonly #connection: RedisConnection;
  readonly #probing: RedisConnection;
  readonly #queue: SendingQueue;
  readonly #probe: WorkProbe;
  readonly #consumers = new Set<Consumer>();

  constructor({
    url,
    logger,
    queue = 'posts-report',
    refusals = new RedisRefusals(logger),
    stallIntervalMs = 5000,
  }: BeeBrokerOptions) {
    this.#options = { url, logger, queue, refusals, stallIntervalMs };
    this.#connection = new RedisConnection({ url, logger, queue, name: 'queue', commands: 'answer' });
    this.#probing = new RedisConnection({ url, logger, queue, name: 'probe', commands: 'answer' });
    this.#queue = new SendingQueue(queue, this.#connection.client);
    this.#probe = new WorkProbe({
      connection: this.#probing,
      toKey: (key) => this.#queue.toKey(key),
      eventChannel: jobEventChannel(queue),
      refusals,
    });
    warnOfEviction(this.#connection.client, logger);
  }

  isUp(): boolean {
    return this.#connection.isUp() && this.#probe.passedOnce && !this.#options.refusals.any;
  }

  async send(message: AttemptMessage): Promise<void> {
    if (!this.isUp()) throw new BrokerAwayError('Redis is away or refuses work; the message was not sent.');
    const { jobId, kind, filter } = message;
    // Bee-Queue's own retries stay 0, because they have no fencing and survive neither a worker's crash nor a loss of Redis.
    try {
      await this.#queue.createJob({ jobId, kind, filter }).setId(messageId(message)).save();
    } catch (cause) {
      // Redis counts as refusing work until the next rehearsal by WorkProbe passes.
      if (isRedisRefusal(cause)) this.#options.refusals.add('probe', cause);
      throw cause;
    }
  }

  consume(handle: MessageHandler, { concurrency }: { readonly concurrency: number }): Consumer {
    const consumer = startBeeConsumer(this.#options, handle, concurrency);
    this.#consumers.add(consumer);
    return consumer;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    this.#probe.close();
    this.#probing.close();
    this.#connection.close();
  }
}
