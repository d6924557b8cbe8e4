import { judged, shown, type BenchContext, type SpeedClaim } from '../claim.js';
import { figure, medianOf, rounds, untilQuiet } from '../compare.js';
import type { Contestant } from '../contestant.js';
import { ASK, type Ask } from '../ask.js';
import { HttpClient } from '../http-client.js';
import { describeLatency, probe } from '../probe.js';
import { startService } from '../service.js';

const RATE = 200;
/** The number of the probe's connections: enough that no request waits for a free one while the API responds. */
const CONNECTIONS = 100;
const p99 = figure('p99Ms');

export const responsive: SpeedClaim = {
  name: 'responsive',
  says: 'other clients of the API do not notice that reports over all posts run, synchronous or queued',
  async *measure(context) {
    const { stage, posts, pairs } = context;
    const service = await startService(stage, {
      databaseUrl: await stage.posts(posts),
      broker: 'bee-queue',
      name: 'responsive',
    });
    const probing = new HttpClient(service.url, CONNECTIONS);
    const asking = new HttpClient(service.url, 1);
    try {
      const phases = {
        idle: phase(context, probing),
        sync: phase(context, probing, repeating(asking, ASK.sync)),
        queued: phase(context, probing, repeating(asking, ASK.queued)),
        'idle again': phase(context, probing),
      };
      const samples = await untilQuiet(
        context,
        () => rounds(phases, pairs),
        (measured) => [medianOf(measured.idle, p99) / medianOf(measured['idle again'], p99)],
      );
      const idle = medianOf(samples.idle, p99);
      const control = idle / medianOf(samples['idle again'], p99);
      for (const load of ['sync', 'queued'] as const) {
        const busy = medianOf(samples[load], p99);
        yield judged({
          name: `responsive: ${load}`,
          measured: `p99 ${busy.toFixed(1)} ms while reports run, ${idle.toFixed(1)} ms idle: ${(busy / idle).toFixed(2)}×`,
          value: busy / idle,
          gate: { atMost: 3 },
          unit: '×',
          control,
          figures: { p99Ms: busy, idleP99Ms: idle, p50Ms: medianOf(samples[load], figure('p50Ms')) },
        });
      }
    } finally {
      await Promise.all([probing.close(), asking.close()]);
      await service.stop();
    }
    if (!context.showsUngated) return;
    for (const name of ['naive', 'streaming']) yield await inTheLoop(context, name);
  },
};

interface Load {
  /** Resolves when the last report of the load has arrived. */
  stop(): Promise<void>;
}

/** A load of one client that requests the next report when it has received the last one. */
function repeating(client: HttpClient, ask: Ask): () => Load {
  return () => {
    const over = new AbortController();
    const running = (async () => {
      while (!over.signal.aborted) await ask(client);
    })();
    running.catch(() => {}); // `stop` rejects with the error
    return {
      async stop() {
        over.abort();
        await running;
      },
    };
  };
}

/** Measures the latency of a client that requests no report, for some seconds, with or without a load beside it. */
function phase(context: BenchContext, client: HttpClient, load?: () => Load): Contestant {
  return {
    async run() {
      const running = load?.();
      const { p50Ms, p99Ms, maxMs, failed } = await probe(client, { rate: RATE, seconds: seconds(context) });
      await running?.stop();
      if (failed > 0) throw new Error(`${failed} requests were not answered`);
      return { ms: p50Ms, figures: { p50Ms, p99Ms, maxMs } };
    },
    close: async () => {},
  };
}

/** Measures the latency of an API that counts in its event loop, while the API makes one report. */
async function inTheLoop(context: BenchContext, name: string) {
  const { stage, posts } = context;
  const server = await stage.server(name, { BENCH_DATABASE_URL: await stage.posts(posts) });
  const client = new HttpClient(server.url, CONNECTIONS);
  const asking = new HttpClient(server.url, 1);
  try {
    const atLeast = { rate: RATE, seconds: Math.min(1, seconds(context)) };
    await probe(client, atLeast);
    const latency = await probe(client, { ...atLeast, until: ASK.inTheLoop(asking) });
    const { p50Ms, p99Ms, maxMs } = latency;
    return shown(`responsive: ${name}, in the API’s loop`, describeLatency(latency), { p50Ms, p99Ms, maxMs });
  } finally {
    await Promise.all([client.close(), asking.close()]);
    await server.stop();
  }
}

function seconds({ posts }: BenchContext): number {
  return posts < 50_000 ? 0.3 : 3;
}
