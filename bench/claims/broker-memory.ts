import { setTimeout as delay } from 'node:timers/promises';
import { brokersToMeasure } from '../brokers.js';
import { shown, type BenchContext, type BrokerName, type Claim, type Row } from '../claim.js';
import { closedLoop, HttpClient } from '../http-client.js';
import { startService } from '../service.js';
import { peakTreeMemoryMb, treeMemoryMb } from '../tree-memory.js';
import { ownFilter, requestJob } from './jobs.js';

const CLIENTS = 32;
const FLOW_PER_SECOND = 50;

export const brokerMemory: Claim = {
  name: 'broker-memory',
  says: 'what either broker holds in memory: just started, with many jobs waiting, and while workers take them and more come',
  async *measure(context) {
    for (const broker of await brokersToMeasure(context)) yield* memoryOf(context, broker);
  },
};

async function* memoryOf(context: BenchContext, broker: BrokerName): AsyncIterable<Row> {
  const { stage } = context;
  const { jobs, seconds } = extent(context);
  const name = `memory-${broker}`;
  const databaseUrl = await stage.database(`posts_report_${name.replaceAll('-', '_')}`);
  const server = broker === 'rabbitmq' ? await stage.rabbitMq(name) : await stage.redis(name);
  const pid = server.pid();
  if (pid === undefined) throw new Error(`${server.name} does not run`);
  const row = (what: string, mb: number): Row =>
    shown(`broker-memory: ${broker}, ${what}`, `${mb.toFixed(0)} MB`, { mb });

  yield row('just started', await treeMemoryMb(pid));
  const options = { databaseUrl, broker, name };
  const accepting = await startService(stage, { ...options, worker: false });
  const client = new HttpClient(accepting.url, CLIENTS);
  try {
    const filling = closedLoop(CLIENTS, jobs, async () => void (await requestJob(client, ownFilter())));
    yield row(`${jobs.toLocaleString('en')} jobs waiting`, await peakTreeMemoryMb(pid, filling));
    const working = await startService(stage, options);
    try {
      const flowing = flow(client, seconds);
      yield row(
        `worked on, with ${FLOW_PER_SECOND} more a second for ${seconds} s`,
        await peakTreeMemoryMb(pid, flowing),
      );
    } finally {
      await working.stop();
    }
  } finally {
    await client.close();
    await accepting.stop();
  }
}

/** So many requests a second, whether the last one was answered or not. */
async function flow(client: HttpClient, seconds: number): Promise<void> {
  const startedAt = performance.now();
  const requests: Promise<unknown>[] = [];
  for (let next = 0; next < FLOW_PER_SECOND * seconds; next += 1) {
    await delay(startedAt + (next * 1000) / FLOW_PER_SECOND - performance.now());
    requests.push(requestJob(client, ownFilter()));
  }
  await Promise.all(requests);
}

/** Longer than a message lives in RabbitMQ, so that those of waiting jobs are sent again; less where it is only tried. */
function extent({ posts }: BenchContext) {
  return posts < 50_000 ? { jobs: 100, seconds: 2 } : { jobs: 20_000, seconds: 40 };
}
