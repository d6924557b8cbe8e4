import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { attempt } from './broker/harness.js';
import { BeeBroker } from '../../src/adapters/bee-queue/bee-broker.js';
import { silentLogger, startTestRedis } from './redis-server.js';
import { until } from '../support/waiting.js';

test('a process started without Redis lives, says nothing worse than a warning, and works when Redis comes', async () => {
  const redis = await startTestRedis();
  await redis.kill();
  const script = fileURLToPath(new URL('doomed-consumer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, redis.url]);
  let complaints = '';
  child.stderr.on('data', (data) => (complaints += String(data)));
  const sender = new BeeBroker({ url: redis.url, logger: silentLogger() });
  try {
    // Longer than the 10 s after which graphql-redis-subscriptions with ioredis' defaults ends a process.
    await delay(12_000);
    expect({ exitCode: child.exitCode, complaints }).toEqual({ exitCode: null, complaints: '' });

    await redis.start();
    await until(() => sender.isUp(), 1000);
    await sender.send(attempt('A', 1));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];

    expect(line.toString()).toBe('A-1\n');
    expect({ exitCode: child.exitCode, complaints }).toEqual({ exitCode: null, complaints: '' });
  } finally {
    child.kill('SIGKILL');
    await sender.close();
    await redis.close();
  }
});
