import { ReportsError } from '../reports/errors.js';
import type { Caller } from './caller.js';
import { getJob, type FindJobsDeps } from './find-jobs.js';
import type { ReportJob } from './job.js';
import type { JobEvents } from './ports/job-events.js';
import type { JobChanges } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';

interface CancelJobDeps extends FindJobsDeps {
  readonly store: FindJobsDeps['store'] & Pick<JobChanges, 'cancel'>;
  readonly events: Pick<JobEvents, 'publish'>;
  readonly logger: Logger;
}

/**
 * Cancels a job that has not ended. The job's worker finds its claim invalid, and stops within two seconds. A CANCELED
 * job stays unchanged.
 *
 * @throws NotFoundError
 * @throws ReportsError JOB_NOT_CANCELABLE when the job SUCCEEDED or FAILED
 */
export async function cancelJob(
  deps: CancelJobDeps,
  { requester, requestId }: Caller,
  id: string,
): Promise<ReportJob> {
  await getJob(deps, requester, id);
  const change = await deps.store.cancel(id);
  if (change === undefined) return await getJob(deps, requester, id);
  const { changed, job } = change;
  if (changed) {
    deps.logger.info({ requestId, jobId: id, requester: requester.name }, 'job canceled');
    await deps.events.publish({ jobId: id, version: job.version });
  }
  if (job.status !== 'CANCELED') {
    throw new ReportsError(
      'JOB_NOT_CANCELABLE',
      `The job is ${job.status}; only one that has not ended can be canceled.`,
    );
  }
  return job;
}
