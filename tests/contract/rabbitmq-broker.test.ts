import { Connection } from 'rabbitmq-client';
import { RabbitBroker } from '../../src/adapters/rabbitmq/rabbitmq-broker.js';
import { topology } from '../../src/adapters/rabbitmq/topology.js';
import { brokerContract, type BrokerHarness } from './broker.contract.js';
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
      // Not the queue itself, which `rabbitmq-faults.test.ts` does once: after some generations of quorum queues of
      // one name RabbitMQ 3.10.8 finds no leader for it when it starts again after a SIGKILL.
      const connection = new Connection({ url: rabbit.url });
      connection.on('error', () => {});
      const { jobs, deadLetters } = topology();
      for (const declaration of [jobs, deadLetters]) {
        await connection.queueDeclare(declaration);
        await connection.queuePurge(declaration.queue);
      }
      await connection.close();
    },
    close: () => rabbit.close(),
  };
});
