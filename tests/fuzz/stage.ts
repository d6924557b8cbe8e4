import type { BrokerName } from '../../src/adapters/broker-url.js';
import { insertPosts } from '../chaos/posts.js';
import { startWatchedService, type WatchedService } from '../support/watched-service.js';
import type { Caller } from './cases/case.js';

/** Access tokens that no generated text contains by chance. A token in an answer is therefore a leak. */
export const TOKENS: Readonly<Record<Exclude<Caller, 'anonymous'>, string>> = {
  viewer: 'canary-token-of-the-viewer',
  operator: 'canary-token-of-the-operator',
};

/** Starts the service as in production, with access tokens. */
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
