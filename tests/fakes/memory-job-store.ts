import { ReportsError, ServiceUnavailableError } from '../../src/reports/errors.js';
import { failureFingerprint } from '../../src/jobs/fingerprint.js';
import {
  isTerminal,
  type Claim,
  type JobAttempt,
  type JobFailure,
  type ReportJob,
} from '../../src/jobs/job.js';
import type { AttemptMessage } from '../../src/jobs/ports/broker.js';
import type {
  Accepted,
  AttemptFailure,
  BatchResult,
  Change,
  FailedJobBatch,
  FailedJobGroup,
  FailedJobQuery,
  JobPage,
  JobPosition,
  JobQuery,
  JobRequest,
  JobStore,
  LeaseRenewal,
  RecentDuration,
  StoreHealth,
} from '../../src/jobs/ports/job-store.js';
import type { Report, ReportTable } from '../../src/reports/report.js';

const LEASE_MS = 5000;
const KEY_LIFETIME_MS = 24 * 3600 * 1000;
const RESULT_GRACE_MS = 600_000;

/** A JobStore in memory, which passes the contract of the real one. Methods are atomic, since none of them waits. */
export class MemoryJobStore implements JobStore {
  /** Saved results, by job. */
  readonly tables = new Map<string, ReportTable>();
  /** As if the database could not be reached. */
  isAway = false;
  readonly #clock: () => Date;
  readonly #records = new Map<string, JobRecord>();
  readonly #keys = new Map<string, { filterHash: string; jobId: string; at: Date }>();
  readonly #workers = new Map<string, { slots: number; seenAt: Date }>();

  /** @param options.clock stands for the database's */
  constructor({ clock = () => new Date() }: { clock?: () => Date } = {}) {
    this.#clock = clock;
  }

  async accept(request: JobRequest): Promise<Accepted> {
    const now = this.#now();
    const filterHash = JSON.stringify([request.kind, request.filter]);
    if (request.idempotencyKey === null) return this.#acceptWithoutKey(request, filterHash);
    const place = JSON.stringify([request.requestedBy, request.idempotencyKey]);
    const known = this.#keys.get(place);
    if (known !== undefined && known.at.getTime() > now.getTime() - KEY_LIFETIME_MS) {
      if (known.filterHash !== filterHash) {
        throw new ReportsError(
          'IDEMPOTENCY_KEY_REUSED',
          'The idempotency key was used before, with another filter.',
        );
      }
      const record = this.#records.get(known.jobId);
      if (record) return { job: record.job, outcome: known.jobId === request.id ? 'created' : 'replayed' };
    }
    const accepted = this.#acceptWithoutKey(request, filterHash);
    this.#keys.set(place, { filterHash, jobId: accepted.job.id, at: now });
    return accepted;
  }

  async find(id: string): Promise<ReportJob | undefined> {
    this.#now();
    return this.#records.get(id)?.job;
  }

