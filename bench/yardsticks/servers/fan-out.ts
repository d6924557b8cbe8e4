import type { GraphQLSchema } from 'graphql';
import { createSchema, createYoga } from 'graphql-yoga';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { createResolvers, REPORT_COMPLETED, typeDefs } from '../../../examples/assignment/queued.js';
import type { MakeServer } from '../../make-server.js';
import { redisPubSub } from '../redis-address.js';

/**
 * The queued API of `examples/assignment`, with graphql-ws for WebSocket as its documentation says. The mutation makes
 * no job and publishes an end at once, so that only the delivery to subscribers is measured.
 */
export const fanOutOfTheBox: MakeServer = async (server) => {
  const pubSub = redisPubSub();
  let count = 0;
  const enqueue = async () => {
    count += 1;
    const id = String(count);
    await pubSub.publish(REPORT_COMPLETED, { reportCompleted: { id, status: 'CANCELED' } });
    return id;
  };
  const schema: GraphQLSchema = createSchema({ typeDefs, resolvers: createResolvers({ enqueue, pubSub }) });
  const webSockets = new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false });
  useServer({ schema }, webSockets);
  return createYoga({ schema, logging: false });
};
