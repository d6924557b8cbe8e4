import { setTimeout as delay } from 'node:timers/promises';
import { AMQPError, type Connection, type Publisher } from 'rabbitmq-client';
import {
  messageId,
  type AttemptMessage,
  type Broker,
  type Consumer,
  type MessageHandler,
} from '../../reports/ports/broker.js';
import type { Logger } from '../../reports/ports/logger.js';
import { inTime } from '../in-time.js';
import { closeRabbit, connectRabbit } from './rabbitmq-connection.js';
import { consume } from './rabbitmq-consumer.js';
import { topology, type Topology } from './topology.js';

export interface RabbitBrokerOptions {
  readonly url: string;
  readonly logger: Logger;
  /** Of the queue; processes work together when it is the same. */
  readonly queue?: string;
}

/** Of a send: a caller's second, less the way to him. */
const CONFIRM_MS = 900;
const NO_LEADER_PAUSE_MS = 50;
const DELETED_PAUSE_MS = 300;

/** RabbitMQ: each attempt is a message on a durable quorum queue, acknowledged when its handler has ended. */
export class RabbitBroker implements Broker {
  readonly name = 'rabbitmq';
  readonly #options: RabbitBrokerOptions;
  readonly #topology: Topology;
  readonly #connection: Connection;
  readonly #publisher: Publisher;
  readonly #returned = new Set<string>();
  readonly #consumers = new Set<Consumer>();

  constructor(options: RabbitBrokerOptions) {
    this.#options = options;
    this.#topology = topology(options.queue);
    this.#connection = connectRabbit({ ...options, name: 'queue' });
    const { jobs, deadLetters } = this.#topology;
    this.#publisher = this.#connection.createPublisher({ confirm: true, queues: [jobs, deadLetters] });
    this.#publisher.on('basic.return', (message) => void this.#returned.add(message.messageId ?? ''));
  }

  /** False also while the server takes no messages (alarm of memory or disk). */
  isUp(): boolean {
    return this.#connection.ready;
  }

  async ping(): Promise<boolean> {
    // Declaring what is there is the protocol's way of asking.
    return this.isUp() && (await inTime(this.#declare(), CONFIRM_MS));
  }

  async send(message: AttemptMessage): Promise<void> {
    if (!this.isUp()) throw new Error('RabbitMQ is away; the message was not sent.');
    await within(CONFIRM_MS, this.#publish(message));
  }

  consume(handle: MessageHandler, { concurrency }: { readonly concurrency: number }): Consumer {
    const consumer = consume({ ...this.#options, topology: this.#topology }, handle, concurrency);
    this.#consumers.add(consumer);
    return consumer;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    await inTime(this.#publisher.close(), CONFIRM_MS);
    await closeRabbit(this.#connection);
  }

  /** Tries again what another try may cure, as long as the caller waits. */
  async #publish(message: AttemptMessage): Promise<void> {
    const deadline = performance.now() + CONFIRM_MS;
    let refusal: unknown = new Error('RabbitMQ has no queue for the message.');
    do {
      try {
        if (await this.#publishOnce(message)) return;
        // Somebody deleted the queue: rabbitmq-client declares it only with a new channel. Not at once, though: where it
        // is back before RabbitMQ (3.10.8) has told the old one's consumers, they are never told, and wait for ever.
        await delay(DELETED_PAUSE_MS);
        await this.#declare();
      } catch (cause) {
        // Right after a start a quorum queue has no leader yet, and the server takes nothing for it.
        if (!(cause instanceof AMQPError && cause.code === 'NACK')) throw cause;
        refusal = cause;
        await delay(NO_LEADER_PAUSE_MS);
      }
    } while (performance.now() < deadline);
    throw refusal;
  }

  /** False when the server had no queue for it: such a message comes back, and is confirmed all the same. */
  async #publishOnce({ jobId, attempt, kind, filter }: AttemptMessage): Promise<boolean> {
    const id = messageId({ jobId, attempt });
    await this.#publisher.send(
      { routingKey: this.#topology.jobs.queue, mandatory: true, durable: true, messageId: id },
      { jobId, attempt, kind, filter },
    );
    // rabbitmq-client 5.0.8 tells of a returned message in the next turn, after the confirm that follows it.
    await new Promise(setImmediate);
    return !this.#returned.delete(id);
  }

  async #declare(): Promise<void> {
    await this.#connection.queueDeclare(this.#topology.deadLetters);
    await this.#connection.queueDeclare(this.#topology.jobs);
  }
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`RabbitMQ did not confirm within ${milliseconds} ms`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