  async findMany(ids: readonly string[]): Promise<readonly ReportJob[]> {
    this.#now();
    return [...new Set(ids)].flatMap((id) => this.#records.get(id)?.job ?? []);
  }

  async findAttempts(jobId: string): Promise<readonly JobAttempt[]> {
    this.#now();
    return [...(this.#records.get(jobId)?.attempts ?? [])];
  }

  async listJobs({ status, requestedBy, after, limit }: JobQuery): Promise<JobPage> {
    this.#now();
    const jobs = this.#jobs().filter(
      (job) =>
        (status === undefined || status.includes(job.status)) &&
        (requestedBy === undefined || requestedBy === job.requestedBy),
    );
    return page(jobs, (job) => job.createdAt, after, limit);
  }

  async listFailedJobs({ after, limit, ...query }: FailedJobQuery): Promise<JobPage> {
    this.#now();
    return page(this.#failed(query), (job) => job.completedAt as Date, after, limit);
  }

  async listEndedSince(since: Date, { limit }: { limit: number }): Promise<readonly ReportJob[]> {
    this.#now();
    return this.#jobs()
      .filter(({ completedAt }) => completedAt !== null && completedAt >= since)
      .sort(byEnd)
      .slice(0, limit);
  }

  async now(): Promise<Date> {
    return this.#now();
  }

  async health(): Promise<StoreHealth> {
    const now = this.#now();
    const records = [...this.#records.values()];
    const queued = records.filter(({ job }) => job.status === 'QUEUED');
    const count = (status: string) => records.filter(({ job }) => job.status === status).length;
    const alive = [...this.#workers.values()].filter(({ seenAt }) => msBetween(seenAt, now) < LEASE_MS);
    return {
      queued: queued.length,
      running: count('RUNNING'),
      retrying: count('RETRYING'),
      failed: count('FAILED'),
      oldestQueuedAt: queued.map(({ dueAt }) => dueAt as Date).sort(byTime)[0] ?? null,
      workers: alive.length,
      slots: alive.reduce((sum, { slots }) => sum + slots, 0),
    };
  }

  async queuePosition(id: string): Promise<number | undefined> {
    const now = this.#now();
    if (this.#records.get(id)?.job.status !== 'QUEUED') return undefined;
    return 1 + this.#due(now).findIndex(({ job }) => job.id === id);
  }

  async recentDurations(kind: string): Promise<readonly RecentDuration[]> {
    this.#now();
    return this.#jobs()
      .filter((job) => job.kind === kind && job.status === 'SUCCEEDED')
      .sort(byEnd)
      .reverse()
      .slice(0, 50)
      .map(({ summary, filter, epoch, startedAt, completedAt }) => ({
        ranMs: Math.max(
          summary?.durationMs ?? 0,
          epoch === 1 && startedAt && completedAt ? completedAt.getTime() - startedAt.getTime() : 0,
        ),
        posts: summary?.totalPosts ?? 0,
        filter,
      }));
  }

  async cancel(id: string): Promise<Change | undefined> {
    const now = this.#now();
    const record = this.#records.get(id);
    if (record === undefined) return undefined;
    if (isTerminal(record.job.status)) return { changed: false, job: record.job };
    if (record.job.status === 'RUNNING') closeAttempt(record, now, 'CANCELED', 'The job was canceled.');
    Object.assign(record, { dueAt: null, sentAt: null, leaseUntil: null, coalesceKey: null });
    change(record, { status: 'CANCELED', completedAt: now, nextAttemptAt: null, failure: null });
    return { changed: true, job: record.job };
  }

  async retry(id: string, { version, attempts }: { version: number; attempts: number }) {
    const now = this.#now();
    const record = this.#records.get(id);
    if (record === undefined) return undefined;
    const changed = record.job.status === 'FAILED' && record.job.version === version;
    if (changed) retry(record, now, attempts);
    return { changed, job: record.job };
  }

  async claim(id: string, { worker, attempt }: { worker: string; attempt?: number | undefined }) {
    const now = this.#now();
    const record = this.#due(now).find(({ job }) => job.id === id);
    if (record === undefined || (attempt !== undefined && attempt !== record.job.epoch + 1)) return undefined;
    return claim(record, now, worker);
  }

  async claimDue({ worker, dueForMs }: { worker: string; dueForMs: number }) {
    const now = this.#now();
    const record = this.#due(new Date(now.getTime() - dueForMs))[0];
    return record && claim(record, now, worker);
  }

  async extendLeases(renewals: readonly LeaseRenewal[]): Promise<ReadonlyMap<string, number>> {
    const now = this.#now();
    const versions = new Map<string, number>();
    for (const { progress, ...held } of renewals) {
      const record = this.#held(held);
      if (record === undefined) continue;
      record.leaseUntil = new Date(now.getTime() + LEASE_MS);
      const isNews = progress !== null && JSON.stringify(progress) !== JSON.stringify(record.job.progress);
      if (isNews) change(record, { progress: { ...progress } });
      versions.set(held.id, record.job.version);
    }
    return versions;
  }

  async succeed(held: Claim, { table, summary }: Report, { resultTtlSeconds }: { resultTtlSeconds: number }) {
    const now = this.#now();
    const record = this.#held(held);
    if (record === undefined) {
      const job = this.#records.get(held.id)?.job;
      return job?.epoch === held.epoch && job.status === 'SUCCEEDED' ? job : undefined;
    }
    closeAttempt(record, now, null, null);
    Object.assign(record, { leaseUntil: null, coalesceKey: null });
    this.tables.set(held.id, table);
    return change(record, {
      status: 'SUCCEEDED',
      progress: { processedPosts: summary.totalPosts, totalPosts: summary.totalPosts, percent: 100 },
      failure: null,
      completedAt: now,
      expiresAt: new Date(now.getTime() + resultTtlSeconds * 1000),
      summary,
    });
  }

  async fail(held: Claim, failure: AttemptFailure): Promise<ReportJob | undefined> {
    const now = this.#now();
    const record = this.#held(held);
    if (record === undefined) return this.#endedSo(held, failure.code, failure.message);
    closeAttempt(record, now, failure.code, failure.message, failure.stack);
    return fail(record, now, failure, failure.retryInMs);
  }

  async release(held: Claim): Promise<ReportJob | undefined> {
    const now = this.#now();
    const record = this.#held(held);
    const message = 'The worker was asked to stop.';
    if (record === undefined) return this.#endedSo(held, 'RELEASED', message);
    closeAttempt(record, now, 'RELEASED', message);
    Object.assign(record, { dueAt: now, sentAt: null, leaseUntil: null });
    return change(record, { status: 'QUEUED', attemptCount: record.job.attemptCount - 1 });
  }

  async recordWorker({ id, slots }: { id: string; slots: number }): Promise<void> {
    this.#workers.set(id, { slots, seenAt: this.#now() });
  }

  async forgetWorker(id: string): Promise<void> {
    this.#now();
    this.#workers.delete(id);
  }

  async takeBackExpired(limit: number): Promise<readonly ReportJob[]> {
    const now = this.#now();
    const lost = [...this.#records.values()].filter(
      ({ job, leaseUntil }) => job.status === 'RUNNING' && leaseUntil !== null && leaseUntil < now,
    );
    return lost.slice(0, limit).map((record) => {
      closeAttempt(record, now, WORKER_LOST.code, WORKER_LOST.message);
      return fail(record, now, WORKER_LOST, 0);
    });
  }

  async takeDueMessages({ limit, resendAfterMs }: { limit: number; resendAfterMs: number }) {
    const now = this.#now();
    const unsent = this.#due(now).filter(
      ({ sentAt }) => sentAt === null || msBetween(sentAt, now) >= resendAfterMs,
    );
    return unsent.slice(0, limit).map((record) => {
      record.sentAt = now;
      const { id, epoch, kind, filter } = record.job;
      return { jobId: id, attempt: epoch + 1, kind, filter };
    });
  }

  async markUnsent({ jobId, attempt }: Pick<AttemptMessage, 'jobId' | 'attempt'>): Promise<void> {
    this.#now();
    const record = this.#records.get(jobId);
    if (record?.dueAt && record.job.epoch === attempt - 1) record.sentAt = null;
  }

  async sweep({ retentionSeconds, limit }: { retentionSeconds: number; limit: number }): Promise<void> {
    const now = this.#now();
    const over = this.#jobs().filter(
      ({ completedAt }) => completedAt !== null && msBetween(completedAt, now) > retentionSeconds * 1000,
    );
    for (const { id } of over.sort(byEnd).slice(0, limit)) this.#delete(id);
    for (const { id, expiresAt } of this.#jobs()) {
      if (expiresAt !== null && msBetween(expiresAt, now) >= RESULT_GRACE_MS) this.tables.delete(id);
    }
    for (const [place, { at }] of this.#keys) {
      if (msBetween(at, now) >= KEY_LIFETIME_MS) this.#keys.delete(place);
    }
    for (const [id, { seenAt }] of this.#workers) {
      if (msBetween(seenAt, now) >= 60_000) this.#workers.delete(id);
    }
  }

  async groupFailedJobs({ since }: { since?: Date | undefined }): Promise<readonly FailedJobGroup[]> {
    this.#now();
    const groups = new Map<string, ReportJob[]>();
    for (const job of this.#failed({ since }).sort(byEnd)) {
      const name = JSON.stringify([job.failure?.code, job.failure?.fingerprint]);
      groups.set(name, [...(groups.get(name) ?? []), job]);
    }
    return [...groups.values()]
      .map((jobs) => {
        const sample = jobs.at(-1) as ReportJob;
        const failure = sample.failure as JobFailure;
        return {
          fingerprint: failure.fingerprint,
          errorCode: failure.code,
          message: failure.message,
          count: jobs.length,
          firstSeenAt: jobs[0]?.completedAt as Date,
          lastSeenAt: sample.completedAt as Date,
          sample,
        };
      })
      .sort((a, b) => b.count - a.count || byTime(b.lastSeenAt, a.lastSeenAt));
  }

  async retryFailedJobs({ attempts, ...batch }: FailedJobBatch & { attempts: number }): Promise<BatchResult> {
    const now = this.#now();
    return this.#changeFailed(batch, (job) => {
      const record = this.#records.get(job.id) as JobRecord;
      retry(record, now, attempts);
      return record.job;
    });
  }

  async deleteFailedJobs(batch: FailedJobBatch): Promise<BatchResult> {
    this.#now();
    return this.#changeFailed(batch, (job) => {
      this.#delete(job.id);
      return job;
    });
  }

