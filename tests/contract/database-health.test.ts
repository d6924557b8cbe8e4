/**
 * A server, an account or a proxy may refuse the service. The health check detects the refusal before the first
 * request, names its reason, and detects its end.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { downUnlessSoon } from '../../src/adapters/down-unless-soon.js';
import { DatabaseHealth } from '../../src/adapters/mysql/database-health.js';
import { createDatabase, type Database } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { createDatabaseProxy, type DatabaseProxy } from './database-proxy.js';
import { startDatabaseServer, type DatabaseServer } from './database-server.js';
import { request } from './job-store/material.js';
import { migrateDatabase } from '../support/migrated-database.js';
import { until } from '../support/waiting.js';

let server: DatabaseServer;
let proxy: DatabaseProxy;
let database: Database;
let health: DatabaseHealth;
/** Log lines: the message, and the message of its error if there is one. */
let said: string[];

beforeAll(async () => {
  server = await startDatabaseServer(['--log-bin', '--server-id=1', '--binlog-format=ROW']);
  await migrateDatabase(server.url);
  proxy = await createDatabaseProxy(server.url);
});
beforeEach(() => open(proxy.url));
afterEach(() => database.close());
afterAll(async () => {
  await proxy?.close();
  await server?.close();
});

function open(url: string): void {
  database = createDatabase(url);
  said = [];
  const say = ({ err }: { err?: unknown }, sentence: string) =>
    void said.push(err instanceof Error ? `${sentence}: ${err.message}` : sentence);
  health = new DatabaseHealth(database, { debug() {}, info: say, warn: say, error: say });
}

async function expectRefusal(): Promise<void> {
  await expect(createJobStore(database).accept(request())).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
}

test('a database that does everything is up, and nothing is said', async () => {
  expect(await health.check()).toBe('up');
  expect(said).toEqual([]);
});

test('a server that hangs is down within a second, and up again when it answers', async () => {
  proxy.freeze();
  try {
    const askedAt = performance.now();
    expect(await downUnlessSoon(health.check())).toBe('down');
    expect(performance.now() - askedAt).toBeLessThan(1000);
  } finally {
    proxy.thaw();
  }
  await until(async () => (await health.check()) === 'up');
});

describe('a session', () => {
  test('that does not keep a setting makes the database unusable, and the setting is named', async () => {
    const replacement = proxy.replace('autocommit = 1', 'autocommit = 0');
    try {
      expect(await health.check()).toBe('unusable');
      expect(await health.check()).toBe('unusable');
      expect(said).toEqual([
        expect.stringMatching(/refuses .* variable autocommit: it is "OFF" and must be "1"/),
      ]);
      await expectRefusal();
    } finally {
      replacement.undo();
    }
    expect(await health.check()).toBe('up');
    expect(said).toHaveLength(2);
  });

  test('takes its settings one by one where a proxy refuses several in one statement', async () => {
    const replacement = proxy.replace(', completion_type', ', completion_typo');
    try {
      expect(await health.check()).toBe('up');
      await createJobStore(database).accept(request());
    } finally {
      replacement.undo();
    }
  });

  test('that does not show a setting makes the database unusable as well', async () => {
    const replacement = proxy.replace('sql_safe_updates', 'sql_safe_updatez');
    try {
      expect(await health.check()).toBe('unusable');
      expect(said).toEqual([expect.stringContaining('sql_safe_updates: it is unknown and must be "0"')]);
    } finally {
      replacement.undo();
    }
  });
});

describe('what the service writes is tried', () => {
  test.each(['INSERT', 'UPDATE', 'DELETE'])('without the right to %s', async (right) => {
    await server.change(
      "DROP USER IF EXISTS few@'127.0.0.1'",
      "CREATE USER few@'127.0.0.1' IDENTIFIED BY 'few'",
      "GRANT SELECT, INSERT, UPDATE, DELETE ON posts_report.* TO few@'127.0.0.1'",
      `REVOKE ${right} ON posts_report.* FROM few@'127.0.0.1'`,
    );
    await database.close();
    open(server.url.replace(/owner:[^@]*@/, 'few:few@'));

    expect(await health.check()).toBe('unusable');
    expect(said).toEqual([expect.stringContaining(`${right} command denied to user 'few'@'127.0.0.1'`)]);

    await server.change(`GRANT ${right} ON posts_report.* TO few@'127.0.0.1'`);
    expect(await health.check()).toBe('up');
    await createJobStore(database).accept(request());
  });

  test('with a binary log that cannot take it', async () => {
    await server.change('SET GLOBAL binlog_format = STATEMENT');
    try {
      expect(await health.check()).toBe('unusable');
      expect(said).toEqual([expect.stringContaining('BINLOG_FORMAT = STATEMENT')]);
      await expectRefusal();
    } finally {
      await server.change('SET GLOBAL binlog_format = ROW');
    }
    expect(await health.check()).toBe('up');
    await createJobStore(database).accept(request());
  });

  test('on a server that has become read-only', async () => {
    expect(await health.check()).toBe('up');
    await server.change('SET GLOBAL read_only = 1');
    try {
      expect(await health.check()).toBe('read-only');
      await expectRefusal();
    } finally {
      await server.change('SET GLOBAL read_only = 0');
    }
    expect(await health.check()).toBe('up');
  });
});
