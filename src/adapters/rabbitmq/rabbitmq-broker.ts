import { setTimeout as delay } from 'node:timers/promises';
import { AMQPError, type Connection, type Publisher } from 'rabbitmq-client';
import {
  BrokerAwayError,
  messageId,
  RESEND_AFTER_MS,
  type AttemptMessage,
  type Broker,
  type Consumer,
  type MessageHandler,
} from '../../jobs/ports/broker.js';
import type { Logger } from '../../jobs/ports/logger.js';
import { inTime, withDeadline } from '../in-time.js';
import { TopologyDeclarer } from './topology-declarer.js';
import { closeRabbit, connectRabbit } from './rabbitmq-connection.js';
import { startRabbitConsumer } from './rabbitmq-consumer.js';
import { isRabbitRefusal, RabbitRefusals } from './rabbitmq-refusals.js';
import { redrive, REDRIVEN } from './redrive.js';
import { SharedWrites } from './shared-writes.js';
import { topology, type Topology } from './topology.js';

export interface RabbitBrokerOptions {
  readonly url: string;
  readonly logger: Logger;
  /** Name of the queue of jobs. Processes that use this queue name share its jobs. */
  readonly queue?: string;
  /**
   * Records which operations, such as sending messages, RabbitMQ refuses now. The broker and the job events of a
   * process share this object.
   */
  readonly refusals?: RabbitRefusals;
  /** A message expires after this time. By then the dispatcher has sent another message for the job. */
  readonly messageLifeMs?: number;
}

/** Timeout of a send: the caller's 1 s minus network time. */
const CONFIRM_MS = 900;
const REHEARSAL_MS = 1000;
const NO_LEADER_PAUSE_MS = 50;
const DELETED_PAUSE_MS = 300;
/** How long the server counts as unavailable after it did not accept a message. */
const REFUSED_MS = 2000;
/**
 * The time after which the dispatcher sends a message again, plus a margin. A waiting job therefore always has a
 * message in the queue.
 */
const MESSAGE_LIFE_MS = RESEND_AFTER_MS + 1500;

/** RabbitMQ: each attempt is a message on a durable quorum queue, acknowledged when its handler has ended. */
export class RabbitBroker implements Broker {
  readonly name = 'rabbitmq';
  readonly #options: RabbitBrokerOptions & { readonly queue: string };
  readonly #refusals: RabbitRefusals;
  readonly #topology: Topology;
  readonly #connection: Connection;
  readonly #declarer: TopologyDeclarer;
  readonly #publisher: Publisher;
  readonly #writes: SharedWrites;
  readonly #returned = new Set<string>();
  readonly #consumers = new Set<Consumer>();
  /** Resolves after the first try to declare the queues; never rejects. */
  #declared: Promise<void>;
  #restoring: Promise<void> | undefined;
  #refusedUntil = 0;
  #rehearsing = false;
  readonly #timer: NodeJS.Timeout;

