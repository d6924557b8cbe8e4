import { Redis } from 'ioredis';
import type { Evidence } from './evidence.js';

/** What a dashboard of Bee-Queue would show. */
export async function readQueue(url: string): Promise<Evidence['queue']> {
  const redis = new Redis(url);
  try {
    const [succeeded, failed] = await Promise.all([
      redis.smembers('bq:posts-report:succeeded'),
      redis.smembers('bq:posts-report:failed'),
    ]);
    return { succeeded: new Set(succeeded), failed: new Set(failed) };
  } finally {
    redis.disconnect();
  }
}
