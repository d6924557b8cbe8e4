import BeeQueue from 'bee-queue';
import { createSchema, createYoga } from 'graphql-yoga';
import { ulid } from 'ulid';
import { createResolvers, typeDefs } from '../../../examples/assignment/queued.js';
import type { MakeServer } from '../../make-server.js';
import { jobRows, noJobRows, type JobRows } from '../job-rows.js';
import { redisAddress, redisPubSub } from '../redis-address.js';

/** The name of the Bee-Queue queue in this measurement. */
export const QUEUE = 'round-trip-events';

/** The queued API of `examples/assignment`: stock Yoga, Bee-Queue and graphql-redis-subscriptions. */
export const roundTripWithYoga: MakeServer = async () => yogaThatKeeps(noJobRows());

/** The queued API of `examples/assignment`, which also commits a row for each job. */
export const roundTripWithRows: MakeServer = async () => yogaThatKeeps(await jobRows());

function yogaThatKeeps(rows: JobRows) {
  const queue = new BeeQueue(QUEUE, { redis: redisAddress(), isWorker: false });
  const enqueue = async () => {
    const id = ulid();
    await rows.insert(id);
    await queue.createJob({ id }).setId(id).save();
    return id;
  };
  const resolvers = createResolvers({ enqueue, pubSub: redisPubSub() });
  return createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false });
}
