import type { Connection } from 'mysql2/promise';
import type { BrokerName } from '../../src/adapters/broker-url.js';
import { startWatchedService, type WatchedService } from '../support/watched-service.js';

export const TOKENS = {
  attacker: 'token-of-the-attacker',
  honest: 'token-of-the-honest-viewer',
  operator: 'token-of-the-operator',
};

/** Maximum number of a requester's open jobs. It is so low that an attack reaches it although the worker runs jobs. */
const MAX_OPEN_JOBS = 2000;

/** Numbers of users. A report over the users of a whole run is about 14 MB of JSON by REST. */
const USERS = { whole: 2 ** 19, short: 2 ** 13 };

/**
 * Starts the service in development mode, which allows introspection and does not limit aliases, so that only the
 * limits under attack protect the service.
 */
export function startAttackedService(broker: BrokerName, isShort: boolean): Promise<WatchedService> {
  const { attacker, honest, operator } = TOKENS;
  return startWatchedService({
    broker,
    env: {
      NODE_ENV: 'development',
      AUTH_TOKENS: `mallory:viewer:${attacker},hanna:viewer:${honest},olga:operator:${operator}`,
      MAX_OPEN_JOBS: String(MAX_OPEN_JOBS),
      LOG_LEVEL: 'warn',
    },
    fill: (connection) => insertUsers(connection, isShort ? USERS.short : USERS.whole),
  });
}

/** Inserts one post of each user. Each statement doubles the number of users. */
async function insertUsers(connection: Connection, users: number): Promise<void> {
  await connection.query(
    "INSERT INTO posts (user_id, context, created_at) VALUES (1, 'five words by each user', '2026-01-01')",
  );
  for (let count = 1; count < users; count *= 2)
    await connection.query(
      'INSERT INTO posts (user_id, context, created_at) SELECT user_id + ?, context, created_at FROM posts',
      [count],
    );
}
