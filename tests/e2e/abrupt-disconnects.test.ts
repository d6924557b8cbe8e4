import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { startApi, type ApiProcess } from '../support/processes.js';
import { createRestClient, type RestClient } from '../support/rest-client.js';
import { startServiceServers, type Service } from '../support/service.js';
import { callAndLeave, callAndStay, CALL_KINDS, type CallTarget } from '../support/vanishing-callers.js';
import { until } from '../support/waiting.js';

const PRINT_HOLDINGS = fileURLToPath(new URL('../support/print-holdings.mjs', import.meta.url));

let service: Service;
let api: ApiProcess;
let client: RestClient;
let redis: Redis;

beforeAll(async () => {
  service = await startServiceServers('bee-queue');
  // No worker runs, so a job stays open until a test cancels it.
  const NODE_OPTIONS = `--import=${pathToFileURL(PRINT_HOLDINGS).href}`;
  api = await startApi({ env: { ...service.env, LOG_LEVEL: 'warn', NODE_OPTIONS } });
  client = createRestClient(api.url);
  redis = new Redis(service.broker.server.url);
});

afterAll(async () => {
  redis?.disconnect();
  await api?.stop();
  await service?.close();
});

test('clients that vanish leave nothing behind: no observer, connection, descriptor, timer or channel', async () => {
  await vanishInWaves(2);
  const before = await settled();
  expect(before.observers).toBe(0);
  expect(before.channels).toBe(1);

  await vanishInWaves(8);

  await settled(before);
  expect(api.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

/**
 * In each wave clients of every kind disconnect at once. Half of the connections end by RST, the others by FIN, as when
 * the client's process is killed. In every second wave the job ends at the same moment, so that the API sends an event
 * to clients that are disconnecting.
 */
async function vanishInWaves(waves: number): Promise<void> {
  for (let wave = 0; wave < waves; wave += 1) {
    const target = await openJob(wave);
    let expected = (await readObservers()) ?? 0;
    const sockets: Socket[] = [];
    // As many clients at a time as the database's connections serve within a second.
    for (let group = 0; group < 2; group += 1) {
      const early = Array.from({ length: CALL_KINDS }, (_, kind) => callAndLeave(kind, target));
      const kinds = Array.from({ length: 2 * CALL_KINDS }, (_, kind) => kind);
      const staying = await Promise.all(kinds.map((kind) => callAndStay(kind, target)));
      await Promise.all(early);
      sockets.push(...staying.map(({ socket }) => socket));
      for (const { observers } of staying) expected += observers;
      await until(async () => ((await readObservers()) ?? 0) >= expected);
    }
    const cancel = () => client.post(`/api/2.0/report/jobs/${target.jobId}/cancel`);
    const ended = wave % 2 === 0 ? cancel() : undefined;
    for (const [index, socket] of sockets.entries()) {
      if (index % 2 === 0) socket.resetAndDestroy();
      else socket.destroy();
    }
    await (ended ?? cancel());
  }
}

let jobs = 0;

async function openJob(wave: number): Promise<CallTarget> {
  jobs += 1;
  const createdTo = new Date(Date.UTC(2026, 0, 1, 0, wave, jobs)).toISOString();
  const { job_id: jobId } = await client.request({ filter: { created_to: createdTo } });
  return { url: api.url, jobId, createdTo };
}

interface Holdings {
  readonly observers: number | undefined;
  readonly channels: number;
  readonly connections: number;
  readonly descriptors: number;
  readonly timers: number;
}

/**
 * Resolves when the API's holdings (sockets, timers and others) equal `expected`. Without `expected`, resolves when
 * they no longer change and no connection is left.
 */
async function settled(expected?: Holdings): Promise<Holdings> {
  const giveUpAt = performance.now() + 20_000;
  let last: Holdings | undefined;
  for (;;) {
    const now = await readHoldings();
    try {
      expect(now).toEqual(expected ?? { ...last, connections: 0 });
      return now;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
    }
    last = now;
    await delay(500);
  }
}

async function readHoldings(): Promise<Holdings> {
  const printed = () => api.lines.filter((line) => line.startsWith('{"holdings"'));
  const before = printed().length;
  process.kill(api.pid, 'SIGWINCH');
  const line = await until(() => printed()[before]);
  const { holdings } = JSON.parse(line) as { holdings: Omit<Holdings, 'observers' | 'channels'> };
  const subscriptions = (await redis.pubsub('NUMSUB', 'posts-report:job-events')) as [string, number];
  return { ...holdings, observers: await readObservers(), channels: subscriptions[1] };
}

async function readObservers(): Promise<number | undefined> {
  // The request has a connection of its own, which ends with the answer, so that the API does not count it later.
  const [response] = (await once(get(`${api.url}/metrics`, { agent: false }), 'response')) as [
    IncomingMessage,
  ];
  const [, count] = /^posts_report_observers (\d+)$/m.exec(await text(response)) ?? [];
  return count === undefined ? undefined : Number(count);
}
