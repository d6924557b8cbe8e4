/** `npm run assignment`, beside `npm start`: runs both APIs in this process, and the worker in a second process. */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import BeeQueue from 'bee-queue';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { createSchema, createYoga } from 'graphql-yoga';
import knexModule from 'knex';
import { countWords } from './count-words.js';
import { createResolvers, typeDefs } from './queued.js';
import { createSynchronousApi } from './synchronous.js';
import { startWorker, type ReportRequest } from './worker.js';

const { DATABASE_URL = '', REDIS_URL = '', SYNCHRONOUS_PORT = '4001', QUEUED_PORT = '4002' } = process.env;
const isWorker = process.argv[2] === 'worker';
const db = knexModule.knex({ client: 'mysql2', connection: DATABASE_URL });
const queue = new BeeQueue<ReportRequest>('assignment', { redis: { url: REDIS_URL }, isWorker });
const pubSub = new RedisPubSub({ connection: REDIS_URL });

if (isWorker) {
  process.once('disconnect', () => process.exit()); // the APIs have ended
  startWorker(queue, pubSub, ({ filter }) => countWords(db, filter));
} else {
  const enqueue = async (data: ReportRequest) => (await queue.createJob(data).save()).id;
  const schema = createSchema({ typeDefs, resolvers: createResolvers({ enqueue, pubSub }) });
  listen(
    SYNCHRONOUS_PORT,
    createSynchronousApi((filter) => countWords(db, filter)),
  );
  listen(QUEUED_PORT, createYoga({ schema }));
  const worker = fork(import.meta.filename, ['worker']);
  console.log(`Synchronous: http://127.0.0.1:${SYNCHRONOUS_PORT}/graphql`);
  console.log(`Queued: http://127.0.0.1:${QUEUED_PORT}/graphql`);
  console.log(`The worker is process ${worker.pid}.`);
}

function listen(port: string, yoga: ReturnType<typeof createSynchronousApi>): void {
  createServer((request, response) => void yoga(request, response)).listen(Number(port), '127.0.0.1');
}
