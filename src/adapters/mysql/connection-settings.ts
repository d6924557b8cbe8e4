import type { Knex } from 'knex';

const CONNECT_TIMEOUT_MS = 1500;

/**
 * How every connection of the service is opened: UTC, utf8mb4, numbers as numbers (strings only beyond 2^53).
 *
 * @param url `mysql://user:password@host:port/database`, with the query parameters `socketPath` (a Unix socket) and
 *   `ssl` (`true`, a profile of mysql2 such as `Amazon RDS`, or mysql2's options as JSON)
 * @throws Error when the address cannot be read
 */
export function connectionSettings(url: string): Knex.MySql2ConnectionConfig {
  const { hostname, port, username, password, pathname, searchParams } = parseDatabaseUrl(url);
  const socketPath = searchParams.get('socketPath');
  const ssl = searchParams.get('ssl');
  return {
    ...(socketPath === null
      ? { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || 3306) }
      : { socketPath }),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...(ssl !== null && { ssl: sslOptions(ssl) }),
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
  };
}

function parseDatabaseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.protocol !== 'mysql:' || parsed.pathname.length < 2) {
    throw new TypeError('A database address looks like mysql://user:password@host:3306/database.');
  }
  const unknown = [...parsed.searchParams.keys()].find((name) => name !== 'socketPath' && name !== 'ssl');
  if (unknown !== undefined) {
    throw new TypeError(`A database address may have the parameters socketPath and ssl, not ${unknown}.`);
  }
  return parsed;
}

function sslOptions(value: string): string | { rejectUnauthorized?: boolean } {
  if (value === 'true') return { rejectUnauthorized: true };
  return value.startsWith('{') ? (JSON.parse(value) as { rejectUnauthorized?: boolean }) : value;
}
