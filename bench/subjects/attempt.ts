import { ulid } from 'ulid';
import { createDatabase } from '../../src/adapters/mysql/database.js';
import { createJobStore } from '../../src/adapters/mysql/mysql-job-store.js';
import { ThreadReportRunner } from '../../src/adapters/threads/thread-report-runner.js';
import type { ReportJob } from '../../src/jobs/job.js';
import { LeaseKeeper } from '../../src/jobs/lease-keeper.js';
import { parseFilter } from '../../src/reports/canonical-filter.js';
import { posts } from '../../src/reports/kinds/posts.js';
import type { Report } from '../../src/reports/report.js';
import { runJob } from '../../src/jobs/run-job.js';
import { databaseUrl, digest, type StartContestant } from '../contestant-module.js';
import { keysAndWords } from './engine.js';

const log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A worker's attempt at a job: the report in its own thread, with progress, heartbeats, a deadline, and cancellation.
 * `reportMs` leaves out accepting, claiming and saving.
 */
export const attempt: StartContestant = async () => {
  const database = createDatabase(databaseUrl());
  const store = createJobStore(database);
  const runner = new ThreadReportRunner({
    databaseUrl: databaseUrl(),
    sourceUrl: databaseUrl(),
    readLimitMs: 600_000,
    reportsDir: undefined,
    keep: 1,
    logger: log,
  });
  const events = { publish: async () => {} };
  const definitions = [posts.fingerprint];
  const worker = { id: `bench:${process.pid}`, slots: 1, definitions };
  const leases = new LeaseKeeper({ leases: store, events, logger: log, worker });

  async function claimed(): Promise<ReportJob> {
    const { job } = await store.accept({
      id: ulid(),
      kind: posts.name,
      definition: posts.fingerprint,
      filter: parseFilter(posts.filter, null),
      requestedBy: worker.id,
      requestId: null,
      maxAttempts: 1,
      maxOpenJobs: 10_000,
      idempotencyKey: null,
      maxAgeSeconds: null,
    });
    const claim = await store.claim(job.id, { worker: worker.id, definitions });
    if (claim === undefined) throw new Error('the job could not be claimed');
    return claim;
  }

  return async () => {
    const job = await claimed();
    let report: Report | undefined;
    const keeping = {
      ...store,
      async succeed(_claim: unknown, done: Report) {
        report = done;
        return job;
      },
    };
    const startedAt = performance.now();
    const { end } = await runJob(
      {
        store: keeping,
        runner,
        leases,
        events,
        logger: log,
        retryPolicy: { baseMs: 1000 },
        jobTimeoutMs: 600_000,
        resultTtlSeconds: 60,
      },
      job,
      { stopping: new AbortController().signal },
    );
    const reportMs = performance.now() - startedAt;
    await store.cancel(job.id);
    if (report === undefined) throw new Error(`the attempt ${end}`);
    return { answer: digest(keysAndWords(report.table)), figures: { reportMs } };
  };
};
