/** Tests behind proxies that have connection ids of their own or allow one statement per message. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createConnection, type Connection } from 'mysql2/promise';
import { createDatabase } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { createRowSource } from '../../src/adapters/mysql/mysql-row-source.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { queryOf } from '../../src/reports/report-definition.js';
import type { TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { EVERYTHING } from '../support/reports.js';
import { until } from '../support/waiting.js';
import { createBalancingProxy, type BalancingProxy } from './balancing-proxy.js';
import { createDatabaseProxy } from './database-proxy.js';
import { claimOf, report, running } from './job-store/material.js';

let own: TestDatabase;
let onlooker: Connection;

beforeAll(async () => {
  own = await createMigratedDatabase();
  onlooker = await createConnection({ uri: own.url });
  await onlooker.query('INSERT INTO posts (user_id, context) VALUES (1, "one"), (2, "two"), (3, "three")');
  // Reading this view takes 20 s for each of the 3 posts, and finds no row. The server does not notice meanwhile that
  // the connection was closed.
  await onlooker.query('CREATE VIEW scan AS SELECT * FROM posts WHERE SLEEP(20) = 2');
});
afterAll(async () => {
  await onlooker?.end();
  await own?.drop();
});

/** Ids of the connections that run a statement with this text. */
async function connectionsRunning(text: string): Promise<readonly number[]> {
  const [rows] = await onlooker.query('SHOW FULL PROCESSLIST');
  return (rows as { Id: number; Info: string | null }[]).flatMap(({ Id, Info }) =>
    Info?.includes(text) && !Info.includes('EXPLAIN') ? [Id] : [],
  );
}

interface ReadOptions {
  readonly table: string;
  readonly signal?: AbortSignal;
  readonly readLimitMs?: number;
}

/** @returns the number of rows */
async function read(
  url: string,
  { table, signal = new AbortController().signal, readLimitMs = 60_000 }: ReadOptions,
): Promise<number> {
  const source = createRowSource({ sourceUrl: url, databaseUrl: url, readLimitMs });
  let rows = 0;
  try {
    await source.read(
      { ...queryOf(posts, EVERYTHING), table },
      { signal, onStart() {}, onBatch: ({ count }) => (rows += count) },
    );
  } finally {
    await source.close();
  }
  return rows;
}

test('an abort ends its own query, not the one of the client that has the connection id', async () => {
  const bystander = await createConnection({ uri: own.url });
  const proxy = await createBalancingProxy(own.url, {
    connectionId: () => bystander.threadId,
    severalStatements: 'refused',
  });
  try {
    const sleeping = bystander.query('SELECT SLEEP(6) AS slept');
    const abort = new AbortController();
    const reading = read(proxy.url, { table: 'scan', signal: abort.signal });
    await until(async () => (await connectionsRunning('from `scan`')).length === 1);

    const reason = new Error('not wanted any more');
    abort.abort(reason);
    await expect(reading).rejects.toBe(reason);

    await until(async () => (await connectionsRunning('from `scan`')).length === 0, 2000);
    expect(await sleeping).toMatchObject([[{ slept: 0 }], expect.anything()]);
  } finally {
    await bystander.end();
    await proxy.close();
  }
});

test('a query whose connection broke ends by its own limit', async () => {
  const proxy = await createDatabaseProxy(own.url);
  const reading = read(proxy.url, { table: 'scan', readLimitMs: 1000 });
  const rejected = expect(reading).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await until(async () => (await connectionsRunning('from `scan`')).length === 1);

  await proxy.close();
  await rejected;

  await until(async () => (await connectionsRunning('from `scan`')).length === 0, 5000);
});

describe.each(['refused', 'cut'] as const)(
  'where several statements in a message are %s',
  (severalStatements) => {
    let proxy: BalancingProxy;
    beforeAll(async () => {
      proxy = await createBalancingProxy(own.url, { connectionId: () => 1, severalStatements });
    });
    afterAll(() => proxy.close());

    test('jobs run, with one statement a message', async () => {
      const database = createDatabase(proxy.url, { multipleStatements: true });
      const store = createJobStore(database);
      try {
        await store.now().catch(() => {}); // the first connection detects what the proxy allows
        const job = await running(store);
        await store.succeed(claimOf(job), report(await store.now()), { resultTtlSeconds: 60 });
        expect(await store.find(job.id)).toMatchObject({ status: 'SUCCEEDED' });
        expect(proxy.cut).toBeLessThanOrEqual(2); // one connection per pool
      } finally {
        await database.close();
      }
    });

    test('reports are read', async () => {
      expect(await read(proxy.url, { table: 'posts' })).toBe(3);
    });
  },
);
