import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { startRedis } from '../../scripts/servers/redis.mjs';

/** A Redis that a test may do anything to. */
export interface TestRedis {
  readonly url: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** SIGSTOP and SIGCONT: connections stay, answers do not come. */
  freeze(): void;
  thaw(): void;
  /** One command over a connection of its own. */
  run(command: string, ...args: (string | number)[]): Promise<unknown>;
  close(): Promise<void>;
}

export async function startTestRedis(): Promise<TestRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'posts-report-'));
  const server = await startRedis({ dir });
  const signal = (name: NodeJS.Signals): void => {
    const pid = server.pid();
    if (pid !== undefined) process.kill(pid, name);
  };
  return {
    url: server.url,
    kill: () => server.kill('SIGKILL'),
    start: () => server.start(),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async run(command, ...args) {
      const client = new Redis(server.url, { lazyConnect: true, retryStrategy: () => null });
      try {
        await client.connect();
        return await client.call(command, ...args);
      } finally {
        client.disconnect();
      }
    },
    async close() {
      signal('SIGCONT');
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Another process that takes a message and never ends it. Resolves once it has one. */
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
