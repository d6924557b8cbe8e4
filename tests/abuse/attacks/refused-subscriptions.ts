import type { Attack } from '../attack.js';
import { query, sendInLoops } from './send.js';

export const refusedSubscriptions: Attack = {
  name: '406 for 20,000 subscriptions that accept no stream',
  isQuick: true,
  run: (target, over) =>
    sendInLoops(target, over, 32, (number) =>
      number < (target.isShort ? 500 : 20_000) ? query('subscription { reportCompleted { id } }') : undefined,
    ),
};
