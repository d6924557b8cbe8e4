import { createSchema, createYoga } from 'graphql-yoga';
import type { Filter, UserWords } from './count-words.js';

/** The synchronous API: the resolver reads and counts while the client waits for the response. */
export function createSynchronousApi(report: (filter?: Filter | null) => Promise<UserWords[]>) {
  return createYoga({
    logging: false,
    schema: createSchema({
      typeDefs: /* GraphQL */ `
        type Query {
          postsReport(filter: PostsReportFilter): [UserWords!]!
        }
        input PostsReportFilter {
          userIds: [Int!]
        }
        type UserWords {
          userId: Int!
          totalWords: Int!
        }
      `,
      resolvers: {
        Query: { postsReport: (_root: unknown, args: { filter?: Filter | null }) => report(args.filter) },
      },
    }),
  });
}
