import { setTimeout as delay } from 'node:timers/promises';
import { graphql, type HttpClient } from './http-client.js';
import { percentile } from './statistics.js';

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly requests: number;
  /** The number of requests without the expected response. */
  readonly failed: number;
}

const REQUEST = graphql('{ __typename }');
const TICK_MS = 2;

interface Load {
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  /** The load continues until this promise settles, and for at least `seconds`. */
  readonly until?: Promise<unknown>;
}

/** Measures the latency of the smallest possible request, sent to the API at a steady rate. */
export function probe(client: HttpClient, load: Load): Promise<Latency> {
  return askSteadily(async () => (await client.send(REQUEST)).status === 200, load);
}

/**
 * Sends requests at a fixed rate, without waiting for responses. The latency of a request begins at its planned moment.
 * A client that waits for each response would send fewer requests to a slow server, and measure too low a latency.
 *
 * @param ask resolves with whether the response was as expected
 */
export async function askSteadily(
  ask: () => Promise<boolean>,
  { rate, seconds, until = Promise.resolve() }: Load,
): Promise<Latency> {
  const latencies: number[] = [];
  let failed = 0;
  const over = new AbortController();
  const end = (): void => over.abort();
  until.then(end, end);
  const send = async (plannedAt: number): Promise<void> => {
    const isRight = await ask().catch(() => false);
    if (isRight) latencies.push(performance.now() - plannedAt);
    else failed += 1;
  };
  const sent: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let next = 0; next < rate * seconds || !over.signal.aborted;) {
    const plannedAt = startedAt + (next * 1000) / rate;
    if (plannedAt <= performance.now()) {
      sent.push(send(plannedAt));
      next += 1;
    } else await delay(TICK_MS);
  }
  await Promise.all(sent);
  return {
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    maxMs: percentile(latencies, 1),
    requests: sent.length,
    failed,
  };
}

export function describeLatency({ p50Ms, p99Ms, maxMs, failed }: Latency): string {
  const unanswered = failed === 0 ? '' : `, ${failed} failed`;
  return `p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, max ${maxMs.toFixed(0)} ms${unanswered}`;
}
