import type { Claim, JobAttempt, JobFailure, JobProgress, JobStatus, ReportJob } from '../job.js';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import type { Report } from '../../reports/report.js';
import type { AttemptMessage } from './broker.js';

/**
 * The truth about jobs. Every change is one transaction whose guard is in its WHERE and must match one row;
 * otherwise nothing happens. `now` is always the store's own clock. Deadlocks and lock timeouts are retried inside.
 * When a connection is lost before the answer, the outcome is looked up, never guessed. A call that cannot reach the
 * database rejects with ServiceUnavailableError, within two seconds for everything but `succeed`.
 *
 * Split into one interface per kind of caller; an adapter implements all of them.
 */
export interface JobStore
  extends JobRequests, JobReader, JobChanges, JobAttempts, JobDispatch, FailureOperations {}

/** Accepts requests. */
export interface JobRequests {
  /**
   * In one transaction, decided by unique keys: the job of the idempotency key (`replayed`), a result young enough
   * (`reused`), the open job of the same filter and requester (`coalesced`), or a new one, QUEUED and due now, marked
   * as sent (`created`).
   *
   * @throws ReportsError IDEMPOTENCY_KEY_REUSED when the key was used with another filter; RATE_LIMITED when it takes a
   *   new job and the requester has `maxOpenJobs` open, by a count that is at most a second old
   */
  accept(request: JobRequest): Promise<Accepted>;
}

export interface JobRequest {
  /** ULID for a new job. */
  readonly id: string;
  readonly kind: string;
  /** Fingerprint of the kind's definition. */
  readonly definition: string;
  readonly filter: CanonicalFilter;
  readonly requestedBy: string;
  /** For the log. */
  readonly requestId: string | null;
  readonly maxAttempts: number;
  /** The maximum number of open jobs (QUEUED, RUNNING or RETRYING) of the requester. */
  readonly maxOpenJobs: number;
  /** 1 to 255 visible ASCII characters; valid for 24 hours. */
  readonly idempotencyKey: string | null;
  /** A result whose `asOf` is not older answers the request; null or 0 asks for a new one. */
  readonly maxAgeSeconds: number | null;
}

export interface Accepted {
  readonly job: ReportJob;
  readonly outcome: 'created' | 'coalesced' | 'reused' | 'replayed';
}

/** Reads jobs. */
export interface JobReader {
  find(id: string): Promise<ReportJob | undefined>;
  /** The jobs that exist, in any order. */
  findMany(ids: readonly string[]): Promise<readonly ReportJob[]>;
  /** Attempts by number, for each job that has any. */
  findAttempts(jobIds: readonly string[]): Promise<ReadonlyMap<string, readonly JobAttempt[]>>;
  /** Newest first by (createdAt, id). */
  listJobs(query: JobSelection & PageQuery): Promise<JobPage>;
  countJobs(selection: JobSelection): Promise<number>;
  /** FAILED jobs, newest first by (completedAt, id). */
  listFailedJobs(query: FailedJobSelection & PageQuery): Promise<JobPage>;
  countFailedJobs(selection: FailedJobSelection): Promise<number>;
  /** Jobs that ended at `since` or later, oldest first by (completedAt, id). */
  listEndedSince(since: Date, query: { limit: number }): Promise<readonly ReportJob[]>;
  /** The present time by the database's clock. */
  now(): Promise<Date>;
  health(): Promise<StoreHealth>;
  /** The data for places in the queue and estimates of jobs of these kinds, in one snapshot. */
  workload(kinds: readonly string[]): Promise<Workload>;
  /**
   * Number of due jobs before each of these places, in the order given. Only jobs of the `definitions` count; all when
   * it is undefined.
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
  /** Only jobs that failed at or after this moment. */
  readonly since?: Date | undefined;
}

export interface PageQuery {
  readonly after?: JobPosition | undefined;
  readonly limit: number;
}

/** The sort key of a row, after which a page begins. */
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
  /** Since when the longest waiting QUEUED job has been due. */
  readonly oldestQueuedAt: Date | null;
  /** Worker processes whose heartbeat is younger than a lease. */
  readonly workers: number;
  /** Attempts that those workers can run at a time, in total. */
  readonly slots: number;
  /** Kinds of waiting jobs whose definition no living worker has. */
  readonly unknownKinds: readonly string[];
}

export interface Workload {
  readonly now: Date;
  /** Attempts that living workers can run at a time, in total. */
  readonly slots: number;
  /** RUNNING jobs of all kinds, in any order. */
  readonly running: readonly RunningJob[];
  /** Fingerprints of the definitions that living workers know; undefined while no worker lives. */
  readonly definitions: readonly string[] | undefined;
  /** Durations of the latest successes of each kind, latest first: ten for each size (a power of two of rows). */
  readonly durations: ReadonlyMap<string, readonly RecentDuration[]>;
}

export interface RunningJob {
  readonly claimedAt: Date;
  /** When `percent` was written. */
  readonly heartbeatAt: Date;
  readonly percent: number | null;
}

export interface RecentDuration {
  /** Time from the successful attempt's claim to its end. */
  readonly ranMs: number;
  /** Rows read from the source. */
  readonly rows: number;
  readonly filter: CanonicalFilter;
}

