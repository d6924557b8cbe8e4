import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { startRedis } from '../../scripts/servers/redis.mjs';
import { startTestServer, type TestServer } from './test-server.js';

export interface TestRedis extends TestServer {
  /** Runs one command over a connection of its own. */
  run(command: string, ...args: (string | number)[]): Promise<unknown>;
}

/** @param settings additional lines of the server's configuration */
export function startTestRedis(settings: readonly string[] = []): Promise<TestRedis> {
  const start = ({ dir }: { dir: string }): ReturnType<typeof startRedis> => startRedis({ dir, settings });
  return startTestServer(start, ({ url }): Pick<TestRedis, 'run'> => ({
    async run(command, ...args) {
      const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
      try {
        await client.connect();
        return await client.call(command, ...args);
      } finally {
        client.disconnect();
      }
    },
  }));
}

/** Starts a process that takes a message and never acknowledges it. Resolves once the process has a message. */
export async function startDoomedConsumer(url: string): Promise<{ kill(): Promise<void> }> {
  const script = fileURLToPath(new URL('doomed-consumer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

export function silentLogger() {
  const silent = (): void => {};
  return { debug: silent, info: silent, warn: silent, error: silent };
}
