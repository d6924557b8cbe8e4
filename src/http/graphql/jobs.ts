import { cancelJob } from '../../jobs/cancel-job.js';
import { encodeCursor } from '../../jobs/job-cursor.js';
import { causeIn } from '../../jobs/attempt-failure.js';
import { estimateCompletion } from '../../jobs/estimate-completion.js';
import { findAttempts, findJob, listJobs, queueHealth } from '../../jobs/find-jobs.js';
import type { ReportJob } from '../../jobs/job.js';
import type { JobPage } from '../../jobs/ports/job-store.js';
import { findQueuePosition } from '../../jobs/queue-position.js';
import { findReadable, type FinishedJob } from '../../jobs/read-result.js';
import { retryJob } from '../../jobs/retry-jobs.js';
import { linksOf } from '../addresses.js';
import { toConnection } from './connection.js';
import type { GraphQLContext } from './context.js';
import { savedReport, type ReadableReport } from './readable-report.js';
import type { Requester } from '../../reports/requester.js';
import type { ReportFormat, Resolvers } from './schema-types.js';
import type { SharedReads } from './shared-reads.js';
import { toUserErrors } from './user-errors.js';

export const jobResolvers = {
  Query: {
    job: async (_root, { id }, { services, requester }) => (await findJob(services, requester, id)) ?? null,
    jobs: async (_root, args, { services, requester }) =>
      jobConnection('jobs', await listJobs(services, requester, args), args.after, (job) => job.createdAt),
    queueHealth: async (_root, _args, { services }) => await queueHealth(services),
  },

  Mutation: {
    cancelJob: async (_root, { id }, { services, requester }) =>
      await jobPayload(() => cancelJob(services, requester, id)),
    retryJob: async (_root, { id }, { services, requester }) =>
      await jobPayload(() => retryJob(services, requester, id)),
  },

  ReportJob: {
    queuePosition: async (job, _args, { reads }) => await findQueuePosition({ store: reads }, job),
    estimatedCompletionAt: async (job, _args, { reads }) => await estimateCompletion({ store: reads }, job),
    attempts: async (job, _args, { reads, requester }) => await attemptsOf(reads, requester, job),
    errorCode: ({ failure }) => failure?.code ?? null,
    errorMessage: ({ failure }) => failure?.message ?? null,
    errorDetail: async (job, _args, { reads, requester }) => await causeOf(reads, requester, job),
    fingerprint: ({ failure }) => failure?.fingerprint ?? null,
    filter: appliedFilter,
    result: async (job, _args, context) => await resultOf(job, context),
    report: async (job, _args, context) => (job.kind === 'posts' ? await resultOf(job, context) : null),
    downloadUrl: async (job, { format }, context) =>
      (await readable(job, context)) === undefined ? null : downloadPath(job.id, format),
  },

  ReportProgress: {
    processedPosts: ({ processedRows }) => processedRows,
    totalPosts: ({ totalRows }) => totalRows,
  },
} satisfies Resolvers;

/** A page of one of the lists of jobs; `at` is the moment that the list is sorted by. */
export function jobConnection(
  list: string,
  { jobs, hasNext, totalCount }: JobPage,
  after: string | null | undefined,
  at: (job: ReportJob) => Date,
) {
  return toConnection({
    entries: jobs.map((node) => ({ node, cursor: encodeCursor(list, { at: at(node), id: node.id }) })),
    hasPrevious: after !== null && after !== undefined,
    hasNext,
    totalCount,
  });
}

async function jobPayload(change: () => Promise<ReportJob>) {
  try {
    return { job: await change(), userErrors: [] };
  } catch (error) {
    const blame = { NOT_FOUND: ['id'], JOB_NOT_CANCELABLE: ['id'], JOB_NOT_RETRYABLE: ['id'] };
    return { job: null, userErrors: toUserErrors(error, { blame }) };
  }
}

async function attemptsOf(reads: SharedReads, requester: Requester, job: ReportJob) {
  return await findAttempts({ store: { findAttempts: () => reads.findAttempts(job) } }, requester, job);
}

/** Of the latest failed attempt; null for viewers, who see no stacks. */
async function causeOf(reads: SharedReads, requester: Requester, job: ReportJob): Promise<string | null> {
  if (job.failure === null || requester.role !== 'operator') return null;
  const attempts = await attemptsOf(reads, requester, job);
  const failed = attempts.findLast(({ errorCode }) => errorCode === job.failure?.code);
  return failed === undefined ? null : causeIn(failed);
}

/** Of a kind that this process does not know, or knows otherwise, the members may have other types than the schema's. */
function appliedFilter(
  { definition, filter }: ReportJob,
  _args: unknown,
  { services }: GraphQLContext,
): ReportJob['filter'] {
  return services.reports.findByFingerprint(definition) === undefined ? {} : filter;
}

async function resultOf(job: ReportJob, context: GraphQLContext): Promise<ReadableReport | null> {
  const finished = await readable(job, context);
  return finished === undefined ? null : savedReport(context.reads, finished);
}

async function readable(
  job: ReportJob,
  { services, reads }: GraphQLContext,
): Promise<FinishedJob | undefined> {
  return job.status === 'SUCCEEDED' ? findReadable(services, job, await reads.now()) : undefined;
}

function downloadPath(id: string, format: ReportFormat): string {
  return `${linksOf(id).result}?format=${format.toLowerCase()}`;
}
