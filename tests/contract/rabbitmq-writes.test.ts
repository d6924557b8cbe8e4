import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Socket } from 'node:net';
import { RabbitBroker } from '../../src/adapters/rabbitmq/rabbitmq-broker.js';
import { until } from '../support/waiting.js';
import { attempt } from './broker/harness.js';
import { startTestRabbit, type TestRabbit } from './rabbitmq-server.js';
import { silentLogger } from './redis-server.js';

let rabbit: TestRabbit;
let broker: RabbitBroker;

beforeAll(async () => {
  rabbit = await startTestRabbit();
  broker = new RabbitBroker({ url: rabbit.url, logger: silentLogger() });
  await until(() => broker.isUp());
  await broker.send(attempt('FIRST', 1)); // the publisher has its channel from now on
}, 60_000);
afterAll(async () => {
  jest.restoreAllMocks();
  await broker.close();
  await rabbit.close();
});

test('messages that are sent at the same time share a write', async () => {
  const writes = jest.spyOn(Socket.prototype as Required<Socket>, '_writev');

  await Promise.all(Array.from({ length: 20 }, (_, n) => broker.send(attempt(`M${n}`, 1))));

  const port = Number(new URL(rabbit.url).port);
  const ports = writes.mock.contexts.map((socket) => (socket as Socket).remotePort);
  expect(ports.filter((other) => other === port)).toHaveLength(1);
});
