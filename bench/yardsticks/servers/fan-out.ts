import type { GraphQLSchema } from 'graphql';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { createSchema, createYoga } from 'graphql-yoga';
import { useServer } from 'graphql-ws/use/ws';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import type { MakeServer } from '../../make-server.js';
import { redisAddress } from '../redis-address.js';

const TOPIC = 'REPORT_COMPLETED';

/**
 * Yoga (and graphql-ws beside it, for WebSocket) with the iterators of graphql-redis-subscriptions, as the
 * documentation of all three has it.
 */
export const fanOutOfTheBox: MakeServer = async (server) => {
  const pubSub = new RedisPubSub({
    publisher: new Redis(redisAddress()),
    subscriber: new Redis(redisAddress()),
  });
  const schema: GraphQLSchema = createSchema({
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
  });
  const webSockets = new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false });
  useServer({ schema }, webSockets);
  return createYoga({ schema, logging: false });
};
