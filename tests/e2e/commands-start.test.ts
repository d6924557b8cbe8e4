import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { root } from '../../scripts/project.mjs';
import { createCheckout, startEnvironment, waitUntilGone, type Checkout } from '../support/checkout.js';
import { useStartedCheckout } from '../support/started-checkout.js';
import { underLoad } from '../support/waiting.js';

describe('npm start', () => {
  const started = useStartedCheckout({}, { compiled: false });

  test('fills the empty table of posts and answers', async () => {
    const { apiUrl, databaseUrl } = started.service();
    expect((await fetch(`${apiUrl}/readyz`)).status).toBe(200);
    expect(await countPosts(databaseUrl)).toBe(50);
  });

  test('a second one names the first one and exits', async () => {
    const second = started.run('npm', ['start']);
    expect(await second.ended).toBe(1);
    const { process: launcher, apiUrl } = started.service();
    expect(second.output()).toContain(`process ${launcher.pid}, since`);
    expect(second.output()).toContain(apiUrl);
  });

  test('other commands of the checkout find its database', async () => {
    const list = started.run('npx', ['knex', 'migrate:list']);
    expect(await list.ended).toBe(0);
    expect(list.output()).toMatch(/Found \d+ Completed Migration/);
  });

  test('the processes have accounts that may do only what they need', async () => {
    const { databaseUrl, brokerUrl } = started.service();
    const grants = JSON.stringify(await query(databaseUrl, 'SHOW GRANTS'));
    expect(grants.match(/GRANT (?!USAGE)[^`"]*/g)).toEqual(['GRANT SELECT, INSERT, UPDATE, DELETE ON ']);
    for (const statement of [
      'DROP TABLE posts',
      'CREATE TABLE more (id INT)',
      'CREATE DATABASE posts_report_2',
    ])
      await expect(query(databaseUrl, statement)).rejects.toThrow(/denied/);

    const redis = new Redis(started.service().owner.brokerUrl);
    const rightsOf = async (user: string) =>
      ((await redis.call('ACL', 'GETUSER', user)) as unknown[]).slice(4);
    const [, documented = ''] =
      /^ACL SETUSER app on >PASSWORD (.*)$/m.exec(readFileSync(join(root, 'docs/brokers.md'), 'utf8')) ?? [];
    await redis.call(
      ...[
        'ACL',
        'SETUSER',
        'documented',
        'on',
        '>p',
        '+client|id',
        '+client|unblock',
        ...documented.split(' '),
      ],
    );
    const rights = await rightsOf(new URL(brokerUrl).username);
    expect(rights).toEqual(await rightsOf('documented'));
    redis.disconnect();
  });

  test('one whose output cannot be written ends, with everything that it had started', async () => {
    const other = await createCheckout();
    const refused = other.run(
      'sh',
      ['-c', 'exec node scripts/start.mjs > /dev/full'],
      await startEnvironment(),
    );
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain('Nothing can be written to the standard output: ENOSPC');
    other.remove();
  });

  test('another one whose port is taken names PORT', async () => {
    const other = await createCheckout();
    const refused = other.run('npm', ['start'], started.env);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toMatch(/Port \d+ on 127\.0\.0\.1 is taken.*PORT=\d+ npm start/);
    other.remove();
  });

  test.each([
    ['the API', /^api$/],
    ['the worker', /^worker$/],
    ['the database', /^(MariaDB|MySQL) /],
    ['the broker', /^(Redis|Valkey) /],
  ])('%s is there again soon after each SIGKILL, on the same address', async (_name, title) => {
    const { databaseUrl, brokerUrl } = started.service();
    for (let times = 0; times < 3; times++) {
      const pid = pidOf(started, title);
      const killed = Date.now();
      process.kill(pid, 'SIGKILL');
      await waitUntilGone([pid]);
      await waitForOtherPid(started, title, pid);
      expect(Date.now() - killed).toBeLessThan(underLoad(2500));
    }
    expect(started.service()).toMatchObject({ databaseUrl, brokerUrl });
  });

  test('Ctrl-C ends everything with exit code 0; the next start has the same data at the same address', async () => {
    const { databaseUrl, process: launcher, pids } = started.service();
    const stopped = Date.now();
    process.kill(launcher.pid, 'SIGINT');
    expect(await started.command.ended).toBe(0);
    expect(Date.now() - stopped).toBeLessThan(underLoad(10_000));
    await waitUntilGone(Object.values(pids));

    await started.start({ SEED_POSTS: '7' });
    expect(started.service().databaseUrl).toBe(databaseUrl);
    expect(await countPosts(databaseUrl)).toBe(50);
  });

  test.each(['the launcher', 'npm'])('nothing is left of it when %s is killed with SIGKILL', async (whom) => {
    const { process: launcher, pids } = started.service();
    process.kill(whom === 'npm' ? started.command.pid : launcher.pid, 'SIGKILL');
    await waitUntilGone([launcher.pid, ...Object.values(pids)]);

    await started.start();
  });

  test('SIGTERM to npm ends everything', async () => {
    const { process: launcher, pids } = started.service();
    started.command.process.kill('SIGTERM');
    await started.command.ended;
    await waitUntilGone([launcher.pid, ...Object.values(pids)]);
  });
});

describe('npm start with a wrong environment', () => {
  let checkout: Checkout;
  beforeAll(async () => {
    checkout = await createCheckout();
  });
  afterAll(() => checkout.remove());

  test('names a database that cannot be reached in one line, without its password', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    silent.close();
    await once(silent, 'close');
    const port = typeof address === 'object' && address ? address.port : 0;

    const start = checkout.run('npm', ['start'], {
      ...(await startEnvironment()),
      DATABASE_URL: `mysql://someone:hidden:secret@127.0.0.1:${port}/posts`,
      REDIS_URL: 'redis://127.0.0.1:1',
    });
    expect(await start.ended).toBe(1);
    expect(start.output()).toMatch(/^No connection to DATABASE_URL=.*ECONNREFUSED.*$/m);
    expect(start.output()).not.toMatch(/hidden|secret|^ {4}at /m);
  });

  test('says every mistake of the configuration at once, and leaves the database alone', async () => {
    const start = checkout.run('npm', ['start'], {
      ...(await startEnvironment()),
      DATABASE_URL: 'postgres://someone:hidden:secret@127.0.0.1/posts',
      BROKER: 'kafka',
      HOST: '0.0.0.0',
      WORKER_CONCURRENCY: 'many',
    });
    expect(await start.ended).toBe(78);
    for (const name of ['DATABASE_URL', 'BROKER', 'HOST', 'WORKER_CONCURRENCY'])
      expect(start.output()).toMatch(new RegExp(`^ +${name} `, 'm'));
    expect(start.output()).not.toMatch(/secret|Bringing the database up to date/);
  });
});

function pidOf(checkout: Pick<Checkout, 'service'>, title: RegExp): number {
  const [, pid] = Object.entries(checkout.service().pids).find(([key]) => title.test(key)) ?? [];
  if (pid === undefined) throw new Error(`No process is called ${title}`);
  return pid;
}

async function waitForOtherPid(
  checkout: Pick<Checkout, 'service'>,
  title: RegExp,
  pid: number,
): Promise<void> {
  while (pidOf(checkout, title) === pid) await delay(10); // the file is polled, since its writing raises no event
}

async function countPosts(databaseUrl: string): Promise<number> {
  const rows = await query(databaseUrl, 'SELECT id FROM posts');
  return Array.isArray(rows) ? rows.length : Number.NaN;
}

async function query(databaseUrl: string, sql: string): Promise<unknown> {
  const connection = await createConnection(databaseUrl);
  try {
    return (await connection.query(sql))[0];
  } finally {
    await connection.end();
  }
}
