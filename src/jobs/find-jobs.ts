import { BadInputError, ForbiddenError, NotFoundError } from '../reports/errors.js';
import { causeIn } from './attempt-failure.js';
import type { JobAttempt, JobStatus, ReportJob } from './job.js';
import type { Broker } from './ports/broker.js';
import type {
  FailedJobGroup,
  FailureOperations,
  JobPage,
  JobReader,
  PageQuery,
  StoreHealth,
} from './ports/job-store.js';
import type { Requester } from '../reports/requester.js';
import { maySee, ownerScope } from './visibility.js';

export const MAX_PAGE = 1000;

export interface FindJobsDeps {
  readonly store: Pick<JobReader, 'find'>;
}

/** Whether the text is a ULID. The database is not queried for other texts, because every job id is a ULID. */
export function isJobId(id: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id);
}

/** The job; undefined when it does not exist or the requester may not see it. */
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

/** A list of jobs. Each method queries the store when it is called. */
export interface JobList {
  page(): Promise<JobPage>;
  /** Number of jobs in the whole list, beyond the page. */
  count(): Promise<number>;
}

/**
 * Jobs that the requester may see, newest first.
 *
 * @throws BadInputError on an empty `status`
 */
export function listJobs(
  { store }: { readonly store: Pick<JobReader, 'listJobs' | 'countJobs'> },
  requester: Requester,
  query: PageQuery & {
    kind?: string | null | undefined;
    status?: readonly JobStatus[] | null | undefined;
  },
): JobList {
  if (query.status?.length === 0) {
    throw new BadInputError(['status'], 'must not be empty; leave it out to see jobs in every state.');
  }
  const selection = {
    kind: query.kind ?? undefined,
    status: query.status ?? undefined,
    requestedBy: ownerScope(requester),
  };
  const { limit, after } = query;
  return {
    page: () => store.listJobs({ ...selection, limit, after }),
    count: () => store.countJobs(selection),
  };
}

/** FAILED jobs that the requester may see, latest failure first. */
export function listFailedJobs(
  { store }: { readonly store: Pick<JobReader, 'listFailedJobs' | 'countFailedJobs'> },
  requester: Requester,
  query: PageQuery & {
    kind?: string | null | undefined;
    errorCode?: string | null | undefined;
    fingerprint?: string | null | undefined;
    since?: Date | null | undefined;
  },
): JobList {
  const selection = {
    kind: query.kind ?? undefined,
    requestedBy: ownerScope(requester),
    errorCode: query.errorCode ?? undefined,
    fingerprint: query.fingerprint ?? undefined,
    since: query.since ?? undefined,
  };
  const { limit, after } = query;
  return {
    page: () => store.listFailedJobs({ ...selection, limit, after }),
    count: () => store.countFailedJobs(selection),
  };
}

interface AttemptsDeps {
  readonly reads: { attemptsOf(job: ReportJob): Promise<readonly JobAttempt[]> };
}

/**
 * The attempts of a job, by ascending number. Attempts that began after the job was read are left out, so that the list
 * matches the job's fields. Only operators get stacks.
 */
export async function findAttempts(
  { reads }: AttemptsDeps,
  requester: Requester,
  job: ReportJob,
): Promise<readonly JobAttempt[]> {
  const begun = await reads.attemptsOf(job);
  const attempts = begun.filter(({ number }) => number <= job.epoch);
  if (requester.role === 'operator') return attempts;
  return attempts.map((attempt) => ({ ...attempt, stack: null }));
}

/**
 * The error that caused the job's latest failure, with its stack, such as an error of the database. Null for viewers,
 * because a stack shows how the service works inside.
 */
export async function findErrorDetail(
  deps: AttemptsDeps,
  requester: Requester,
  job: ReportJob,
): Promise<string | null> {
  if (job.failure === null || requester.role !== 'operator') return null;
  const attempts = await findAttempts(deps, requester, job);
  const failed = attempts.findLast(({ errorCode }) => errorCode === job.failure?.code);
  return failed === undefined ? null : causeIn(failed);
}

/** @throws ForbiddenError for viewers */
export async function groupFailedJobs(
  deps: { readonly store: Pick<FailureOperations, 'groupFailedJobs'> },
  requester: Requester,
  since: Date | null | undefined,
): Promise<readonly FailedJobGroup[]> {
  if (requester.role !== 'operator')
    throw new ForbiddenError('Only an operator may see the groups of failed jobs.');
  return await deps.store.groupFailedJobs({ since: since ?? undefined, limit: MAX_PAGE });
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

/**
 * @param path path of the limit in the caller's input, for the error
 * @throws BadInputError unless the limit is a whole number from 1 to 1,000
 */
export function checkedLimit(path: readonly string[], limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new BadInputError(path, `must be a whole number from 1 to ${MAX_PAGE}, but is ${limit}.`);
  }
  return limit;
}
