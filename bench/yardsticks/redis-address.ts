import { RedisPubSub } from 'graphql-redis-subscriptions';

/** Redis's host, port and password, for clients that accept no URL. */
export function redisAddress(): { host: string; port: number; password: string } {
  const { hostname, port, password } = new URL(process.env['BENCH_REDIS_URL'] ?? '');
  return { host: hostname, port: Number(port), password: decodeURIComponent(password) };
}

export function redisPubSub(): RedisPubSub {
  return new RedisPubSub({ connection: redisAddress() });
}