  #acceptWithoutKey(request: JobRequest, filterHash: string): Accepted {
    const now = this.#now();
    const { id, kind, filter, requestedBy, maxAttempts, maxAgeSeconds } = request;
    const coalesceKey = JSON.stringify([requestedBy, filterHash]);
    const records = [...this.#records.values()];
    const fresh = records
      .filter(
        (record) =>
          record.filterHash === filterHash &&
          record.job.requestedBy === requestedBy &&
          record.job.status === 'SUCCEEDED' &&
          msBetween(record.job.summary?.asOf as Date, now) <= (maxAgeSeconds ?? 0) * 1000 &&
          (record.job.expiresAt as Date) > now,
      )
      .sort((a, b) => byTime(b.job.summary?.asOf as Date, a.job.summary?.asOf as Date))[0];
    if (maxAgeSeconds && fresh !== undefined) return { job: fresh.job, outcome: 'reused' };
    const own = this.#records.get(id);
    if (own !== undefined) return { job: own.job, outcome: 'created' };
    const open = records.find((record) => record.coalesceKey === coalesceKey);
    if (open !== undefined) return { job: open.job, outcome: 'coalesced' };
    const job = { ...NEW_JOB, id, kind, filter, requestedBy, maxAttempts, createdAt: now };
    const times = { dueAt: now, sentAt: now, leaseUntil: null };
    this.#records.set(id, { job, attempts: [], filterHash, coalesceKey, ...times });
    return { job, outcome: 'created' };
  }

