import type { Claim, JobAttempt, JobFailure, JobProgress, JobStatus, ReportJob } from '../job.js';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import type { Report } from '../../reports/report.js';
import type { AttemptMessage } from './broker.js';

/**
 * The truth about jobs. Every change is one transaction whose guard stands in its WHERE and must match one row;
 * otherwise nothing happens. `now` is always the store's own clock. Deadlocks and lock timeouts are retried inside.
 * When a connection is lost before the answer, the outcome is looked up, never guessed. A call that cannot reach the
 * database rejects with ServiceUnavailableError, within two seconds for everything but `succeed`.
 *
 * Split into one interface per kind of caller; an adapter implements all of them.
 */
export interface JobStore
  extends JobRequests, JobReader, JobChanges, JobAttempts, JobDispatch, FailureOperations {}

/** Accepting. */
export interface JobRequests {
  /**
   * In one transaction, decided by unique keys: the job of the idempotency key (`replayed`), a result young enough
   * (`reused`), the open job of the same filter and requester (`coalesced`), or a new one, QUEUED and due now, marked
   * as sent (`created`).
   *
   * @throws ReportsError IDEMPOTENCY_KEY_REUSED when the key stands for another filter; RATE_LIMITED when it takes a
   *   new job and the requester has `maxOpenJobs` open, by a count that is at most a second old
   */
  accept(request: JobRequest): Promise<Accepted>;
}

export interface JobRequest {
  /** ULID of the job, should it be a new one. */
  readonly id: string;
  readonly kind: string;
  /** Fingerprint of the kind's definition. */
  readonly definition: string;
  readonly filter: CanonicalFilter;
  readonly requestedBy: string;
  /** For the log. */
  readonly requestId: string | null;
  readonly maxAttempts: number;
  /** Jobs that the requester may have open: QUEUED, RUNNING or RETRYING. */
  readonly maxOpenJobs: number;
  /** 1 to 255 visible ASCII characters, remembered for 24 hours. */
  readonly idempotencyKey: string | null;
  /** A result whose `asOf` is not older than this answers the request; null or 0 asks for a fresh one. */
  readonly maxAgeSeconds: number | null;
}

export interface Accepted {
  readonly job: ReportJob;
  readonly outcome: 'created' | 'coalesced' | 'reused' | 'replayed';
}

/** Reading. */
export interface JobReader {
  find(id: string): Promise<ReportJob | undefined>;
  /** Those of the ids that exist, in any order. */
  findMany(ids: readonly string[]): Promise<readonly ReportJob[]>;
  /** Attempts by number, of each of the jobs that has any. */
  findAttempts(jobIds: readonly string[]): Promise<ReadonlyMap<string, readonly JobAttempt[]>>;
  /** Newest first by (createdAt, id). */
  listJobs(query: JobSelection & PageQuery): Promise<JobPage>;
  countJobs(selection: JobSelection): Promise<number>;
  /** FAILED ones, newest first by (completedAt, id). */
  listFailedJobs(query: FailedJobSelection & PageQuery): Promise<JobPage>;
  countFailedJobs(selection: FailedJobSelection): Promise<number>;
  /** Jobs that ended at `since` or later, oldest first by (completedAt, id). */
  listEndedSince(since: Date, query: { limit: number }): Promise<readonly ReportJob[]>;
  /** The database's clock. */
  now(): Promise<Date>;
  health(): Promise<StoreHealth>;
  /** What positions in the queue and estimates of jobs of these kinds are made from, in one snapshot. */
  workload(kinds: readonly string[]): Promise<Workload>;
  /**
   * How many due jobs come before each of these places, in the order given. Only jobs of the `definitions` count; all
   * when that is undefined.
   */
  countAhead(
    places: readonly QueuePlace[],
    definitions: readonly string[] | undefined,
  ): Promise<readonly number[]>;
}

export interface JobSelection {
  readonly kind?: string | undefined;
  readonly status?: readonly JobStatus[] | undefined;
  readonly requestedBy?: string | undefined;
}

export interface FailedJobSelection {
  readonly kind?: string | undefined;
  readonly requestedBy?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** Only those that failed at or after this moment. */
  readonly since?: Date | undefined;
}

export interface PageQuery {
  readonly after?: JobPosition | undefined;
  readonly limit: number;
}

/** The sort key of a row: a page goes on after it. */
export interface JobPosition {
  readonly at: Date;
  readonly id: string;
}

export interface JobPage {
  readonly jobs: readonly ReportJob[];
  readonly hasNext: boolean;
}

/** Jobs are claimed in the order of (dueAt, id). */
export interface QueuePlace {
  readonly dueAt: Date;
  readonly id: string;
}

export interface StoreHealth {
  readonly queued: number;
  readonly running: number;
  readonly retrying: number;
  readonly failed: number;
  /** When the QUEUED job that has waited longest became due. */
  readonly oldestQueuedAt: Date | null;
  /** Worker processes whose heartbeat is younger than a lease. */
  readonly workers: number;
  /** Attempts that those can run at a time, together. */
  readonly slots: number;
  /** Kinds of waiting jobs whose definition no living worker knows. */
  readonly unknownKinds: readonly string[];
}

export interface Workload {
  readonly now: Date;
  /** Attempts that living workers can run at a time, together. */
  readonly slots: number;
  /** RUNNING jobs. */
  readonly running: number;
  /** Fingerprints of the definitions that a living worker knows; undefined while no worker lives. */
  readonly definitions: readonly string[] | undefined;
  /** What the latest successes of each kind took, latest first: ten of each size (a power of two of rows). */
  readonly durations: ReadonlyMap<string, readonly RecentDuration[]>;
}

