import { getReportKind } from '../../reports/kinds/index.js';
import { BadInputError } from '../../reports/errors.js';
import { requestReport } from '../../jobs/request-report.js';
import { waitForJob } from '../../jobs/wait-for-job.js';
import { toConnection } from './connection.js';
import { freshReport } from './readable-report.js';
import type { Resolvers } from './schema-types.js';
import { toUserErrors } from './user-errors.js';

const KIND = 'posts';

export const postsReportResolvers = {
  Query: {
    postsReport: async (_root, { filter }, { services, signal }) => {
      const canonical = getReportKind(KIND).parseFilter(filter);
      return freshReport(await services.syncReports.run(KIND, canonical, signal), KIND, canonical);
    },
  },

  Mutation: {
    requestPostsReport: async (_root, { input }, { services, requester, requestId, signal }) => {
      try {
        const milliseconds = checkedWait(input?.waitMs);
        const accepted = await requestReport(services, requester, { ...input, kind: KIND, requestId });
        return {
          job: await waitForJob(services, requester, accepted.job, { milliseconds, signal }),
          coalesced: accepted.outcome === 'coalesced',
          reused: accepted.outcome === 'reused',
          userErrors: [],
        };
      } catch (error) {
        const userErrors = toUserErrors(error, {
          inputPath: ['input'],
          blame: { IDEMPOTENCY_KEY_REUSED: ['input', 'idempotencyKey'] },
        });
        return { job: null, coalesced: false, reused: false, userErrors };
      }
    },
  },

  PostsReport: {
    rows: async (report, args) => toConnection(await report.page(args)),
    totalUsers: ({ summary }) => summary.totalUsers,
    totalPosts: ({ summary }) => summary.totalPosts,
    totalWords: ({ summary }) => summary.totalWords,
    asOf: ({ summary }) => summary.asOf,
    durationMs: ({ summary }) => summary.durationMs,
  },

  AppliedPostsReportFilter: {
    userIds: ({ userIds }) => userIds as readonly number[] | null,
    createdFrom: ({ createdFrom }) => createdFrom as string | null,
    createdTo: ({ createdTo }) => createdTo as string | null,
  },
} satisfies Resolvers;

function checkedWait(milliseconds: number | null | undefined): number {
  if (milliseconds === null || milliseconds === undefined) return 0;
  if (milliseconds < 0) throw new BadInputError(['waitMs'], 'must be 0 or more.');
  return milliseconds;
}
