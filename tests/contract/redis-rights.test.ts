import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { connectMessaging, type Messaging } from '../../src/adapters/connect-messaging.js';
import type { JobEvent } from '../../src/jobs/ports/job-events.js';
import { createCollector, until, underLoad } from '../support/waiting.js';
import { attempt } from './broker/harness.js';
import { silentLogger, startTestRedis, type TestRedis } from './redis-server.js';

/** The rights that docs/brokers.md grants. */
const DOCUMENTED =
  /^ACL SETUSER app on >PASSWORD (.+)$/m.exec(readFileSync('docs/brokers.md', 'utf8'))?.[1] ?? '';
const RIGHTS = DOCUMENTED.split(' ');
const COMMANDS = RIGHTS.filter((right) => right.startsWith('+'));
const CHANNELS = RIGHTS.filter((right) => right.startsWith('&'));
/** Two rounds of the probe, which runs every second, and one round of the stall check. */
const ROUNDS_MS = 2500;

interface Connected extends Messaging {
  readonly warnings: readonly string[];
}

const open: Messaging[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((messaging) => messaging.close()));
});

function connect(url: string): Connected {
  const warnings: string[] = [];
  const logger = {
    ...silentLogger(),
    warn: (fields: { err?: unknown }, message: string) =>
      void warnings.push(`${message}: ${fields.err instanceof Error ? fields.err.message : ''}`),
  };
  const messaging = connectMessaging({ url, queueName: 'posts-report', logger });
  open.push(messaging);
  return { ...messaging, warnings };
}

/** Connects as a worker does. Waits for the first warning and then for some more rounds of the probe. */
async function connectUntilRefused(url: string): Promise<Connected> {
  const connected = connect(url);
  connected.broker.consume(async () => {}, { concurrency: 2 });
  await until(() => connected.warnings.length > 0);
  await delay(ROUNDS_MS);
  return connected;
}

/** Sends messages, receives them, lets one succeed and one fail, and receives their events. */
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

  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.close());

  async function grant(name: string, rights: readonly string[]): Promise<void> {
    await redis.run('ACL', 'SETUSER', name, 'reset', 'on', '>p@ss/word', ...rights);
  }

  /** @returns the account's URL */
  async function createAccount(name: string, rights = RIGHTS): Promise<string> {
    await grant(name, rights);
    const url = new URL(redis.url);
    url.username = name;
    url.password = encodeURIComponent('p@ss/word');
    url.pathname = '/1'; // requires SELECT
    return url.href;
  }

  const inDatabase = (command: string, name: string): Promise<unknown> =>
    redis.run('EVAL', `redis.call("select", 1) return redis.call("${command}", KEYS[1])`, 1, name);

  async function counts(): Promise<unknown[]> {
    return await Promise.all([
      inDatabase('llen', 'bq:posts-report:waiting'),
      inDatabase('llen', 'bq:posts-report:active'),
      inDatabase('scard', 'bq:posts-report:succeeded'),
      inDatabase('scard', 'bq:posts-report:failed'),
    ]);
  }

  test('does all of the work, without a word in the log', async () => {
    const { warnings, ...messaging } = connect(await createAccount('app'));
    await work(messaging);
    await until(async () => JSON.stringify(await counts()) === '[0,0,1,1]');
    await delay(ROUNDS_MS);

    expect(messaging.broker.isUp()).toBe(true);
    expect(warnings).toEqual([]);
  });

  test('leaves no key of the rehearsal behind', async () => {
    const { broker } = connect(await createAccount('app'));
    await until(() => broker.isUp());

    expect(await inDatabase('keys', '*rehearsal*')).toEqual([]);
  });

  test('without any one of its commands the broker is away, and the log says why once', async () => {
    await Promise.all(
      COMMANDS.map(async (command, index) => {
        const name = `app-${index}`;
        const url = await createAccount(
          name,
          RIGHTS.filter((right) => right !== command),
        );
        const { broker, warnings } = await connectUntilRefused(url);

        expect([command, broker.isUp()]).toEqual([command, false]);
        // On a busy machine Redis may also be unreachable for a moment. The warning about that contains no refusal.
        const about = warnings.filter((warning) => /refuse/.test(warning));
        const reason = expect.stringMatching(/NOPERM|can't run this command|refuses database/);
        // Without the right to SELECT no connection can be made, and each of the 6 connections logs a warning.
        const times = command === '+select' ? 6 : 1;
        expect({ command, about }).toEqual({ command, about: Array.from({ length: times }, () => reason) });

        await grant(name, RIGHTS);
        await until(() => broker.isUp());
      }),
    );
  });

  test('without any one of its channels the broker is away, and no message goes round', async () => {
    await Promise.all(
      CHANNELS.map(async (channel, index) => {
        const url = await createAccount(
          `app-${index}`,
          RIGHTS.filter((right) => right !== channel),
        );
        const { broker, warnings } = await connectUntilRefused(url);

        expect([channel, broker.isUp()]).toEqual([channel, false]);
        await expect(broker.send(attempt('A', 1))).rejects.toThrow(/refuses work/);
        expect(warnings).toEqual([expect.stringMatching(/^Redis refuses .*NOPERM.*channel/)]);
      }),
    );
  });

  test('a right that is taken away later is noticed within 2 s, and so is its return', async () => {
    const messaging = connect(await createAccount('app'));
    await work(messaging);

    const rightsChangedAt = performance.now();
    await grant(
      'app',
      RIGHTS.filter((right) => right !== '+eval'),
    );
    await until(() => !messaging.broker.isUp());
    await grant('app', RIGHTS);
    await until(() => messaging.broker.isUp());
    expect(performance.now() - rightsChangedAt).toBeLessThan(underLoad(4000));
    await messaging.broker.send(attempt('B', 1));
  });
});

