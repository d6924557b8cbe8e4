import { startRabbitMq } from '../../scripts/servers/rabbitmq.mjs';
import { startTestServer, type TestServer } from './test-server.js';

export interface TestRabbit extends TestServer {
  /** Runs `rabbitmqctl` with these arguments. Resolves with its output. */
  control(...args: string[]): Promise<string>;
}

export function startTestRabbit(): Promise<TestRabbit> {
  return startTestServer(startRabbitMq, (server): Pick<TestRabbit, 'control'> => ({
    control: (...args) => server.control(...args),
  }));
}
