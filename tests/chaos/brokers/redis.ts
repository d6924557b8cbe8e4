import { Redis } from 'ioredis';
import { startRedis } from '../../../scripts/servers/redis.mjs';
import type { BusEvent, ChaosBroker } from './chaos-broker.js';

/** Number of succeeded messages, and of failed messages, that the service keeps in Redis for dashboards. */
const REMEMBERED = 1000;
const EVENTS = 'posts-report:job-events';

export async function startRedisBroker(dir: string): Promise<ChaosBroker> {
  const server = await startRedis({ dir, durable: true });
  const command = (...words: string[]): Promise<void> =>
    withClient(server.url, async (client) => void (await client.call(...(words as [string, ...string[]]))));
  return {
    server,
    command,
    /** Reads the sets that a dashboard of Bee-Queue shows. */
    readQueue: () =>
      withClient(server.url, async (client) => {
        const [succeeded, failed] = await Promise.all([
          client.smembers('bq:posts-report:succeeded'),
          client.smembers('bq:posts-report:failed'),
        ]);
        return { succeeded: new Set(succeeded), failed: new Set(failed), remembers: REMEMBERED };
      }),
    async listen(onEvent) {
      const client = new Redis(server.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
      client.on('error', () => {});
      client.on('message', (_channel, text: string) => onEvent(JSON.parse(text) as BusEvent));
      await client.subscribe(EVENTS);
      return () => client.disconnect();
    },
  };
}

/** Calls `use` with a new connection, and closes the connection. Rejects while the server is down. */
async function withClient<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return await use(client);
  } finally {
    client.disconnect();
  }
}
