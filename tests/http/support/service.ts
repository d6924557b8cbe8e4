import { CATALOG, DEFINITIONS, reportOf } from '../../support/reports.js';
import { monotonicFactory } from 'ulid';
import { findFreePort } from '../../../scripts/servers/free-port.mjs';
import { createJobStore } from '../../../src/adapters/mysql/mysql-job-store.js';
import { createResultStore } from '../../../src/adapters/mysql/mysql-result-store.js';
import { composeApp, type AppSettings } from '../../../src/http/compose-app.js';
import { createHttpServer } from '../../../src/http/web/server.js';
import type { MySqlState } from '../../../src/http/services.js';
import { failureFingerprint } from '../../../src/jobs/failure-fingerprint.js';
import type { ReportJob } from '../../../src/jobs/job.js';
import type { ReportRunner } from '../../../src/jobs/ports/report-runner.js';
import { JobWatcher } from '../../../src/jobs/job-watcher.js';
import { ServiceUnavailableError } from '../../../src/reports/errors.js';
import type { Requester } from '../../../src/reports/requester.js';
import { MemoryBroker, MemoryBrokerServer } from '../../fakes/memory-broker.js';
import { MemoryJobEvents } from '../../fakes/memory-job-events.js';
import { letTimePass } from '../../support/job-tables.js';
import { useMigratedDatabase } from '../../support/migrated-database.js';
import { onTestEnd } from '../../support/on-test-end.js';
import { expectDescribed } from './described.js';
import { fetchFrom } from './fetch-from.js';
import { createLog } from './log.js';
import { ROWS } from './report.js';

/** The services of a test file share this database. Each test begins without jobs. */
const database = useMigratedDatabase();
const newJobId = monotonicFactory();
const TEST: Requester = { name: 'test', role: 'operator' };

export interface TestServiceOptions extends Partial<AppSettings> {
  /** Runs a synchronous report. The default report has `ROWS`. */
  readonly run?: ReportRunner['run'];
}

interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line typescript/no-explicit-any -- tests look into answers of many shapes
  readonly data: any;
  readonly errors:
    readonly { message: string; path?: unknown; extensions: Record<string, unknown> }[] | undefined;
}

export type TestService = ReturnType<typeof createTestService>;

