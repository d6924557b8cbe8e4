import { ReportsError, ServiceUnavailableError } from '../../../src/reports/errors.js';
import { isTerminal, OPEN_STATUSES, type Claim, type ReportJob } from '../../../src/reports/job.js';
import type {
  Accepted,
  AttemptFailure,
  Change,
  JobPage,
  JobPosition,
  JobQuery,
  JobRequest,
  JobStore,
} from '../../../src/reports/ports/job-store.js';
import type { ResultStore } from '../../../src/reports/ports/result-store.js';
import {
  rowAt,
  sortTable,
  type Report,
  type ReportTable,
  type RowOrder,
} from '../../../src/reports/report.js';

type Mutable = { -readonly [Name in keyof ReportJob]: ReportJob[Name] };

/** As much of a store of jobs as the edges need. */
export class TinyStore implements JobStore, ResultStore {
  readonly jobs = new Map<string, Mutable>();
  readonly results = new Map<string, Report>();
  readonly #keys = new Map<string, { id: string; filter: string }>();
  /** As if MySQL were away. */
  isDown = false;
  /** Said by `recentDurations`. */
  durations: readonly { durationMs: number; posts: number }[] = [];

  async accept(request: JobRequest): Promise<Accepted> {
    this.#check();
    const filter = JSON.stringify([request.kind, request.filter]);
    const key = request.idempotencyKey === null ? null : `${request.requestedBy} ${request.idempotencyKey}`;
    const known = key === null ? undefined : this.#keys.get(key);
    if (known !== undefined) {
      if (known.filter !== filter) {
        throw new ReportsError('IDEMPOTENCY_KEY_REUSED', 'The key stands for another filter.');
      }
      return { job: this.#get(known.id), outcome: 'replayed' };
    }
    const accepted = this.#answering(request, filter) ?? { job: this.#create(request), outcome: 'created' };
    if (key !== null) this.#keys.set(key, { id: accepted.job.id, filter });
    return accepted;
  }

  async find(id: string): Promise<ReportJob | undefined> {
    this.#check();
    const job = this.jobs.get(id);
    return job && { ...job };
  }

  async findMany(ids: readonly string[]): Promise<readonly ReportJob[]> {
    this.#check();
    return ids.flatMap((id) => (this.jobs.has(id) ? [this.#get(id)] : []));
  }

  async listJobs({ status, requestedBy, after, limit }: JobQuery): Promise<JobPage> {
    this.#check();
    const matching = [...this.jobs.values()]
      .filter((job) => status === undefined || status.length === 0 || status.includes(job.status))
      .filter((job) => requestedBy === undefined || requestedBy === job.requestedBy)
      .sort((a, b) => compare(positionOf(b), positionOf(a)));
    const rest = matching.filter((job) => after === undefined || compare(positionOf(job), after) < 0);
    return { jobs: rest.slice(0, limit), hasNext: rest.length > limit, totalCount: matching.length };
  }

  async now(): Promise<Date> {
    this.#check();
    return new Date();
  }

  async health() {
    this.#check();
    const count = (status: string) => [...this.jobs.values()].filter((job) => job.status === status).length;
    return {
      queued: count('QUEUED'),
      running: count('RUNNING'),
      retrying: count('RETRYING'),
      failed: count('FAILED'),
      oldestQueuedAt: null,
      workers: 1,
      slots: 2,
    };
  }

  async queuePosition(id: string): Promise<number | undefined> {
    const queued = [...this.jobs.values()].filter((job) => job.status === 'QUEUED');
    const index = queued.findIndex((job) => job.id === id);
    return index < 0 ? undefined : index + 1;
  }

  async recentDurations() {
    return this.durations;
  }

  async cancel(id: string): Promise<Change | undefined> {
    return this.#change(id, (job) => !isTerminal(job.status), {
      status: 'CANCELED',
      completedAt: new Date(),
    });
  }

  async retry(id: string, guard: { version: number; attempts: number }): Promise<Change | undefined> {
    return this.#change(id, (job) => job.status === 'FAILED' && job.version === guard.version, {
      status: 'QUEUED',
      failure: null,
      completedAt: null,
    });
  }

  async claim(id: string): Promise<ReportJob | undefined> {
    const job = this.jobs.get(id);
    if (job === undefined) return undefined;
    const changes = { status: 'RUNNING', epoch: job.epoch + 1, startedAt: new Date() } as const;
    return this.#change(id, () => true, { ...changes, attemptCount: job.attemptCount + 1 })?.job;
  }

