import type { ServerProcess } from './server-process.js';
import type { Stage } from './stage.js';

/** Starts one of the servers in `servers.ts`. All of them share one Redis. */
export async function stockServer(stage: Stage, name: string): Promise<ServerProcess> {
  const redis = await stage.redis('stock');
  return await stage.server(name, { BENCH_REDIS_URL: redis.url });
}
