import { ForbiddenError, ReportsError } from '../reports/errors.js';
import type { Caller } from './caller.js';
import { checkedLimit, getJob, type FindJobsDeps } from './find-jobs.js';
import type { ReportJob } from './job.js';
import type { JobEvents } from './ports/job-events.js';
import type { BatchResult, FailureOperations, JobChanges } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';
import type { Requester } from '../reports/requester.js';
import { nextMessage, type MessageSender } from './message-sender.js';

interface RetryDeps {
  readonly events: Pick<JobEvents, 'publish'>;
  readonly sender: Pick<MessageSender, 'send'>;
  readonly logger: Logger;
  /** Number of attempts that a retry grants. */
  readonly maxAttempts: number;
}

interface RetryJobDeps extends FindJobsDeps, RetryDeps {
  readonly store: FindJobsDeps['store'] & Pick<JobChanges, 'retry'>;
  /** Maximum number of open jobs of one viewer. */
  readonly maxOpenJobs: number;
}

/**
 * Starts another run of a FAILED job, with new attempts. Of several concurrent calls, exactly one succeeds.
 *
 * @throws NotFoundError; ReportsError JOB_NOT_RETRYABLE unless the job is FAILED; RATE_LIMITED when a viewer has
 *   `maxOpenJobs` open jobs
 */
export async function retryJob(deps: RetryJobDeps, caller: Caller, id: string): Promise<ReportJob> {
  const { requester } = caller;
  const { store, maxAttempts: attempts } = deps;
  const maxOpenJobs = requester.role === 'viewer' ? deps.maxOpenJobs : undefined;
  const found = await getJob(deps, requester, id);
  const change =
    found.status === 'FAILED'
      ? await store.retry(id, { version: found.version, attempts, maxOpenJobs })
      : { changed: false, job: found };
  if (change === undefined) return await getJob(deps, requester, id);
  if (!change.changed) {
    throw new ReportsError(
      'JOB_NOT_RETRYABLE',
      `The job is ${change.job.status}; only a FAILED one can be retried.`,
    );
  }
  startRun(deps, caller, change.job);
  return change.job;
}

function startRun(
  { events, sender, logger }: RetryDeps,
  { requester, requestId }: Caller,
  job: ReportJob,
): void {
  logger.info({ requestId, jobId: job.id, requester: requester.name }, 'job retried');
  void events.publish({ jobId: job.id, version: job.version });
  void sender.send(nextMessage(job));
}

/** The FAILED jobs that an operator selects. Without conditions, all FAILED jobs are selected. */
interface FailedJobsSelection {
  readonly errorCode?: string | null | undefined;
  readonly fingerprint?: string | null | undefined;
  readonly limit: number;
  readonly dryRun: boolean;
}

/** @throws ForbiddenError for viewers; BadInputError for an invalid limit */
export async function retryFailedJobs(
  deps: RetryDeps & { readonly store: Pick<FailureOperations, 'retryFailedJobs'> },
  caller: Caller,
  selection: FailedJobsSelection,
): Promise<BatchResult> {
  const batch = checkedBatch(caller.requester, selection, 'retry failed jobs');
  const result = await deps.store.retryFailedJobs({ ...batch, attempts: deps.maxAttempts });
  if (!selection.dryRun) for (const job of result.jobs) startRun(deps, caller, job);
  return result;
}

/** @throws ForbiddenError for viewers; BadInputError for an invalid limit */
export async function deleteFailedJobs(
  deps: { readonly store: Pick<FailureOperations, 'deleteFailedJobs'>; readonly logger: Logger },
  { requester, requestId }: Caller,
  selection: FailedJobsSelection,
): Promise<BatchResult> {
  const batch = checkedBatch(requester, selection, 'delete failed jobs');
  const result = await deps.store.deleteFailedJobs(batch);
  if (!selection.dryRun) {
    for (const { id } of result.jobs) {
      deps.logger.info({ requestId, jobId: id, requester: requester.name }, 'job deleted');
    }
  }
  return result;
}

function checkedBatch(requester: Requester, selection: FailedJobsSelection, action: string) {
  if (requester.role !== 'operator') throw new ForbiddenError(`Only an operator may ${action}.`);
  return {
    errorCode: selection.errorCode ?? undefined,
    fingerprint: selection.fingerprint ?? undefined,
    limit: checkedLimit(['limit'], selection.limit),
    dryRun: selection.dryRun,
  };
}
