import { cancelJob } from '../../jobs/cancel-job.js';
import { findAttempts, findErrorDetail, findJob, listJobs, queueHealth } from '../../jobs/find-jobs.js';
import type { ReportJob } from '../../jobs/job.js';
import { findReadable, type FinishedJob } from '../../jobs/read-result.js';
import { retryJob } from '../../jobs/retry-jobs.js';
import { linksOf } from '../addresses.js';
import { toConnection } from './connection.js';
import type { GraphQLContext } from './context.js';
import { jobConnection } from './job-connection.js';
import { savedReport, type ReadableReport } from './readable-report.js';
import type { ReportFormat, Resolvers } from './schema-types.js';
import { toUserErrors } from './user-errors.js';

export const jobResolvers = {
  Query: {
    job: async (_root, { id }, { reads: store, requester }) =>
      (await findJob({ store }, requester, id)) ?? null,
    jobs: (_root, { first, after, ...selection }, { reads: store, requester }) =>
      jobConnection({ name: 'jobs', first, after, at: (job) => job.createdAt }, (page) =>
        listJobs({ store }, requester, { ...selection, ...page }),
      ),
    queueHealth: async (_root, _args, { reads: store, services: { broker } }) =>
      await queueHealth({ store, broker }),
  },

  Mutation: {
    cancelJob: async (_root, { id }, { services, operation }) =>
      await jobPayload(() => cancelJob(services, operation, id)),
    retryJob: async (_root, { id }, { services, operation }) =>
      await jobPayload(() => retryJob(services, operation, id)),
  },

  ReportJob: {
    queuePosition: async (job, _args, { reads }) => await reads.queuePosition(job),
    estimatedCompletionAt: async (job, _args, { reads }) => await reads.estimatedCompletionAt(job),
    attempts: async (job, _args, { reads, requester }) => await findAttempts({ reads }, requester, job),
    errorCode: ({ failure }) => failure?.code ?? null,
    errorMessage: ({ failure }) => failure?.message ?? null,
    errorDetail: async (job, _args, { reads, requester }) => await findErrorDetail({ reads }, requester, job),
    fingerprint: ({ failure }) => failure?.fingerprint ?? null,
    filter: appliedFilter,
    result: async (job, _args, context) => await resultOf(job, context),
    report: async (job, _args, context) => (job.kind === 'posts' ? await resultOf(job, context) : null),
    downloadUrl: async (job, { format }, context) =>
      (await readable(job, context)) === undefined ? null : downloadPath(job.id, format),
  },

  ReportJobConnection: {
    edges: async (list) => toConnection(await list.page()).edges,
    nodes: async (list) => toConnection(await list.page()).nodes,
    pageInfo: async (list) => toConnection(await list.page()).pageInfo,
    totalCount: async (list) => await list.count(),
  },

  ReportProgress: {
    processedPosts: ({ processedRows }) => processedRows,
    totalPosts: ({ totalRows }) => totalRows,
  },
} satisfies Resolvers;

async function jobPayload(change: () => Promise<ReportJob>) {
  try {
    return { job: await change(), userErrors: [] };
  } catch (error) {
    const blame = { NOT_FOUND: ['id'], JOB_NOT_CANCELABLE: ['id'], JOB_NOT_RETRYABLE: ['id'] };
    return { job: null, userErrors: toUserErrors(error, { blame }) };
  }
}

/**
 * The filter of a job. Empty if this process does not have the report definition that the job was requested with,
 * because the filter's members may then have other types than in the schema.
 */
function appliedFilter(
  { definition, filter }: ReportJob,
  _args: unknown,
  { services }: GraphQLContext,
): ReportJob['filter'] | Promise<ReportJob['filter']> {
  if (services.reports.findByFingerprint(definition) === undefined) return {};
  const wait = services.pace.wait(valuesOf(filter));
  return wait === undefined ? filter : wait.then(() => filter);
}

function valuesOf(filter: ReportJob['filter']): number {
  let values = 1;
  for (const value of Object.values(filter)) if (Array.isArray(value)) values += value.length;
  return values;
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
