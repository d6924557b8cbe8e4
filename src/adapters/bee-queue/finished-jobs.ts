import type { RedisConnection } from '../redis/redis-connection.js';
import { TRIM } from './scripts.js';

/** How many finished jobs stay for dashboards, and for how long. */
const KEPT = {
  succeeded: { count: 1000, forMs: Number.MAX_SAFE_INTEGER },
  // Failed jobs are removed by age. The count only limits the memory that many failures take in Redis.
  failed: { count: 20_000, forMs: 24 * 60 * 60 * 1000 },
} as const;

const BATCH = 500;
const INTERVAL_MS = 10_000;

/** Removes finished jobs in small batches, now and every ten seconds. Returns a function that stops it. */
export function keepFinishedJobsFew(
  connection: RedisConnection,
  toKey: (name: string) => string,
): () => void {
  let trimming = false;
  const trimAll = async (): Promise<void> => {
    if (trimming || !connection.isUp()) return;
    trimming = true;
    try {
      await trimFinishedJobs(connection, toKey);
    } catch {
      // Redis is unreachable or busy. The next run of the timer tries again.
    } finally {
      trimming = false;
    }
  };
  const timer = setInterval(() => void trimAll(), INTERVAL_MS);
  void trimAll();
  return () => clearInterval(timer);
}

export async function trimFinishedJobs(
  { client }: Pick<RedisConnection, 'client'>,
  toKey: (name: string) => string,
  now = Date.now(),
): Promise<void> {
  for (const state of ['succeeded', 'failed'] as const) {
    const { count, forMs } = KEPT[state];
    const keys = [toKey('jobs'), toKey(state), toKey(`${state}At`)];
    let removed: unknown;
    do {
      removed = await client.eval(TRIM, keys.length, ...keys, now, Math.max(0, now - forMs), count, BATCH);
    } while (removed === BATCH);
  }
}
