import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from 'rabbitmq-client';
import { RabbitBroker } from '../../src/adapters/rabbitmq/rabbitmq-broker.js';
import { topology } from '../../src/adapters/rabbitmq/topology.js';
import { messageId } from '../../src/reports/ports/broker.js';
import { attempt } from './broker.contract.js';
import { startTestRabbit, type TestRabbit } from './rabbitmq-server.js';
import { silentLogger } from './redis-server.js';
import { createCollector, until } from './waiting.js';

let rabbit: TestRabbit;
const brokers: RabbitBroker[] = [];

beforeAll(async () => {
  rabbit = await startTestRabbit();
}, 60_000);
afterEach(async () => {
  rabbit.thaw();
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
});
afterAll(() => rabbit.close());

/** Each test has a queue of its own. */
async function connect(queue: string): Promise<RabbitBroker> {
  const broker = new RabbitBroker({ url: rabbit.url, logger: silentLogger(), queue });
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

test('a free slot goes on after a reconnect while another is still at work', async () => {
  const broker = await connect('reconnect');
  const started = createCollector<() => void>();
  broker.consume(() => new Promise<void>((resolve) => started.add(resolve)), { concurrency: 2 });
  await broker.send(attempt('LONG', 1));
  const endLong = await started.next();

  await rabbit.kill();
  await rabbit.start();
  await until(() => broker.isUp());
  await until(() =>
    broker.send(attempt('SHORT', 1)).then(
      () => true,
      () => false,
    ),
  );

  for (const end of await started.take(1)) end();
  endLong();
  await until(() => started.all.length > 2); // the message of the long one was never acknowledged, so it comes again
  for (const end of started.all) end();
});

test('a frozen RabbitMQ is found out within 3 s, and no send takes longer than 1 s', async () => {
  const broker = await connect('frozen');
  await broker.send(attempt('A', 1));

  rabbit.freeze();
  const frozenAt = performance.now();
  await expect(broker.send(attempt('A', 2))).rejects.toThrow();
  expect(performance.now() - frozenAt).toBeLessThan(1000);
  await until(() => !broker.isUp(), 3000);
  await delay(500);
  rabbit.thaw();

  await until(() => broker.isUp(), 2000);
});

test('a failed attempt becomes a dead letter', async () => {
  const broker = await connect('failing');
  const consumer = broker.consume(() => Promise.reject(new Error('TIMEOUT')), { concurrency: 1 });
  await broker.send(attempt('BAD', 1));

  await until(async () => {
    const { queue } = topology('failing').deadLetters;
    const { messageCount } = await administer((connection) =>
      connection.queueDeclare({ queue, passive: true }),
    );
    return messageCount === 1;
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

test('a queue with other arguments is said clearly', async () => {
  const warnings = createCollector<string>();
  const logger = {
    ...silentLogger(),
    warn: (fields: object) => warnings.add('err' in fields ? String(fields.err) : ''),
  };
  await administer((connection) => connection.queueDeclare({ queue: 'other', durable: false }));
  const broker = new RabbitBroker({ url: rabbit.url, logger, queue: 'other' });
  brokers.push(broker);
  await until(() => broker.isUp());

  await expect(broker.send(attempt('A', 1))).rejects.toThrow(/PRECONDITION_FAILED.*arg/);
  broker.consume(async () => {}, { concurrency: 1 });
  expect(await warnings.next()).toMatch(/arg/);
});
