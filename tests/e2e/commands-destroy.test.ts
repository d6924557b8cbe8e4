import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { createCheckout, type Checkout, type Command } from '../support/checkout.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('a command that destroys data', () => {
  let checkout: Checkout;
  let database: TestDatabase;

  beforeAll(async () => {
    checkout = await createCheckout();
  });
  beforeEach(async () => {
    database = await createTestDatabase();
    await ended(npm('db:migrate'));
    await rows('INSERT INTO posts (user_id, context) VALUES (1, "a"), (1, "b")');
  });
  afterEach(async () => await database.drop());
  afterAll(() => checkout.remove());

  test('db:rollback takes back one migration, and says first what it drops', async () => {
    const before = await migrations();

    const { code, output } = await ended(npm('db:rollback'));

    expect(code).toBe(0);
    expect(await migrations()).toEqual(before.slice(0, -1));
    expect(output).toContain(`Takes back ${before.at(-1)}`);
    expect(output).toMatch(/alter table `report_jobs` drop .*\(no rows\)/);
    expect(await rows('SELECT user_id FROM posts')).toHaveLength(2);
  });

  test('so does a bare knex, also with migrations of one batch', async () => {
    const before = await migrations();
    await ended(knex('migrate:rollback'));
    expect(await migrations()).toEqual(before.slice(0, -1));
    await rows('UPDATE knex_migrations SET batch = 1');

    const { code, output } = await ended(knex('migrate:rollback'));

    expect(code).toBe(1);
    expect(output).toMatch(/take back \d+ migrations at once.*db:rollback/);
    expect(await migrations()).toEqual(before.slice(0, -1));
  });

  test('all migrations are rolled back only by force, after the loss was counted', async () => {
    const all = ['migrate:rollback', '--all'];
    expect((await ended(knex(...all))).code).toBe(1);
    expect(await rows('SELECT user_id FROM posts')).toHaveLength(2);

    const { code, output } = await ended(checkout.run('npx', ['knex', ...all], env({ FORCE: '1' })));

    expect(code).toBe(0);
    expect(output).toContain('drop table if exists `posts` (about 2 rows)');
    expect(await migrations()).toEqual([]);
  });

  test.each(['db:rollback', 'db:seed', 'db:truncate'])('%s refuses in production', async (name) => {
    const before = await migrations();

    const { code, output } = await ended(npm(name, { NODE_ENV: 'production' }));

    expect(code).toBe(1);
    expect(output).toMatch(/NODE_ENV is production.*Nothing was changed; FORCE=1/);
    expect(await migrations()).toEqual(before);
    expect(await rows('SELECT user_id FROM posts')).toHaveLength(2);
  });

  test('db:truncate refuses posts that belong to a source, and says how many it removes', async () => {
    const source = { SOURCE_DATABASE_URL: database.url };
    const refused = await ended(npm('db:truncate', source));
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(/Removes about 2 posts\.\nSOURCE_DATABASE_URL is set/);
    expect(await rows('SELECT user_id FROM posts')).toHaveLength(2);

    expect((await ended(npm('db:truncate', { ...source, FORCE: '1' }))).code).toBe(0);
    expect(await rows('SELECT user_id FROM posts')).toHaveLength(0);
  });

  function npm(name: string, more: Record<string, string> = {}): Command {
    return checkout.run('npm', ['run', '--silent', name], env(more));
  }

  function knex(...args: readonly string[]): Command {
    return checkout.run('npx', ['knex', ...args], env({}));
  }

  function env(more: Record<string, string>): Record<string, string> {
    return { DATABASE_URL: database.url, ...more };
  }

  async function migrations(): Promise<readonly string[]> {
    return (await rows<{ name: string }>('SELECT name FROM knex_migrations ORDER BY id')).map(
      ({ name }) => name,
    );
  }

  async function rows<Row>(sql: string): Promise<readonly Row[]> {
    const connection = await createConnection(database.url);
    try {
      return (await connection.query(sql))[0] as unknown as readonly Row[];
    } finally {
      await connection.end();
    }
  }
});

async function ended(command: Command): Promise<{ readonly code: number | null; readonly output: string }> {
  const code = await command.ended;
  return { code, output: command.output() };
}
