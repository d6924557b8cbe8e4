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
  /** The scheme of the URL selects the broker of jobs and events. */
  readonly url: string;
  /**
   * Part of the names of queues, keys, exchanges and channels. Processes that use this queue name share jobs and
   * events.
   */
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
 * Connects to the broker that the URL names. No other function refers to all brokers. The call returns at once, also
 * while the broker is unreachable, because connections are made and renewed in the background. The call throws only for
 * an invalid or unsupported URL.
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
