import type { ReportJob } from '../../jobs/job.js';
import type { JobDetails } from '../job-reads/requester-reads.js';
import { snakeCase } from '../../reports/names.js';
import { linksOf } from '../addresses.js';

/** A job in REST's answers and events. All members are always present, and the links are the same in every status. */
export function jobJson(job: ReportJob, details: JobDetails) {
  const { progress } = job;
  return {
    job_id: job.id,
    kind: job.kind,
    status: job.status,
    version: job.version,
    filter: filterJson(job.filter),
    progress: {
      processed_rows: progress.processedRows,
      total_rows: progress.totalRows,
      percent: progress.percent,
      // Deprecated names of `processed_rows` and `total_rows`.
      processed_posts: progress.processedRows,
      total_posts: progress.totalRows,
    },
    queue_position: details.queuePosition,
    estimated_completion_at: dateJson(details.estimatedCompletionAt),
    attempt_count: job.attemptCount,
    max_attempts: job.maxAttempts,
    next_attempt_at: dateJson(job.nextAttemptAt),
    error: job.failure === null ? null : { code: job.failure.code, message: job.failure.message },
    created_at: job.createdAt.toISOString(),
    started_at: dateJson(job.startedAt),
    completed_at: dateJson(job.completedAt),
    expires_at: dateJson(job.expiresAt),
    links: linksOf(job.id),
  };
}

function dateJson(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}

function filterJson(filter: ReportJob['filter']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(filter).map(([name, value]) => [snakeCase(name), value]));
}