  constructor(options: RabbitBrokerOptions) {
    const { url, logger, queue = 'posts-report', refusals = new RabbitRefusals(logger) } = options;
    this.#refusals = refusals;
    this.#options = { ...options, queue };
    this.#topology = topology(queue);
    this.#connection = connectRabbit({ url, logger, queue, name: 'queue' });
    this.#declarer = new TopologyDeclarer(this.#connection, this.#topology, logger);
    this.#declared = new Promise((resolve) => {
      this.#connection.on('connection', () => {
        this.#declared = this.#declare();
        resolve(this.#declared);
      });
    });
    this.#writes = new SharedWrites(this.#connection);
    this.#publisher = this.#connection.createPublisher({ confirm: true });
    this.#publisher.on('basic.return', (message) => void this.#returned.add(message.messageId ?? ''));
    this.#timer = setInterval(() => void this.#rehearse(), REHEARSAL_MS);
  }

  /**
   * Also false while the server takes no messages (an alarm of memory or disk, a queue without leader or majority), and
   * while it refuses an operation that the service needs.
   */
  isUp(): boolean {
    return this.#connection.ready && performance.now() >= this.#refusedUntil && !this.#refusals.any;
  }

  async send(message: AttemptMessage): Promise<void> {
    await this.#send(message, 0);
  }

  consume(handle: MessageHandler, { concurrency }: { readonly concurrency: number }): Consumer {
    const { url, logger, queue } = this.#options;
    const connection = connectRabbit({ url, logger, queue, name: 'worker' });
    const options = {
      connection,
      logger,
      topology: this.#topology,
      refusals: this.#refusals,
      onMissing: () => void this.#restore(),
    };
    const consumers = [
      startRabbitConsumer(options, handle, concurrency),
      redrive(options, (message, times) => this.#send(message, times)),
    ];
    void this.#declared.then(() => {
      for (const { start } of consumers) start();
    });
    let closed: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await closeRabbit(connection);
    };
    const consumer = { close: () => (closed ??= close()) };
    this.#consumers.add(consumer);
    return consumer;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    await inTime(this.#publisher.close(), CONFIRM_MS);
    await closeRabbit(this.#connection);
  }

  async #send(message: AttemptMessage, redriven: number): Promise<void> {
    if (!this.#connection.ready || this.#refusals.any)
      throw new BrokerAwayError('RabbitMQ is away or refuses work; the message was not sent.');
    try {
      await withDeadline(
        this.#publish(message, redriven),
        CONFIRM_MS,
        () => new Error(`RabbitMQ did not confirm within ${CONFIRM_MS} ms`),
      );
      this.#refusedUntil = 0;
    } catch (cause) {
      if (isRabbitRefusal(cause)) this.#refusals.add('send', cause);
      else this.#refusedUntil = performance.now() + REFUSED_MS;
      throw cause;
    }
  }

  /**
   * Tests whether RabbitMQ still refuses work. Publishes to a queue that does not exist, which needs the same right as
   * publishing to an existing queue. Repeats refused declarations.
   */
  async #rehearse(): Promise<void> {
    if (!this.#connection.ready || this.#rehearsing) return;
    this.#rehearsing = true;
    try {
      await this.#publisher.send({ routingKey: `${this.#topology.jobs.queue}.rehearsal` }, {});
      this.#refusals.remove('send');
    } catch (cause) {
      if (isRabbitRefusal(cause)) this.#refusals.add('send', cause);
    }
    if (this.#refusals.any) await this.#declare();
    this.#rehearsing = false;
  }

  /** Publishes a message. After a temporary error, tries again as long as the caller waits. */
  async #publish(message: AttemptMessage, redriven: number): Promise<void> {
    const deadline = performance.now() + CONFIRM_MS;
    let refusal: unknown;
    await this.#declared;
    do {
      try {
        if (await this.#publishOnce(message, redriven)) return;
        await this.#restore();
      } catch (cause) {
        // Right after a start a quorum queue has no leader, and the server rejects its messages.
        if (!(cause instanceof AMQPError && cause.code === 'NACK')) throw cause;
        refusal = cause;
        await delay(NO_LEADER_PAUSE_MS);
      }
    } while (performance.now() < deadline);
    throw refusal ?? new Error('RabbitMQ has no queue for the message.');
  }

  /**
   * Returns false when no queue took the message. The server then returns the message, and confirms it nevertheless.
   */
  async #publishOnce(message: AttemptMessage, redriven: number): Promise<boolean> {
    const { jobId, attempt, kind, filter } = message;
    const id = messageId({ jobId, attempt });
    const envelope = {
      routingKey: this.#topology.jobs.queue,
      mandatory: true,
      durable: true,
      messageId: id,
      expiration: String(this.#options.messageLifeMs ?? MESSAGE_LIFE_MS),
      ...(redriven > 0 && { headers: { [REDRIVEN]: redriven } }),
    };
    await this.#writes.join(() => this.#publisher.send(envelope, { jobId, attempt, kind, filter }));
    // rabbitmq-client 5.0.8 emits a returned message one turn after the confirm.
    await new Promise(setImmediate);
    return !this.#returned.delete(id);
  }

  /**
   * Declares a deleted queue again, after a pause. If the queue exists again before RabbitMQ (3.10.8) has notified the
   * consumers of the deleted one, they are never notified and wait for ever.
   */
  #restore(): Promise<void> {
    this.#restoring ??= delay(DELETED_PAUSE_MS)
      .then(() => this.#declare())
      .finally(() => {
        this.#restoring = undefined;
      });
    return this.#restoring;
  }

  /** Never rejects: a queue that could not be declared is noticed by the next message or by a consumer. */
  async #declare(): Promise<void> {
    try {
      await this.#declarer.declare();
      this.#refusals.remove('declare');
    } catch (cause) {
      if (isRabbitRefusal(cause)) this.#refusals.add('declare', cause);
      else if (this.#connection.ready)
        this.#options.logger.warn({ err: cause }, 'cannot make the queues of RabbitMQ; trying again');
    }
  }
}
