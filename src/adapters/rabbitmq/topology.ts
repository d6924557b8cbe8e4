/**
 * What the service declares in RabbitMQ; publisher and consumers must say the same, or the server refuses the later one
 * (PRECONDITION_FAILED). Quorum queues with these arguments need RabbitMQ 3.10.
 */
export interface Topology {
  /** Messages for workers. */
  readonly jobs: QueueDeclaration;
  /** Messages of failed attempts, and those that were delivered too often. For people; MySQL knows what to do. */
  readonly deadLetters: QueueDeclaration;
  /** Every event goes to every process. */
  readonly events: { readonly exchange: string; readonly type: 'fanout'; readonly durable: true };
}

export interface QueueDeclaration {
  readonly queue: string;
  readonly durable: true;
  readonly arguments: Record<string, string | number>;
}

/** A message that has ended this many workers is a dead letter. Jobs end long before, by JOB_MAX_ATTEMPTS. */
const DELIVERY_LIMIT = 20;
const DAY_MS = 24 * 60 * 60 * 1000;

export function topology(name = 'posts-report'): Topology {
  const deadLetters = `${name}.dead-letters`;
  return {
    jobs: {
      queue: name,
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': DELIVERY_LIMIT,
        'x-dead-letter-exchange': '', // the default exchange: straight to the queue of that name
        'x-dead-letter-routing-key': deadLetters,
      },
    },
    deadLetters: {
      queue: deadLetters,
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-message-ttl': DAY_MS, 'x-max-length': 20_000 },
    },
    events: { exchange: `${name}.job-events`, type: 'fanout', durable: true },
  };
}
