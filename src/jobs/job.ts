import type { AttemptErrorCode } from '../reports/errors.js';
import type { CanonicalFilter } from '../reports/canonical-filter.js';
import type { ReportSummary } from '../reports/report.js';

export const JOB_STATUSES = ['QUEUED', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'FAILED', 'CANCELED'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** One durable request for a report, from QUEUED to a terminal status. Times are the database's, in UTC. */
export interface ReportJob {
  /** ULID. */
  readonly id: string;
  readonly kind: string;
  /** Fingerprint of the definition under which it was requested. */
  readonly definition: string;
  readonly status: JobStatus;
  /** Starts at 1 and grows by one with each visible change. */
  readonly version: number;
  /** Number of claims so far: the fencing token, and the number of the latest attempt. */
  readonly epoch: number;
  /** In the canonical form of the job's kind (JSON values only). */
  readonly filter: CanonicalFilter;
  /** Name of the requester's token, or `anonymous`. */
  readonly requestedBy: string;
  /**
   * `X-Request-Id` of the request that created it, for the log; null if an earlier version of the service created it.
   */
  readonly requestId: string | null;
  readonly progress: JobProgress;
  /** Number of attempts that were not released. */
  readonly attemptCount: number;
  readonly maxAttempts: number;
  /** Attempts before the present run, which a retry began; backoff counts from here. */
  readonly attemptsBeforeRun: number;
  /** The time from which a worker may claim it; set while QUEUED or RETRYING. */
  readonly dueAt: Date | null;
  /** Set only while RETRYING. */
  readonly nextAttemptAt: Date | null;
  readonly failure: JobFailure | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  /** When the latest attempt was claimed; null if an earlier version of the service claimed it. */
  readonly claimedAt: Date | null;
  /** When the worker last renewed the lease and wrote progress; set only while RUNNING. */
  readonly heartbeatAt: Date | null;
  readonly completedAt: Date | null;
  /** Until when the result can be read; set when it SUCCEEDED. */
  readonly expiresAt: Date | null;
  /** Summary of the result; set when it SUCCEEDED. */
  readonly summary: ReportSummary | null;
}

export interface JobProgress {
  /** Rows read from the source. */
  readonly processedRows: number;
  /** The optimiser's estimate while the job is open; exact once it SUCCEEDED. */
  readonly totalRows: number | null;
  /** 0 to 100; 100 only when it SUCCEEDED. */
  readonly percent: number | null;
}

/** The failure of the latest attempt, as the job shows it. */
export interface JobFailure {
  readonly code: AttemptErrorCode;
  readonly message: string;
  /** Equal for failures of the same cause: a hash of code and message without numbers, quotes and ids. */
  readonly fingerprint: string;
}

export interface JobAttempt {
  /** The epoch under which it ran. */
  readonly number: number;
  readonly worker: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly errorCode: AttemptErrorCode | null;
  readonly errorMessage: string | null;
  /** Shown to operators only. */
  readonly stack: string | null;
}

/** A worker's claim on a job. Each write of the attempt has this epoch in its WHERE. */
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
