import { BeeBroker } from '../../src/adapters/bee-queue/bee-broker.js';
import { MemoryBroker, MemoryBrokerServer } from '../fakes/memory-broker.js';
import { brokerContract } from './broker.contract.js';
import type { BrokerHarness } from './broker/harness.js';
import { silentLogger, startDoomedConsumer, startTestRedis } from './redis-server.js';

brokerContract('MemoryBroker', async (): Promise<BrokerHarness> => {
  const server = new MemoryBrokerServer();
  return {
    redeliveryMs: 100,
    connect: () => new MemoryBroker(server),
    async startDoomedConsumer() {
      const broker = new MemoryBroker(server);
      await new Promise<void>((taken) => {
        broker.consume(
          () => {
            taken();
            return new Promise(() => {});
          },
          { concurrency: 1 },
        );
      });
      return { kill: async () => broker.crash() };
    },
    stopServer: async () => server.stop(),
    startServer: async () => server.start(),
    loseEverything: async () => server.loseEverything(),
    findRecord: async (id) => server.records.get(id),
    close: async () => {},
  };
});

brokerContract('BeeBroker', async (): Promise<BrokerHarness> => {
  const redis = await startTestRedis();
  return {
    // Bee-Queue sends a lost job again in the second stall check, and it checks every 5 s.
    redeliveryMs: 12_500,
    connect: () => new BeeBroker({ url: redis.url, logger: silentLogger() }),
    startDoomedConsumer: () => startDoomedConsumer(redis.url),
    stopServer: () => redis.kill(),
    startServer: () => redis.start(),
    loseEverything: async () => void (await redis.run('FLUSHALL')),
    async findRecord(id) {
      const record = await redis.run('HGET', 'bq:posts-report:jobs', id);
      if (typeof record !== 'string') return undefined;
      const { status, progress, options } = JSON.parse(record) as {
        status: string;
        progress: number;
        options: { stacktraces: string[] };
      };
      return { state: status, progress, error: options.stacktraces[0] };
    },
    close: () => redis.close(),
  };
});
