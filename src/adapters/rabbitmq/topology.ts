/**
 * The service's declarations in RabbitMQ. Quorum queues with these arguments, expiring messages in them, and headers
 * exchanges that look at `x-` headers need RabbitMQ 3.10.
 */
export interface Topology {
  /** Queue of messages for workers. */
  readonly jobs: QueueDeclaration;
  /** Messages of failed attempts, for people to see; MySQL has the failures already. */
  readonly failedAttempts: QueueDeclaration;
  /** Messages that were delivered too often without an outcome; the service sends them again. */
  readonly deadLetters: QueueDeclaration;
  /**
   * The exchange for messages that the queue `jobs` removes. The exchange routes a message by the reason of its
   * removal. An expired message matches no binding and is dropped: by then the dispatcher has sent another message for
   * the job.
   */
  readonly givenUp: { readonly exchange: string; readonly type: 'headers'; readonly durable: true };
  readonly givenUpBindings: readonly BindingDeclaration[];
  /** The exchange that sends every event to every process. */
  readonly events: { readonly exchange: string; readonly type: 'fanout'; readonly durable: true };
}

export interface QueueDeclaration {
  readonly queue: string;
  readonly durable: true;
  readonly arguments: Record<string, string | number>;
}

export interface BindingDeclaration {
  readonly queue: string;
  readonly exchange: string;
  readonly arguments: Record<string, string>;
}

/**
 * After this many deliveries without an outcome a message is a dead letter. Jobs reach JOB_MAX_ATTEMPTS long before.
 */
const DELIVERY_LIMIT = 20;
const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_KEPT = 20_000;

export function topology(name = 'posts-report'): Topology {
  const kept = { 'x-queue-type': 'quorum', 'x-message-ttl': DAY_MS, 'x-max-length': MAX_KEPT };
  const failedAttempts = { queue: `${name}.failed-attempts`, durable: true, arguments: kept } as const;
  const deadLetters = { queue: `${name}.dead-letters`, durable: true, arguments: kept } as const;
  const givenUp = { exchange: `${name}.given-up`, type: 'headers', durable: true } as const;
  const becauseOf = (reason: string, { queue }: QueueDeclaration): BindingDeclaration => ({
    queue,
    exchange: givenUp.exchange,
    arguments: { 'x-match': 'any-with-x', [DEATH_REASON]: reason },
  });
  return {
    jobs: {
      queue: name,
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': DELIVERY_LIMIT,
        'x-dead-letter-exchange': givenUp.exchange,
      },
    },
    failedAttempts,
    deadLetters,
    givenUp,
    givenUpBindings: [becauseOf('rejected', failedAttempts), becauseOf(TOO_OFTEN, deadLetters)],
    events: { exchange: `${name}.job-events`, type: 'fanout', durable: true },
  };
}

/** The header with RabbitMQ's reason for dropping a message. */
export const DEATH_REASON = 'x-first-death-reason';
export const TOO_OFTEN = 'delivery_limit';
