import { createConnection } from 'mysql2/promise';
import { createPostSource, type PostSourceOptions } from '../../src/adapters/mysql/mysql-post-source.js';
import type { TestDatabase } from '../support/database.js';
import { createMigratedDatabase, migrateDatabase } from '../support/migrated-database.js';
import { TLS_SERVER } from '../support/tls.js';
import { startDatabaseServer } from './database-server.js';
import { postSourceContract, type PostSourceHarness, type StoredPost } from './post-source.contract.js';

postSourceContract('MySQL, through the driver,', () => mysqlHarness({ rowBytes: false }));
postSourceContract('MySQL, past the driver,', () => mysqlHarness({ rowBytes: true }));
postSourceContract('MySQL, through the driver, over TLS,', () => tlsHarness({ rowBytes: false }));
postSourceContract('MySQL, past the driver, over TLS,', () => tlsHarness({ rowBytes: true }));

async function mysqlHarness(options: PostSourceOptions): Promise<PostSourceHarness> {
  const own = await createMigratedDatabase();
  return createHarness(own, createPostSource(own.url, options));
}

/** The test's own connection goes without. */
async function tlsHarness(options: PostSourceOptions): Promise<PostSourceHarness> {
  const server = await startDatabaseServer(TLS_SERVER);
  await migrateDatabase(server.url);
  const url = `${server.url}?ssl=${encodeURIComponent('{"rejectUnauthorized":false}')}`;
  return createHarness({ url: server.url, drop: () => server.close() }, createPostSource(url, options));
}

async function createHarness(
  own: TestDatabase,
  source: ReturnType<typeof createPostSource>,
): Promise<PostSourceHarness> {
  const connection = await createConnection({ uri: own.url, timezone: 'Z' });
  let written: readonly StoredPost[] | undefined;

  const findReading = async () => {
    const [rows] = await connection.query(
      `SELECT ID AS id FROM information_schema.PROCESSLIST
       WHERE DB = DATABASE() AND INFO LIKE 'select \`user_id\`%'`,
    );
    return rows as { id: number }[];
  };

  const end = async (what: 'CONNECTION' | 'QUERY') => {
    const reading = await findReading();
    if (reading.length === 0) throw new Error('Nobody reads.');
    for (const { id } of reading) await connection.query(`KILL ${what} ?`, [id]);
  };
  const [[limits]] = (await connection.query('SELECT @@max_allowed_packet AS packet')) as unknown as [
    [{ packet: number }],
  ];

  return {
    source,
    // A statement that writes it is a little longer.
    longestText: limits.packet - 1000,
    async reshape({ userId, context }) {
      await connection.query('TRUNCATE TABLE posts');
      await connection.query(`ALTER TABLE posts MODIFY user_id ${userId}, MODIFY context ${context}`);
      written = undefined;
    },
    async write(posts) {
      if (posts === written) return;
      await connection.query('TRUNCATE TABLE posts');
      const values = posts.map(({ userId, context, createdAt }) => [userId, context, createdAt]);
      for (let start = 0; start < values.length; start += 1000) {
        const batch = values.slice(start, start + 1000);
        await connection.query('INSERT INTO posts (user_id, context, created_at) VALUES ?', [batch]);
      }
      written = posts;
    },
    countReading: async () => (await findReading()).length,
    breakConnection: () => end('CONNECTION'),
    interruptQuery: () => end('QUERY'),
    async close() {
      await source.close();
      await connection.end();
      await own.drop();
    },
  };
}
