import { RedisPubSub } from 'graphql-redis-subscriptions';
import { createSchema, createYoga } from 'graphql-yoga';
import { Redis } from 'ioredis';
import type { MakeServer } from '../../servers.js';
import { redisAddress } from '../redis-address.js';

const TOPIC = 'REPORT_COMPLETED';

/** Yoga with the iterators of graphql-redis-subscriptions, as the documentation of both has it. */
export const fanOutOfTheBox: MakeServer = async () => {
  const pubSub = new RedisPubSub({
    publisher: new Redis(redisAddress()),
    subscriber: new Redis(redisAddress()),
  });
  return createYoga({
    schema: createSchema({
      typeDefs: /* GraphQL */ `
        type Query {
          topic: String!
        }
        type ReportJob {
          id: ID!
          status: String!
        }
        type Mutation {
          end(id: ID!): Boolean!
        }
        type Subscription {
          reportCompleted: ReportJob!
        }
      `,
      resolvers: {
        Query: { topic: () => TOPIC },
        Mutation: {
          end: async (_root: unknown, { id }: { id: string }) => {
            await pubSub.publish(TOPIC, { reportCompleted: { id, status: 'CANCELED' } });
            return true;
          },
        },
        Subscription: { reportCompleted: { subscribe: () => pubSub.asyncIterableIterator(TOPIC) } },
      },
    }),
    logging: false,
  });
};
