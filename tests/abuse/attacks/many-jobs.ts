import type { Attack } from '../attack.js';
import { sendInLoops } from './send.js';

/** The jobs stay in the queue for a while after this attack, so it must be the last attack of a run. */
export const manyJobs: Attack = {
  name: '10,000 requests for jobs where 2,000 may be open',
  isQuick: false,
  run: (target, over) =>
    sendInLoops(target, over, 16, (number) =>
      number < 10_000
        ? { path: '/api/2.0/report/posts', body: { filter: { user_ids: [number + 1] } } }
        : undefined,
    ),
};
