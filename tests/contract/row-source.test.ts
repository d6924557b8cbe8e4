import { createConnection } from 'mysql2/promise';
import { createRowSource, type RowSourceOptions } from '../../src/adapters/mysql/mysql-row-source.js';
import type { TestDatabase } from '../support/database.js';
import { createMigratedDatabase, migrateDatabase } from '../support/migrated-database.js';
import { TLS_SERVER } from '../support/tls.js';
import { startDatabaseServer } from './database-server.js';
import { rowSourceContract, type RowSourceHarness, type StoredPost } from './row-source.contract.js';

rowSourceContract('MySQL, through the driver,', () => mysqlHarness({ rowBytes: false }));
rowSourceContract('MySQL, past the driver,', () => mysqlHarness({ rowBytes: true }));
rowSourceContract('MySQL, through the driver, over TLS,', () => tlsHarness({ rowBytes: false }));
rowSourceContract('MySQL, past the driver, over TLS,', () => tlsHarness({ rowBytes: true }));

async function mysqlHarness(options: Pick<RowSourceOptions, 'rowBytes'>): Promise<RowSourceHarness> {
  const own = await createMigratedDatabase();
  return createHarness(own, createRowSource({ sourceUrl: own.url, databaseUrl: own.url, ...options }));
}

/** Only the row source uses TLS. The test's own connection does not. */
async function tlsHarness(options: Pick<RowSourceOptions, 'rowBytes'>): Promise<RowSourceHarness> {
  const server = await startDatabaseServer(TLS_SERVER);
  await migrateDatabase(server.url);
  const url = `${server.url}?ssl=${encodeURIComponent('{"rejectUnauthorized":false}')}`;
  return createHarness(
    { url: server.url, drop: () => server.close() },
    createRowSource({ sourceUrl: url, databaseUrl: url, ...options }),
  );
}

async function createHarness(
  own: TestDatabase,
  source: ReturnType<typeof createRowSource>,
): Promise<RowSourceHarness> {
  const connection = await createConnection({ uri: own.url, timezone: 'Z' });
  let written: readonly StoredPost[] | undefined;

  const findReading = async () => {
    const [rows] = await connection.query(
      `SELECT ID AS id FROM information_schema.PROCESSLIST
       WHERE DB = DATABASE() AND INFO LIKE '/* posts-report % select %' AND INFO NOT LIKE '% EXPLAIN %'`,
    );
    return rows as { id: number }[];
  };

  const end = async (what: 'CONNECTION' | 'QUERY') => {
    const reading = await findReading();
    if (reading.length === 0) throw new Error('No read is running.');
    for (const { id } of reading) await connection.query(`KILL ${what} ?`, [id]);
  };
  const [[limits]] = (await connection.query('SELECT @@max_allowed_packet AS packet')) as unknown as [
    [{ packet: number }],
  ];

  return {
    source,
    // The statement that writes the text is a little longer than the text.
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
    async makeValues(type, values, name = 'value') {
      await connection.query('DROP TABLE IF EXISTS values_to_read');
      const column = `\`${name.replaceAll('`', '``')}\``;
      await connection.query(`CREATE TABLE values_to_read (${column} ${type}) CHARACTER SET utf8mb4`);
      for (const value of values) await connection.query('INSERT INTO values_to_read VALUES (?)', [value]);
    },
    async close() {
      await source.close();
      await connection.end();
      await own.drop();
    },
  };
}
