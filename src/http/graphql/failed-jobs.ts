import { groupFailedJobs, listFailedJobs } from '../../jobs/find-jobs.js';
import type { BatchResult } from '../../jobs/ports/job-store.js';
import { deleteFailedJobs, retryFailedJobs } from '../../jobs/retry-jobs.js';
import { jobConnection } from './job-connection.js';
import type { Resolvers } from './schema-types.js';
import { toUserErrors } from './user-errors.js';

export const failedJobResolvers = {
  Query: {
    failedJobs: (_root, { first, after, ...selection }, { reads: store, requester }) =>
      jobConnection(
        { name: 'failedJobs', first, after, at: (job) => job.completedAt ?? job.createdAt },
        (page) => listFailedJobs({ store }, requester, { ...selection, ...page }),
      ),
    failedJobGroups: async (_root, { since }, { reads: store, requester }) =>
      await groupFailedJobs({ store }, requester, since),
  },

  Mutation: {
    retryFailedJobs: async (_root, selection, { services, operation }) =>
      await batchPayload(() => retryFailedJobs(services, operation, selection)),
    deleteFailedJobs: async (_root, selection, { services, operation }) =>
      await batchPayload(() => deleteFailedJobs(services, operation, selection)),
  },
} satisfies Resolvers;

async function batchPayload(change: () => Promise<BatchResult>) {
  try {
    return { ...(await change()), userErrors: [] };
  } catch (error) {
    return { matchedCount: 0, affectedCount: 0, jobs: [], userErrors: toUserErrors(error) };
  }
}
