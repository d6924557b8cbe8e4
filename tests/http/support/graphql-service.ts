import { jest } from '@jest/globals';
import { ulid } from 'ulid';
import { createApp } from '../../../src/http/app.js';
import { createAuthenticator, type AuthToken } from '../../../src/http/auth.js';
import { createGraphQL, type GraphQLEndpoint } from '../../../src/http/graphql/yoga.js';
import { createMetrics } from '../../../src/http/metrics.js';
import { createHttpServer } from '../../../src/http/server.js';
import type { Services } from '../../../src/http/services.js';
import { failureFingerprint } from '../../../src/jobs/fingerprint.js';
import type { ReportJob } from '../../../src/jobs/job.js';
import { getReportKind } from '../../../src/reports/kinds/index.js';
import type { JobStore } from '../../../src/jobs/ports/job-store.js';
import type { Report } from '../../../src/reports/report.js';
import { MessageSender } from '../../../src/jobs/send-message.js';
import { SyncReports } from '../../../src/jobs/sync-reports.js';
import { JobWatcher } from '../../../src/jobs/watch-job.js';
import { findFreePort } from '../../../scripts/servers/free-port.mjs';
import { MemoryBroker } from '../../fakes/memory-broker.js';
import { MemoryJobEvents } from '../../fakes/memory-job-events.js';
import { MemoryJobStore } from '../../fakes/memory-job-store.js';
import { MemoryPostSource } from '../../fakes/memory-post-source.js';
import { MemoryResultStore } from '../../fakes/memory-result-store.js';

export interface TestServiceOptions {
  readonly tokens?: readonly AuthToken[];
  /** What the synchronous door and `finish` report. */
  readonly posts?: readonly { readonly userId: number; readonly context: string }[];
  /** Methods of the store that a test replaces. */
  readonly store?: Partial<JobStore>;
  readonly syncReports?: object;
  /** Of one requester. */
  readonly maxObservers?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line typescript/no-explicit-any -- tests look into answers of many shapes
  readonly data: any;
  readonly errors:
    readonly { message: string; path?: unknown; extensions: Record<string, unknown> }[] | undefined;
}

