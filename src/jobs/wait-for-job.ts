import { ReportsError, type ErrorCode } from '../reports/errors.js';
import { isTerminal, type ReportJob } from './job.js';
import type { Requester } from '../reports/requester.js';
import type { JobWatcher } from './job-watcher.js';

/** Longest wait. A longer wait is shortened to this. */
export const MAX_WAIT_MS = 60_000;

/**
 * Errors that end a wait early, with the present state of the job: the process stops, or the requester has too many
 * waits.
 */
const ENDS_WAIT_EARLY: ReadonlySet<ErrorCode> = new Set(['SERVICE_UNAVAILABLE', 'RATE_LIMITED']);

/**
 * Resolves with the job when the job is over or the time is up.
 *
 * @param milliseconds 0 or more; a longer wait than 60,000 is shortened to 60,000
 * @param caller its signal is aborted when the caller disconnects; the promise then resolves early, and the job is not
 *   canceled
 * @throws NotFoundError
 */
export async function waitForJob(
  deps: { readonly watcher: Pick<JobWatcher, 'watchJob'> },
  requester: Requester,
  job: ReportJob,
  milliseconds: number,
  caller: { readonly signal: AbortSignal },
): Promise<ReportJob> {
  if (isTerminal(job.status) || milliseconds <= 0) return job;
  const { signal } = caller; // the getter creates the signal at its first read
  if (signal.aborted) return job;
  let latest = job;
  let stop = (): void => {};
  const timer = setTimeout(() => stop(), Math.min(milliseconds, MAX_WAIT_MS));
  try {
    const states = deps.watcher.watchJob(requester, job.id, { after: job.version });
    stop = (): void => void states.return?.();
    signal.addEventListener('abort', stop, { once: true });
    for await (const state of states) latest = state;
  } catch (error) {
    if (!(error instanceof ReportsError) || !ENDS_WAIT_EARLY.has(error.code)) throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
  return latest;
}
