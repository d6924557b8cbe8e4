import type { RedisOptions } from 'ioredis';

/**
 * What ioredis takes for a URL: `redis://user:password@host:port/db`, and the same with `rediss://` for TLS.
 * Throws without repeating the URL, which may hold a password.
 */
export function parseRedisUrl(url: string): RedisOptions {
  const { protocol, hostname, port, pathname, username, password, searchParams } = parse(url);
  if (protocol !== 'redis:' && protocol !== 'rediss:')
    throw new Error(`A Redis URL begins with redis:// or rediss://, not with ${protocol}//`);
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: port === '' ? 6379 : Number(port),
    db: database(searchParams.get('db') ?? pathname.slice(1)),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new Error('The Redis URL cannot be read; it should look like redis://user:password@host:6379/0');
  }
}

function database(text: string): number {
  if (text === '') return 0;
  if (!/^\d{1,4}$/.test(text))
    throw new Error('The database in a Redis URL is a number: redis://host:6379/0');
  return Number(text);
}
