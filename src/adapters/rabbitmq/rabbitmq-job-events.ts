import type { Connection, Consumer, Publisher } from 'rabbitmq-client';
import type { JobEvent, JobEventListener, JobEvents, Unsubscribe } from '../../jobs/ports/job-events.js';
import type { Logger } from '../../jobs/ports/logger.js';
import { inTime } from '../in-time.js';
import { ListenerSet } from '../listener-set.js';
import { closeRabbit, connectRabbit } from './rabbitmq-connection.js';
import { isRabbitRefusal, RabbitRefusals } from './rabbitmq-refusals.js';
import { topology } from './topology.js';

export interface RabbitJobEventsOptions {
  readonly url: string;
  readonly logger: Logger;
  /** Name of the queue whose jobs the events concern. Processes that use this queue name get each other's events. */
  readonly queue?: string;
  /** The kinds of work that RabbitMQ refuses now. The job events and the broker of a process share this object. */
  readonly refusals?: RabbitRefusals;
}

const PUBLISH_MS = 900;
/**
 * The maximum number of events that wait for a process that does not read. RabbitMQ drops the oldest events beyond it.
 * A dropped event costs only time, because processes also poll the rows that they watch.
 */
const MAX_WAITING = 10_000;
/** The type is given because a virtual host may have another default, and only classic queues can be exclusive. */
const EVENT_QUEUE = { 'x-queue-type': 'classic', 'x-max-length': MAX_WAITING } as const;

/** Events over a fanout exchange. Each process has an exclusive queue, which is deleted with its connection. */
export class RabbitJobEvents implements JobEvents {
  readonly #logger: Logger;
  readonly #refusals: RabbitRefusals;
  readonly #exchange: string;
  /**
   * One connection publishes and receives. The consumer acknowledges nothing, and so receives events even while the
   * server blocks connections that publish.
   */
  readonly #connection: Connection;
  readonly #publisher: Publisher;
  readonly #consumer: Consumer;
  readonly #listeners: ListenerSet;

  constructor({
    url,
    logger,
    queue = 'posts-report',
    refusals = new RabbitRefusals(logger),
  }: RabbitJobEventsOptions) {
    this.#refusals = refusals;
    const { events } = topology(queue);
    this.#logger = logger;
    this.#exchange = events.exchange;
    this.#listeners = new ListenerSet(logger, { exchange: events.exchange });
    this.#connection = connectRabbit({ url, logger, queue, name: 'events' });
    this.#publisher = this.#connection.createPublisher({ exchanges: [events] });
    this.#consumer = this.#connection.createConsumer(
      {
        queue: '', // the server chooses a name
        queueOptions: { exclusive: true, autoDelete: true, arguments: EVENT_QUEUE },
        exchanges: [events],
        queueBindings: [{ exchange: events.exchange }],
        noAck: true,
      },
      ({ body }) => this.#listeners.receive(body),
    );
    // Emitted after each (re)connect, when the queue is bound. From now on no event is missed.
    this.#consumer.on('ready', () => {
      refusals.remove('events');
      this.#listeners.gap();
    });
    this.#consumer.on('error', (cause: unknown) => {
      if (isRabbitRefusal(cause)) refusals.add('events', cause);
      else if (this.#connection.ready)
        logger.warn({ err: cause }, 'cannot listen to job events; trying again');
    });
  }

  async publish({ jobId, version }: JobEvent): Promise<void> {
    if (!this.#connection.ready) return;
    const sent = this.#publisher.send({ exchange: this.#exchange }, { jobId, version }).then(
      () => this.#refusals.remove('publish'),
      (cause: unknown) => {
        if (isRabbitRefusal(cause)) this.#refusals.add('publish', cause);
        throw cause;
      },
    );
    if (!(await inTime(sent, PUBLISH_MS))) {
      this.#logger.debug({ jobId }, 'event not published; pollers will find the change');
    }
  }

  subscribe(listener: JobEventListener): Unsubscribe {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await inTime(Promise.allSettled([this.#consumer.close(), this.#publisher.close()]), PUBLISH_MS);
    await closeRabbit(this.#connection);
  }
}
