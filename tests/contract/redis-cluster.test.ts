import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { findFreePort } from '../../scripts/servers/free-port.mjs';
import { connectMessaging, type Messaging } from '../../src/adapters/connect-messaging.js';
import { messageId } from '../../src/jobs/ports/broker.js';
import type { JobEvent } from '../../src/jobs/ports/job-events.js';
import { createCollector, until } from '../support/waiting.js';
import { attempt } from './broker/harness.js';
import { silentLogger, startTestRedis, type TestRedis } from './redis-server.js';

const SETTINGS = ['cluster-enabled yes', 'cluster-node-timeout 1000', 'cluster-require-full-coverage no'];
const SLOTS = [
  [0, 5460],
  [5461, 10_922],
  [10_923, 16_383],
] as const;

let masters: TestRedis[] = [];
let owner: TestRedis;
let replica: TestRedis;
let url: string;
const open: Messaging[] = [];

beforeAll(async () => {
  masters = await Promise.all(SLOTS.map(startNode));
  replica = await startNode();
  for (const node of [...masters, replica])
    await node.run('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '&*', '+@all');
  for (const [index, [first, last]] of SLOTS.entries())
    await masters[index]?.run('CLUSTER', 'ADDSLOTSRANGE', first, last);
  const [meetingPoint = replica] = masters;
  for (const node of [...masters.slice(1), replica])
    await node.run('CLUSTER', 'MEET', '127.0.0.1', portOf(meetingPoint), await busPortOf(meetingPoint));
  await until(async () => /cluster_known_nodes:4/.test(String(await replica.run('CLUSTER', 'INFO'))));
  await until(async () => /cluster_state:ok/.test(String(await replica.run('CLUSTER', 'INFO'))));

  const slot = Number(await replica.run('CLUSTER', 'KEYSLOT', '{posts-report}'));
  owner = masters[SLOTS.findIndex(([first, last]) => first <= slot && slot <= last)] ?? meetingPoint;
  await replica.run('CONFIG', 'SET', 'masterauth', decodeURIComponent(new URL(owner.url).password));
  await replica.run('CLUSTER', 'REPLICATE', String(await owner.run('CLUSTER', 'MYID')));
  await until(async () => /master_link_status:up/.test(String(await replica.run('INFO', 'replication'))));
  // The URL names only nodes that do not have the queue's slot.
  const others = masters.filter((node) => node !== owner).map((node) => `127.0.0.1:${portOf(node)}`);
  url = `redis+cluster://app:secret@${others.join(',')}`;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((messaging) => messaging.close()));
});
afterAll(async () => {
  await Promise.all([...masters, replica].map((node) => node.close()));
});

/**
 * By default the port of a node's cluster bus is 10,000 above the node's own port. An outgoing connection may have that
 * port already, so the bus gets a free one.
 */
async function startNode(): Promise<TestRedis> {
  return await startTestRedis([...SETTINGS, `cluster-port ${await findFreePort()}`]);
}

async function busPortOf(node: TestRedis): Promise<string> {
  const [, port = ''] = (await node.run('CONFIG', 'GET', 'cluster-port')) as string[];
  return port;
}

function portOf({ url: address }: TestRedis): string {
  return new URL(address).port;
}

test('a cluster carries jobs and events, also after the node of the queue has failed over', async () => {
  const warnings: string[] = [];
  const logger = { ...silentLogger(), warn: (_: object, message: string) => void warnings.push(message) };
  const messaging = connectMessaging({ url, queueName: 'posts-report', logger });
  open.push(messaging);
  const { broker, events } = messaging;
  const [delivered, heard, gaps] = [
    createCollector<string>(),
    createCollector<JobEvent>(),
    createCollector<string>(),
  ];
  events.subscribe({ onEvent: (event) => heard.add(event), onGap: () => gaps.add('gap') });
  broker.consume(
    async (message) => {
      delivered.add(messageId(message));
      await events.publish({ jobId: message.jobId, version: message.attempt });
    },
    { concurrency: 2 },
  );
  await gaps.next();
  await until(() => broker.isUp());
  await broker.send(attempt('A', 1));
  expect(await delivered.next()).toBe('A-1');
  expect(await heard.next()).toEqual({ jobId: 'A', version: 1 });
  expect(await owner.run('TYPE', 'bq:{posts-report}:jobs')).toBe('hash');
  expect(warnings).toEqual([]);

  await owner.kill();
  await until(() => !broker.isUp());
  await until(() => broker.isUp(), 15_000);
  await gaps.next();
  await broker.send(attempt('A', 2));

  expect(await delivered.next()).toBe('A-2');
  // Events are lost until the publisher's own connection is back. In the service a poll finds the changes.
  const isHeard = async (): Promise<boolean> => {
    await events.publish({ jobId: 'A', version: 3 });
    return heard.all.some(({ version }) => version === 3);
  };
  expect(await until(isHeard)).toBe(true);
});
