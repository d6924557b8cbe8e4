import { spawnSync } from 'node:child_process';
import { judged, shown, type BenchContext, type SpeedClaim, type ResultRow } from '../claim.js';
import { compare, figure, ratioOf, untilQuiet, type Comparison } from '../compare.js';
import type { Contestant } from '../contestant.js';
import { graphql, HttpClient } from '../http-client.js';
import { Observers, type Transport } from '../observers.js';
import type { ServerProcess } from '../server-process.js';
import { startService } from '../service.js';
import { stockServer } from '../stock-server.js';

const OBSERVERS = 5000;
const blocked = figure('blockedMs');

/** The event is the end of a job. Every observer has subscribed to the ends of all jobs. */
export const fanOut: SpeedClaim = {
  name: 'fan-out',
  says: 'one event reaches 5,000 observers without blocking the API, and with little delay',
  async *measure(context) {
    const contenders = await Promise.all([service('a'), service('b'), stock].map((make) => make(context)));
    try {
      yield* compareOver('SSE', context, contenders);
      if (context.showsUngated) yield* compareOver('WebSocket', context, contenders);
    } finally {
      await Promise.all(contenders.map(({ close }) => close()));
    }
  },
};

/**
 * Only the result over SSE has a gate, because Yoga's documentation uses SSE. The results over WebSocket are shown for
 * comparison.
 */
async function* compareOver(
  transport: Transport,
  context: BenchContext,
  contenders: readonly Contender[],
): AsyncIterable<ResultRow> {
  const count = observersFor(context);
  const subscribers = { count, over: transport, request: subscription };
  const observers = await Promise.all(
    contenders.map(({ server }) => Observers.connect(server.url, subscribers)),
  );
  try {
    const [subject, twin, yardstick] = contenders.map(({ server, end }, index) =>
      notifying(server, observers[index] as Observers, end),
    ) as [Contestant, Contestant, Contestant];
    const comparison = await untilQuiet(
      context,
      () => compare({ subject, twin, yardstick }, { pairs: context.pairs }),
      (measured) => [ratioOf(measured).control],
    );
    yield* transport === 'SSE' ? verdicts(comparison, count) : overWebSocket(comparison, count);
  } finally {
    await Promise.all(observers.map((some) => some.close()));
  }
}

const subscription = graphql('subscription { reportCompleted { id status } }');

function* verdicts(comparison: Comparison, observers: number): Iterable<ResultRow> {
  const loop = ratioOf(comparison, blocked);
  const total = ratioOf(comparison);
  const figures = { observers, blockedMs: loop.subject, stockBlockedMs: loop.yardstick };
  yield judged({
    name: 'fan-out: loop blocked',
    measured: `${loop.subject.toFixed(1)} ms for ${observers} observers, stock ${loop.yardstick.toFixed(0)} ms: 1/${(1 / loop.ratio).toFixed(1)}`,
    value: loop.ratio,
    gate: { atMost: 0.125 },
    control: total.control,
    figures,
  });
  yield judged({
    name: 'fan-out: all notified',
    measured: `${total.subject.toFixed(0)} ms, stock ${total.yardstick.toFixed(0)} ms: ${total.ratio.toFixed(2)}×`,
    value: total.ratio,
    gate: { atMost: 1.2 },
    unit: '×',
    control: total.control,
    figures: { notifiedMs: total.subject, stockNotifiedMs: total.yardstick },
  });
}

function* overWebSocket(comparison: Comparison, observers: number): Iterable<ResultRow> {
  const [loop, total] = [ratioOf(comparison, blocked), ratioOf(comparison)];
  yield shown(
    'fan-out: over WebSocket',
    `loop blocked ${loop.subject.toFixed(1)} ms for ${observers} observers, all notified in ${total.subject.toFixed(0)} ms; graphql-ws with stock iterators ${loop.yardstick.toFixed(0)} and ${total.yardstick.toFixed(0)} ms`,
    {
      observers,
      blockedMs: loop.subject,
      stockBlockedMs: loop.yardstick,
      notifiedMs: total.subject,
      stockNotifiedMs: total.yardstick,
    },
    total.control,
  );
}

interface Contender {
  readonly server: ServerProcess;
  /** Prepares a job, and returns the function that ends the job. This end is the event. */
  readonly end: () => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}

function service(half: string) {
  return async ({ stage }: BenchContext): Promise<Contender> => {
    const name = `fan-out-${half}`;
    const databaseUrl = await stage.database(`posts_report_${name.replaceAll('-', '_')}`);
    const running = await startService(stage, { databaseUrl, broker: 'bee-queue', name, worker: false });
    const client = new HttpClient(running.url, 1);
    const send = async (query: string): Promise<string> => (await client.send(graphql(query))).text;
    return {
      server: running.api,
      async end() {
        const [, id] =
          /"id":"(\w+)"/.exec(await send('mutation { requestPostsReport { job { id } } }')) ?? [];
        return async () => {
          const text = await send(`mutation { cancelJob(id: "${id}") { job { status } } }`);
          if (!text.includes('CANCELED')) throw new Error(`not canceled: ${text}`);
        };
      },
      async close() {
        await client.close();
        await running.stop();
      },
    };
  };
}

async function stock({ stage }: BenchContext): Promise<Contender> {
  const server = await stockServer(stage, 'yoga + graphql-redis-subscriptions');
  const client = new HttpClient(server.url, 1);
  const request = graphql('mutation { requestPostsReport { job { id } } }');
  return {
    server,
    end: async () => async () => void (await client.send(request)),
    async close() {
      await client.close();
      await server.stop();
    },
  };
}

function notifying(server: ServerProcess, observers: Observers, end: Contender['end']): Contestant {
  return {
    async run() {
      const happen = await end();
      const { notified } = await observers.expect();
      server.begin();
      const startedAt = performance.now();
      await happen();
      await notified;
      const ms = performance.now() - startedAt;
      const { longestBlockMs } = await server.report();
      return { ms, figures: { blockedMs: longestBlockMs } };
    },
    close: async () => {},
  };
}

/**
 * The number of observers. The limit of open files bounds it, because each observer needs one connection in the server
 * and one in the observers' process.
 */
function observersFor({ posts }: BenchContext): number {
  if (posts < 50_000) return 100;
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' });
  const limit = Number(stdout.trim());
  return Number.isInteger(limit) ? Math.min(OBSERVERS, limit - 200) : OBSERVERS;
}
