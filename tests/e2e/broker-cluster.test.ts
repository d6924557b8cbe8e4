import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startRabbitMqCluster, type RabbitMqCluster } from '../../scripts/servers/rabbitmq-cluster.mjs';
import { startApi, startWorker, type ApiProcess, type ServiceProcess } from '../support/processes.js';
import { createRestClient, type JobView, type RestClient } from '../support/rest-client.js';
import { EXPECTED, startServiceServers, type Service } from '../support/service.js';
import { until } from '../support/waiting.js';

const SLOTS = 2;
const dir = mkdtempSync(join(tmpdir(), 'posts-report-cluster-'));
let cluster: RabbitMqCluster;
let service: Service;
let api: ApiProcess;
let worker: ServiceProcess;
let client: RestClient;

beforeAll(async () => {
  [service, cluster] = await Promise.all([startServiceServers('bee-queue'), startRabbitMqCluster({ dir })]);
  const env = { ...service.env, BROKER_URL: cluster.url, WORKER_CONCURRENCY: String(SLOTS) };
  [api, worker] = await Promise.all([startApi({ env }), startWorker({ env })]);
  client = createRestClient(api.url);
});

afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  await Promise.all([cluster?.stop(), service?.close()]);
  rmSync(dir, { recursive: true, force: true });
});

test('a cluster loses the node that leads the queue: nothing is lost, and the broker stays in use', async () => {
  await cluster.untilWhole();
  const leader = await cluster.leaderOf('posts-report');
  const unlock = await service.lockPosts();
  const before = await requestReports(1, 6);
  const watching = before.map(({ job_id: id }) => client.waitFor(id, 'SUCCEEDED'));

  await cluster.nodes.get(leader)?.kill('SIGKILL');
  const after = await requestReports(7, 12);
  await unlock();

  await Promise.all(watching);
  await Promise.all(after.map(({ job_id: id }) => client.waitFor(id, 'SUCCEEDED')));
  for (const [index, { job_id: id }] of [...before, ...after].entries()) {
    expect(await client.rows(id)).toEqual([EXPECTED[index]]);
    expect((await client.job(id)).attempt_count).toBe(1);
  }
  expect(await cluster.leaderOf('posts-report')).not.toBe(leader);
  // The broker accepts messages again, and the worker consumes from the queue's new leader.
  await until(async () => (await client.readiness()) === 'ok');
  await until(async () => {
    const queue = await jobsQueue();
    return queue?.consumers === SLOTS && queue.messages === 0;
  });
});

function requestReports(firstUser: number, lastUser: number): Promise<JobView[]> {
  const users = Array.from({ length: lastUser - firstUser + 1 }, (_, index) => firstUser + index);
  return Promise.all(users.map((user) => client.request({ filter: { user_ids: [user] } })));
}

async function jobsQueue(): Promise<{ consumers: number; messages: number } | undefined> {
  const node = [...cluster.nodes.values()].find((candidate) => candidate.pid() !== undefined);
  const columns = ['name', 'consumers', 'messages'];
  const printed = await node?.control('list_queues', '--formatter', 'json', ...columns);
  const queues = JSON.parse(printed ?? '[]') as { name: string; consumers: number; messages: number }[];
  return queues.find(({ name }) => name === 'posts-report');
}
