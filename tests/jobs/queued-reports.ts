/**
 * Queued reports in one process, from the request to the result, over a real database. A run ends when the test says
 * so.
 */
import { ulid } from 'ulid';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { createResultStore } from '../../src/adapters/mysql/mysql-result-store.js';
import { JobWatcher } from '../../src/jobs/job-watcher.js';
import { LeaseKeeper } from '../../src/jobs/lease-keeper.js';
import type { ReportRunner } from '../../src/jobs/ports/report-runner.js';
import { parseFilter } from '../../src/reports/canonical-filter.js';
import { posts } from '../../src/reports/kinds/posts.js';
import type { Report } from '../../src/reports/report.js';
import { DEFINITIONS, reportOf } from '../support/reports.js';
import { requestReport } from '../../src/jobs/request-report.js';
import { ANONYMOUS } from '../../src/reports/requester.js';
import { MessageSender } from '../../src/jobs/message-sender.js';
import { Worker } from '../../src/jobs/worker.js';
import { MemoryBroker, MemoryBrokerServer } from '../fakes/memory-broker.js';
import { MemoryBus, MemoryJobEvents } from '../fakes/memory-job-events.js';
import { useMigratedDatabase } from '../support/migrated-database.js';
import { SILENT } from '../support/silent-logger.js';
import { createLog } from '../http/support/log.js';

/** The tests of a file share this database. Each test begins without jobs. */
const database = useMigratedDatabase();

const REPORT: Report = reportOf(
  [
    [1, 3, 1],
    [2, 4, 1],
  ],
  new Date('2026-01-01'),
);

/** A run that ends when the test says so. */
interface PendingRun {
  readonly signal: AbortSignal;
  readonly progress: (processedRows: number, estimatedRows: number | null) => void;
  readonly succeed: () => void;
  readonly fail: (error: Error) => void;
}

export function createQueuedReports({ slots = 1, jobTimeoutMs = 60_000, maxAttempts = 3 } = {}) {
  const store = createJobStore(database);
  const brokerServer = new MemoryBrokerServer();
  const broker = new MemoryBroker(brokerServer);
  const bus = new MemoryBus();
  const events = new MemoryJobEvents(bus);
  const sender = new MessageSender({ broker, store, logger: SILENT });
  const watcher = new JobWatcher({ store, events, logger: SILENT, pollMs: 25 });
  const runs: PendingRun[] = [];
  const started: ((run: PendingRun) => void)[] = [];
  const { logger, log } = createLog();

  const runner: Pick<ReportRunner, 'run'> = {
    run: (_task, { signal, onProgress }) =>
      new Promise((resolve, reject) => {
        const run: PendingRun = {
          signal,
          progress: (processedRows, estimatedRows) => onProgress({ processedRows, estimatedRows }),
          succeed: () => resolve(REPORT),
          fail: reject,
        };
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        const waiting = started.shift();
        if (waiting === undefined) runs.push(run);
        else waiting(run);
      }),
  };

  return {
    store,
    results: createResultStore(database),
    brokerServer,
    bus,
    sender,
    watcher,
    /** Lines that requests and workers have logged. */
    log,
    logger,
    request: (filter: object = {}) =>
      requestReport({ store, sender, maxAttempts, maxOpenJobs: 10_000, logger, newJobId: ulid }, ANONYMOUS, {
        report: posts,
        requestId: 'request-1',
        filter: parseFilter(posts.filter, filter),
      }),
    /** Resolves with the oldest run that the test has not taken yet, or else with the next run that begins. */
    nextRun: () => {
      const run = runs.shift();
      return run === undefined
        ? new Promise<PendingRun>((resolve) => started.push(resolve))
        : Promise.resolve(run);
    },
    startWorker(id = 'worker-1') {
      const worker = { id, slots, definitions: DEFINITIONS };
      const leases = new LeaseKeeper({ leases: store, events, logger: SILENT, worker, heartbeatMs: 10 });
      const policy = { retryPolicy: { baseMs: 0 }, jobTimeoutMs, resultTtlSeconds: 60 };
      const jobs = new Worker({ store, broker, runner, leases, events, logger, worker, ...policy });
      return {
        async stop() {
          await jobs.stop();
          await leases.close();
        },
      };
    },
    close: () => watcher.close(),
  };
}
