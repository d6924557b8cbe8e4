import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { connectMessaging, type Messaging } from '../../src/adapters/connect-messaging.js';
import type { JobEvent } from '../../src/jobs/ports/job-events.js';
import { createCollector, until } from '../support/waiting.js';
import { attempt } from './broker/harness.js';
import { silentLogger, startTestRedis, type TestRedis } from './redis-server.js';

/** The line that the documentation gives to operators, from its first to its last word. */
const DOCUMENTED =
  /^ACL SETUSER app on >PASSWORD (.+)$/m.exec(readFileSync('docs/brokers.md', 'utf8'))?.[1] ?? '';
const RIGHTS = DOCUMENTED.split(' ');
const COMMANDS = RIGHTS.filter((right) => right.startsWith('+'));
const CHANNELS = RIGHTS.filter((right) => right.startsWith('&'));

const open: Messaging[] = [];
let warnings: string[] = [];

beforeEach(() => {
  warnings = [];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((messaging) => messaging.close()));
});

function connect(url: string): Messaging {
  const logger = {
    ...silentLogger(),
    warn: (fields: { err?: unknown }, message: string) =>
      void warnings.push(`${message}: ${fields.err instanceof Error ? fields.err.message : ''}`),
  };
  const messaging = connectMessaging({ url, queueName: 'posts-report', logger });
  open.push(messaging);
  return messaging;
}

/** Sends a message, takes it, fails or succeeds, and hears of it. */
async function work({ broker, events }: Messaging): Promise<void> {
  const heard = createCollector<JobEvent>();
  const gaps = createCollector<string>();
  events.subscribe({ onEvent: (event) => heard.add(event), onGap: () => gaps.add('gap') });
  broker.consume(
    async ({ jobId, attempt: version }, { reportProgress }) => {
      reportProgress(50);
      await events.publish({ jobId, version });
      if (jobId === 'FAILS') throw new Error('INTERNAL');
    },
    { concurrency: 2 },
  );
  await gaps.next();
  await until(() => broker.isUp());
  for (const jobId of ['A', 'FAILS']) {
    await broker.send(attempt(jobId, 1));
    expect(await heard.next()).toEqual({ jobId, version: 1 });
  }
}

describe('an account with the documented rights', () => {
  let redis: TestRedis;
  let url: string;

  beforeAll(async () => {
    redis = await startTestRedis();
    const account = new URL(redis.url);
    account.username = 'app';
    account.password = encodeURIComponent('p@ss/word');
    account.pathname = '/1'; // so that SELECT is needed, too
    url = account.href;
  });
  beforeEach(() => grant(RIGHTS));
  afterAll(() => redis.close());

  async function grant(rights: readonly string[]): Promise<void> {
    await redis.run('ACL', 'SETUSER', 'app', 'reset', 'on', '>p@ss/word', ...rights);
  }

  async function counts(): Promise<unknown[]> {
    const length = async (command: string, name: string): Promise<unknown> => {
      return await redis.run(
        'EVAL',
        `redis.call("select", 1) return redis.call("${command}", KEYS[1])`,
        1,
        name,
      );
    };
    return await Promise.all([
      length('llen', 'bq:posts-report:waiting'),
      length('llen', 'bq:posts-report:active'),
      length('scard', 'bq:posts-report:succeeded'),
      length('scard', 'bq:posts-report:failed'),
    ]);
  }

  test('does all of the work, without a word in the log', async () => {
    const messaging = connect(url);
    await work(messaging);
    await until(async () => JSON.stringify(await counts()) === '[0,0,1,1]');
    await delay(2500); // some rounds of the probe and of the stall check

    expect(messaging.broker.isUp()).toBe(true);
    expect(warnings).toEqual([]);
  });

  test('leaves nothing of a rehearsal behind', async () => {
    const { broker } = connect(url);
    await until(() => broker.isUp());

    expect(
      await redis.run('EVAL', 'redis.call("select", 1) return redis.call("keys", "*rehearsal*")', 0),
    ).toEqual([]);
  });

  test.each(COMMANDS)('without %s the broker is away, and the log says why once', async (command) => {
    await grant(RIGHTS.filter((right) => right !== command));
    const { broker } = connect(url);
    broker.consume(async () => {}, { concurrency: 2 });
    await delay(2500);

    expect(broker.isUp()).toBe(false);
    const about = warnings.filter((warning) => /refuse|away/.test(warning));
    expect(about.join('\n')).toMatch(/NOPERM|can't run this command|refuses database/);
    // Without SELECT no connection comes about, and each says so.
    expect(about).toHaveLength(command === '+select' ? 6 : 1);

    await grant(RIGHTS);
    await until(() => broker.isUp(), 3000);
  });

  test.each(CHANNELS)(
    'without the channels %s the broker is away, and no message goes round',
    async (channel) => {
      await grant(RIGHTS.filter((right) => right !== channel));
      const messaging = connect(url);
      messaging.broker.consume(async () => {}, { concurrency: 2 });
      await delay(2500);

      expect(messaging.broker.isUp()).toBe(false);
      await expect(messaging.broker.send(attempt('A', 1))).rejects.toThrow(/refuses work/);
      expect(warnings).toEqual([expect.stringMatching(/^Redis refuses .*NOPERM.*channel/)]);
    },
  );

  test('what is taken away later is found out within 2 s, and what comes back as well', async () => {
    const messaging = connect(url);
    await work(messaging);

    await grant(RIGHTS.filter((right) => right !== '+eval'));
    await until(() => !messaging.broker.isUp(), 2000);
    await grant(RIGHTS);
    await until(() => messaging.broker.isUp(), 2000);
    await messaging.broker.send(attempt('B', 1));
  });
});

describe('a server that cannot do the work', () => {
  test('a replica is away until it is a primary', async () => {
    const redis = await startTestRedis();
    try {
      const messaging = connect(redis.url);
      await work(messaging);
      await redis.run('REPLICAOF', '127.0.0.1', '1');
      await until(() => !messaging.broker.isUp(), 3000);
      await delay(3000);
      expect(messaging.broker.isUp()).toBe(false);
      expect(warnings.filter((warning) => /READONLY/.test(warning))).toHaveLength(1);
      expect(warnings.length).toBeLessThanOrEqual(3); // Redis itself cuts off the wait for messages

      await redis.run('REPLICAOF', 'NO', 'ONE');
      await until(() => messaging.broker.isUp(), 3000);
    } finally {
      await Promise.all(open.splice(0).map((messaging) => messaging.close()));
      await redis.close();
    }
  });

  test.each([
    ['no EVAL', ['rename-command EVAL ""'], /unknown command/],
    ['no blocking commands', ['rename-command BRPOPLPUSH ""'], /unknown command/],
    ['a cluster behind the URL of a single server', ['cluster-enabled yes'], /CLUSTERDOWN|CROSSSLOT|MOVED/],
    ['database 99', [], /refuses database 99/],
  ])('%s', async (_, settings, reason) => {
    const redis = await startTestRedis(settings);
    const url = settings.length === 0 ? redis.url.replace(/\/0$/, '/99') : redis.url;
    try {
      const messaging = connect(url);
      messaging.broker.consume(async () => {}, { concurrency: 2 });
      await delay(3000);

      expect(messaging.broker.isUp()).toBe(false);
      expect(warnings.join('\n')).toMatch(reason);
      expect(warnings.length).toBeLessThanOrEqual(6);
    } finally {
      await Promise.all(open.splice(0).map((messaging) => messaging.close()));
      await redis.close();
    }
  });
});
