import { ReportsError } from '../reports/errors.js';
import { getJob, type FindJobsDeps } from './find-jobs.js';
import { isExpired, type ReportJob } from './job.js';
import type { ReportSummary } from '../reports/report.js';
import type { JobReader } from './ports/job-store.js';
import type { Requester } from '../reports/requester.js';

interface ReadResultDeps extends FindJobsDeps {
  readonly store: FindJobsDeps['store'] & Pick<JobReader, 'now'>;
}

export type FinishedJob = ReportJob & { readonly summary: ReportSummary; readonly expiresAt: Date };

/**
 * The job whose result may be read now.
 *
 * @throws NotFoundError; ReportsError JOB_NOT_FINISHED, JOB_FAILED, JOB_CANCELED, RESULT_EXPIRED
 */
export async function getFinishedJob(
  deps: ReadResultDeps,
  requester: Requester,
  id: string,
): Promise<FinishedJob> {
  const job = await getJob(deps, requester, id);
  return ensureReadable(job, await deps.store.now());
}

/** The same for a job at hand. */
export function ensureReadable(job: ReportJob, now: Date): FinishedJob {
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
    case 'SUCCEEDED':
      if (isExpired(job, now)) {
        throw new ReportsError(
          'RESULT_EXPIRED',
          `The result expired at ${job.expiresAt?.toISOString()}; request it again.`,
        );
      }
      return job as FinishedJob;
  }
}
