import { RabbitJobEvents } from '../../src/adapters/rabbitmq/rabbitmq-job-events.js';
import { jobEventsContract, type JobEventsHarness } from './job-events.contract.js';
import { startTestRabbit } from './rabbitmq-server.js';
import { silentLogger } from './redis-server.js';

jobEventsContract('RabbitJobEvents', async (): Promise<JobEventsHarness> => {
  const rabbit = await startTestRabbit();
  return {
    connect: () => new RabbitJobEvents({ url: rabbit.url, logger: silentLogger() }),
    stopServer: () => rabbit.kill(),
    startServer: () => rabbit.start(),
    // Nothing but the server itself can cut connections over AMQP.
    async cutListeners() {
      await rabbit.kill();
      await rabbit.start();
    },
    close: () => rabbit.close(),
  };
});