/** The API over a real database, with a broker and an event bus in memory. The test acts as the worker. */
export function createTestService({ run, ...settings }: TestServiceOptions = {}) {
  const store = createJobStore(database);
  const results = createResultStore(database);
  const brokerServer = new MemoryBrokerServer();
  const events = new MemoryJobEvents();
  const { logger, log, logged } = createLog();
  const health = { mysql: 'up' as MySqlState, stopping: false };
  const { app, webSockets, services } = composeApp(
    {
      reports: CATALOG,
      store,
      results,
      broker: new MemoryBroker(brokerServer),
      events,
      runner: { run: run ?? (async () => reportOf(ROWS)) },
      logger,
      newJobId,
      health: { mysql: async () => health.mysql, isShuttingDown: () => health.stopping },
    },
    {
      authTokens: [],
      graphiql: true,
      introspection: 'everyone',
      syncReportLimit: 2,
      syncTimeoutMs: 30_000,
      jobMaxAttempts: 3,
      maxOpenJobs: 10_000,
      workloadMs: 0,
      ...settings,
    },
  );

  const send = async (request: Request): Promise<Response> => await fetchFrom(app, request);

  /** Sends a request to the whole service, without a port. Fails when /openapi.json does not describe the answer. */
  async function fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await send(new Request(`http://localhost${path}`, init));
    await expectDescribed(path, init.method ?? 'GET', response);
    return response;
  }

  /** `fetch` with the method POST, and with a JSON body if `body` is given. */
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    body === undefined
      ? fetch(path, { method: 'POST', headers })
      : fetch(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        });

  async function ask(query: string, variables?: object, headers?: Record<string, string>) {
    const response = await post('/graphql', { query, variables }, headers);
    const body = (await response.json()) as Pick<GraphQLAnswer, 'data' | 'errors'>;
    return { ...body, status: response.status, headers: response.headers } satisfies GraphQLAnswer;
  }

  /** Publishes the change of a job as a worker does. */
  async function published(job: ReportJob | undefined): Promise<ReportJob> {
    if (job === undefined) throw new Error('There is no such job, or it is not in that status.');
    await events.publish({ jobId: job.id, version: job.version });
    return job;
  }

  const begin = async (id: string) =>
    published(await store.claim(id, { worker: 'worker-1', definitions: DEFINITIONS }));

  async function running(id: string): Promise<ReportJob> {
    const job = await store.find(id);
    return job?.status === 'RUNNING' ? job : await begin(id);
  }

  return {
    app,
    services,
    store,
    results,
    brokerServer,
    log,
    logged,
    health,
    send,
    fetch,
    post,
    ask,
    get watcher() {
      return services.watcher;
    },
    /** Replaces the watcher, as a new process would: the observers are disconnected and can reconnect. */
    replaceWatcher() {
      services.watcher.close();
      Object.assign(services, { watcher: new JobWatcher({ store, events, logger }) });
    },
    /** Makes every method of the store fail, as if the database were unreachable. */
    loseDatabase() {
      const away = () => Promise.reject(new ServiceUnavailableError('The database is not available.'));
      for (const method of Object.keys(store)) Object.assign(store, { [method]: away });
    },
    /** Moves all times in the tables into the past, as if this time had passed. */
    passTime: (milliseconds: number) => letTimePass(database, milliseconds),
    countJobs: () => store.countJobs({}),

    /** Requests a job, and returns its id. */
    async request(input: object = {}, headers: Record<string, string> = {}): Promise<string> {
      const { data } = await ask(REQUEST, { input }, headers);
      return data.requestPostsReport.job.id;
    },
    /** Claims the job, as a worker does. */
    begin,
    /** Writes a heartbeat with the progress `posts` of 1,000. Resolves when all observers have been notified. */
    async progress(id: string, posts: number): Promise<void> {
      const progress = { processedRows: posts, totalRows: 1000, percent: posts / 10 };
      const written = (await store.extendLeases([{ ...(await running(id)), progress }])).get(id) ?? Infinity;
      await events.publish({ jobId: id, version: written });
      for await (const { version } of services.watcher.watchJob(TEST, id)) if (version >= written) return;
    },
    async finish(id: string, report = reportOf(ROWS)): Promise<void> {
      await published(await store.succeed(await running(id), report, { resultTtlSeconds: 3600 }));
    },
    async fail(id: string, message = 'Something broke.', retryInMs: number | null = null): Promise<void> {
      const failure = { code: 'INTERNAL', message, stack: 'at secret.ts:1', retryInMs } as const;
      const fingerprint = failureFingerprint(failure.code, message);
      await published(await store.fail(await running(id), { ...failure, fingerprint }));
    },

    /** Listens on a free port until the test ends. */
    async listen(timeouts: { readonly headersTimeout?: number; readonly timeout?: number } = {}) {
      const server = createHttpServer(app);
      Object.assign(server.node, timeouts);
      const port = await server.listen({ host: '127.0.0.1', port: await findFreePort() });
      const close = async () => {
        await webSockets.close();
        services.watcher.close();
        await server.close(0);
      };
      onTestEnd(close);
      return {
        server,
        port,
        url: `http://127.0.0.1:${port}`,
        webSocketUrl: `ws://127.0.0.1:${port}/graphql`,
        /** Resolves with the number of open connections. */
        connections: () =>
          new Promise<number>((resolve, reject) => {
            server.node.getConnections((error, count) => (error ? reject(error) : resolve(count)));
          }),
        close,
      };
    },
  };
}

const REQUEST = `mutation Request($input: RequestPostsReportInput) {
  requestPostsReport(input: $input) { job { id } }
}`;

/** The member `data` of a REST answer. */
export async function dataOf(response: Response): Promise<Record<string, unknown>> {
  const { data } = (await response.json()) as { data: Record<string, unknown> };
  return data;
}

export async function problemOf(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}