  #changeFailed(
    { limit, dryRun, ...query }: FailedJobBatch,
    changed: (job: ReportJob) => ReportJob,
  ): BatchResult {
    const matching = this.#failed(query).sort(byEnd);
    const chosen = matching.slice(0, limit);
    const jobs = dryRun ? chosen : chosen.map(changed);
    return { matchedCount: matching.length, affectedCount: dryRun ? 0 : jobs.length, jobs };
  }

  #failed({ requestedBy, errorCode, fingerprint, since }: Omit<FailedJobQuery, 'after' | 'limit'>) {
    return this.#jobs().filter(
      (job) =>
        job.status === 'FAILED' &&
        (requestedBy === undefined || job.requestedBy === requestedBy) &&
        (errorCode === undefined || job.failure?.code === errorCode) &&
        (fingerprint === undefined || job.failure?.fingerprint === fingerprint) &&
        (since === undefined || (job.completedAt as Date) >= since),
    );
  }

  /** Those that a worker may claim, longest due first. */
  #due(now: Date): JobRecord[] {
    return [...this.#records.values()]
      .filter(({ job, dueAt }) => dueAt !== null && dueAt <= now && job.attemptCount < job.maxAttempts)
      .sort((a, b) => byTime(a.dueAt as Date, b.dueAt as Date) || byText(a.job.id, b.job.id));
  }

  #held({ id, epoch }: Claim): JobRecord | undefined {
    const record = this.#records.get(id);
    return record?.job.status === 'RUNNING' && record.job.epoch === epoch ? record : undefined;
  }

  /** The job, if the attempt was ended before in this very way. */
  #endedSo({ id, epoch }: Claim, code: string, message: string): ReportJob | undefined {
    const record = this.#records.get(id);
    const attempt = record?.attempts.find(({ number }) => number === epoch);
    return attempt?.errorCode === code && attempt.errorMessage === message ? record?.job : undefined;
  }

  #jobs(): ReportJob[] {
    return [...this.#records.values()].map(({ job }) => job);
  }

  #delete(id: string): void {
    this.#records.delete(id);
    this.tables.delete(id);
    for (const [place, { jobId }] of this.#keys) if (jobId === id) this.#keys.delete(place);
  }

  #now(): Date {
    if (this.isAway) throw new ServiceUnavailableError('The database is not available.');
    return this.#clock();
  }
}

