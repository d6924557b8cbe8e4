import type { BrokerName } from '../../src/adapters/broker-url.js';
import { judged, shown, type BenchContext, type SpeedClaim, type Gate, type ResultRow } from '../claim.js';
import { compare, medianOf, ratioOf, rounds, untilQuiet } from '../compare.js';
import type { Contestant } from '../contestant.js';
import { graphql, type Request } from '../http-client.js';
import { requestLoop } from '../request-loop.js';
import { startService } from '../service.js';
import { stockServer } from '../stock-server.js';
import { brokersToMeasure } from '../brokers.js';

const CLIENTS = 32;
const MUTATION = /* GraphQL */ `
  mutation ($input: RequestPostsReportInput) {
    requestPostsReport(input: $input) {
      job {
        id
        status
      }
    }
  }
`;

export const accept: SpeedClaim = {
  name: 'accept',
  says: 'requests are accepted durably nearly as fast as stock Yoga puts jobs into stock Bee-Queue, which promises nothing',
  async *measure(context) {
    for (const broker of await brokersToMeasure(context)) yield* await compareBroker(context, broker);
    if (context.showsUngated) yield* await measureLibraries(context);
  },
};

interface Target {
  readonly name: string;
  readonly request: () => Request;
  readonly gate?: Gate;
}

/**
 * The interfaces to measure. The yardstick for both is the GraphQL API of the stock server, which has no other
 * interface.
 */
const TARGETS: readonly Target[] = [
  { name: 'GraphQL', request: mutation, gate: { atLeast: 0.7 } },
  { name: 'REST', request: call, gate: { atLeast: 0.7 } },
];

/** Compares two API processes of one service with the stock server. No worker runs for any of the three. */
async function compareBroker(context: BenchContext, broker: BrokerName): Promise<ResultRow[]> {
  const { stage } = context;
  const databaseUrl = await stage.database(`posts_report_accept_${broker.replace('-', '_')}`);
  const options = { databaseUrl, broker, name: `accept-${broker}`, worker: false };
  const [one, other, stock] = await Promise.all([
    startService(stage, options),
    startService(stage, options),
    stockServer(stage, 'yoga + bee-queue'),
  ]);
  try {
    const rows: ResultRow[] = [];
    const urls = { subject: one.url, twin: other.url, yardstick: stock.url };
    for (const target of TARGETS)
      rows.push(await compareWithStock(context, target, `accept: ${target.name}, ${broker}`, urls));
    return rows;
  } finally {
    await Promise.all([one, other, stock].map((server) => server.stop()));
  }
}

async function compareWithStock(
  context: BenchContext,
  { request, gate }: Target,
  name: string,
  urls: Readonly<Record<'subject' | 'twin' | 'yardstick', string>>,
): Promise<ResultRow> {
  const contest = {
    subject: accepting(context, urls.subject, request),
    twin: accepting(context, urls.twin, request),
    yardstick: accepting(context, urls.yardstick, mutation),
  };
  try {
    const { subject, yardstick, ratio, control } = ratioOf(
      await untilQuiet(
        context,
        () => compare(contest, { pairs: context.pairs }),
        (measured) => [ratioOf(measured).control],
      ),
    );
    const figures = { perSecond: rate(context, subject), stockPerSecond: rate(context, yardstick) };
    const value = 1 / ratio;
    const measured = `${figures.perSecond.toFixed(0)}/s durably, stock ${figures.stockPerSecond.toFixed(0)}/s: ${value.toFixed(2)} of it`;
    return gate === undefined
      ? shown(name, measured, { value, ...figures }, control)
      : judged({ name, measured, value, gate, control, figures });
  } finally {
    await Promise.all(Object.values(contest).map((one) => one.close()));
  }
}

/**
 * Measures both interfaces beside servers of other libraries, for comparison only. The servers are set up as the
 * documentation of their libraries recommends.
 */
async function measureLibraries(context: BenchContext): Promise<ResultRow[]> {
  const { stage, pairs } = context;
  const databaseUrl = await stage.database('posts_report_accept_beside');
  const options = { databaseUrl, broker: 'bee-queue', name: 'accept-beside', worker: false } as const;
  const peers = ['yoga + bee-queue', 'yoga + bullmq', 'mercurius + bee-queue'];
  const [service, ...servers] = await Promise.all([
    startService(stage, options),
    ...peers.map((name) => stockServer(stage, name)),
  ]);
  const contestants: Record<string, Contestant> = {
    'ours by GraphQL': accepting(context, service.url, mutation),
    'ours by REST': accepting(context, service.url, call),
  };
  for (const [index, name] of peers.entries())
    contestants[name] = accepting(context, servers[index]?.url ?? '', mutation);
  try {
    const samples = await rounds(contestants, Math.ceil(pairs / 2));
    return Object.entries(samples).map(([name, runs]) => {
      const perSecond = rate(context, medianOf(runs));
      return shown(`accept: ${name}`, `${perSecond.toFixed(0)}/s`, { perSecond });
    });
  } finally {
    await Promise.all(Object.values(contestants).map((one) => one.close()));
    await Promise.all([service, ...servers].map((server) => server.stop()));
  }
}

/** Each request has its own filter, because the API answers an equal request with the existing job. */
let users = 0;

function mutation(): Request {
  users += 1;
  return graphql(MUTATION, { input: { filter: { userIds: [users] } } });
}

function call(): Request {
  users += 1;
  return { path: '/api/2.0/report/posts', body: { filter: { user_ids: [users] } } };
}

function accepting(context: BenchContext, url: string, request: () => Request): Contestant {
  return requestLoop(url, { clients: CLIENTS, requests: requests(context), request, expects: 'QUEUED' });
}

/**
 * The number of requests in one run. The number is lower with few posts, because such a run only tries out the bench.
 */
function requests({ posts }: BenchContext): number {
  return posts < 50_000 ? 64 : 2000;
}

function rate(context: BenchContext, ms: number): number {
  return (requests(context) / ms) * 1000;
}
