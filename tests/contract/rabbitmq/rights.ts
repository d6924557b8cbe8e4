import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { connectMessaging, type Messaging } from '../../../src/adapters/connect-messaging.js';
import type { JobEvent } from '../../../src/jobs/ports/job-events.js';
import { createCollector, until } from '../../support/waiting.js';
import { attempt } from '../broker/harness.js';
import type { TestRabbit } from '../rabbitmq-server.js';
import { silentLogger } from '../redis-server.js';

/** The rights that docs/brokers.md grants. */
const [, ...RIGHTS] =
  /^rabbitmqctl set_permissions -p VHOST app "(.+)" "(.+)" "(.+)"$/m.exec(
    readFileSync('docs/brokers.md', 'utf8'),
  ) ?? [];

let rabbit: TestRabbit;
const open: Messaging[] = [];

interface Connected {
  readonly messaging: Messaging;
  readonly warnings: readonly string[];
}

/** Connects to a virtual host of its own, whose default queue type is quorum. */
async function connect(host: string, rights: readonly string[]): Promise<Connected> {
  await rabbit.control('add_vhost', host, '--default-queue-type', 'quorum');
  await grant(host, rights);
  const url = new URL(rabbit.url);
  url.username = 'limited';
  url.password = 'secret';
  url.pathname = `/${host}`;
  const warnings: string[] = [];
  const logger = {
    ...silentLogger(),
    warn: (fields: { err?: unknown }, message: string) =>
      void warnings.push(`${message}: ${fields.err instanceof Error ? fields.err.message : ''}`),
  };
  const messaging = connectMessaging({ url: url.href, queueName: 'posts-report', logger });
  open.push(messaging);
  return { messaging, warnings };
}

async function grant(host: string, rights: readonly string[]): Promise<void> {
  await rabbit.control('set_permissions', '-p', host, 'limited', ...rights);
}

async function work({ broker, events }: Messaging): Promise<void> {
  const heard = createCollector<JobEvent>();
  events.subscribe({ onEvent: (event) => heard.add(event), onGap: () => {} });
  broker.consume(
    async ({ jobId, attempt: version }) => {
      await events.publish({ jobId, version });
      if (jobId === 'FAILS') throw new Error('INTERNAL');
    },
    { concurrency: 2 },
  );
  await until(() => broker.isUp());
  for (const jobId of ['A', 'FAILS']) {
    await until(() =>
      broker.send(attempt(jobId, 1)).then(
        () => true,
        () => false,
      ),
    );
    await until(() => heard.all.some((event) => event.jobId === jobId));
  }
}

export function rabbitMqRights(server: () => TestRabbit): void {
  describe('rights in RabbitMQ', () => {
    beforeAll(async () => {
      rabbit = server();
      await rabbit.control('add_user', 'limited', 'secret');
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((messaging) => messaging.close()));
    });

    test('of the private server’s processes are those in the documentation, and no others', async () => {
      expect(await rabbit.control('list_users', '--no-table-headers', '--quiet')).toMatch(/^app\t\[\]$/m);
      const [rights] = (await rabbit.control('list_user_permissions', 'app', '--no-table-headers', '--quiet'))
        .trim()
        .split('\n');
      expect(rights?.split('\t')).toEqual(['/', ...RIGHTS]);
    });

    test('an account with the documented rights does all of the work, without a word in the log', async () => {
      const { messaging, warnings } = await connect('all', RIGHTS);
      await work(messaging);
      await delay(1500);

      expect(messaging.broker.isUp()).toBe(true);
      expect(warnings).toEqual([]);
    });

    test('without any one of its rights RabbitMQ is away, and the log says why once', async () => {
      await Promise.all(
        ['configure', 'write', 'read'].map(async (right, index) => {
          const { messaging, warnings } = await connect(`no-${right}`, RIGHTS.with(index, '^$'));
          const { broker } = messaging;
          const delivered = createCollector<string>();
          broker.consume(async ({ jobId }) => delivered.add(jobId), { concurrency: 2 });
          await until(() => warnings.length > 0);
          await delay(3000); // time for more connection attempts

          expect([right, broker.isUp()]).toEqual([right, false]);
          await expect(broker.send(attempt('A', 1))).rejects.toThrow(/refuses work/);
          const reason = expect.stringMatching(
            /^RabbitMQ refuses .*ACCESS_REFUSED|^RabbitMQ refuses .*access to/,
          );
          expect({ right, warnings }).toEqual({ right, warnings: [reason] });

          await grant(`no-${right}`, RIGHTS);
          await until(() => broker.isUp());
          await broker.send(attempt('B', 1));
          expect(await delivered.next(30_000)).toBe('B');
        }),
      );
    });
  });
}
