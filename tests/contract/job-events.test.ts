import { RedisJobEvents } from '../../src/adapters/redis/redis-job-events.js';
import { MemoryBus, MemoryJobEvents } from '../fakes/memory-job-events.js';
import { jobEventsContract, type JobEventsHarness } from './job-events.contract.js';
import { silentLogger, startTestRedis } from './redis-server.js';

jobEventsContract('MemoryJobEvents', async (): Promise<JobEventsHarness> => {
  const bus = new MemoryBus();
  return {
    connect: () => new MemoryJobEvents(bus),
    stopServer: async () => bus.stop(),
    startServer: async () => bus.start(),
    async cutListeners() {
      bus.stop();
      bus.start();
    },
    close: async () => {},
  };
});

jobEventsContract('RedisJobEvents', async (): Promise<JobEventsHarness> => {
  const redis = await startTestRedis();
  return {
    connect: () => new RedisJobEvents({ url: redis.url, logger: silentLogger() }),
    stopServer: () => redis.kill(),
    startServer: () => redis.start(),
    cutListeners: async () => void (await redis.run('CLIENT', 'KILL', 'TYPE', 'pubsub')),
    close: () => redis.close(),
  };
});
