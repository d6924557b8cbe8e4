import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from 'rabbitmq-client';
import { RabbitBroker, type RabbitBrokerOptions } from '../../../src/adapters/rabbitmq/rabbitmq-broker.js';
import { REDRIVEN } from '../../../src/adapters/rabbitmq/redrive.js';
import { DEATH_REASON, TOO_OFTEN, topology } from '../../../src/adapters/rabbitmq/topology.js';
import { messageId } from '../../../src/jobs/ports/broker.js';
import { attempt } from '../broker/harness.js';
import type { TestRabbit } from '../rabbitmq-server.js';
import { silentLogger } from '../redis-server.js';
import { createCollector, until, underLoad } from '../../support/waiting.js';

let rabbit: TestRabbit;
const brokers: RabbitBroker[] = [];

/** Connects a broker. Each test has a queue of its own. */
async function connect(queue: string, options: Partial<RabbitBrokerOptions> = {}): Promise<RabbitBroker> {
  const broker = new RabbitBroker({ url: rabbit.url, logger: silentLogger(), queue, ...options });
  brokers.push(broker);
  await until(() => broker.isUp());
  return broker;
}

async function administer<T>(action: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = new Connection({ url: rabbit.url });
  connection.on('error', () => {});
  try {
    return await action(connection);
  } finally {
    await connection.close();
  }
}

