import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { startApi, startWorker, type ApiProcess, type ServiceProcess } from '../support/processes.js';
import { startRedisSentinels, type RedisSentinels } from '../support/redis-sentinels.js';
import { createRestClient, type RestClient } from '../support/rest-client.js';
import { startServiceServers, type Service } from '../support/service.js';
import { until } from '../support/waiting.js';

const dir = mkdtempSync(join(tmpdir(), 'posts-report-sentinels-'));
let sentinels: RedisSentinels;
let service: Service;
let api: ApiProcess;
let worker: ServiceProcess;
let client: RestClient;

beforeAll(async () => {
  [service, sentinels] = await Promise.all([startServiceServers('bee-queue'), startRedisSentinels(dir)]);
  const env = { ...service.env, BROKER_URL: sentinels.url };
  [api, worker] = await Promise.all([startApi({ env }), startWorker({ env })]);
  client = createRestClient(api.url);
});

afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  await Promise.all([sentinels?.stop(), service?.close()]);
  rmSync(dir, { recursive: true, force: true });
});

test('the master of Redis fails over under load: no request is refused and no accepted job is lost', async () => {
  await until(async () => (await client.readiness()) === 'ok');
  const before = await sentinels.masterPort();
  const requests: Promise<string>[] = [];
  let failedOver: Promise<number> | undefined;

  for (let n = 0; n < 300; n++) {
    if (n === 100) failedOver = killAndAwait(before);
    requests.push(request(n));
    await delay(20);
  }
  const jobs = await Promise.all(requests);

  await until(async () => {
    const [ended] = (await service
      .db('report_jobs')
      .where({ status: 'SUCCEEDED', attempt_count: 1 })
      .count('* as jobs')) as [{ jobs: number }];
    return ended.jobs === jobs.length;
  });
  expect(await failedOver).not.toBe(before);
  await until(async () => (await client.readiness()) === 'ok', 10_000);

  // The old master comes back as a replica, so the service sends it no messages.
  await sentinels.servers.get(before)?.start();
  await delay(3000);
  expect(await client.readiness()).toBe('ok');
  await client.waitFor(await request(1000), 'SUCCEEDED');
});

async function request(n: number): Promise<string> {
  return (await client.request({ filter: { user_ids: [n + 1] } })).job_id;
}

async function killAndAwait(port: number): Promise<number> {
  await sentinels.servers.get(port)?.kill('SIGKILL');
  return await until(async () => {
    const master = await sentinels.masterPort();
    return master !== port && master;
  });
}
