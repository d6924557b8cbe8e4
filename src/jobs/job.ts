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
  /** Fingerprint of the definition that it was requested under. */
  readonly definition: string;
  readonly status: JobStatus;
  /** Starts at 1 and grows by one with each change that a reader can see. */
  readonly version: number;
  /** Claims so far: the fencing token, and the number of the latest attempt. */
  readonly epoch: number;
  /** The filter in the canonical form of the job's kind (JSON values only). */
  readonly filter: CanonicalFilter;
  /** Name of the token that asked, or `anonymous`. */
  readonly requestedBy: string;
  /** `X-Request-Id` of the request that created it, for the log; null for one of an older version. */
  readonly requestId: string | null;
  readonly progress: JobProgress;
  /** Attempts that were not handed back. */
  readonly attemptCount: number;
  readonly maxAttempts: number;
  /** Attempts that were over when the present run began; backoff counts from here. */
  readonly attemptsBeforeRun: number;
  /** When a worker may claim it; set while QUEUED or RETRYING. */
  readonly dueAt: Date | null;
  /** Set only while RETRYING. */
  readonly nextAttemptAt: Date | null;
  readonly failure: JobFailure | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  /** When the latest attempt was claimed; null for one of an older version. */
  readonly claimedAt: Date | null;
  /** When the attempt's worker last renewed its lease and wrote the progress; set only while RUNNING. */
  readonly heartbeatAt: Date | null;
  readonly completedAt: Date | null;
  /** When the result stops being readable; set with SUCCEEDED. */
  readonly expiresAt: Date | null;
  /** What the result says of itself; set with SUCCEEDED. */
  readonly summary: ReportSummary | null;
}

export interface JobProgress {
  /** Rows of the source that were read. */
  readonly processedRows: number;
  /** The optimiser's estimate while the job is open, exact once it SUCCEEDED. */
  readonly totalRows: number | null;
  /** 0 to 100; 100 only with SUCCEEDED. */
  readonly percent: number | null;
}

/** The latest failed attempt, as the job shows it. */
export interface JobFailure {
  readonly code: AttemptErrorCode;
  readonly message: string;
  /** Equal for failures of the same cause: a hash of code and message without numbers, quotes and ids. */
  readonly fingerprint: string;
}

export interface JobAttempt {
  /** The epoch that it ran under. */
  readonly number: number;
  readonly worker: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly errorCode: AttemptErrorCode | null;
  readonly errorMessage: string | null;
  /** For operators only. */
  readonly stack: string | null;
}

/** A worker's hold on a job: every write of the attempt must still find this epoch. */
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
