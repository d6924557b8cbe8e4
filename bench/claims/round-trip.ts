import { brokersToMeasure } from '../brokers.js';
import type { BrokerName } from '../../src/adapters/broker-url.js';
import { judged, shown, type BenchContext, type SpeedClaim, type ResultRow } from '../claim.js';
import { compare, figure, medianOf, ratioOf, rounds, untilQuiet } from '../compare.js';
import type { Contestant } from '../contestant.js';
import { graphql, HttpClient } from '../http-client.js';
import { startService, type Service } from '../service.js';
import { median } from '../statistics.js';
import { Ends } from './ends.js';

const POSTS = 5000;
/**
 * The number of round trips in one run, one after another. The run's figure is their median. The number is lower with
 * few posts, because such a run only tries out the bench.
 */
function tripsOf({ posts }: BenchContext): number {
  return posts < 50_000 ? 5 : 20;
}
const p50 = figure('p50Ms');

export const roundTrip: SpeedClaim = {
  name: 'round-trip',
  says: 'a report of 5,000 posts takes little more time than stock Yoga, Bee-Queue, a subscription and three bare commits',
  async *measure(context) {
    for (const broker of await brokersToMeasure(context)) yield* compareBroker(context, broker);
    if (context.showsUngated) yield* await measureParts(context);
  },
};

/**
 * Measures two services, the subject and its twin. Each has its own database and broker, so that neither takes the
 * other's jobs.
 */