interface JobRecord {
  job: ReportJob;
  attempts: JobAttempt[];
  readonly filterHash: string;
  coalesceKey: string | null;
  /** Set while QUEUED or RETRYING. */
  dueAt: Date | null;
  sentAt: Date | null;
  /** Set while RUNNING. */
  leaseUntil: Date | null;
}

const NO_PROGRESS = { processedPosts: 0, totalPosts: null, percent: null };

const NEW_JOB = {
  status: 'QUEUED',
  version: 1,
  epoch: 0,
  progress: NO_PROGRESS,
  attemptCount: 0,
  attemptsBeforeRun: 0,
  nextAttemptAt: null,
  failure: null,
  startedAt: null,
  completedAt: null,
  expiresAt: null,
  summary: null,
} as const;

const LOST_MESSAGE = 'The worker stopped reporting while it ran this attempt.';
const WORKER_LOST: JobFailure = {
  code: 'WORKER_LOST',
  message: LOST_MESSAGE,
  fingerprint: failureFingerprint('WORKER_LOST', LOST_MESSAGE),
};

function change(record: JobRecord, changes: Partial<ReportJob>): ReportJob {
  record.job = { ...record.job, ...changes, version: record.job.version + 1 };
  return record.job;
}

function claim(record: JobRecord, now: Date, worker: string): ReportJob {
  const epoch = record.job.epoch + 1;
  const opened = { number: epoch, worker, startedAt: now, endedAt: null };
  record.attempts = [...record.attempts, { ...opened, errorCode: null, errorMessage: null, stack: null }];
  Object.assign(record, { dueAt: null, sentAt: null, leaseUntil: new Date(now.getTime() + LEASE_MS) });
  return change(record, {
    status: 'RUNNING',
    epoch,
    attemptCount: record.job.attemptCount + 1,
    nextAttemptAt: null,
    startedAt: record.job.startedAt ?? now,
    progress: NO_PROGRESS,
  });
}

function fail(record: JobRecord, now: Date, failure: JobFailure, retryInMs: number | null): ReportJob {
  const { code, message, fingerprint } = failure;
  const isFinal = retryInMs === null || record.job.attemptCount >= record.job.maxAttempts;
  const dueAt = isFinal ? null : new Date(now.getTime() + retryInMs);
  Object.assign(record, { dueAt, sentAt: null, leaseUntil: null });
  if (isFinal) record.coalesceKey = null;
  return change(record, {
    status: isFinal ? 'FAILED' : 'RETRYING',
    nextAttemptAt: dueAt,
    completedAt: isFinal ? now : null,
    failure: { code, message, fingerprint },
  });
}

function retry(record: JobRecord, now: Date, attempts: number): void {
  Object.assign(record, { dueAt: now, sentAt: now });
  change(record, {
    status: 'QUEUED',
    maxAttempts: record.job.attemptCount + attempts,
    attemptsBeforeRun: record.job.attemptCount,
    completedAt: null,
    failure: null,
    progress: NO_PROGRESS,
  });
}

function closeAttempt(
  record: JobRecord,
  now: Date,
  errorCode: JobAttempt['errorCode'],
  errorMessage: string | null,
  stack: string | null = null,
): void {
  record.attempts = record.attempts.map((attempt) =>
    attempt.number === record.job.epoch
      ? { ...attempt, endedAt: now, errorCode, errorMessage, stack }
      : attempt,
  );
}

function page(
  jobs: ReportJob[],
  timeOf: (job: ReportJob) => Date,
  after: JobPosition | undefined,
  limit: number,
): JobPage {
  const rest = jobs
    .sort((a, b) => byTime(timeOf(b), timeOf(a)) || byText(b.id, a.id))
    .filter((job) => after === undefined || (byTime(timeOf(job), after.at) || byText(job.id, after.id)) < 0);
  return { jobs: rest.slice(0, limit), hasNext: rest.length > limit, totalCount: jobs.length };
}

function byEnd(a: ReportJob, b: ReportJob): number {
  return byTime(a.completedAt as Date, b.completedAt as Date) || byText(a.id, b.id);
}

function byTime(a: Date, b: Date): number {
  return a.getTime() - b.getTime();
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function msBetween(earlier: Date, later: Date): number {
  return later.getTime() - earlier.getTime();
}
