import { ReportsError } from '../reports/errors.js';
import { getJob, type FindJobsDeps } from './find-jobs.js';
import { isExpired, type ReportJob } from './job.js';
import type { ReportCatalog } from '../reports/report-catalog.js';
import type { ReportDefinition } from '../reports/report-definition.js';
import type { ReportSummary } from '../reports/report.js';
import type { JobReader } from './ports/job-store.js';
import type { Requester } from '../reports/requester.js';

interface ReadResultDeps extends FindJobsDeps {
  readonly store: FindJobsDeps['store'] & Pick<JobReader, 'now'>;
  readonly reports: Pick<ReportCatalog, 'findByFingerprint'>;
}

/** A job whose result can be read, and the definition with which the result was made. */
export interface FinishedJob extends ReportJob {
  readonly summary: ReportSummary;
  readonly report: ReportDefinition;
}

/**
 * The job, if its result can be read now.
 *
 * @throws NotFoundError; ReportsError JOB_NOT_FINISHED, JOB_FAILED, JOB_CANCELED, RESULT_EXPIRED
 */
export async function getFinishedJob(
  deps: ReadResultDeps,
  requester: Requester,
  id: string,
): Promise<FinishedJob> {
  const job = await getJob(deps, requester, id);
  return ensureReadable(deps, job, await deps.store.now());
}

/**
 * Checks that the result of a job that was already read can be read now.
 *
 * @throws ReportsError JOB_NOT_FINISHED, JOB_FAILED, JOB_CANCELED, RESULT_EXPIRED
 */
export function ensureReadable(
  { reports }: Pick<ReadResultDeps, 'reports'>,
  job: ReportJob,
  now: Date,
): FinishedJob {
  switch (job.status) {
    case 'QUEUED':
    case 'RUNNING':
    case 'RETRYING':
      throw new ReportsError('JOB_NOT_FINISHED', `The job is ${job.status}; it has no result yet.`);
    case 'FAILED':
      throw new ReportsError(
        'JOB_FAILED',
        `The job FAILED (${job.failure?.code ?? 'INTERNAL'}); it has no result.`,
      );
    case 'CANCELED':
      throw new ReportsError('JOB_CANCELED', 'The job was CANCELED; it has no result.');
    case 'SUCCEEDED': {
      const finished = findReadable({ reports }, job, now);
      if (finished !== undefined) return finished;
      throw new ReportsError(
        'RESULT_EXPIRED',
        isExpired(job, now)
          ? `The result expired at ${job.expiresAt?.toISOString()}; request it again.`
          : "The report's definition changed since the result was made; request it again.",
      );
    }
  }
}

/** The job with its result's definition; undefined when the result cannot be read now. */
export function findReadable(
  { reports }: Pick<ReadResultDeps, 'reports'>,
  job: ReportJob,
  now: Date,
): FinishedJob | undefined {
  const { status, summary, definition } = job;
  const report = reports.findByFingerprint(definition);
  if (status !== 'SUCCEEDED' || summary === null || report === undefined || isExpired(job, now))
    return undefined;
  return { ...job, summary, report };
}
