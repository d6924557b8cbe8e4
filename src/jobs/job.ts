import type { AttemptErrorCode } from '../reports/errors.js';
import type { CanonicalFilter } from '../reports/canonical-filter.js';
import type { ReportSummary } from '../reports/report.js';

export const JOB_STATUSES = ['QUEUED', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'FAILED', 'CANCELED'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** One durable request for a report, from QUEUED to a terminal status. All times come from the database, in UTC. */
export interface ReportJob {
  /** ULID. */
  readonly id: string;
  readonly kind: string;
  /** Fingerprint of the report definition with which the job was requested. */
  readonly definition: string;
  readonly status: JobStatus;
  /** Starts at 1 and grows by one with each visible change. */
  readonly version: number;
  /** Number of claims so far. It is the fencing token and the number of the latest attempt. */
  readonly epoch: number;
  /** The filter in the canonical form of the job's kind (JSON values only). */
  readonly filter: CanonicalFilter;
  /** Name of the requester's token, or `anonymous`. */
  readonly requestedBy: string;
  /**
   * `X-Request-Id` of the request that created the job, for the log. Null if an earlier version of the service created
   * the job.
   */
  readonly requestId: string | null;
  readonly progress: JobProgress;
  /** Number of attempts that were not released. */
  readonly attemptCount: number;
  readonly maxAttempts: number;
  /**
   * Number of attempts before the present run. A retry begins a new run, and the backoff counts only the attempts of
   * that run.
   */
  readonly attemptsBeforeRun: number;
  /** The time from which a worker may claim the job; set while the job is QUEUED or RETRYING. */
  readonly dueAt: Date | null;
  /** Set only while RETRYING. */
  readonly nextAttemptAt: Date | null;
  readonly failure: JobFailure | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  /** The time at which the latest attempt was claimed; null if an earlier version of the service claimed it. */
  readonly claimedAt: Date | null;
  /** The time at which the worker last renewed the lease and wrote progress; set only while the job is RUNNING. */
  readonly heartbeatAt: Date | null;
  readonly completedAt: Date | null;
  /** The time until which the result can be read; set once the job is SUCCEEDED. */
  readonly expiresAt: Date | null;
  /** Summary of the result; set once the job is SUCCEEDED. */
  readonly summary: ReportSummary | null;
}

export interface JobProgress {
  /** Rows read from the source. */
  readonly processedRows: number;
  /** Number of rows to read: the optimizer's estimate while the job is open, exact once the job is SUCCEEDED. */
  readonly totalRows: number | null;
  /** From 0 to 100; 100 only once the job is SUCCEEDED. */
  readonly percent: number | null;
}

/** The failure of the job's latest attempt, as callers see it. */
export interface JobFailure {
  readonly code: AttemptErrorCode;
  readonly message: string;
  /** Equal for failures of the same cause: a hash of code and message without numbers, quoted texts and ids. */
  readonly fingerprint: string;
}

export interface JobAttempt {
  /** The epoch of the claim that started the attempt. */
  readonly number: number;
  readonly worker: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly errorCode: AttemptErrorCode | null;
  readonly errorMessage: string | null;
  /** Shown to operators only. */
  readonly stack: string | null;
}

/** A worker's claim on a job. Each write of the attempt has the claim's epoch in its WHERE clause. */
export interface Claim {
  readonly id: string;
  readonly epoch: number;
}

export function isTerminal(status: JobStatus): boolean {
  switch (status) {
    case 'QUEUED':
    case 'RUNNING':
    case 'RETRYING':
      return false;
    case 'SUCCEEDED':
    case 'FAILED':
    case 'CANCELED':
      return true;
  }
}

export function isExpired(job: ReportJob, now: Date): boolean {
  return job.expiresAt !== null && job.expiresAt <= now;
}
