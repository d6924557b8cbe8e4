import type { Request } from '../../../bench/http-client.js';
import type { Target } from '../attack.js';
import { sendInLoops } from './send.js';

let made: Promise<void> | undefined;

/** Creates as many jobs as a page shows, each with 1,000 users in its filter. Only the first call creates jobs. */
export function makeLargeJobs(target: Target): Promise<void> {
  return (made ??= make(target));
}

async function make(target: Target): Promise<void> {
  const count = target.isShort ? 50 : 1000;
  await sendInLoops(target, new AbortController().signal, 8, (number) =>
    number < count ? largeJob(number) : undefined,
  );
}

function largeJob(number: number): Request {
  const ids = Array.from({ length: 1000 }, (_, index) => 2_000_000_000 + number * 1000 + index);
  return { path: '/api/2.0/report/posts', body: { filter: { user_ids: ids } } };
}
