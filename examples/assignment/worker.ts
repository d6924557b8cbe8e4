import type BeeQueue from 'bee-queue';
import type { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Filter, UserWords } from './count-words.js';
import { REPORT_COMPLETED } from './queued.js';

export interface ReportRequest {
  readonly filter?: Filter | null | undefined;
}

/**
 * Takes jobs from the queue, one at a time, and publishes each report to the clients that are subscribed at that
 * moment.
 */
export function startWorker<Data>(
  queue: BeeQueue<Data>,
  pubSub: RedisPubSub,
  count: (data: Data) => Promise<UserWords[]>,
): void {
  queue.process(1, async ({ id, data }) => {
    const report = await count(data);
    await pubSub.publish(REPORT_COMPLETED, { reportCompleted: { id, status: 'SUCCEEDED', report } });
  });
}
