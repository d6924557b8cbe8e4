import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2';
import { createRowSource } from '../../src/adapters/mysql/mysql-row-source.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { queryOf } from '../../src/reports/report-definition.js';
import { createMigratedDatabase, migrateDatabase } from '../support/migrated-database.js';
import { EVERYTHING } from '../support/reports.js';
import { startDatabaseServer } from './database-server.js';

const CONDITIONS = { userIds: [3, 4], createdFrom: '2026-01-20T00:00:00.000Z', createdTo: null };

test('the estimate is a number also where MariaDB combines two indexes, and says so in its place', async () => {
  const own = await createMigratedDatabase();
  const source = createRowSource({ sourceUrl: own.url, databaseUrl: own.url });
  const connection = await createConnection({ uri: own.url, timezone: 'Z' });
  try {
    const rows = Array.from({ length: 3000 }, (_, index) => [
      index % 25,
      'some words '.repeat(20),
      new Date(Date.parse('2026-01-01T00:00:00.000Z') + index * 900_000),
    ]);
    await connection.query('INSERT INTO posts (user_id, context, created_at) VALUES ?', [rows]);
    await connection.query('ANALYZE TABLE posts');
    const [plans] = await connection.query<RowDataPacket[]>(
      "EXPLAIN SELECT user_id, context FROM posts WHERE user_id IN (3, 4) AND created_at >= '2026-01-20'",
    );
    const [versions] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
    // `rows` is text on MariaDB: `237 (38%)`.
    if (String(versions[0]?.['version']).includes('MariaDB'))
      expect(String(plans[0]?.['rows'])).toMatch(/^\d+ \(\d+%\)$/);

    let estimate: number | null = NaN;
    await source.read(queryOf(posts, CONDITIONS), {
      signal: new AbortController().signal,
      onStart: ({ estimatedRows }) => (estimate = estimatedRows),
      onBatch() {},
    });

    expect(estimate).not.toBeNaN();
    expect(estimate).toBeGreaterThan(0);
  } finally {
    await source.close();
    await connection.end();
    await own.drop();
  }
});

test('a view that the account may read but not EXPLAIN has no estimate, and is read all the same', async () => {
  const server = await startDatabaseServer();
  try {
    await migrateDatabase(server.url);
    await server.change(
      "INSERT INTO posts_report.posts (user_id, context) VALUES (1, 'two words'), (2, 'one')",
      'RENAME TABLE posts_report.posts TO posts_report.all_posts',
      'CREATE VIEW posts_report.posts AS SELECT * FROM posts_report.all_posts',
      "CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'reader'",
      "GRANT SELECT ON posts_report.posts TO reader@'127.0.0.1'",
    );
    const readerUrl = server.url.replace(/owner:[^@]*@/, 'reader:reader@');
    const source = createRowSource({ sourceUrl: readerUrl, databaseUrl: readerUrl });
    let estimate: number | null | undefined;
    let read = 0;
    try {
      await source.read(queryOf(posts, EVERYTHING), {
        signal: new AbortController().signal,
        onStart: ({ estimatedRows }) => (estimate = estimatedRows),
        onBatch: ({ count }) => (read += count),
      });
    } finally {
      await source.close();
    }
    expect({ estimate, read }).toEqual({ estimate: null, read: 2 });
  } finally {
    await server.close();
  }
});

test('a table that is locked, as one that is being altered, is waited for', async () => {
  const own = await createMigratedDatabase();
  const source = createRowSource({ sourceUrl: own.url, databaseUrl: own.url });
  const connection = await createConnection({ uri: own.url });
  try {
    await connection.query(
      "INSERT INTO posts (user_id, context, created_at) VALUES (1, 'two words', NOW(3))",
    );
    await connection.query('LOCK TABLES posts WRITE');
    let read = 0;
    const reading = source.read(queryOf(posts, EVERYTHING), {
      signal: new AbortController().signal,
      onStart() {},
      onBatch: ({ count }) => (read += count),
    });
    await delay(2500); // longer than the time limit for a silent server
    await connection.query('UNLOCK TABLES');
    await reading;
    expect(read).toBe(1);
  } finally {
    await source.close();
    await connection.end();
    await own.drop();
  }
});
