import type { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Filter } from './count-words.js';

export const REPORT_COMPLETED = 'REPORT_COMPLETED';

/** The asynchronous API: a mutation puts a job into the queue, and a subscription delivers the end of the job. */
export const typeDefs = /* GraphQL */ `
  type Query {
    queue: String!
  }
  type Mutation {
    requestPostsReport(input: RequestPostsReportInput): RequestPostsReportPayload!
  }
  type Subscription {
    reportCompleted: ReportJob!
  }
  input RequestPostsReportInput {
    filter: PostsReportFilter
  }
  input PostsReportFilter {
    userIds: [Int!]
  }
  type RequestPostsReportPayload {
    job: ReportJob
  }
  type ReportJob {
    id: ID!
    status: String!
    report: [UserWords!]
  }
  type UserWords {
    userId: Int!
    totalWords: Int!
  }
`;

export interface QueuedDeps {
  /** Resolves with the job's id once Redis has the job. */
  readonly enqueue: (data: { readonly filter?: Filter | null | undefined }) => Promise<string>;
  readonly pubSub?: RedisPubSub;
}

interface Input {
  readonly input?: { readonly filter?: Filter | null } | null;
}

export function createResolvers({ enqueue, pubSub }: QueuedDeps) {
  return {
    Query: { queue: () => 'posts-report-assignment' },
    Mutation: {
      requestPostsReport: async (_root: unknown, { input }: Input) => ({
        job: { id: await enqueue({ filter: input?.filter }), status: 'QUEUED' },
      }),
    },
    Subscription: {
      reportCompleted: { subscribe: () => pubSub?.asyncIterableIterator(REPORT_COMPLETED) },
    },
  };
}
