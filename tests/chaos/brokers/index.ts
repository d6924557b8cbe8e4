import type { BrokerName } from '../../../src/adapters/broker-url.js';
import type { ChaosBroker } from './chaos-broker.js';
import { startRabbitBroker } from './rabbitmq.js';
import { startRedisBroker } from './redis.js';

export type { BusEvent, ChaosBroker } from './chaos-broker.js';

/** Starts a broker's server. Another broker needs a file in this folder, a line here, and its faults in the plan. */
export const START_CHAOS_BROKER: Readonly<Record<BrokerName, (dir: string) => Promise<ChaosBroker>>> = {
  'bee-queue': startRedisBroker,
  rabbitmq: startRabbitBroker,
};