/** Changes by requesters and operators. Undefined: the job does not exist. */
export interface JobChanges {
  /** QUEUED, RETRYING or RUNNING → CANCELED. `changed` is false in any other status. */
  cancel(id: string): Promise<Change | undefined>;
  /**
   * FAILED with this version → QUEUED, due now, marked as sent, `maxAttempts` = attempts so far + `attempts`.
   *
   * @throws ReportsError RATE_LIMITED when its requester has `maxOpenJobs` open; without it they are not counted
   */
  retry(
    id: string,
    guard: { version: number; attempts: number; maxOpenJobs?: number | undefined },
  ): Promise<Change | undefined>;
}

export interface Change {
  readonly changed: boolean;
  /** The job after the call. */
  readonly job: ReportJob;
}

/**
 * After this long without a renewal of its lease, a job is taken back from its worker. Leases are renewed every second.
 */
export const LEASE_SECONDS = 5;

/**
 * The writes of one attempt, by its worker. Undefined: the guard did not match, because the claim is no longer valid.
 */
export interface JobAttempts {
  /**
   * QUEUED or RETRYING, due, and with attempts left → RUNNING under the next epoch, with a lease and an open attempt.
   * Only jobs of these definitions; with `attempt`, only if that is the next epoch.
   */
  claim(id: string, options: ClaimOptions & { attempt?: number | undefined }): Promise<ReportJob | undefined>;
  /** Claims the job that has been due longest, and for at least `dueForMs`. */
  claimDue(options: ClaimOptions & { dueForMs: number }): Promise<ReportJob | undefined>;
  /**
   * Renews leases, and writes progress where it is given. Resolves with the version of each claim that is still valid.
   */
  extendLeases(renewals: readonly LeaseRenewal[]): Promise<ReadonlyMap<string, number>>;
  /** → SUCCEEDED, with its result. Can be repeated when the answer was lost. */
  succeed(
    claim: Claim,
    report: Report,
    options: { resultTtlSeconds: number },
  ): Promise<ReportJob | undefined>;
  /**
   * → RETRYING after `retryInMs`; FAILED when that is null or no attempt is left. Can be repeated when the answer was
   * lost.
   */
  fail(claim: Claim, failure: AttemptFailure): Promise<ReportJob | undefined>;
  /** → QUEUED, due now, not sent; the attempt is closed as RELEASED and does not count. */
  release(claim: Claim): Promise<ReportJob | undefined>;
  /** Records that this worker process lives. */
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
  /** Attempts that the worker runs at a time. */
  readonly slots: number;
  /** Fingerprints of the definitions that the worker knows. */
  readonly definitions: readonly string[];
}

export interface LeaseRenewal extends Claim {
  readonly progress: JobProgress | null;
}

export interface AttemptFailure extends JobFailure {
  readonly stack: string | null;
  readonly retryInMs: number | null;
}

/** The dispatcher's reads and writes. Several processes may call them at once. */
export interface JobDispatch {
  /**
   * RUNNING jobs whose lease ran out → RETRYING, due now, or FAILED without attempts left. Their attempts are closed as
   * WORKER_LOST.
   */
  takeBackExpired(limit: number): Promise<readonly ReportJob[]>;
  /**
   * Messages of due jobs that were never sent, or last sent `resendAfterMs` ago. Only jobs whose definition a living
   * worker knows; any while no worker lives. The call marks them as sent.
   */
  takeDueMessages(options: { limit: number; resendAfterMs: number }): Promise<readonly AttemptMessage[]>;
  /** Marks a message that did not reach the broker, so that the next round sends it again. */
  markUnsent(message: Pick<AttemptMessage, 'jobId' | 'attempt'>): Promise<void>;
  /**
   * To be called after the store's clock was set back. Sets due times, send times and leases that are impossibly far
   * ahead to now (leases: to their full length).
   *
   * @returns how many jobs were changed, at most `limit`
   */
  pullBackTimes(limit: number): Promise<number>;
  /**
   * Deletes, in small batches, results that expired 10 minutes ago, jobs after their retention, old keys and dead
   * workers.
   */
  sweep(options: { retentionSeconds: number; limit: number }): Promise<void>;
}

/** Groups, retries and deletes FAILED jobs, for operators. */
export interface FailureOperations {
  /** The groups with most failures first. */
  groupFailedJobs(query: {
    readonly since?: Date | undefined;
    readonly limit: number;
  }): Promise<readonly FailedJobGroup[]>;
  /** Retries matching FAILED jobs, oldest failure first; with `dryRun` it only returns them. */
  retryFailedJobs(batch: FailedJobBatch & { attempts: number }): Promise<BatchResult>;
  /** Deletes matching FAILED jobs, their attempts and idempotency keys. The result's `jobs` are as they were before. */
  deleteFailedJobs(batch: FailedJobBatch): Promise<BatchResult>;
}

export interface FailedJobBatch {
  readonly errorCode?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly limit: number;
  readonly dryRun: boolean;
}

export interface BatchResult {
  /** Number of matching jobs, also beyond the limit. */
  readonly matchedCount: number;
  readonly affectedCount: number;
  /** The changed jobs, oldest failure first; with `dryRun`, those that would be changed. */
  readonly jobs: readonly ReportJob[];
}

export interface FailedJobGroup {
  readonly fingerprint: string;
  readonly errorCode: string;
  readonly message: string;
  readonly count: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** The group's latest job. */
  readonly sample: ReportJob;
}
