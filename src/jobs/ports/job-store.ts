import type { Claim, JobAttempt, JobFailure, JobProgress, JobStatus, ReportJob } from '../job.js';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import type { Report } from '../../reports/report.js';
import type { AttemptMessage } from './broker.js';

/**
 * The authoritative store of jobs. Every change is one transaction whose precondition is in its WHERE clause. When the
 * WHERE clause matches no row, nothing changes. `now` always comes from the store's own clock. The store retries after
 * deadlocks and lock timeouts. When the connection is lost before the answer, the store reads whether the change was
 * committed. A call that cannot reach the database rejects with ServiceUnavailableError, within two seconds for every
 * method except `succeed`.
 *
 * The store is split into one interface per kind of caller. An adapter implements all of them.
 */
export interface JobStore
  extends JobRequests, JobReader, JobChanges, JobAttempts, JobDispatch, FailureOperations {}

/** Accepts requests. */
export interface JobRequests {
  /**
   * Finds or creates the job that answers a request, in one transaction. Unique keys decide between concurrent
   * requests. The outcome is the first that applies: `replayed`, the job with the same idempotency key; `reused`, a job
   * with the same filter and requester whose result is young enough (`maxAgeSeconds`); `coalesced`, the open job with
   * the same filter and requester; `created`, a new job that is QUEUED, due now and marked as sent.
   *
   * @throws ReportsError IDEMPOTENCY_KEY_REUSED when the key was used with another filter; RATE_LIMITED when a new job
   *   is needed and the requester has `maxOpenJobs` open jobs, by a count that is at most a second old
   */
  accept(request: JobRequest): Promise<Accepted>;
}

export interface JobRequest {
  /** ULID for a new job. */
  readonly id: string;
  readonly kind: string;
  /** Fingerprint of the report definition of this kind. */
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
  /**
   * A saved result answers the request when its `asOf` is at most this many seconds ago. Null or 0 requests a new
   * result.
   */
  readonly maxAgeSeconds: number | null;
}

export interface Accepted {
  readonly job: ReportJob;
  readonly outcome: 'created' | 'coalesced' | 'reused' | 'replayed';
}

/** Reads jobs. */
export interface JobReader {
  find(id: string): Promise<ReportJob | undefined>;
  /** The jobs with these ids, in any order. Ids without a job are left out. */
  findMany(ids: readonly string[]): Promise<readonly ReportJob[]>;
  /** The attempts of each job that has any, by ascending number. */
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
  /** The data for queue places and estimates of jobs of these kinds, in one snapshot. */
  workload(kinds: readonly string[]): Promise<Workload>;
  /**
   * For each place in the queue, the number of due jobs ahead of it, in the order of `places`. Only jobs of
   * `definitions` are counted, or all jobs when `definitions` is undefined.
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
  /** Selects only jobs that failed at this time or later. */
  readonly since?: Date | undefined;
}

export interface PageQuery {
  readonly after?: JobPosition | undefined;
  readonly limit: number;
}

/** The sort key of a job in a list. A page begins with the first job after this position. */
export interface JobPosition {
  readonly at: Date;
  readonly id: string;
}

export interface JobPage {
  readonly jobs: readonly ReportJob[];
  readonly hasNext: boolean;
}

/** A place in the queue. Jobs are claimed in the order of (dueAt, id). */
export interface QueuePlace {
  readonly dueAt: Date;
  readonly id: string;
}

export interface StoreHealth {
  readonly queued: number;
  readonly running: number;
  readonly retrying: number;
  readonly failed: number;
  /** The earliest due time of all QUEUED jobs; null when there are none. */
  readonly oldestQueuedAt: Date | null;
  /** Number of living workers: processes whose latest heartbeat is less than LEASE_SECONDS old. */
  readonly workers: number;
  /** Number of attempts that the living workers can run at a time, in total. */
  readonly slots: number;
  /** Kinds of waiting jobs whose definition no living worker knows. */
  readonly unknownKinds: readonly string[];
}

export interface Workload {
  readonly now: Date;
  /** Number of attempts that the living workers can run at a time, in total. */
  readonly slots: number;
  /** RUNNING jobs of all kinds, in any order. */
  readonly running: readonly RunningJob[];
  /** Fingerprints of the definitions that living workers know; undefined while no worker lives. */
  readonly definitions: readonly string[] | undefined;
  /**
   * For each kind, the durations of its latest successful jobs, latest first: at most ten for each size (number of
   * rows, rounded down to a power of two).
   */
  readonly durations: ReadonlyMap<string, readonly RecentDuration[]>;
}

export interface RunningJob {
  readonly claimedAt: Date;
  /** The time at which `percent` was written. */
  readonly heartbeatAt: Date;
  readonly percent: number | null;
}

export interface RecentDuration {
  /** Time from the claim of the successful attempt to its end. */
  readonly ranMs: number;
  /** Rows read from the source. */
  readonly rows: number;
  readonly filter: CanonicalFilter;
}

