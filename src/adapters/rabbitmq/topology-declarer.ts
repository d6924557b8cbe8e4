import { AMQPError, type Connection } from 'rabbitmq-client';
import type { Logger } from '../../jobs/ports/logger.js';
import type { Topology } from './topology.js';

/**
 * Declares the queues and exchanges that do not exist. A queue that exists with other arguments is used unchanged,
 * because a message reaches a worker with any arguments. Each difference is logged once.
 */
export class TopologyDeclarer {
  readonly #connection: Connection;
  readonly #topology: Topology;
  readonly #logger: Logger;
  readonly #logged = new Set<string>();

  constructor(connection: Connection, topology: Topology, logger: Logger) {
    this.#connection = connection;
    this.#topology = topology;
    this.#logger = logger;
  }

  async declare(): Promise<void> {
    const { jobs, failedAttempts, deadLetters, givenUp, givenUpBindings } = this.#topology;
    const connection = this.#connection;
    await connection.exchangeDeclare(givenUp);
    for (const queue of [failedAttempts, deadLetters, jobs]) {
      await this.#unlessDifferent(connection.queueDeclare(queue));
    }
    for (const binding of givenUpBindings) await connection.queueBind(binding);
  }

  async #unlessDifferent(declared: Promise<unknown>): Promise<void> {
    try {
      await declared;
    } catch (cause) {
      const difference = differenceIn(cause);
      if (difference === undefined) throw cause;
      if (this.#logged.has(difference.text)) return;
      this.#logged.add(difference.text);
      const { queue, argument } = difference;
      this.#logger.error(
        { queue, argument, err: cause },
        `RabbitMQ has a queue ${queue} with another ${argument} than this service declares; it is used as it is. ` +
          `To have it made anew, delete it (rabbitmqctl delete_queue ${queue}): no job is lost, MySQL has them.`,
      );
    }
  }
}

interface Difference {
  readonly queue: string;
  readonly argument: string;
  /** The difference in RabbitMQ's words, with both values. */
  readonly text: string;
}

function differenceIn(cause: unknown): Difference | undefined {
  if (!(cause instanceof AMQPError) || cause.code !== 'PRECONDITION_FAILED') return undefined;
  const [, argument, queue] = /inequivalent arg '([^']+)' for queue '([^']+)'/.exec(cause.message) ?? [];
  return argument === undefined || queue === undefined ? undefined : { queue, argument, text: cause.message };
}
