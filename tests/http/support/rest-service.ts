import { monotonicFactory } from 'ulid';
import { createApp, type App, type AppOptions } from '../../../src/http/app.js';
import { createAuthenticator, type AuthToken } from '../../../src/http/auth.js';
import { createMetrics } from '../../../src/http/metrics.js';
import type { Services } from '../../../src/http/services.js';
import type { ReportJob } from '../../../src/jobs/job.js';
import type { Logger } from '../../../src/jobs/ports/logger.js';
import type { ReportRunner } from '../../../src/jobs/ports/report-runner.js';
import type { Report } from '../../../src/reports/report.js';
import { MessageSender } from '../../../src/jobs/send-message.js';
import { SyncReports } from '../../../src/jobs/sync-reports.js';
import { JobWatcher } from '../../../src/jobs/watch-job.js';
import { MemoryBroker, MemoryBrokerServer } from '../../fakes/memory-broker.js';
import { MemoryJobEvents } from '../../fakes/memory-job-events.js';
import { MemoryJobStore } from '../../fakes/memory-job-store.js';
import { MemoryResultStore } from '../../fakes/memory-result-store.js';
import { expectDescribed } from './described.js';

export interface RestServiceOptions extends Pick<AppOptions, 'keepAliveMs'> {
  readonly graphql?: AppOptions['graphql'];
  readonly tokens?: readonly AuthToken[];
  /** Makes the synchronous report; three users unless it is given. */
  readonly run?: ReportRunner['run'];
  readonly syncLimit?: number;
  readonly syncTimeoutMs?: number;
  /** Of one requester. */
  readonly maxObservers?: number;
}

export interface LogLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface RestService {
  readonly app: App;
  readonly store: MemoryJobStore;
  readonly results: MemoryResultStore;
  readonly brokerServer: MemoryBrokerServer;
  readonly watcher: JobWatcher;
  readonly log: readonly LogLine[];
  readonly health: { mysql: 'up' | 'down' | 'not migrated'; stopping: boolean };
  /** Answers as the whole service does; the answer is held against /openapi.json. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** `fetch` by POST, with a JSON body if one is given. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Runs a job to its end, as a worker would. */
  finish(jobId: string, report?: Report): Promise<void>;
  fail(jobId: string): Promise<void>;
  /** What a worker does when it begins. */
  begin(jobId: string): Promise<ReportJob>;
  /** One more heartbeat with progress of a running job; resolves when whoever watches has been told. */
  progress(jobId: string, processedPosts: number): Promise<void>;
  /** Moves the database's clock. */
  passTime(ms: number): void;
  countJobs(): Promise<number>;
}

/** The REST edge over fakes of every port. */
export function createRestService(options: RestServiceOptions = {}): RestService {
  let passedMs = 0;
  const store = new MemoryJobStore({ clock: () => new Date(Date.now() + passedMs) });
  const results = new MemoryResultStore(store);
  const brokerServer = new MemoryBrokerServer();
  const broker = new MemoryBroker(brokerServer);
  const events = new MemoryJobEvents();
  const log: LogLine[] = [];
  const logger = recordingLogger(log);
  const health: RestService['health'] = { mysql: 'up', stopping: false };
  const syncReports = new SyncReports({
    runner: { run: options.run ?? (async () => reportOf(ROWS)) },
    limit: options.syncLimit ?? 2,
    timeoutMs: options.syncTimeoutMs ?? 30_000,
  });
  const watcher = new JobWatcher({
    ...{ store, events, logger, pollMs: 50 },
    ...(options.maxObservers !== undefined && { maxObservers: options.maxObservers }),
  });
  const metrics = createMetrics({ store, broker, syncReports, watcher });
  const services: Services = {
    store,
    results,
    broker,
    events,
    sender: new MessageSender({ broker, store, logger }),
    watcher,
    syncReports,
    logger,
    newJobId: monotonicFactory(),
    maxAttempts: 3,
    onAccepted: metrics.countAccepted,
    health: { mysql: async () => health.mysql, isShuttingDown: () => health.stopping },
  };
  const app = createApp(services, {
    authenticate: createAuthenticator(options.tokens ?? []),
    metrics,
    graphql: options.graphql ?? { fetch: async () => Response.json({ data: { __typename: 'Query' } }) },
    detailsMs: 0,
    ...(options.keepAliveMs === undefined ? {} : { keepAliveMs: options.keepAliveMs }),
  });
  const fetch: RestService['fetch'] = async (path, init = {}) => {
    const response = await app.fetch(new Request(`http://localhost${path}`, init));
    await expectDescribed(path, init.method ?? 'GET', response);
    return response;
  };
  const tell = async (job: ReportJob | undefined): Promise<ReportJob> => {
    if (job === undefined) throw new Error('there is no such job, or it is not in that status');
    await events.publish({ jobId: job.id, version: job.version });
    return job;
  };
  const begin: RestService['begin'] = async (jobId) => await tell(await store.claim(jobId, { worker: 'w' }));
  const running = async (jobId: string): Promise<ReportJob> => {
    const job = await store.find(jobId);
    return job?.status === 'RUNNING' ? job : await begin(jobId);
  };
  return {
    app,
    store,
    results,
    brokerServer,
    watcher,
    log,
    health,
    fetch,
    post: (path, body, headers = {}) =>
      fetch(path, {
        method: 'POST',
        ...(body === undefined
          ? { headers }
          : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }),
      }),
    begin,
    finish: async (jobId, report = reportOf(ROWS)) => {
      const claim = await running(jobId);
      await tell(await store.succeed(claim, report, { resultTtlSeconds: 3600 }));
    },
    fail: async (jobId) => {
      const failure = { code: 'TIMEOUT', message: 'It took too long.', fingerprint: 'f' } as const;
      const claim = await running(jobId);
      await tell(await store.fail(claim, { ...failure, stack: null, retryInMs: null }));
    },
    progress: async (jobId, processedPosts) => {
      const progress = { processedPosts, totalPosts: null, percent: null };
      await store.extendLeases([{ ...(await running(jobId)), progress }]);
      await tell(await store.find(jobId));
      await new Promise(setImmediate);
    },
    passTime: (ms) => {
      passedMs += ms;
    },
    countJobs: async () => (await store.listJobs({ limit: 1 })).totalCount,
  };
}

/** user_id, words, posts. */
export const ROWS: readonly (readonly [number, number, number])[] = [
  [-3, 20, 1],
  [1, 6380, 116],
  [2, 0, 4],
];

export function reportOf(rows: readonly (readonly [number, number, number])[]): Report {
  const column = (index: 0 | 1 | 2) => rows.map((row) => row[index]);
  const table = {
    userIds: Int32Array.from(column(0)),
    totalWords: Float64Array.from(column(1)),
    totalPosts: Float64Array.from(column(2)),
  };
  const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const summary = {
    totalUsers: rows.length,
    totalPosts: sum(table.totalPosts),
    totalWords: sum(table.totalWords),
    asOf: new Date(),
    durationMs: 5,
  };
  return { table, summary };
}

function recordingLogger(lines: LogLine[]): Logger {
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields: { ...fields }, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** The `data` of an answer. */
export async function dataOf(response: Response): Promise<Record<string, unknown>> {
  const { data } = (await response.json()) as { data: Record<string, unknown> };
  return data;
}

export async function problemOf(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
export function withResolvers<T = void>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((onResolve) => {
    resolve = onResolve;
  });
  return { promise, resolve };
}
