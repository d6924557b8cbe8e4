import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { START_BROKER, type TestBroker } from '../support/brokers.js';
import { startApi, startWorker, type ApiProcess, type ServiceProcess } from '../support/processes.js';
import { createRestClient, type RestClient } from '../support/rest-client.js';
import { EXPECTED, startServiceServers, type Service } from '../support/service.js';
import { until } from '../support/waiting.js';

const dir = mkdtempSync(join(tmpdir(), 'posts-report-move-'));
let service: Service;
let rabbit: TestBroker;

beforeAll(async () => {
  [service, rabbit] = await Promise.all([startServiceServers('bee-queue'), START_BROKER.rabbitmq(dir)]);
  await service.slowPosts(); // 0.4 s a report: jobs wait in the broker
});

afterAll(async () => {
  await Promise.all([rabbit?.server.stop(), service?.close()]);
  rmSync(dir, { recursive: true, force: true });
});

/** The API and the worker that use one broker, and a client of this API. */
interface Side {
  readonly api: ApiProcess;
  readonly worker: ServiceProcess;
  readonly client: RestClient;
}

test('a service moves from Redis to RabbitMQ and back under load: every accepted job ends once', async () => {
  const redisUrl = service.broker.server.url;
  const redis = await startSide(redisUrl);
  const load = startLoad(redis);

  const onRabbit = await move(redis, rabbit.server.url, load);
  // Redis still holds the messages that waited there. The new worker receives them after the move back.
  const back = await move(onRabbit, redisUrl, load);

  const jobs = await load.stop();
  for (const [index, id] of jobs.entries()) {
    expect(await back.client.rows(id)).toEqual([EXPECTED[index % EXPECTED.length]]);
    expect((await back.client.job(id)).attempt_count).toBe(1);
  }
  expect(await service.db('report_jobs').count({ jobs: '*' })).toEqual([{ jobs: jobs.length }]);
  await stopSide(back);
});

/**
 * Starts an API and a worker on the new broker. Stops the old API and worker while jobs still wait in the old broker.
 */
async function move(from: Side, brokerUrl: string, load: Load): Promise<Side> {
  const to = await startSide(brokerUrl);
  await load.useSides(from, to);
  await load.nextJobsEnd(4);

  await untilJobsWait(3);
  await load.useSides(to);
  await stopSide(from);
  await load.nextJobsEnd(3);
  return to;
}

async function startSide(brokerUrl: string): Promise<Side> {
  const env = { ...service.env, BROKER_URL: brokerUrl };
  const [api, worker] = await Promise.all([startApi({ env }), startWorker({ env })]);
  return { api, worker, client: createRestClient(api.url) };
}

async function stopSide({ api, worker }: Side): Promise<void> {
  const exits = await Promise.all([worker.stop(), api.stop()]);
  for (const exit of exits) expect(exit).toEqual({ code: 0, signal: null });
}

async function untilJobsWait(count: number): Promise<void> {
  await until(async () => {
    const [row] = await service.db('report_jobs').where({ status: 'QUEUED' }).count({ waiting: '*' });
    return Number(row?.['waiting']) >= count;
  });
}

type Load = ReturnType<typeof startLoad>;

/** Number of jobs that are open at once. */
const OPEN = 8;

/**
 * Requests reports for users 1, 2, 3 … in turn, and watches each job until its end. A refused request fails the test.
 */
function startLoad(side: Side) {
  let clients = [side.client];
  let asking = Promise.resolve();
  let open = 0;
  const stopping = new AbortController();
  const ids: string[] = [];
  const ends: Promise<void>[] = [];
  const all = (async () => {
    while (!stopping.signal.aborted) {
      await delay(20);
      if (open >= OPEN) continue;
      asking = ask(1 + (ids.length % EXPECTED.length));
      await asking;
    }
  })();
  all.catch(() => {}); // stop() rejects with this error

  async function ask(user: number): Promise<void> {
    open += 1;
    const client = clients[user % clients.length] as RestClient;
    const { job_id: id } = await client.request({ filter: { user_ids: [user] } });
    ids.push(id);
    const end = watch(id, client).finally(() => (open -= 1));
    end.catch(() => {}); // stop() rejects with this error
    ends.push(end);
  }

  /**
   * Watches a job until its end. When the job's stream breaks because its API has left, opens a new stream at an API
   * that is in use, as an EventSource does.
   */
  async function watch(id: string, client: RestClient): Promise<void> {
    try {
      await client.waitFor(id, 'SUCCEEDED');
    } catch (error) {
      if (clients.includes(client)) throw error;
      await watch(id, clients[0] as RestClient);
    }
  }

  return {
    /** Sends all later requests to these sides. Resolves when the request in progress has been answered. */
    async useSides(...sides: readonly Side[]): Promise<void> {
      clients = sides.map(({ client }) => client);
      await asking;
    },
    /** Resolves when the next `count` jobs that are requested have ended. */
    async nextJobsEnd(count: number): Promise<void> {
      const first = ends.length;
      while (ends.length < first + count) await Promise.race([delay(20), all]);
      await Promise.all(ends.slice(first, first + count));
    },
    /**
     * Stops requesting reports. Resolves with the ids of all jobs, in the order of the requests, when each job's stream
     * has delivered SUCCEEDED.
     */
    async stop(): Promise<readonly string[]> {
      stopping.abort();
      await all;
      await Promise.all(ends);
      return ids;
    },
  };
}
