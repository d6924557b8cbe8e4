import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntilGone } from '../support/checkout.js';
import { descendantsOf, processesWithEnv } from '../support/process-tree.js';
import { createRestClient, type RestClient } from '../support/rest-client.js';
import { useStartedCheckout } from '../support/started-checkout.js';

describe('BROKER=rabbitmq npm start', () => {
  const started = useStartedCheckout({ BROKER: 'rabbitmq' });
  let client: RestClient;
  beforeAll(() => {
    client = createRestClient(started.service().apiUrl);
  });

  test('runs a job and reports its end, over REST and by subscription', async () => {
    const { job_id: id } = await client.request();
    const [event] = await Promise.all([endEventOf(id), client.waitFor(id, 'SUCCEEDED')]);
    expect(event).toContain('"status":"SUCCEEDED"');
    expect(await client.rows(id)).not.toHaveLength(0);
    const { queueHealth } = await client.graphql<{ queueHealth: unknown }>(
      '{ queueHealth { broker brokerUp queued workers } }',
    );
    expect(queueHealth).toEqual({ broker: 'rabbitmq', brokerUp: true, queued: 0, workers: 1 });
  });

  test('needs no Redis', () => {
    const commands = descendantsOf(started.command.pid).map(({ command }) => command);
    expect(commands.some((command) => command.includes('beam.smp'))).toBe(true);
    expect(commands.filter((command) => /redis|valkey/i.test(programOf(command)))).toEqual([]);
  });

  test('leaves neither the node nor its port mapper behind when it is killed with SIGKILL, and starts again', async () => {
    const { process: launcher, brokerUrl } = started.service();
    const family = descendantsOf(launcher.pid);
    expect(processesWithEnv(join(started.dir, '.local', 'rabbitmq'))).not.toEqual([]);
    expect(family.filter(({ command }) => programOf(command).endsWith('epmd'))).toHaveLength(1);
    process.kill(launcher.pid, 'SIGKILL');
    await waitUntilGone([launcher.pid, ...family.map(({ pid }) => pid)]);
    expect(processesWithEnv(join(started.dir, '.local', 'rabbitmq'))).toEqual([]);

    await started.start();
    expect(started.service().brokerUrl).toBe(brokerUrl);
    const { job_id: id } = await client.request();
    await client.waitFor(id, 'SUCCEEDED');
  });

  /** Resolves with the events of a job's end, when the stream has closed. */
  async function endEventOf(id: string): Promise<string> {
    const response = await fetch(`${started.service().apiUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: `subscription { reportCompleted(jobId: "${id}") { id status } }` }),
    });
    return response.text();
  }
});

function programOf(command: string): string {
  return command.split(' ', 1)[0] ?? '';
}
