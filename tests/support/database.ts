import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Creates an empty database on the server of this test run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const database = nameTestDatabase();
  await database.create();
  return database;
}

/** Chooses the name of a test database. Its URL is known before `create` creates the database. */
export function nameTestDatabase(): TestDatabase & { create(): Promise<void> } {
  const server = testDatabaseServerUrl();
  const name = `posts_report_test_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    create: () => execute(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`),
    drop: () => execute(server, `DROP DATABASE IF EXISTS ${name}`),
  };
}

/** URL of the server of this test run. Its account can create databases. */
function testDatabaseServerUrl(): string {
  return required('TEST_DATABASE_URL');
}

/** Path of an empty data directory that a test copies to start a server faster; undefined when the run has none. */
export function emptyData(): string | undefined {
  return process.env['TEST_EMPTY_DATA'];
}

async function execute(url: string, sql: string): Promise<void> {
  const connection = await createConnection(url);
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: is this test below tests/unit, which runs without servers?`);
  return value;
}