export function rabbitMqFaults(server: () => TestRabbit): void {
  describe('RabbitMQ that fails', () => {
    beforeAll(() => {
      rabbit = server();
    });
    afterEach(async () => {
      rabbit.thaw();
      await Promise.all(brokers.splice(0).map((broker) => broker.close()));
    });

    test('a free slot goes on after a reconnect while another is still at work', async () => {
      const broker = await connect('reconnect');
      const started = createCollector<() => void>();
      broker.consume(() => new Promise<void>((resolve) => started.add(resolve)), { concurrency: 2 });
      await broker.send(attempt('LONG', 1));
      const endLong = await started.next();

      await rabbit.control('close_all_connections', 'test');
      await until(() => broker.isUp());
      await until(() =>
        broker.send(attempt('SHORT', 1)).then(
          () => true,
          () => false,
        ),
      );

      for (const end of await started.take(1)) end();
      endLong();
      await until(() => started.all.length > 2); // the long message was not acknowledged and is redelivered
      for (const end of started.all) end();
    });

    test('a frozen RabbitMQ is noticed within 3 s, and no send takes longer than 1 s', async () => {
      const broker = await connect('frozen');
      await broker.send(attempt('A', 1));

      rabbit.freeze();
      const frozenAt = performance.now();
      await expect(broker.send(attempt('A', 2))).rejects.toThrow();
      expect(performance.now() - frozenAt).toBeLessThan(underLoad(1000));
      expect(broker.isUp()).toBe(false); // long before the connection is closed
      await until(() => !broker.isUp(), 3000);
      await delay(500);
      rabbit.thaw();

      await until(() => broker.isUp(), 2000);
    });

    test('the message of a failed attempt is kept for people', async () => {
      const broker = await connect('failing');
      const consumer = broker.consume(() => Promise.reject(new Error('TIMEOUT')), { concurrency: 1 });
      await broker.send(attempt('BAD', 1));

      await until(async () => {
        return (await look(topology('failing').failedAttempts.queue)).messageCount === 1;
      });
      await consumer.close();
    });

    test('a deleted queue is made again, by senders and for consumers', async () => {
      const broker = await connect('deleted');
      const delivered = createCollector<string>();
      broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 2 });
      await broker.send(attempt('C', 1));
      await until(() => delivered.all.includes('C-1'));

      await administer((connection) => connection.queueDelete(topology('deleted').jobs.queue));
      await broker.send(attempt('C', 2));

      await until(() => delivered.all.includes('C-2'));
    });

    test('a deleted queue is made again for consumers, also while no process sends', async () => {
      const broker = await connect('deleted-in-silence');
      const { queue } = topology('deleted-in-silence').jobs;
      const delivered = createCollector<string>();
      broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 2 });
      await until(async () => (await look(queue)).consumerCount === 2);

      await administer((connection) => connection.queueDelete(queue));
      await until(async () => (await look(queue)).consumerCount === 2);

      await broker.send(attempt('C', 1));
      expect(await delivered.next()).toBe('C-1');
    });

    test('a queue with other arguments is logged clearly, and used', async () => {
      const errors = createCollector<string>();
      const logger = { ...silentLogger(), error: (_: object, text: string) => errors.add(text) };
      await administer((connection) => connection.queueDeclare({ queue: 'other', durable: false }));
      const broker = await connect('other', { logger });
      const delivered = createCollector<string>();
      broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });

      await broker.send(attempt('A', 1));

      expect(await delivered.next()).toBe('A-1');
      expect(await errors.next()).toMatch(
        /queue other with another durable .*rabbitmqctl delete_queue other/,
      );
      await rabbit.control('close_all_connections', 'test');
      await until(async () => (await look('other')).consumerCount === 1);
      expect(errors.all).toHaveLength(1);
    });

    test('messages of a job that waits do not pile up, and none is missing when a worker comes', async () => {
      const broker = await connect('waiting', { messageLifeMs: 1000 });
      const { queue } = topology('waiting').jobs;
      for (let times = 0; times < 6; times++) {
        await broker.send(attempt('WAITS', 1));
        const { messageCount } = await look(queue);
        expect([1, 2]).toContain(messageCount);
        await delay(700);
      }
      // The dropped message is in no other queue.
      const { failedAttempts, deadLetters } = topology('waiting');
      expect((await look(failedAttempts.queue)).messageCount).toBe(0);
      expect((await look(deadLetters.queue)).messageCount).toBe(0);

      await broker.send(attempt('WAITS', 1));
      const delivered = createCollector<string>();
      broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });
      expect(await delivered.next()).toBe('WAITS-1');
    });

    test('a message that was delivered too often is sent again from the dead letters', async () => {
      const warnings = createCollector<string>();
      const logger = { ...silentLogger(), warn: (_: object, text: string) => warnings.add(text) };
      const broker = await connect('too-often', { logger });
      const { jobs, deadLetters } = topology('too-often');
      await broker.send(attempt('A', 1));
      await requeueUntilDropped(jobs.queue);
      await until(async () => (await look(deadLetters.queue)).messageCount === 1);

      const delivered = createCollector<string>();
      broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });

      expect(await delivered.next()).toBe('A-1');
      await until(() => warnings.all.includes('dead letter sent again')); // is logged after the confirm, perhaps after the delivery
      await until(async () => (await look(deadLetters.queue)).messageCount === 0);
    });

    test('a message that no worker ever finishes is not delivered for ever', async () => {
      const warnings = createCollector<string>();
      const logger = { ...silentLogger(), warn: (_: object, text: string) => warnings.add(text) };
      const broker = await connect('for-ever', { logger });
      const { deadLetters, failedAttempts } = topology('for-ever');
      await broker.send(attempt('A', 1)); // declares the queues
      broker.consume(() => Promise.reject(new Error('TIMEOUT')), { concurrency: 1 });
      await until(async () => (await look(failedAttempts.queue)).messageCount === 1);
      await administer((connection) => connection.queuePurge(failedAttempts.queue));
      const dieAgain = (times: number): Promise<void> =>
        administer(async (connection) => {
          const headers = { [DEATH_REASON]: TOO_OFTEN, [REDRIVEN]: times };
          const publisher = connection.createPublisher({ confirm: true });
          await publisher.send({ routingKey: deadLetters.queue, headers }, attempt('A', 1));
          await publisher.close();
        });

      await dieAgain(2);
      await until(async () => (await look(failedAttempts.queue)).messageCount === 1);
      const third = await administer((connection) => connection.basicGet(failedAttempts.queue));
      expect(third?.headers).toMatchObject({ [REDRIVEN]: 3 });

      await dieAgain(3);
      await until(() => warnings.all.some((text) => text.startsWith('dead letter dropped')));
      await until(async () => (await look(deadLetters.queue)).messageCount === 0);
      expect(warnings.all.filter((text) => text === 'dead letter sent again')).toHaveLength(1);
    });

    test.each([
      [
        'memory',
        ['set_vm_memory_high_watermark', 'absolute', '1'],
        ['set_vm_memory_high_watermark', 'absolute', '512MB'],
      ],
      ['disk', ['set_disk_free_limit', '1000000GB'], ['set_disk_free_limit', '50MB']],
    ])(
      'short of %s, RabbitMQ counts as away, and what is worked on can be ended',
      async (resource, raise, clear) => {
        const name = `alarm-${resource}`;
        const broker = await connect(name);
        const started = createCollector<{ id: string; end: () => void }>();
        broker.consume(
          (message) => new Promise<void>((end) => started.add({ id: messageId(message), end })),
          { concurrency: 1 },
        );
        await broker.send(attempt('BEFORE', 1));
        const { end } = await started.next();

        await rabbit.control(...raise);
        const before = performance.now();
        await expect(broker.send(attempt('MEANWHILE', 1))).rejects.toThrow();
        expect(performance.now() - before).toBeLessThan(underLoad(1000));
        expect(broker.isUp()).toBe(false);
        end();
        const { queue } = topology(name).jobs;
        await until(async () =>
          (await rabbit.control('list_queues', 'name', 'messages')).includes(`${queue}\t0`),
        );

        await rabbit.control(...clear);
        await until(() => broker.isUp());
        await broker.send(attempt('AFTER', 1));
        // MEANWHILE arrives first if the blocked connection still exists. Without heartbeats in time it is lost.
        let id: string | undefined;
        while (id !== 'AFTER-1') {
          const next = await started.next();
          id = next.id;
          next.end();
        }
      },
    );

    test('a message held for longer than RabbitMQ allows comes again, and every slot goes on', async () => {
      const limit = (milliseconds: number, look: number): Promise<string> =>
        rabbit.control(
          'eval',
          `application:set_env(rabbit, consumer_timeout, ${milliseconds}), application:set_env(rabbit, channel_tick_interval, ${look}).`,
        );
      await limit(1000, 300);
      try {
        const broker = await connect('held');
        const started = createCollector<{ id: string; end: () => void }>();
        broker.consume(
          (message) => new Promise<void>((end) => started.add({ id: messageId(message), end })),
          {
            concurrency: 2,
          },
        );
        await broker.send(attempt('LONG', 1));
        const long = await started.next();
        const again = await started.next();
        expect([long.id, again.id]).toEqual(['LONG-1', 'LONG-1']);
        again.end();
        long.end();

        await broker.send(attempt('A', 1));
        await broker.send(attempt('B', 1));
        const both = await started.take(2);
        expect(both.map(({ id }) => id).sort()).toEqual(['A-1', 'B-1']);
        for (const { end } of both) end();
      } finally {
        await limit(1_800_000, 60_000);
      }
    });

    test('RabbitMQ that is stopped by stop_app is away, and used again after start_app', async () => {
      const broker = await connect('stopped');
      const delivered = createCollector<string>();
      broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 2 });
      await rabbit.control('stop_app');
      await until(() => !broker.isUp());

      await rabbit.control('start_app');
      await until(() => broker.isUp());
      await until(() =>
        broker.send(attempt('A', 1)).then(
          () => true,
          () => false,
        ),
      );

      expect(await delivered.next()).toBe('A-1');
    });
  });
}

function look(queue: string): Promise<{ messageCount: number; consumerCount: number }> {
  return administer((connection) => connection.queueDeclare({ queue, passive: true })).catch(() => ({
    messageCount: Number.NaN,
    consumerCount: Number.NaN,
  }));
}

/** Takes a message and requeues it, as when its worker ends, until RabbitMQ drops the message. */
async function requeueUntilDropped(queue: string): Promise<void> {
  await administer(async (connection) => {
    const channel = await connection.acquire();
    await until(async () => {
      const message = await channel.basicGet(queue);
      if (message !== undefined) channel.basicNack({ deliveryTag: message.deliveryTag, requeue: true });
      return message === undefined;
    });
    await channel.close();
  });
}
