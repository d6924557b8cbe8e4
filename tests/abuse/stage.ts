import type { Connection } from 'mysql2/promise';
import type { BrokerName } from '../../src/adapters/broker-url.js';
import { startWatchedService, type WatchedService } from '../support/watched-service.js';

export const TOKENS = {
  attacker: 'token-of-the-attacker',
  honest: 'token-of-the-honest-viewer',
  operator: 'token-of-the-operator',
};

/** Open jobs that a requester may have here: so few that an attack reaches them before the worker has done some. */
const MAX_OPEN_JOBS = 2000;

/** A report over all users is some 14 MB of JSON by REST. */
const USERS = { whole: 2 ** 19, short: 2 ** 13 };

/**
 * Out of production: introspection is open and aliases are not counted, so that the bounds under attack stand alone.
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

/** One post of each user; their number doubles with each statement. */
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
