import BeeQueue from 'bee-queue';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { createSchema, createYoga } from 'graphql-yoga';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import type { MakeServer } from '../../make-server.js';
import { jobRows, noJobRows, type JobRows } from '../job-rows.js';
import { redisAddress } from '../redis-address.js';

export const REPORT_COMPLETED = 'REPORT_COMPLETED';

/** Yoga as it comes, Bee-Queue as it comes, and whoever asked is told over graphql-redis-subscriptions. */
export const roundTripWithYoga: MakeServer = async () => yogaThatKeeps(noJobRows());

/** The same with a row for each job. */
export const roundTripWithRows: MakeServer = async () => yogaThatKeeps(await jobRows());

function yogaThatKeeps(rows: JobRows) {
  const queue = new BeeQueue('round-trip-told', { redis: redisAddress(), isWorker: false });
  const pubSub = new RedisPubSub({
    publisher: new Redis(redisAddress()),
    subscriber: new Redis(redisAddress()),
  });
  const schema = createSchema({
    typeDefs: /* GraphQL */ `
      type Query {
        queue: String!
      }
      type ReportJob {
        id: ID!
        status: String!
      }
      type RequestPostsReportPayload {
        job: ReportJob
      }
      type Mutation {
        requestPostsReport: RequestPostsReportPayload!
      }
      type Subscription {
        reportCompleted: ReportJob!
      }
    `,
    resolvers: {
      Query: { queue: () => 'round-trip-told' },
      Mutation: {
        requestPostsReport: async () => {
          const id = ulid();
          await rows.insert(id);
          await queue.createJob({ id }).save();
          return { job: { id, status: 'QUEUED' } };
        },
      },
      Subscription: {
        reportCompleted: { subscribe: () => pubSub.asyncIterableIterator(REPORT_COMPLETED) },
      },
    },
  });
  return createYoga({ schema, logging: false });
}
