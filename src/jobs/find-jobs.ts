import { decodeCursor } from '../jobs/job-cursor.js';
import { BadInputError, ForbiddenError, NotFoundError } from '../reports/errors.js';
import type { JobAttempt, JobStatus, ReportJob } from './job.js';
import type { Broker } from './ports/broker.js';
import type { FailedJobGroup, FailureDesk, JobPage, JobReader, StoreHealth } from './ports/job-store.js';
import type { Requester } from '../reports/requester.js';
import { maySee, ownerScope } from './visibility.js';

export const MAX_PAGE = 1000;

export interface FindJobsDeps {
  readonly store: Pick<JobReader, 'find' | 'listJobs' | 'listFailedJobs' | 'findAttempts'>;
}

/** ULID. Anything else is not asked of the database: an id is opaque, and one of another form is simply unknown. */
export function isJobId(id: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id);
}

/** The job, unless there is none or the requester may not see it. */
export async function findJob(
  deps: FindJobsDeps,
  requester: Requester,
  id: string,
): Promise<ReportJob | undefined> {
  const job = isJobId(id) ? await deps.store.find(id) : undefined;
  return job !== undefined && maySee(requester, job) ? job : undefined;
}

/** @throws NotFoundError */
export async function getJob(deps: FindJobsDeps, requester: Requester, id: string): Promise<ReportJob> {
  const job = await findJob(deps, requester, id);
  if (job === undefined) throw new NotFoundError(id);
  return job;
}

interface PageRequest {
  readonly first: number;
  readonly after?: string | null | undefined;
}

/**
 * Jobs that the requester may see, newest first.
 *
 * @throws BadInputError on a bad `first`, a foreign `after`, or an empty `status`
 */
export async function listJobs(
  deps: FindJobsDeps,
  requester: Requester,
  query: PageRequest & {
    kind?: string | null | undefined;
    status?: readonly JobStatus[] | null | undefined;
  },
): Promise<JobPage> {
  if (query.status?.length === 0) {
    throw new BadInputError(['status'], 'must not be empty; leave it out to see jobs in every state.');
  }
  return await deps.store.listJobs({
    kind: query.kind ?? undefined,
    status: query.status ?? undefined,
    requestedBy: ownerScope(requester),
    after: decodeCursor('jobs', ['after'], query.after),
    limit: checkedLimit(['first'], query.first),
  });
}

/** FAILED jobs that the requester may see, latest failure first. @throws BadInputError likewise */
export async function listFailedJobs(
  deps: FindJobsDeps,
  requester: Requester,
  query: PageRequest & {
    kind?: string | null | undefined;
    errorCode?: string | null | undefined;
    fingerprint?: string | null | undefined;
    since?: Date | null | undefined;
  },
): Promise<JobPage> {
  return await deps.store.listFailedJobs({
    kind: query.kind ?? undefined,
    requestedBy: ownerScope(requester),
    errorCode: query.errorCode ?? undefined,
    fingerprint: query.fingerprint ?? undefined,
    since: query.since ?? undefined,
    after: decodeCursor('failedJobs', ['after'], query.after),
    limit: checkedLimit(['first'], query.first),
  });
}

/**
 * Attempts by number, without those that began after the job was read: they do not belong to what it shows. The stack
 * is only for operators.
 */
export async function findAttempts(
  deps: { readonly store: Pick<JobReader, 'findAttempts'> },
  requester: Requester,
  job: ReportJob,
): Promise<readonly JobAttempt[]> {
  const begun = await deps.store.findAttempts(job.id);
  const attempts = begun.filter(({ number }) => number <= job.epoch);
  if (requester.role === 'operator') return attempts;
  return attempts.map((attempt) => ({ ...attempt, stack: null }));
}

/** @throws ForbiddenError for viewers */
export async function groupFailedJobs(
  deps: { readonly store: Pick<FailureDesk, 'groupFailedJobs'> },
  requester: Requester,
  since: Date | null | undefined,
): Promise<readonly FailedJobGroup[]> {
  if (requester.role !== 'operator')
    throw new ForbiddenError('Only an operator may see the groups of failed jobs.');
  return await deps.store.groupFailedJobs({ since: since ?? undefined });
}

export interface QueueHealth extends StoreHealth {
  readonly broker: string;
  readonly brokerUp: boolean;
}

export async function queueHealth(deps: {
  readonly store: Pick<JobReader, 'health'>;
  readonly broker: Pick<Broker, 'name' | 'isUp'>;
}): Promise<QueueHealth> {
  const health = await deps.store.health();
  return { ...health, broker: deps.broker.name, brokerUp: deps.broker.isUp() };
}

/** @throws BadInputError unless it is a whole number from 1 to 1,000 */
export function checkedLimit(path: readonly string[], limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new BadInputError(path, `must be a whole number from 1 to ${MAX_PAGE}, but is ${limit}.`);
  }
  return limit;
}
