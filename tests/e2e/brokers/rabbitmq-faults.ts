import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startWorker, type ServiceProcess } from '../../support/processes.js';
import type { RestClient } from '../../support/rest-client.js';
import { EXPECTED, type Service } from '../../support/service.js';
import { until } from '../../support/waiting.js';
import type { Stage } from './stage.js';

let service: Service;
let client: RestClient;
let worker: ServiceProcess;

export const rabbitMqFaults = (stage: () => Stage): void =>
  describe('RabbitMQ', () => {
    beforeAll(async () => {
      ({ service, client } = stage());
      worker = await startWorker({ env: service.env });
    });
    afterAll(() => worker?.kill('SIGKILL'));

    test('may be short of memory: requests are accepted and worked on, and it says that it is away', async () => {
      await control('set_vm_memory_high_watermark', 'absolute', '1');
      const ids = [];
      for (let user = 1; user <= 5; user += 1) {
        ids.push((await client.request({ filter: { user_ids: [user] } })).job_id);
      }
      await brokerIs(false);
      for (const [index, id] of ids.entries()) {
        expect(await client.waitFor(id, 'SUCCEEDED')).toMatchObject({ attempt_count: 1 });
        expect(await client.rows(id)).toEqual([EXPECTED[index]]);
      }
      await control('set_vm_memory_high_watermark', 'absolute', '512MB');
      await brokerIs(true);
    });

    test('may take a message away from a job that takes too long for it: the job runs on, and once', async () => {
      // The settings apply only to channels that are opened after the change.
      await control('eval', 'application:set_env(rabbit, consumer_timeout, 1000).');
      await control('eval', 'application:set_env(rabbit, channel_tick_interval, 300).');
      await control('close_all_connections', 'test');
      await brokerIs(true);
      const restore = await service.slowPosts();
      const users = Array.from({ length: 15 }, (_, index) => index + 1); // 40 posts each, 10 ms a post
      const { job_id: id } = await client.request({ filter: { user_ids: users } });
      await client.waitFor(id, 'RUNNING');
      await worker.waitForLine(/PRECONDITION_FAILED.*delivery acknowledgement/);
      await worker.waitForLine(new RegExp(`${id}.*nothing to claim`)); // the message came again

      expect(await client.waitFor(id, 'SUCCEEDED')).toMatchObject({ attempt_count: 1 });
      await restore();
      expect(await client.rows(id)).toEqual(EXPECTED.slice(0, users.length));
      const { job } = await client.graphql<{ job: { attempts: unknown[] } }>(
        `{ job(id: "${id}") { attempts { number errorCode } } }`,
      );
      expect(job.attempts).toEqual([{ number: 1, errorCode: null }]);
      const { job_id: next } = await client.request();
      await client.waitFor(next, 'SUCCEEDED');
    });
  });

async function control(...args: string[]): Promise<void> {
  const { broker } = service;
  if (broker.control === undefined) throw new Error('There is no rabbitmqctl');
  await broker.control(...args);
}

/** Resolves when the API says that the broker is up, or that it is not. */
async function brokerIs(up: boolean): Promise<void> {
  await until(async () => {
    const query = '{ queueHealth { brokerUp } }';
    const { queueHealth } = await client.graphql<{ queueHealth: { brokerUp: boolean } }>(query);
    return queueHealth.brokerUp === up;
  });
}
