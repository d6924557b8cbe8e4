import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRabbitMq } from '../../scripts/servers/rabbitmq.mjs';

/** A RabbitMQ that a test may do anything to. */
export interface TestRabbit {
  readonly url: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** SIGSTOP and SIGCONT: connections stay, answers do not come. */
  freeze(): void;
  thaw(): void;
  /** `rabbitmqctl` with these arguments; resolves with what it printed. */
  control(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

export async function startTestRabbit(): Promise<TestRabbit> {
  const dir = mkdtempSync(join(tmpdir(), 'posts-report-'));
  const server = await startRabbitMq({ dir });
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
    control: (...args) => server.control(...args),
    async close() {
      signal('SIGCONT');
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
