import type { Request } from '../../../bench/http-client.js';
import type { Attack } from '../attack.js';
import { query, sendInLoops } from './send.js';

const ORIGIN = { origin: 'http://attacker.example:4000' };
const CROSS_SITE = { 'sec-fetch-site': 'cross-site' };
const SAME_SITE = { 'sec-fetch-site': 'same-site' };
const REPORT = '{ postsReport { totalWords } }';

/** Requests that a browser sends for a page of another site. */
const REQUESTS: readonly Request[] = [
  { method: 'GET', path: '/api/1.0/report/posts', headers: CROSS_SITE },
  { method: 'GET', path: `/graphql?query=${encodeURIComponent(REPORT)}`, headers: SAME_SITE },
  {
    method: 'GET',
    path: `/graphql?query=${encodeURIComponent('subscription { reportCompleted { id } }')}`,
    headers: { ...CROSS_SITE, accept: 'text/event-stream' },
  },
  { path: '/api/2.0/report/posts', headers: ORIGIN },
  { ...query('mutation { deleteFailedJobs(limit: 1000) { affectedCount } }'), headers: ORIGIN },
  { ...query(REPORT), headers: { host: 'attacker.example:4000', ...ORIGIN, ...CROSS_SITE } },
];

export const foreignPages: Attack = {
  name: 'work that pages of other sites ask for',
  isQuick: true,
  run: (target, over) => sendInLoops(target, over, 8, (number) => REQUESTS[number % REQUESTS.length]),
};
