import { createSchema, createYoga } from 'graphql-yoga';
import { countNaively, countStreaming } from '../naive.js';
import type { StartContestant } from '../../contestant-module.js';
import type { MakeServer } from '../../make-server.js';

/** What the assignment looks like at first: the resolver reads all posts and counts, in the loop that serves everybody. */
export const reportInTheLoop: MakeServer = () => yogaThatReports(countNaively);

/** The same over a stream of rows. */
export const streamInTheLoop: MakeServer = () => yogaThatReports(countStreaming);

async function yogaThatReports(start: StartContestant) {
  const report = await start();
  return createYoga({
    schema: createSchema({
      typeDefs: /* GraphQL */ `
        type Query {
          postsReport: String!
        }
      `,
      resolvers: { Query: { postsReport: () => report() } },
    }),
    logging: false,
  });
}
