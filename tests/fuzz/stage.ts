import type { BrokerName } from '../../src/adapters/broker-url.js';
import { insertPosts } from '../chaos/posts.js';
import { startWatchedService, type WatchedService } from '../support/watched-service.js';
import type { Caller } from './cases/case.js';

/** No word that a caller could send by chance, so that it is a leak wherever it appears. */
export const TOKENS: Readonly<Record<Exclude<Caller, 'anonymous'>, string>> = {
  viewer: 'canary-token-of-the-viewer',
  operator: 'canary-token-of-the-operator',
};

/** The service as in production, with tokens. */
export function startFuzzedService(broker: BrokerName): Promise<WatchedService> {
  return startWatchedService({
    broker,
    env: {
      NODE_ENV: 'production',
      GRAPHIQL: 'on',
      AUTH_TOKENS: `vera:viewer:${TOKENS.viewer},olga:operator:${TOKENS.operator}`,
      SYNC_TIMEOUT_MS: '5000',
    },
    fill: (connection) => insertPosts(connection, 1),
  });
}
