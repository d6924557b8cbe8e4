import { Queue as BullQueue } from 'bullmq';
import BeeQueue from 'bee-queue';
import { fastify } from 'fastify';
import { createSchema, createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';
import { createResolvers, typeDefs, type QueuedDeps } from '../../../examples/assignment/queued.js';
import type { MakeServer } from '../../make-server.js';
import { redisAddress } from '../redis-address.js';

/** The queued API of `examples/assignment`, which accepts a request as soon as Redis has the job. */
export const acceptWithYoga: MakeServer = async () => yogaThat(addToBeeQueue());

/**
 * The queued API with BullMQ instead of Bee-Queue. Finished jobs are removed, as BullMQ's guide for production says.
 */
export const acceptWithBullMq: MakeServer = async () => {
  const queue = new BullQueue('reports', {
    connection: redisAddress(),
    defaultJobOptions: { removeOnComplete: true, removeOnFail: 1000 },
  });
  return yogaThat(async (data) => (await queue.add('report', data)).id ?? '');
};

/**
 * The queued API with Mercurius on Fastify instead of Yoga, with the just-in-time compiler that Mercurius's
 * documentation recommends.
 */
export const acceptWithMercurius: MakeServer = async () => {
  const app = fastify();
  const resolvers = createResolvers({ enqueue: addToBeeQueue() });
  await app.register(mercurius.default, { schema: typeDefs, resolvers, jit: 1, subscription: true });
  await app.ready();
  return (request, response) => app.routing(request, response);
};

function addToBeeQueue(): QueuedDeps['enqueue'] {
  const queue = new BeeQueue('reports', { redis: redisAddress(), isWorker: false });
  return async (data) => (await queue.createJob(data).save()).id;
}

function yogaThat(enqueue: QueuedDeps['enqueue']) {
  return createYoga({
    schema: createSchema({ typeDefs, resolvers: createResolvers({ enqueue }) }),
    logging: false,
  });
}
