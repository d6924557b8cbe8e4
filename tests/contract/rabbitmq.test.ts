/** Runs all tests that need one RabbitMQ on one server, because RabbitMQ takes seconds to start. */
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { Socket } from 'node:net';
import { Connection } from 'rabbitmq-client';
import { RabbitBroker } from '../../src/adapters/rabbitmq/rabbitmq-broker.js';
import { RabbitJobEvents } from '../../src/adapters/rabbitmq/rabbitmq-job-events.js';
import { topology } from '../../src/adapters/rabbitmq/topology.js';
import { until } from '../support/waiting.js';
import { brokerContract } from './broker.contract.js';
import { attempt } from './broker/harness.js';
import { jobEventsContract } from './job-events.contract.js';
import { queueNamesContract } from './queue-names.contract.js';
import { rabbitMqFaults } from './rabbitmq/faults.js';
import { rabbitMqRights } from './rabbitmq/rights.js';
import { startTestRabbit, type TestRabbit } from './rabbitmq-server.js';
import { silentLogger, startDoomedConsumer } from './redis-server.js';

let rabbit: TestRabbit;

beforeAll(async () => {
  rabbit = await startTestRabbit();
});
afterEach(() => void jest.restoreAllMocks());
afterAll(() => rabbit.close());

brokerContract('RabbitBroker', async () => ({
  redeliveryMs: 5000,
  connect: () => new RabbitBroker({ url: rabbit.url, logger: silentLogger() }),
  startDoomedConsumer: () => startDoomedConsumer(rabbit.url),
  stopServer: () => rabbit.kill(),
  startServer: () => rabbit.start(),
  async loseEverything() {
    // Empties the queue and does not delete it, because other tests send SIGKILL. RabbitMQ 3.10.8 writes the name of a
    // new quorum queue to disk after half a second (`auto_save` in ra_directory). A SIGKILL before that leaves the
    // queue without a leader for ever. `rabbitmq/faults.ts` deletes queues.
    const connection = new Connection({ url: rabbit.url });
    connection.on('error', () => {});
    const { jobs, failedAttempts, deadLetters } = topology();
    for (const { queue } of [jobs, failedAttempts, deadLetters]) await connection.queuePurge(queue);
    await connection.close();
  },
  close: async () => {},
}));

jobEventsContract('RabbitJobEvents', async () => ({
  connect: () => new RabbitJobEvents({ url: rabbit.url, logger: silentLogger() }),
  stopServer: () => rabbit.kill(),
  startServer: () => rabbit.start(),
  cutListeners: async () => void (await rabbit.control('close_all_connections', 'cut')),
  close: async () => {},
}));

// These tests declare new queues, so they follow the tests that kill the server (see `loseEverything`).
queueNamesContract('RabbitMQ', () => rabbit);
rabbitMqRights(() => rabbit);
rabbitMqFaults(() => rabbit);

test('messages that are sent at the same time share a write', async () => {
  const broker = new RabbitBroker({ url: rabbit.url, logger: silentLogger() });
  try {
    await until(() => broker.isUp());
    await broker.send(attempt('FIRST', 1)); // opens the publisher's channel
    const writes = jest.spyOn(Socket.prototype as Required<Socket>, '_writev');

    await Promise.all(Array.from({ length: 20 }, (_, n) => broker.send(attempt(`M${n}`, 1))));

    const port = Number(new URL(rabbit.url).port);
    const ports = writes.mock.contexts.map((socket) => (socket as Socket).remotePort);
    expect(ports.filter((other) => other === port)).toHaveLength(1);
  } finally {
    await broker.close();
  }
});
