import { ReportsError, type ErrorCode } from '../reports/errors.js';
import { isTerminal, type ReportJob } from './job.js';
import type { Requester } from '../reports/requester.js';
import type { JobWatcher } from './job-watcher.js';

/** A longer wait is taken as this. */
export const MAX_WAIT_MS = 60_000;

/** The process stops, or the requester waits too often at a time: the wait ends with what is known, not with an error. */
const CUTS_WAITING_SHORT: ReadonlySet<ErrorCode> = new Set(['SERVICE_UNAVAILABLE', 'RATE_LIMITED']);

/**
 * The job as it is when it is over or the time is up, whichever comes first.
 *
 * @param milliseconds 0 or more; more than 60,000 is taken as 60,000
 * @param signal the caller hung up; this resolves early, and nothing is canceled
 * @throws NotFoundError
 */
export async function waitForJob(
  deps: { readonly watcher: Pick<JobWatcher, 'watchJob'> },
  requester: Requester,
  job: ReportJob,
  { milliseconds, signal }: { milliseconds: number; signal?: AbortSignal | undefined },
): Promise<ReportJob> {
  if (isTerminal(job.status) || milliseconds <= 0 || signal?.aborted === true) return job;
  let latest = job;
  let stop = (): void => {};
  const timer = setTimeout(() => stop(), Math.min(milliseconds, MAX_WAIT_MS));
  try {
    const states = deps.watcher.watchJob(requester, job.id, { after: job.version });
    stop = (): void => void states.return?.();
    signal?.addEventListener('abort', stop, { once: true });
    for await (const state of states) latest = state;
  } catch (error) {
    if (!(error instanceof ReportsError) || !CUTS_WAITING_SHORT.has(error.code)) throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
  return latest;
}
