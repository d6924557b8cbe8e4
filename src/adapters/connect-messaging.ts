import type { Broker } from '../jobs/ports/broker.js';
import type { JobEvents } from '../jobs/ports/job-events.js';
import type { Logger } from '../jobs/ports/logger.js';
import { BeeBroker } from './bee-queue/bee-broker.js';
import { brokerOf } from './broker-url.js';
import { RabbitBroker } from './rabbitmq/rabbitmq-broker.js';
import { RabbitJobEvents } from './rabbitmq/rabbitmq-job-events.js';
import { RabbitRefusals } from './rabbitmq/rabbitmq-refusals.js';
import { queueInRedis } from './redis/redis-address.js';
import { RedisJobEvents } from './redis/redis-job-events.js';
import { RedisRefusals } from './redis/redis-refusals.js';

export interface MessagingOptions {
  /** Its scheme chooses the broker of both jobs and events. */
  readonly url: string;
  /** Part of the names of queues, keys, exchanges and channels: processes with the same name work together. */
  readonly queueName: string;
  readonly logger: Logger;
}

export interface Messaging {
  readonly broker: Broker;
  readonly events: JobEvents;
  /** Closes consumers first, and resolves when their running handlers have ended. */
  close(): Promise<void>;
}

/**
 * Connects to the broker that the URL names; the only place that knows all brokers. Returns at once, also while the
 * broker is away, because connections are made and renewed in the background. Throws only for a URL that cannot work.
 */
export function connectMessaging({ url, queueName, logger }: MessagingOptions): Messaging {
  switch (brokerOf(url)) {
    case 'bee-queue': {
      const refusals = new RedisRefusals(logger);
      const options = { url, logger, queue: queueInRedis(url, queueName), refusals };
      return join(new BeeBroker(options), new RedisJobEvents(options));
    }
    case 'rabbitmq': {
      const options = { url, logger, queue: queueName, refusals: new RabbitRefusals(logger) };
      return join(new RabbitBroker(options), new RabbitJobEvents(options));
    }
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