  async succeed(claim: Claim, report: Report, { resultTtlSeconds }: { resultTtlSeconds: number }) {
    this.results.set(claim.id, report);
    const completedAt = new Date();
    return this.#change(claim.id, () => true, {
      status: 'SUCCEEDED',
      completedAt,
      expiresAt: new Date(completedAt.getTime() + resultTtlSeconds * 1000),
      summary: report.summary,
      progress: {
        processedPosts: report.summary.totalPosts,
        totalPosts: report.summary.totalPosts,
        percent: 100,
      },
    })?.job;
  }

  async fail(claim: Claim, { code, message, fingerprint, retryInMs }: AttemptFailure) {
    const end =
      retryInMs === null
        ? ({ status: 'FAILED', completedAt: new Date() } as const)
        : ({ status: 'RETRYING', nextAttemptAt: new Date(Date.now() + retryInMs) } as const);
    return this.#change(claim.id, () => true, { ...end, failure: { code, message, fingerprint } })?.job;
  }

  async *streamRows(jobId: string, order: RowOrder): AsyncGenerator<ReportTable> {
    this.#check();
    const report = this.results.get(jobId);
    if (report !== undefined) yield sortTable(report.table, order);
  }

  async readRows(jobId: string, order: RowOrder, { offset, limit }: { offset: number; limit: number }) {
    const report = this.results.get(jobId);
    if (report === undefined) return [];
    const table = sortTable(report.table, order);
    return Array.from(table.userIds, (_, index) => rowAt(table, index)).slice(offset, offset + limit);
  }

  findAttempts = notNeeded;
  listFailedJobs = notNeeded;
  listEndedSince = async () => [];
  claimDue = notNeeded;
  extendLeases = notNeeded;
  release = notNeeded;
  recordWorker = notNeeded;
  forgetWorker = notNeeded;
  takeBackExpired = notNeeded;
  takeDueMessages = notNeeded;
  markUnsent = async () => {};
  sweep = notNeeded;
  groupFailedJobs = notNeeded;
  retryFailedJobs = notNeeded;
  deleteFailedJobs = notNeeded;

  #answering(request: JobRequest, filter: string): Accepted | undefined {
    for (const job of [...this.jobs.values()].reverse()) {
      if (JSON.stringify([job.kind, job.filter]) !== filter || job.requestedBy !== request.requestedBy)
        continue;
      const age = job.summary === null ? Infinity : Date.now() - job.summary.asOf.getTime();
      if (age < (request.maxAgeSeconds ?? 0) * 1000) return { job: { ...job }, outcome: 'reused' };
      if (OPEN_STATUSES.includes(job.status)) return { job: { ...job }, outcome: 'coalesced' };
    }
    return undefined;
  }

  #create({ id, kind, filter, requestedBy, maxAttempts }: JobRequest): ReportJob {
    const none = { startedAt: null, completedAt: null, expiresAt: null, nextAttemptAt: null };
    this.jobs.set(id, {
      id,
      kind,
      filter,
      requestedBy,
      maxAttempts,
      ...none,
      status: 'QUEUED',
      version: 1,
      epoch: 0,
      attemptCount: 0,
      attemptsBeforeRun: 0,
      progress: { processedPosts: 0, totalPosts: null, percent: null },
      failure: null,
      summary: null,
      createdAt: new Date(),
    });
    return this.#get(id);
  }

  #change(
    id: string,
    guard: (job: ReportJob) => boolean,
    changes: Partial<ReportJob>,
  ): { changed: boolean; job: ReportJob } | undefined {
    this.#check();
    const job = this.jobs.get(id);
    if (job === undefined) return undefined;
    const changed = guard(job);
    if (changed) Object.assign(job, { nextAttemptAt: null }, changes, { version: job.version + 1 });
    return { changed, job: this.#get(id) };
  }

  #get(id: string): ReportJob {
    const job = this.jobs.get(id);
    if (job === undefined) throw new Error(`no job ${id}`);
    return { ...job };
  }

  #check(): void {
    if (this.isDown) throw new ServiceUnavailableError('The database cannot be reached.');
  }
}

function positionOf(job: ReportJob): JobPosition {
  return { at: job.createdAt, id: job.id };
}

function compare(a: JobPosition, b: JobPosition): number {
  return a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

async function notNeeded(): Promise<never> {
  throw new Error('not needed here');
}
