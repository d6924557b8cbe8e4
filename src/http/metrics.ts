import { z } from 'zod';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ForbiddenError } from '../reports/errors.js';
import type { Broker } from '../jobs/ports/broker.js';
import type { Accepted, JobReader } from '../jobs/ports/job-store.js';
import type { SyncReports } from '../jobs/sync-reports.js';
import type { JobWatcher } from '../jobs/job-watcher.js';
import { answers, COMMON_PROBLEMS } from './openapi/describe.js';
import type { Exchange } from './web/exchange.js';
import type { Route } from './web/route.js';

/** The metrics of this process. Only this module uses prom-client, whose successor needs a newer Node.js. */
export interface Metrics {
  /** Counts an accepted request; see `Services.onAccepted`. */
  readonly countAccepted: (outcome: Accepted['outcome']) => void;
  readonly countRequest: (exchange: Exchange, status: number) => void;
  /** Returns all metrics in the text format of Prometheus. */
  readonly read: () => Promise<MetricsText>;
}

interface MetricsText {
  /** The value of `Content-Type`. */
  readonly type: string;
  readonly text: string;
}

interface MetricsDeps {
  readonly store: Pick<JobReader, 'health'>;
  readonly broker: Pick<Broker, 'isUp'>;
  readonly syncReports: Pick<SyncReports, 'slots'>;
  readonly watcher: Pick<JobWatcher, 'size'>;
}

export function createMetrics(deps: MetricsDeps): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const durations = new Histogram({
    name: 'posts_report_http_request_duration_seconds',
    help: 'Time from the request to the last byte of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  const accepted = new Counter({
    name: 'posts_report_requests_accepted_total',
    help: 'Accepted requests for a job, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['created', 'coalesced', 'reused', 'replayed']) accepted.inc({ outcome }, 0);
  const refreshGauges = addGauges(deps, registry);
  return {
    countAccepted: (outcome) => accepted.inc({ outcome }),
    countRequest({ method, route, startedAt }, status) {
      durations.observe(
        { method: boundedMethod(method), route, status },
        (performance.now() - startedAt) / 1000,
      );
    },
    async read() {
      await refreshGauges();
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** The route `/metrics`, for operators only. */
export function metricsRoute(read: Metrics['read']): Route {
  return {
    path: '/metrics',
    isQuiet: true,
    get: {
      description: {
        operationId: 'getMetrics',
        tags: ['service'],
        summary: 'Metrics for Prometheus, for operators',
        responses: answers(
          { 200: { description: 'Prometheus text.', content: { 'text/plain': { schema: z.string() } } } },
          [...COMMON_PROBLEMS, 'FORBIDDEN'],
        ),
      },
      async handle({ requester }) {
        if (requester.role !== 'operator') throw new ForbiddenError('Only an operator may see the metrics.');
        const { type, text } = await read();
        return { status: 200, headers: { 'content-type': type, 'cache-control': 'no-store' }, body: text };
      },
    },
  };
}

/** Adds gauges, and returns the function that updates them before a scrape. */
function addGauges(
  { store, broker, syncReports, watcher }: MetricsDeps,
  registry: Registry,
): () => Promise<void> {
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name: `posts_report_${name}`, help, labelNames, registers: [registry] });
  const mysqlUp = gauge('mysql_up', '1 when the database could be read for this scrape.');
  const brokerUp = gauge('broker_up', '1 while the broker can be reached.');
  const jobs = gauge('jobs', 'Jobs that are open or failed, by status.', ['status']);
  const workers = gauge('workers', 'Worker processes alive.');
  const oldest = gauge(
    'oldest_queued_timestamp_seconds',
    'Time since which the longest waiting job has waited; absent when no job waits.',
  );
  const slots = gauge('sync_slots', 'Slots for synchronous reports in this process.', ['state']);
  const observers = gauge(
    'observers',
    'Streams and waits that watch a job, or all of them, in this process.',
  );
  return async () => {
    const { busy, limit } = syncReports.slots;
    slots.set({ state: 'busy' }, busy);
    slots.set({ state: 'free' }, Math.max(0, limit - busy));
    observers.set(watcher.size);
    brokerUp.set(broker.isUp() ? 1 : 0);
    jobs.reset();
    workers.remove();
    oldest.remove();
    try {
      const health = await store.health();
      mysqlUp.set(1);
      workers.set(health.workers);
      if (health.oldestQueuedAt !== null) oldest.set(health.oldestQueuedAt.getTime() / 1000);
      for (const status of ['queued', 'running', 'retrying', 'failed'] as const) {
        jobs.set({ status: status.toUpperCase() }, health[status]);
      }
    } catch {
      mysqlUp.set(0); // metrics that need no database stay readable
    }
  };
}

/** Unknown methods share one label value, because a client can send any number of them. */
function boundedMethod(method: string): string {
  return ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'].includes(method) ? method : 'other';
}