/** GraphQL in front of the use cases in front of fakes; the test plays the worker. */
export function createTestService(options: TestServiceOptions = {}) {
  const memory = new MemoryJobStore();
  const store = replaceMethods<JobStore>(memory, options.store ?? {});
  const source = new MemoryPostSource(
    (options.posts ?? []).map((post) => ({ ...post, createdAt: new Date() })),
  );
  const events = new MemoryJobEvents();
  const broker = new MemoryBroker();
  const logger = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
  const createWatcher = () =>
    new JobWatcher({
      ...{ store, events, logger },
      ...(options.maxObservers !== undefined && { maxObservers: options.maxObservers }),
    });
  let watcher = createWatcher();
  const runner = {
    run: (task: { kind: string; filter: ReportJob['filter'] }, how: Parameters<Generate>[2]) =>
      getReportKind(task.kind).generate(source, task.filter, how),
  };
  const services: Services = {
    store,
    results: new MemoryResultStore(memory),
    broker,
    events,
    sender: new MessageSender({ broker, store, logger }),
    get watcher() {
      return watcher;
    },
    syncReports: (options.syncReports ??
      new SyncReports({ runner, limit: 2, timeoutMs: 10_000 })) as SyncReports,
    logger,
    newJobId: ulid,
    maxAttempts: 3,
    health: { mysql: async () => 'up', isShuttingDown: () => false },
  };
  const authenticate = createAuthenticator(options.tokens ?? []);
  const graphql = createGraphQL(services, { authenticate });

  return {
    services,
    memory,
    source,
    logger,
    get watcher() {
      return watcher;
    },
    /** As when another process takes the place of this one: who watches is cut, and can come back. */
    replaceWatcher(): void {
      watcher.close();
      watcher = createWatcher();
    },
    graphql,
    fetch: (init: RequestInit & { path?: string } = {}) =>
      graphql.fetch(new Request(`http://localhost${init.path ?? '/graphql'}`, init)),
    ask: (query: string, variables?: object, headers: Record<string, string> = {}) =>
      ask(graphql, { query, variables }, headers),

    async start(id: string): Promise<ReportJob> {
      const job = await memory.claim(id, { worker: 'worker-1' });
      return await published(job);
    },
    async progress(id: string, processedPosts: number): Promise<void> {
      const { epoch } = await found(id);
      const progress = { processedPosts, totalPosts: 10, percent: processedPosts * 10 };
      await memory.extendLeases([{ id, epoch, progress }]);
      await published(await found(id));
    },
    async finish(id: string): Promise<ReportJob> {
      const { epoch, filter, kind } = await this.start(id);
      const report = await runner.run(
        { kind, filter },
        { signal: AbortSignal.timeout(5000), onProgress: () => {} },
      );
      return await published(await memory.succeed({ id, epoch }, report, { resultTtlSeconds: 3600 }));
    },
    async fail(id: string, message = 'Something broke.'): Promise<ReportJob> {
      const { epoch } = await this.start(id);
      const code = 'INTERNAL' as const;
      const fingerprint = failureFingerprint(code, message);
      const failure = { code, message, fingerprint, stack: 'at secret.ts:1', retryInMs: null };
      return await published(await memory.fail({ id, epoch }, failure));
    },
    /** The id of a job that was requested just now. */
    async request(input: object = {}, headers: Record<string, string> = {}): Promise<string> {
      const { data } = await ask(graphql, { query: REQUEST, variables: { input } }, headers);
      return data.requestPostsReport.job.id;
    },
    /** On a port of its own, until `close`. */
    async listen() {
      const metrics = createMetrics(services);
      const server = createHttpServer(createApp(services, { authenticate, metrics, graphql }));
      const webSockets = graphql.attachWebSocket(server.node);
      const port = await server.listen({ host: '127.0.0.1', port: await findFreePort() });
      return {
        url: `http://127.0.0.1:${port}/graphql`,
        webSocketUrl: `ws://127.0.0.1:${port}/graphql`,
        /** How many there are. */
        connections: () =>
          new Promise<number>((resolve, reject) => {
            server.node.getConnections((error, count) => (error ? reject(error) : resolve(count)));
          }),
        async close() {
          await webSockets.close();
          watcher.close();
          await server.close(500);
        },
      };
    },
    close: () => watcher.close(),
  };

  async function found(id: string): Promise<ReportJob> {
    return (await memory.find(id)) as ReportJob;
  }

  async function published(job: ReportJob | undefined): Promise<ReportJob> {
    if (job === undefined) throw new Error('the guard of the store did not match');
    await events.publish({ jobId: job.id, version: job.version });
    return job;
  }
}

type Generate = ReturnType<typeof getReportKind>['generate'];
export type TestService = ReturnType<typeof createTestService>;

const REQUEST = `mutation Request($input: RequestPostsReportInput) {
  requestPostsReport(input: $input) { job { id } }
}`;

async function ask(graphql: GraphQLEndpoint, body: object, headers: Record<string, string>): Promise<Answer> {
  const response = await graphql.fetch(
    new Request('http://localhost/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
  );
  return { ...(await response.json()), status: response.status, headers: response.headers };
}

function replaceMethods<T extends object>(target: T, replacements: Partial<T>): T {
  return new Proxy(target, {
    get(_target, name) {
      const value: unknown = Reflect.get(name in replacements ? replacements : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A report of `[userId, words]` pairs. */
export function reportOf(...rows: readonly (readonly [userId: number, words: number])[]): Report {
  const sorted = rows.toSorted(([a], [b]) => a - b);
  return {
    table: {
      userIds: Int32Array.from(sorted, ([userId]) => userId),
      totalWords: Float64Array.from(sorted, ([, words]) => words),
      totalPosts: Float64Array.from(sorted, () => 1),
    },
    summary: {
      totalUsers: rows.length,
      totalPosts: rows.length,
      totalWords: rows.reduce((sum, [, words]) => sum + words, 0),
      asOf: new Date('2026-01-01T00:00:00Z'),
      durationMs: 5,
    },
  };
}
