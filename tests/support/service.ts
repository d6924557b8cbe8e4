/**
 * A whole service on private servers, which a test may kill: MariaDB, a broker, and the processes that the test starts.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knexModule, { type Knex } from 'knex';
import { startMariaDb } from '../../scripts/servers/mariadb.mjs';
import type { PrivateServer } from '../../scripts/servers/private-server.mjs';
import type { BrokerName } from '../../src/adapters/broker-url.js';
import { START_BROKER, type TestBroker } from './brokers.js';
import { emptyData } from './database.js';
import { migrateDatabase } from './migrated-database.js';
import { throwAway } from './throw-away.js';

export interface Service {
  readonly mariaDb: PrivateServer;
  readonly broker: TestBroker;
  /** The test's own connection pool. */
  readonly db: Knex;
  /** Environment of the service's processes, with short retry intervals. */
  readonly env: Readonly<Record<string, string>>;
  /** Blocks every read of posts until the returned function is called, so that attempts stay in progress. */
  lockPosts(): Promise<() => Promise<void>>;
  /**
   * Makes the database server take 10 ms for each post until the returned function is called, so that reports take
   * long. The server sends posts in packets of about 16 kB. With `context`, an SQL expression whose value has about 16
   * kB, the server sends each post in a packet of its own.
   */
  slowPosts(options?: { context?: string }): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** The posts of every service that `startServiceServers` starts, by users 1 to 50. */
const POSTS = Array.from({ length: 2000 }, (_, index) => ({
  user_id: 1 + (index % 50),
  context: 'word '.repeat(1 + (index % 7)),
}));

/** The rows of the report over all `POSTS`, as REST returns them. */
export const EXPECTED = Array.from({ length: 50 }, (_, index) => ({
  user_id: index + 1,
  total_words: POSTS.filter(({ user_id }) => user_id === index + 1).reduce(
    (sum, { context }) => sum + context.trim().split(/\s+/).length,
    0,
  ),
}));

export async function startServiceServers(brokerName: BrokerName): Promise<Service> {
  const dir = mkdtempSync(join(tmpdir(), 'posts-report-e2e-'));
  const [mariaDb, broker] = await Promise.all([
    startMariaDb({ dir, emptyData: emptyData() }),
    START_BROKER[brokerName](dir),
  ]);
  const db = knexModule.knex({ client: 'mysql2', connection: mariaDb.url, pool: { min: 0, max: 3 } });
  await migrateDatabase(mariaDb.url);
  await db.batchInsert(
    'posts',
    POSTS.map((post) => ({ ...post, created_at: new Date('2026-01-01') })),
  );
  return {
    mariaDb,
    broker,
    db,
    env: {
      DATABASE_URL: mariaDb.url,
      BROKER_URL: broker.server.url,
      RETRY_BASE_MS: '50',
      LOG_LEVEL: 'debug',
    },
    async lockPosts() {
      const connection: unknown = await db.client.acquireConnection();
      await db.raw('LOCK TABLES posts WRITE').connection(connection);
      return async () => {
        try {
          await db.raw('UNLOCK TABLES').connection(connection);
        } finally {
          await db.client.releaseConnection(connection);
        }
      };
    },
    async slowPosts({ context = 'context' } = {}) {
      await db.raw('RENAME TABLE posts TO quick_posts');
      await db.raw(
        `CREATE VIEW posts AS SELECT id, user_id, ${context} AS context, created_at FROM quick_posts WHERE SLEEP(0.01) = 0`,
      );
      return async () => {
        await db.raw('DROP VIEW posts');
        await db.raw('RENAME TABLE quick_posts TO posts');
      };
    },
    async close() {
      await db.destroy();
      await throwAway(dir, mariaDb, broker.server);
    },
  };
}
