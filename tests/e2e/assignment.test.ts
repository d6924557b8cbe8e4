import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { Redis } from 'ioredis';
import { REPORT_COMPLETED } from '../../examples/assignment/queued.js';
import { root } from '../../scripts/project.mjs';
import { findFreePort } from '../../scripts/servers/free-port.mjs';
import { spawnTethered, type TetheredProcess } from '../../scripts/servers/tethered-process.mjs';
import { EXPECTED, startServiceServers, type Service } from '../support/service.js';
import { until } from '../support/waiting.js';

/** The rows that the service returns, with the names of the assignment. */
const REPORT = EXPECTED.map(({ user_id, total_words }) => ({ userId: user_id, totalWords: total_words }));

let service: Service;
let assignment: TetheredProcess;
let redis: Redis;
let synchronous: string;
let queued: string;

beforeAll(async () => {
  const [servers, ...ports] = await Promise.all([
    startServiceServers('bee-queue'),
    findFreePort(),
    findFreePort(),
  ]);
  service = servers;
  const [SYNCHRONOUS_PORT = '', QUEUED_PORT = ''] = ports.map(String);
  const { DATABASE_URL = '', BROKER_URL: REDIS_URL = '' } = service.env;
  assignment = await runAssignment({ DATABASE_URL, REDIS_URL, SYNCHRONOUS_PORT, QUEUED_PORT });
  [synchronous, queued] = [SYNCHRONOUS_PORT, QUEUED_PORT].map(
    (port) => `http://127.0.0.1:${port}/graphql`,
  ) as [string, string];
  for (const url of [synchronous, queued])
    await until(async () => (await ask(url, '{ __typename }').catch(() => undefined))?.ok);
  redis = new Redis(REDIS_URL);
}, 300_000);

afterAll(async () => {
  assignment?.kill('SIGTERM');
  await assignment?.exited;
  redis?.disconnect();
  await service?.close();
});

describe('npm run assignment', () => {
  test('answers with the report', async () => {
    const response = await ask(synchronous, '{ postsReport { userId totalWords } }');
    expect(await response.json()).toEqual({ data: { postsReport: REPORT } });
  });

  test('delivers the report of a job to a subscriber', async () => {
    const client = createClient({ url: queued });
    const query = 'subscription { reportCompleted { id status report { userId totalWords } } }';
    const ends = client.iterate<{ reportCompleted: { id: string } }>({ query });
    const first = ends.next();
    await until(async () => ((await redis.pubsub('NUMSUB', REPORT_COMPLETED))[1] as number) > 0);
    const response = await ask(queued, 'mutation { requestPostsReport { job { id status } } }');
    const requested: unknown = await response.json();
    const end = await first;
    expect(requested).toMatchObject({ data: { requestPostsReport: { job: { status: 'QUEUED' } } } });
    expect(end.value?.data?.reportCompleted).toMatchObject({ status: 'SUCCEEDED', report: REPORT });
    client.dispose();
  });
});

test('npm run assignment says that it needs Redis', async () => {
  const { DATABASE_URL = '' } = service.env;
  const refused = await runAssignment({ DATABASE_URL, BROKER_URL: 'amqp://127.0.0.1:1' });
  const complaint = text(refused.stderr as Readable);
  expect(await refused.exited).toMatchObject({ code: 1 });
  expect(await complaint).toMatch(/needs Redis: set REDIS_URL, or run `npm start`/);
});

/** Runs the program of `npm run assignment`. */
async function runAssignment(env: Readonly<Record<string, string>>): Promise<TetheredProcess> {
  const { PATH = '' } = process.env;
  return await spawnTethered(process.execPath, ['scripts/assignment.mjs'], {
    cwd: root,
    env: { PATH, ...env },
  });
}

function ask(url: string, query: string): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
}