async function* compareBroker(context: BenchContext, broker: BrokerName): AsyncIterable<ResultRow> {
  const { stage, pairs } = context;
  const services: Service[] = [];
  const closing: (() => Promise<void>)[] = [];
  try {
    await Promise.all(
      ['a', 'b'].map(async (half) => {
        const name = `round-trip-${broker}-${half}`;
        const databaseUrl = await stage.postsIn(`posts_report_${name.replaceAll('-', '_')}`, POSTS);
        const service = await startService(stage, { databaseUrl, broker, name });
        services.push(service);
        closing.push(() => service.stop());
      }),
    );
    const stock = await stockService(context, ' with rows');
    closing.push(() => stock.close());
    // The yardstick uses a subscription in both rows. The REST request that waits gets all rows of the report in its
    // response.
    for (const [how, tripper, atMost] of [
      ['subscribed', subscribed, 1.3],
      ['waiting', waiting, 1.5],
    ] as const) {
      const [subject, twin] = services.map(({ url }) => tripper(url, tripsOf(context))) as [
        Contestant,
        Contestant,
      ];
      closing.push(
        () => subject.close(),
        () => twin.close(),
      );
      const { control, ...result } = ratioOf(
        await untilQuiet(
          context,
          () => compare({ subject, twin, yardstick: stock }, { pairs }),
          (measured) => [ratioOf(measured, p50).control],
        ),
        p50,
      );
      yield judged({
        name: `round-trip: ${how}, ${broker}`,
        measured: `${result.subject.toFixed(1)} ms, stock parts and three bare commits ${result.yardstick.toFixed(1)} ms: ${result.ratio.toFixed(2)}×`,
        value: result.ratio,
        gate: { atMost },
        unit: '×',
        control,
        figures: { p50Ms: result.subject, stockP50Ms: result.yardstick },
      });
    }
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/**
 * Measures the service and, for comparison only, the same round trip with fewer parts: a queue without a service around
 * it, stock Yoga with a subscription, and stock Yoga with three commits for each job.
 */
async function measureParts(context: BenchContext): Promise<ResultRow[]> {
  const contestants: Record<string, Contestant> = {
    'Bee-Queue and the report': await stockQueue(context, 'bee-queue'),
    'BullMQ and the report': await stockQueue(context, 'bullmq'),
    'stock Yoga and subscription, too': await stockService(context, ''),
    'and three bare commits': await stockService(context, ' with rows'),
    ours: await ourService(context),
  };
  try {
    const samples = await rounds(contestants, Math.ceil(context.pairs / 2));
    return Object.entries(samples).map(([name, runs]) =>
      shown(`round-trip: ${name}`, `${medianOf(runs, p50).toFixed(1)} ms`, { p50Ms: medianOf(runs, p50) }),
    );
  } finally {
    for (const contestant of Object.values(contestants)) await contestant.close();
  }
}

/**
 * Stock Yoga, a stock queue, and a worker. With ` with rows`, the server and the worker record each job in the
 * database.
 */
async function stockService(context: BenchContext, variant: '' | ' with rows'): Promise<Contestant> {
  const { stage } = context;
  const env = {
    BENCH_DATABASE_URL: await stage.postsIn('posts_report_round_trip_stock', POSTS),
    BENCH_REDIS_URL: (await stage.redis(`round-trip-stock${variant.replaceAll(' ', '-')}`)).url,
  };
  const worker = await stage.contestant(`worker with events${variant}`, env);
  await worker.run();
  const server = await stage.server(`yoga with events${variant}`, env);
  return served(server.url, context, async () => {
    await server.stop();
    await worker.close();
  });
}

async function ourService(context: BenchContext): Promise<Contestant> {
  const { stage } = context;
  const databaseUrl = await stage.postsIn('posts_report_round_trip_beside', POSTS);
  const name = 'round-trip-beside';
  const service = await startService(stage, { databaseUrl, broker: 'bee-queue', name });
  return served(service.url, context, () => service.stop());
}

function served(url: string, context: BenchContext, stop: () => Promise<void>): Contestant {
  const asker = subscribed(url, tripsOf(context));
  return {
    run: () => asker.run(),
    async close() {
      await asker.close();
      await stop();
    },
  };
}

/** A queue without a service: a producer and a worker, each in its own process. */
async function stockQueue({ stage }: BenchContext, queue: string): Promise<Contestant> {
  const env = {
    BENCH_DATABASE_URL: await stage.posts(POSTS),
    BENCH_REDIS_URL: (await stage.redis('stock')).url,
  };
  const worker = await stage.contestant(`${queue} worker`, env);
  await worker.run();
  const producer = await stage.contestant(`${queue} producer`, env);
  return {
    run: () => producer.run(),
    async close() {
      await producer.close();
      await worker.close();
    },
  };
}

/** A contestant that requests each report by a mutation. An open subscription delivers the end of each job. */
function subscribed(url: string, count: number): Contestant {
  const client = new HttpClient(url, 2);
  const ends = new Ends(client);
  const request = graphql('mutation { requestPostsReport { job { id } } }');
  return {
    async run() {
      await ends.listening();
      return await trips(count, async () => {
        const { text } = await client.send(request);
        await ends.of((JSON.parse(text) as Requested).data.requestPostsReport.job.id);
      });
    },
    async close() {
      ends.close();
      await client.close();
    },
  };
}

interface Requested {
  readonly data: { readonly requestPostsReport: { readonly job: { readonly id: string } } };
}

/** A contestant that requests each report by REST. The response arrives with the report. */
function waiting(url: string, count: number): Contestant {
  const client = new HttpClient(url, 1);
  return {
    run: () =>
      trips(count, async () => {
        const { status } = await client.send({
          path: '/api/2.0/report/posts',
          headers: { prefer: 'wait=60' },
        });
        if (status !== 200) throw new Error(`the report was not waited for: ${status}`);
      }),
    close: () => client.close(),
  };
}

async function trips(most: number, trip: () => Promise<void>) {
  const startedAt = performance.now();
  const times: number[] = [];
  for (let count = 0; count < most; count += 1) {
    const begunAt = performance.now();
    await trip();
    times.push(performance.now() - begunAt);
  }
  return { ms: performance.now() - startedAt, figures: { p50Ms: median(times) } };
}
