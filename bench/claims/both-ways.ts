import { shown, type BenchContext, type SpeedClaim, type ResultRow } from '../claim.js';
import { ASK, type Ask } from '../ask.js';
import { HttpClient } from '../http-client.js';
import { describeLatency, probe } from '../probe.js';
import type { ServerProcess } from '../server-process.js';
import { startService } from '../service.js';

/**
 * The number of clients that request a report over all posts at the same time, each again when its report has arrived.
 */
const PEOPLE = 4;
/** The rate of a client that requests no report. */
const REQUESTS_PER_SECOND = 50;
const CONNECTIONS = 100;
const PAUSE_AFTER_REFUSAL_MS = 1000;

/**
 * Figures for docs/why-a-queue.md: each interface gets the same load of reports, while a probe measures the latency of
 * a client that requests no report.
 */
export const bothWays: SpeedClaim = {
  name: 'both-ways',
  says: 'how long other clients wait while four people request reports, over each interface in turn',
  async *measure(context) {
    const { stage, posts } = context;
    for (const name of ['naive', 'streaming']) {
      const server = await stage.server(name, { BENCH_DATABASE_URL: await stage.posts(posts) });
      try {
        yield await underLoad(context, `${name}, in the API’s loop`, server, ASK.inTheLoop);
      } finally {
        await server.stop();
      }
    }
    const service = await startService(stage, {
      databaseUrl: await stage.posts(posts),
      broker: 'bee-queue',
      name: 'both-ways',
    });
    try {
      yield await underLoad(context, 'synchronous', service.api, ASK.sync);
      yield await underLoad(context, 'queued', service.api, ASK.queued);
    } finally {
      await service.stop();
    }
  },
};

async function underLoad(
  context: BenchContext,
  name: string,
  server: ServerProcess,
  ask: Ask,
): Promise<ResultRow> {
  const probing = new HttpClient(server.url, CONNECTIONS);
  const asking = new HttpClient(server.url, PEOPLE);
  try {
    await probe(probing, { rate: REQUESTS_PER_SECOND, seconds: 1 });
    const seconds = context.posts < 50_000 ? 1 : 15;
    const people = Array.from({ length: PEOPLE }, () => askFor(seconds, asking, ask));
    const latency = await probe(probing, {
      rate: REQUESTS_PER_SECOND,
      seconds,
      until: Promise.all(people),
    });
    const counts = await Promise.all(people);
    const sum = (key: 'reported' | 'refused'): number => counts.reduce((all, one) => all + one[key], 0);
    const [reported, refused] = [sum('reported'), sum('refused')];
    const slowestMs = Math.max(...counts.map((one) => one.slowestMs));
    const { peakRssMb } = await server.report();
    const refusals = refused === 0 ? '' : `, ${refused} refused`;
    return shown(
      `both-ways: ${name}`,
      `others: ${describeLatency(latency)}; ${reported} reports${refusals}, the slowest in ${(slowestMs / 1000).toFixed(1)} s; API ${peakRssMb.toFixed(0)} MB`,
      {
        othersP50Ms: latency.p50Ms,
        othersP99Ms: latency.p99Ms,
        othersMaxMs: latency.maxMs,
        reported,
        refused,
        slowestMs,
        peakRssMb,
      },
    );
  } finally {
    await Promise.all([probing.close(), asking.close()]);
  }
}

/** Requests reports, one after another, for a number of seconds, and waits for the last one also beyond that time. */
async function askFor(seconds: number, client: HttpClient, ask: Ask) {
  const counts = { reported: 0, refused: 0, slowestMs: 0 };
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    const askedAt = performance.now();
    const outcome = await ask(client);
    counts[outcome] += 1;
    if (outcome === 'reported') counts.slowestMs = Math.max(counts.slowestMs, performance.now() - askedAt);
    else await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_REFUSAL_MS));
  }
  return counts;
}
