import type { Broker } from '../jobs/ports/broker.js';
import type { JobEvents } from '../jobs/ports/job-events.js';
import type { Logger } from '../jobs/ports/logger.js';
import { BeeBroker } from './bee-queue/bee-broker.js';
import { RabbitBroker } from './rabbitmq/rabbitmq-broker.js';
import { RabbitJobEvents } from './rabbitmq/rabbitmq-job-events.js';
import { RedisJobEvents } from './redis/redis-job-events.js';

interface MessagingOptions {
  /** Its scheme chooses who carries both jobs and events. */
  readonly url: string;
  readonly logger: Logger;
}

interface Messaging {
  readonly broker: Broker;
  readonly events: JobEvents;
  /** Consumers first: resolves when the handlers that run have ended. */
  close(): Promise<void>;
}

/**
 * The one place that knows which brokers there are. Returns at once, also while the broker is away: everything here
 * connects, and connects again, by itself. Throws only for a URL that cannot work.
 */
export function connectMessaging({ url, logger }: MessagingOptions): Messaging {
  const [scheme] = url.split(':', 1);
  switch (scheme) {
    case 'redis':
    case 'rediss':
      return join(new BeeBroker({ url, logger }), new RedisJobEvents({ url, logger }));
    case 'amqp':
    case 'amqps':
      return join(new RabbitBroker({ url, logger }), new RabbitJobEvents({ url, logger }));
    default:
      // Not the URL itself, which may hold a password.
      throw new Error(
        `BROKER_URL begins with ${scheme}:, but only redis://, rediss://, amqp:// and amqps:// are known.`,
      );
  }
}

function join(broker: Broker, events: JobEvents): Messaging {
  return {
    broker,
    events,
    async close() {
      await broker.close();
      await events.close();
    },
  };
}