export interface RecentDuration {
  /** From the claim of the attempt that succeeded to its end. */
  readonly ranMs: number;
  /** Rows of the source that were read. */
  readonly rows: number;
  readonly filter: CanonicalFilter;
}

/** What requesters and operators change. Undefined: there is no such job. */
export interface JobChanges {
  /** QUEUED, RETRYING or RUNNING → CANCELED. `changed` is false when the status was another one. */
  cancel(id: string): Promise<Change | undefined>;
  /** FAILED with this version → QUEUED, due now, marked as sent, `maxAttempts` = attempts so far + `attempts`. */
  retry(id: string, guard: { version: number; attempts: number }): Promise<Change | undefined>;
}

export interface Change {
  readonly changed: boolean;
  /** As it is now. */
  readonly job: ReportJob;
}

/** How long a worker may be silent before its job is taken back. It renews the lease every second. */
export const LEASE_SECONDS = 5;

/** One attempt, from claim to end, by a worker. Undefined: the guard did not match, someone else has the job. */
export interface JobAttempts {
  /**
   * A job that is QUEUED or RETRYING, due, and has attempts left → RUNNING under the next epoch, with a lease and an
   * opened attempt. Only of one of the definitions; with `attempt`, only if that is the next epoch.
   */
  claim(id: string, options: ClaimOptions & { attempt?: number | undefined }): Promise<ReportJob | undefined>;
  /** The same for the job that has been due longest, for at least `dueForMs`. */
  claimDue(options: ClaimOptions & { dueForMs: number }): Promise<ReportJob | undefined>;
  /** Renews leases; progress that is given is written. The answer has the version of each claim that still holds. */
  extendLeases(renewals: readonly LeaseRenewal[]): Promise<ReadonlyMap<string, number>>;
  /** → SUCCEEDED with its result. Repeating it after a lost answer gives the same job. */
  succeed(
    claim: Claim,
    report: Report,
    options: { resultTtlSeconds: number },
  ): Promise<ReportJob | undefined>;
  /** → RETRYING after `retryInMs`, or FAILED when that is null or no attempt is left. Can be repeated likewise. */
  fail(claim: Claim, failure: AttemptFailure): Promise<ReportJob | undefined>;
  /** → QUEUED, due now, not sent; the attempt is closed as RELEASED and does not count. */
  release(claim: Claim): Promise<ReportJob | undefined>;
  /** Says that this worker process lives. */
  recordWorker(worker: WorkerRecord): Promise<void>;
  forgetWorker(id: string): Promise<void>;
}

export interface ClaimOptions {
  readonly worker: string;
  /** Fingerprints of the definitions that the worker knows. */
  readonly definitions: readonly string[];
}

export interface WorkerRecord {
  readonly id: string;
  /** Attempts that it runs at a time. */
  readonly slots: number;
  /** Fingerprints of the definitions that it knows. */
  readonly definitions: readonly string[];
}

export interface LeaseRenewal extends Claim {
  readonly progress: JobProgress | null;
}

export interface AttemptFailure extends JobFailure {
  readonly stack: string | null;
  readonly retryInMs: number | null;
}

/** What the dispatcher does, in any number of processes at once. */
export interface JobDispatch {
  /** RUNNING jobs whose lease ran out → RETRYING due now, or FAILED without attempts left; closed as WORKER_LOST. */
  takeBackExpired(limit: number): Promise<readonly ReportJob[]>;
  /**
   * Messages of due jobs that were never sent, or last sent `resendAfterMs` ago, and whose definition a living worker
   * knows (any, while no worker is seen alive); marked as sent by this call.
   */
  takeDueMessages(options: { limit: number; resendAfterMs: number }): Promise<readonly AttemptMessage[]>;
  /** The message did not reach the broker: it is due to be sent again at once. */
  markUnsent(message: Pick<AttemptMessage, 'jobId' | 'attempt'>): Promise<void>;
  /**
   * After the store's clock was set back: due times, sendings and leases that lie further ahead than they ever can
   * become now (leases: full again).
   *
   * @returns how many jobs were changed, at most `limit`
   */
  pullBackTimes(limit: number): Promise<number>;
  /** Removes, in small batches, results that expired 10 minutes ago, jobs past retention, old keys and dead workers. */
  sweep(options: { retentionSeconds: number; limit: number }): Promise<void>;
}

/** Groups, retries and deletes FAILED jobs, for operators. */
export interface FailureOperations {
  groupFailedJobs(query: { since?: Date | undefined }): Promise<readonly FailedJobGroup[]>;
  /** Retries matching FAILED jobs, oldest failure first; with `dryRun` only says which. */
  retryFailedJobs(batch: FailedJobBatch & { attempts: number }): Promise<BatchResult>;
  /** Deletes matching FAILED jobs with attempts and keys; `jobs` shows them as they were. */
  deleteFailedJobs(batch: FailedJobBatch): Promise<BatchResult>;
}

export interface FailedJobBatch {
  readonly errorCode?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly limit: number;
  readonly dryRun: boolean;
}

export interface BatchResult {
  /** All that match, also those beyond the limit. */
  readonly matchedCount: number;
  readonly affectedCount: number;
  /** Those affected (with `dryRun`: that would be), oldest failure first. */
  readonly jobs: readonly ReportJob[];
}

export interface FailedJobGroup {
  readonly fingerprint: string;
  readonly errorCode: string;
  readonly message: string;
  readonly count: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** The latest of the group. */
  readonly sample: ReportJob;
}
