import type { AttemptErrorCode } from '../../reports/errors.js';
import type { JobAttempt, JobFailure, JobStatus, ReportJob } from '../../jobs/job.js';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import type { ReportSummary } from '../../reports/report.js';
import { LEASE_SECONDS } from '../../jobs/ports/job-store.js';

export const JOBS = 'report_jobs';
export const ATTEMPTS = 'report_job_attempts';
export const RESULTS = 'report_results';
export const KEYS = 'idempotency_keys';
export const WORKERS = 'report_workers';

export const JOB_COLUMNS = [
  'id',
  'kind',
  'definition',
  'status',
  'version',
  'epoch',
  'filter',
  'requested_by',
  'request_id',
  'processed_posts',
  'total_posts',
  'percent',
  'attempt_count',
  'max_attempts',
  'attempts_before_run',
  'error_code',
  'error_message',
  'fingerprint',
  'created_at',
  'due_at',
  'started_at',
  'claimed_at',
  'lease_until',
  'completed_at',
  'totals',
  'as_of',
  'duration_ms',
  'expires_at',
] as const;

export interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly definition: string;
  readonly status: JobStatus;
  readonly version: number;
  readonly epoch: number;
  readonly filter: string;
  readonly requested_by: string;
  readonly request_id: string | null;
  readonly processed_posts: number;
  readonly total_posts: number | null;
  readonly percent: number | null;
  readonly attempt_count: number;
  readonly max_attempts: number;
  readonly attempts_before_run: number;
  readonly error_code: AttemptErrorCode | null;
  readonly error_message: string | null;
  readonly fingerprint: string | null;
  readonly created_at: Date;
  readonly due_at: Date | null;
  readonly started_at: Date | null;
  readonly claimed_at: Date | null;
  /** Set while RUNNING. */
  readonly lease_until: Date | null;
  readonly completed_at: Date | null;
  /** A `SavedTotals` as JSON. */
  readonly totals: string | null;
  readonly as_of: Date | null;
  readonly duration_ms: number | null;
  readonly expires_at: Date | null;
}

/**
 * The number of rows that are converted in one turn of the event loop. The filter of each row may have 1,000 values.
 */
const ROWS_OF_A_TURN = 50;

/** Converts the rows of a page, in steps between which other work of the process runs. */
export async function toJobs(rows: readonly JobRow[]): Promise<readonly ReportJob[]> {
  const jobs: ReportJob[] = [];
  for (const row of rows) {
    if (jobs.length > 0 && jobs.length % ROWS_OF_A_TURN === 0) await new Promise(setImmediate);
    jobs.push(toJob(row));
  }
  return jobs;
}

export function toJob(row: JobRow): ReportJob {
  return {
    id: row.id,
    kind: row.kind,
    definition: row.definition,
    status: row.status,
    version: row.version,
    epoch: row.epoch,
    filter: JSON.parse(row.filter) as CanonicalFilter,
    requestedBy: row.requested_by,
    requestId: row.request_id,
    progress: {
      processedRows: row.processed_posts,
      totalRows: row.total_posts,
      percent: row.percent,
    },
    attemptCount: row.attempt_count,
    maxAttempts: row.max_attempts,
    attemptsBeforeRun: row.attempts_before_run,
    dueAt: row.due_at,
    nextAttemptAt: row.status === 'RETRYING' ? row.due_at : null,
    failure: toFailure(row),
    createdAt: row.created_at,
    startedAt: row.started_at,
    claimedAt: row.claimed_at,
    heartbeatAt: row.lease_until && new Date(row.lease_until.getTime() - LEASE_SECONDS * 1000),
    completedAt: row.completed_at,
    expiresAt: row.expires_at,
    summary: toSummary(row),
  };
}

export const ATTEMPT_COLUMNS = [
  'job_id',
  'number',
  'worker',
  'started_at',
  'ended_at',
  'error_code',
  'error_message',
  'stack',
] as const;

export interface AttemptRow {
  readonly job_id: string;
  readonly number: number;
  readonly worker: string;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly error_code: AttemptErrorCode | null;
  readonly error_message: string | null;
  readonly stack: string | null;
}

export function toAttempt(row: AttemptRow): JobAttempt {
  return {
    number: row.number,
    worker: row.worker,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    stack: row.stack,
  };
}

function toFailure(row: JobRow): JobFailure | null {
  if (row.error_code === null) return null;
  return { code: row.error_code, message: row.error_message ?? '', fingerprint: row.fingerprint ?? '' };
}

function toSummary(row: JobRow): ReportSummary | null {
  if (row.as_of === null || row.totals === null) return null;
  const { rowCount, totals } = JSON.parse(row.totals) as SavedTotals;
  return { rowCount, totals, asOf: row.as_of, durationMs: row.duration_ms ?? 0 };
}

/** The content of `totals`. */
export type SavedTotals = Pick<ReportSummary, 'rowCount' | 'totals'>;