/** Changes of jobs by requesters and operators. Each method resolves with undefined when the job does not exist. */
export interface JobChanges {
  /** QUEUED, RETRYING or RUNNING → CANCELED. `changed` is false in any other status. */
  cancel(id: string): Promise<Change | undefined>;
  /**
   * FAILED with this version → QUEUED, due now, marked as sent. `maxAttempts` becomes the number of attempts so far
   * plus `attempts`.
   *
   * @throws ReportsError RATE_LIMITED when the job's requester has `maxOpenJobs` open jobs; never without `maxOpenJobs`
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
 * A job is taken back from its worker when its lease was not renewed for this long. Leases are renewed every second.
 */
export const LEASE_SECONDS = 5;

/**
 * The writes that a worker makes for one attempt. A method that returns a job resolves with undefined, and changes
 * nothing, when its precondition does not hold, for example when the claim is no longer valid.
 */
export interface JobAttempts {
  /**
   * QUEUED or RETRYING, due, and with attempts left → RUNNING under the next epoch, with a lease and an open attempt.
   * The job's definition must be one of `definitions`, and `attempt`, if given, must be the next epoch.
   */
  claim(id: string, options: ClaimOptions & { attempt?: number | undefined }): Promise<ReportJob | undefined>;
  /** Claims the job that has been due longest, and for at least `dueForMs`. */
  claimDue(options: ClaimOptions & { dueForMs: number }): Promise<ReportJob | undefined>;
  /**
   * Renews leases, and writes the progress of each renewal that has one. Resolves with the version of each job whose
   * claim is still valid, by job id.
   */
  extendLeases(renewals: readonly LeaseRenewal[]): Promise<ReadonlyMap<string, number>>;
  /** RUNNING → SUCCEEDED, with the result. May be repeated when the answer was lost. */
  succeed(
    claim: Claim,
    report: Report,
    options: { resultTtlSeconds: number },
  ): Promise<ReportJob | undefined>;
  /**
   * RUNNING → RETRYING, due in `retryInMs`; RUNNING → FAILED when `retryInMs` is null or no attempt is left. May be
   * repeated when the answer was lost.
   */
  fail(claim: Claim, failure: AttemptFailure): Promise<ReportJob | undefined>;
  /**
   * RUNNING → QUEUED, due now, marked as not yet sent to the broker. The attempt is closed as RELEASED and does not count towards
   * `maxAttempts`.
   */
  release(claim: Claim): Promise<ReportJob | undefined>;
  /** Records that this worker process is alive. */
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
  /** Number of attempts that the worker runs at a time. */
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

/** The reads and writes of the dispatcher. Several processes may call them at the same time. */
export interface JobDispatch {
  /**
   * RUNNING jobs whose lease has expired → RETRYING, due now; → FAILED when no attempt is left. The attempts of these
   * jobs are closed as WORKER_LOST.
   */
  takeBackExpired(limit: number): Promise<readonly ReportJob[]>;
  /**
   * Messages of due jobs that were never sent, or last sent at least `resendAfterMs` ago. While a worker lives, only
   * jobs whose definition a living worker knows are included. The call marks the messages as sent.
   */
  takeDueMessages(options: { limit: number; resendAfterMs: number }): Promise<readonly AttemptMessage[]>;
  /** Marks a message as not sent because it did not reach the broker, so that the next round sends it again. */
  markUnsent(message: Pick<AttemptMessage, 'jobId' | 'attempt'>): Promise<void>;
  /**
   * Corrects times after the store's clock was set back. A due time or send time that is too far in the future to be
   * valid is set to now. A lease that is too long to be valid is shortened to LEASE_SECONDS.
   *
   * @returns number of changed jobs, at most `limit`
   */
  pullBackTimes(limit: number): Promise<number>;
  /**
   * Deletes, in small batches, results that expired at least 10 minutes ago, jobs whose retention is over, expired
   * idempotency keys and records of dead workers.
   */
  sweep(options: { retentionSeconds: number; limit: number }): Promise<void>;
}

/** Groups, retries and deletes FAILED jobs, for operators. */
export interface FailureOperations {
  /** Groups with the most failures come first. */
  groupFailedJobs(query: {
    readonly since?: Date | undefined;
    readonly limit: number;
  }): Promise<readonly FailedJobGroup[]>;
  /** Retries the matching FAILED jobs, oldest failure first. With `dryRun`, only returns them. */
  retryFailedJobs(batch: FailedJobBatch & { attempts: number }): Promise<BatchResult>;
  /**
   * Deletes the matching FAILED jobs with their attempts and idempotency keys. The returned jobs are in their last
   * state before the deletion.
   */
  deleteFailedJobs(batch: FailedJobBatch): Promise<BatchResult>;
}

export interface FailedJobBatch {
  readonly errorCode?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly limit: number;
  readonly dryRun: boolean;
}

export interface BatchResult {
  /** Number of matching jobs, including those beyond the limit. */
  readonly matchedCount: number;
  readonly affectedCount: number;
  /** The changed jobs, oldest failure first. With `dryRun`, the jobs that would be changed. */
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
