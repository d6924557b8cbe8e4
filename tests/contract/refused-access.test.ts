import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkDatabase } from '../../src/boot.js';
import { DatabaseHealth } from '../../src/adapters/mysql/database-health.js';
import { createDatabase } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { startDatabaseServer, type DatabaseServer } from './database-server.js';
import { isMariaDb } from '../support/is-maria-db.js';
import { migrateDatabase } from '../support/migrated-database.js';
import { SILENT } from '../support/silent-logger.js';

let server: DatabaseServer;

beforeAll(async () => {
  server = await startDatabaseServer();
  await migrateDatabase(server.url);
});
afterAll(() => server?.close());

const ACCOUNTS: readonly (readonly [what: string, ...statements: string[]])[] = [
  ['with another password', "ALTER USER few@'127.0.0.1' IDENTIFIED BY 'other'"],
  ['that is locked', "ALTER USER few@'127.0.0.1' ACCOUNT LOCK"],
  ['whose password has expired', "ALTER USER few@'127.0.0.1' PASSWORD EXPIRE"],
  ...(isMariaDb
    ? ([
        ['that logs in by the socket only', "ALTER USER few@'127.0.0.1' IDENTIFIED VIA unix_socket"],
      ] as const)
    : []),
  ['that has to use TLS', "ALTER USER few@'127.0.0.1' REQUIRE SSL"],
  ['of another host', "RENAME USER few@'127.0.0.1' TO few@'192.0.2.1'"],
  ['without rights on the database', "REVOKE ALL ON posts_report.* FROM few@'127.0.0.1'"],
];

test.each(ACCOUNTS)(
  'an account %s is a mistake of the configuration at the start, and an outage later',
  async (_what, ...statements) => {
    await server.change(
      "DROP USER IF EXISTS few@'127.0.0.1'",
      "CREATE USER few@'127.0.0.1' IDENTIFIED BY 'few'",
      "GRANT ALL ON posts_report.* TO few@'127.0.0.1'",
      ...statements,
    );
    const database = createDatabase(server.url.replace(/owner:[^@]*@/, 'few:few@'));
    const logged: string[] = [];
    const say = (_fields: object, message: string) => void logged.push(message);
    const health = new DatabaseHealth(database, { debug: say, info: say, warn: say, error: say });
    try {
      await expect(checkDatabase(health)).rejects.toMatchObject({
        name: 'ConfigError',
        message: expect.stringMatching(/DATABASE_URL is refused by the server: \S+/),
      });
      expect(logged).toEqual([]);
      await expect(createJobStore(database).now()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      expect(await health.check()).toBe('down');
    } finally {
      await database.close();
      await server.change("DROP USER IF EXISTS few@'127.0.0.1', few@'192.0.2.1'");
    }
  },
);

/** A server can report another version than its own on MariaDB only. */
const testOnMariaDb = isMariaDb ? test : test.skip;

testOnMariaDb('a server that the service cannot work on is a mistake of the configuration', async () => {
  const other = await startDatabaseServer(['--version=8.0.11-TiDB-v8.1.0']);
  const database = createDatabase(other.url);
  try {
    const health = new DatabaseHealth(database, SILENT);
    await expect(checkDatabase(health)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining('DATABASE_URL leads to TiDB (8.0.11-TiDB-v8.1.0)'),
    });
  } finally {
    await database.close();
    await other.close();
  }
});
