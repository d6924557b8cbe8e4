import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readHoldings, type Holdings } from '../chaos/measure/api-holdings.js';
import { inspectProcess, type InspectedProcess } from '../chaos/measure/inspect-process.js';
import type { Target } from '../chaos/measure/vanishing-callers.js';
import { vanishInWaves } from '../chaos/measure/vanishing-waves.js';
import { startApi, type ApiProcess } from '../support/processes.js';
import { createRestClient, type RestClient } from '../support/rest-client.js';
import { startServiceServers, type Service } from '../support/service.js';

let service: Service;
let api: ApiProcess;
let client: RestClient;
let inspected: InspectedProcess;

beforeAll(async () => {
  service = await startServiceServers('bee-queue');
  // No worker: a job stays open until a test cancels it.
  api = await startApi({ env: { ...service.env, LOG_LEVEL: 'warn', NODE_OPTIONS: '--inspect=127.0.0.1:0' } });
  client = createRestClient(api.url);
  const [, url = ''] = /(ws:\S+)/.exec(await api.waitForLine(/Debugger listening on/)) ?? [];
  inspected = await inspectProcess(url);
}, 60_000);

afterAll(async () => {
  inspected.close();
  await api.stop();
  await service.close();
}, 60_000);

test('callers who vanish leave nothing behind: no observer, connection, descriptor, timer or channel', async () => {
  await vanish(2);
  const before = await settled();
  expect(before.observers).toBe(0);
  expect(before.busSubscriptions).toBe(1);

  await vanish(8);

  await settled(before);
  expect(api.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
}, 120_000);

const CALLERS_A_WAVE = 48;

async function vanish(waves: number): Promise<void> {
  await vanishInWaves({
    waves,
    perWave: CALLERS_A_WAVE,
    openJob,
    cancel: ({ jobId }) => client.post(`/api/2.0/report/jobs/${jobId}/cancel`),
  });
}

let jobs = 0;

async function openJob(): Promise<Target> {
  jobs += 1;
  const filter = { created_to: new Date(Date.UTC(2026, 0, 1, 0, 0, jobs)).toISOString() };
  const { job_id: jobId } = await client.request({ filter });
  return { url: api.url, jobId, filter };
}

/** What the API holds when that is what it should be, or does not change any more. */
async function settled(expected?: Holdings): Promise<Holdings> {
  const giveUpAt = performance.now() + 20_000;
  let last: Holdings | undefined;
  for (;;) {
    const now = await readHoldings({
      process: inspected,
      pid: api.pid,
      apiUrl: api.url,
      databasePort: service.mariaDb.port,
      brokerUrl: service.broker.server.url,
    });
    try {
      expect(now).toEqual(expected ?? { ...last, connections: 0 });
      return now;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
    }
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
