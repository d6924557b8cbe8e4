import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** An empty database on the run's server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const database = nameTestDatabase();
  await database.create();
  return database;
}

/** The same before it exists: its URL is known, and `create` makes it. */
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

/** The run's server, with an account that can create databases. */
function testDatabaseServerUrl(): string {
  return required('TEST_DATABASE_URL');
}

/** Where servers that a test starts for itself may copy their data from. */
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
