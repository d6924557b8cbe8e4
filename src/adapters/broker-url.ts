import { parseRabbitUrl } from './rabbitmq/rabbitmq-address.js';
import { parseRedisUrl } from './redis/redis-address.js';

export const BROKERS = ['bee-queue', 'rabbitmq'] as const;
export type BrokerName = (typeof BROKERS)[number];

/**
 * The broker that a URL belongs to, by the URL's scheme.
 *
 * @throws Error whose message does not contain the URL, which may hold a password
 */
export function brokerOf(url: string): BrokerName {
  const [scheme = ''] = url.split(':', 1);
  if (/^amqps?$/.test(scheme)) return 'rabbitmq';
  if (/^rediss?(\+sentinel|\+cluster)?$/.test(scheme)) return 'bee-queue';
  throw new Error(
    'its scheme is none of redis, redis+sentinel, redis+cluster (each with TLS: rediss), amqp and amqps',
  );
}

/** @throws Error whose message says what is wrong with the URL and does not contain it */
export function checkBrokerUrl(url: string): void {
  if (brokerOf(url) === 'rabbitmq') parseRabbitUrl(url);
  else parseRedisUrl(url);
}