describe('a server that cannot do the work', () => {
  async function withRedis(
    settings: readonly string[],
    use: (redis: TestRedis) => Promise<void>,
  ): Promise<void> {
    const redis = await startTestRedis(settings);
    try {
      await use(redis);
    } finally {
      await redis.close();
    }
  }

  test('a replica is away until it is a primary', () =>
    withRedis([], async (redis) => {
      const { warnings, ...messaging } = connect(redis.url);
      await work(messaging);
      await redis.run('REPLICAOF', '127.0.0.1', '1');
      await until(() => !messaging.broker.isUp());
      await delay(ROUNDS_MS);
      expect(messaging.broker.isUp()).toBe(false);
      expect(warnings.filter((warning) => /READONLY/.test(warning))).toHaveLength(1);
      expect(warnings.length).toBeLessThanOrEqual(3); // Redis itself cuts off the wait for messages

      await redis.run('REPLICAOF', 'NO', 'ONE');
      await until(() => messaging.broker.isUp());
      await messaging.close();
    }));

  test('is away, and the log says why', async () => {
    await Promise.all(
      UNFIT.map(({ settings = [], database = '/0', reason }) =>
        withRedis(settings, async ({ url }) => {
          const { warnings, ...messaging } = await connectUntilRefused(url.replace(/\/0$/, database));

          expect(warnings.join('\n')).toMatch(reason);
          expect([reason, messaging.broker.isUp()]).toEqual([reason, false]);
          expect(warnings.length).toBeLessThanOrEqual(6);
          await messaging.close();
        }),
      ),
    );
  });
});

const UNFIT: readonly { settings?: readonly string[]; database?: string; reason: RegExp }[] = [
  { settings: ['rename-command EVAL ""'], reason: /unknown command/ },
  { settings: ['rename-command BRPOPLPUSH ""'], reason: /unknown command/ },
  // The URL names a node of a cluster as if it were a single server.
  { settings: ['cluster-enabled yes'], reason: /CLUSTERDOWN|CROSSSLOT|MOVED/ },
  { database: '/99', reason: /refuses database 99/ },
];
