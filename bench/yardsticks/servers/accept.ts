import { Queue as BullQueue } from 'bullmq';
import BeeQueue from 'bee-queue';
import { fastify } from 'fastify';
import { createSchema, createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';
import type { MakeServer } from '../../make-server.js';
import { redisAddress } from '../redis-address.js';

const TYPES = /* GraphQL */ `
  type Query {
    queue: String!
  }
  input PostsReportFilter {
    userIds: [Int!]
  }
  input RequestPostsReportInput {
    filter: PostsReportFilter
  }
  type ReportJob {
    id: ID!
    status: String!
  }
  type RequestPostsReportPayload {
    job: ReportJob
  }
  type Mutation {
    requestPostsReport(input: RequestPostsReportInput): RequestPostsReportPayload!
  }
`;

type Add = (data: { readonly filter: unknown }) => Promise<string>;

/** Yoga as it comes, which puts a job into Bee-Queue as it comes: accepted as soon as Redis has it. */
export const acceptWithYoga: MakeServer = async () => yogaThat(addToBeeQueue());

/** BullMQ in Bee-Queue's place, with finished jobs removed, as its guide for production has it. */
export const acceptWithBullMq: MakeServer = async () => {
  const queue = new BullQueue('reports', {
    connection: redisAddress(),
    defaultJobOptions: { removeOnComplete: true, removeOnFail: 1000 },
  });
  return yogaThat(async (data) => (await queue.add('report', data)).id ?? '');
};

/** Mercurius on Fastify in Yoga's place, with its just-in-time compiler on, as its documentation has it. */
export const acceptWithMercurius: MakeServer = async () => {
  const app = fastify();
  await app.register(mercurius.default, { schema: TYPES, resolvers: resolvers(addToBeeQueue()), jit: 1 });
  await app.ready();
  return (request, response) => app.routing(request, response);
};

function addToBeeQueue(): Add {
  const queue = new BeeQueue('reports', { redis: redisAddress(), isWorker: false });
  return async (data) => (await queue.createJob(data).save()).id;
}

function yogaThat(add: Add) {
  return createYoga({
    schema: createSchema({ typeDefs: TYPES, resolvers: resolvers(add) }),
    logging: false,
  });
}

function resolvers(add: Add) {
  return {
    Query: { queue: () => 'reports' },
    Mutation: {
      requestPostsReport: async (_root: unknown, { input }: { input: { filter: unknown } }) => ({
        job: { id: await add({ filter: input.filter }), status: 'QUEUED' },
      }),
    },
  };
}
