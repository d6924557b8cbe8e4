import type { Attack } from '../attack.js';
import { makeLargeJobs } from './large-jobs.js';
import { get, post, readNothing } from './sockets.js';
import { askAndReadNothing } from './web-sockets.js';

/** The service closes the connection of a client that reads nothing for 30 s, so the attack lasts longer. */
const SECONDS = 35;

const LARGE_ANSWER = {
  query:
    '{ jobs(first: 1000) { nodes { a: filter { userIds } b: filter { userIds } c: filter { userIds } } } }',
};

export const slowReaders: readonly Attack[] = [
  {
    name: '120 clients that do not read the GraphiQL page',
    isQuick: true,
    seconds: SECONDS,
    run: (target, over) =>
      readNothing(target, over, target.isShort ? 20 : 120, get(target, '/graphql', 'Accept: text/html')),
  },
  {
    name: '60 clients that do not read a synchronous report',
    isQuick: false,
    seconds: SECONDS,
    run: (target, over) => readNothing(target, over, 60, get(target, '/api/1.0/report/posts')),
  },
  {
    name: '20 clients that do not read a large GraphQL answer',
    isQuick: false,
    seconds: SECONDS,
    prepare: makeLargeJobs,
    run: (target, over) => readNothing(target, over, 20, post(target, '/graphql', LARGE_ANSWER)),
  },
  {
    name: '20 large GraphQL answers at once over a WebSocket that is not read',
    isQuick: false,
    seconds: SECONDS,
    prepare: makeLargeJobs,
    run: (target, over) => askAndReadNothing(target, over, 20, LARGE_ANSWER),
  },
];
