import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { startMariaDb } from '../../scripts/servers/mariadb.mjs';
import { startRedis } from '../../scripts/servers/redis.mjs';

const dir = mkdtempSync(join(tmpdir(), 'posts-report-accounts-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('a data folder of an older version gets the accounts, and loses the rights that the processes do not need', async () => {
  const oldAccounts = join(dir, 'old-accounts.sql');
  writeFileSync(
    oldAccounts,
    [
      'CREATE DATABASE posts_report;',
      "CREATE USER app@'127.0.0.1' IDENTIFIED BY 'old';",
      "GRANT ALL ON `posts\\_report%`.* TO app@'127.0.0.1';",
    ].join('\n'),
  );
  const old = await startMariaDb({ dir, options: [`--init-file=${oldAccounts}`], durable: false });
  const oldUrl = new URL(old.url);
  [oldUrl.username, oldUrl.password] = ['app', 'old'];
  await run(oldUrl.href, 'CREATE TABLE posts (id INT)');
  await old.stop();

  const server = await startMariaDb({ dir, durable: false });
  try {
    expect(server.port).toBe(old.port);
    oldUrl.password = 'old'; // `settings.json` has kept the password
    expect(await grantsOf(oldUrl.href)).toEqual([
      'GRANT SELECT, INSERT, UPDATE, DELETE ON `posts\\_report`.*',
    ]);
    await expect(run(oldUrl.href, 'DROP TABLE posts')).rejects.toMatchObject({
      code: 'ER_TABLEACCESS_DENIED_ERROR',
    });
    await run(server.url, 'DROP TABLE posts');
  } finally {
    await server.stop();
  }
});

test('the processes may use the keys and channels of their queue in Redis, and nothing else', async () => {
  const server = await startRedis({ dir, queueName: 'reports-2', durable: false });
  const redis = new Redis(server.appUrl);
  try {
    expect(await redis.lpush('bq:reports-2:waiting', 'A')).toBe(1);
    await redis.publish('reports-2:job-events', '{}');
    for (const [command, ...words] of [
      ['LPUSH', 'bq:posts-report:waiting', 'A'],
      ['PUBLISH', 'posts-report:job-events', '{}'],
      ['FLUSHALL'],
      ['CONFIG', 'GET', '*'],
      ['KEYS', '*'],
      ['ACL', 'LIST'],
      ['SHUTDOWN'],
    ] as const)
      await expect(redis.call(command, ...words)).rejects.toThrow(/NOPERM/);
  } finally {
    redis.disconnect();
    await server.stop();
  }
});

async function run(url: string, sql: string): Promise<unknown> {
  const connection = await createConnection(url);
  try {
    return (await connection.query(sql))[0];
  } finally {
    await connection.end();
  }
}

/** Reads the account's grants without USAGE, which grants nothing. */
async function grantsOf(url: string): Promise<readonly string[]> {
  const rows = (await run(url, 'SHOW GRANTS')) as readonly Record<string, string>[];
  return rows
    .flatMap((row) => Object.values(row))
    .filter((grant) => !grant.startsWith('GRANT USAGE '))
    .map((grant) => grant.replace(/ TO .*/, ''));
}
