import { Connection } from 'rabbitmq-client';
import { RabbitBroker } from '../../src/adapters/rabbitmq/rabbitmq-broker.js';
import { topology } from '../../src/adapters/rabbitmq/topology.js';
import { brokerContract } from './broker.contract.js';
import type { BrokerHarness } from './broker/harness.js';
import { startTestRabbit } from './rabbitmq-server.js';
import { silentLogger, startDoomedConsumer } from './redis-server.js';

brokerContract('RabbitBroker', async (): Promise<BrokerHarness> => {
  const rabbit = await startTestRabbit();
  return {
    redeliveryMs: 5000,
    connect: () => new RabbitBroker({ url: rabbit.url, logger: silentLogger() }),
    startDoomedConsumer: () => startDoomedConsumer(rabbit.url),
    stopServer: () => rabbit.kill(),
    startServer: () => rabbit.start(),
    async loseEverything() {
      // Not the queue itself, which `rabbitmq-faults.test.ts` does: RabbitMQ 3.10.8 writes the name of a new quorum
      // queue to disk half a second later (`auto_save` in ra_directory), and a SIGKILL before that, which other tests
      // send, leaves a queue that has no leader and takes nothing, for ever.
      const connection = new Connection({ url: rabbit.url });
      connection.on('error', () => {});
      const { jobs, failedAttempts, deadLetters } = topology();
      for (const { queue } of [jobs, failedAttempts, deadLetters]) await connection.queuePurge(queue);
      await connection.close();
    },
    close: () => rabbit.close(),
  };
});
