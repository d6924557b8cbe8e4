import type { Attack } from '../attack.js';
import { makeLargeJobs } from './large-jobs.js';
import { query, sendInLoops } from './send.js';

function idsOf(aliases: number): string {
  const lists = Array.from({ length: aliases }, (_, n) => `a${n}: filter { userIds }`).join(' ');
  return `{ jobs(first: 1000) { nodes { ${lists} } } }`;
}

/**
 * The variable has the name of a method of every object. A careless lookup of its value would find the method instead
 * of the default 1,000.
 */
const BY_DEFAULT =
  'query ($toString: Int! = 1000) { jobs { nodes { report { rows(first: $toString) { nodes { userId } } } } } }';

/** Alternates between the most expensive requests that the service serves and requests that it refuses. */
export const costlyJobs: Attack = {
  name: '1,000 jobs with lists of 1,000 ids, as often as is served and more often',
  isQuick: true,
  prepare: makeLargeJobs,
  run: (target, over) =>
    sendInLoops(target, over, 4, (number) => query([idsOf(3), idsOf(10), BY_DEFAULT][number % 3] as string)),
};
