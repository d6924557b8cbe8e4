import { startRabbitMq } from '../../scripts/servers/rabbitmq.mjs';
import { startTestServer, type TestServer } from './test-server.js';

export interface TestRabbit extends TestServer {
  /** `rabbitmqctl` with these arguments; resolves with what it printed. */
  control(...args: string[]): Promise<string>;
}

export function startTestRabbit(): Promise<TestRabbit> {
  return startTestServer(startRabbitMq, (server): Pick<TestRabbit, 'control'> => ({
    control: (...args) => server.control(...args),
  }));
}
