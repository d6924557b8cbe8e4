import {
  describeFailure,
  FencedError,
  jobFields,
  logAttemptFailure,
  ReleasedError,
} from './attempt-failure.js';
import { ServiceUnavailableError, TimeoutError, type AttemptErrorCode } from '../reports/errors.js';
import type { Claim, ReportJob } from './job.js';
import type { GenerateProgress } from '../reports/generate-report.js';
import type { LeaseKeeper } from './lease-keeper.js';
import type { JobEvents } from './ports/job-events.js';
import type { AttemptFailure, JobAttempts } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';
import type { ReportRunner } from './ports/report-runner.js';
import { backoffMs, type RetryPolicy } from './retry-policy.js';
import { withoutPasswords } from './without-passwords.js';

export interface RunJobDeps {
  readonly store: Pick<JobAttempts, 'succeed' | 'fail' | 'release'>;
  readonly runner: Pick<ReportRunner, 'run'>;
  readonly leases: Pick<LeaseKeeper, 'hold'>;
  readonly events: Pick<JobEvents, 'publish'>;
  readonly logger: Logger;
  readonly retryPolicy: RetryPolicy;
  readonly jobTimeoutMs: number;
  readonly resultTtlSeconds: number;
}

export type AttemptOutcome =
  | { readonly end: 'succeeded' | 'released' | 'fenced' }
  | { readonly end: 'failed'; readonly code: AttemptErrorCode };

interface RunJobOptions {
  /** Aborted when the process shuts down: the job is then released. */
  readonly stopping: AbortSignal;
  readonly onPercent?: (percent: number) => void;
}

/** How long the write of an attempt's end is retried while the database is unreachable. */
const SAVE_RETRIES_MS = 30_000;
const SAVE_RETRY_PAUSE_MS = 250;

/** Runs one claimed attempt to its end: generate → save result and status → publish. Never rejects. */
export async function runJob(
  deps: RunJobDeps,
  job: ReportJob,
  options: RunJobOptions,
): Promise<AttemptOutcome> {
  const { logger, jobTimeoutMs } = deps;
  const log = jobFields(job);
  logger.info(log, 'attempt started');

  const controller = new AbortController();
  const lease = deps.leases.hold(job, () => controller.abort(new FencedError()));
  const release = (): void => controller.abort(new ReleasedError());
  options.stopping.addEventListener('abort', release, { once: true });
  if (options.stopping.aborted) release();
  const deadline = setTimeout(() => controller.abort(new TimeoutError(jobTimeoutMs)), jobTimeoutMs);
  try {
    const generating = deps.runner.run(
      { kind: job.kind, definition: job.definition, filter: job.filter },
      { signal: controller.signal, onProgress: progressWriter(lease, options.onPercent) },
    );
    // The event is published after the start of the report, because publishing first would delay the start.
    void deps.events.publish({ jobId: job.id, version: job.version });
    const report = await generating;
    clearTimeout(deadline);
    const saved = await saveEnd(deps, job, () =>
      deps.store.succeed(job, report, { resultTtlSeconds: deps.resultTtlSeconds }),
    );
    return concluded(log, logger, saved, { end: 'succeeded' });
  } catch (cause) {
    return await endUnsuccessfully(deps, job, controller.signal.aborted ? controller.signal.reason : cause);
  } finally {
    clearTimeout(deadline);
    options.stopping.removeEventListener('abort', release);
    lease.stopRenewing();
  }
}

async function endUnsuccessfully(deps: RunJobDeps, job: ReportJob, cause: unknown): Promise<AttemptOutcome> {
  const { logger, store } = deps;
  const log = jobFields(job);
  if (cause instanceof FencedError) return concluded(log, logger, undefined, { end: 'fenced' });
  try {
    if (cause instanceof ReleasedError) {
      const released = await saveEnd(deps, job, () => store.release(job));
      return concluded(log, logger, released, { end: 'released' });
    }
    const failure = failureOf(deps, job, cause);
    const { code } = failure;
    const failed = await saveEnd(deps, job, () => store.fail(job, failure));
    if (failed === undefined) return concluded(log, logger, failed, { end: 'fenced' });
    logAttemptFailure(logger, failed, code, cause);
    return { end: 'failed', code };
  } catch (unsaved) {
    // The lease will expire, and the dispatcher will then take the job back.
    logger.warn(
      { ...log, err: unsaved, reason: withoutPasswords(String(cause)) },
      'the end of the attempt could not be saved; its lease will run out',
    );
    return { end: 'failed', code: 'DATABASE_UNAVAILABLE' };
  }
}

function failureOf(deps: RunJobDeps, job: ReportJob, cause: unknown): AttemptFailure {
  const { isFinal, ...failure } = describeFailure(cause);
  const attemptsInRun = job.attemptCount - job.attemptsBeforeRun;
  const retryInMs = isFinal ? null : backoffMs(deps.retryPolicy, attemptsInRun, Math.random());
  return { ...failure, retryInMs };
}

/** Saves the end of an attempt, with retries while the database is unreachable, and then publishes the job's change. */
async function saveEnd(
  deps: RunJobDeps,
  claim: Claim,
  save: () => Promise<ReportJob | undefined>,
): Promise<ReportJob | undefined> {
  const giveUpAt = performance.now() + SAVE_RETRIES_MS;
  for (;;) {
    try {
      const saved = await save();
      if (saved !== undefined) await deps.events.publish({ jobId: claim.id, version: saved.version });
      return saved;
    } catch (cause) {
      if (!(cause instanceof ServiceUnavailableError) || performance.now() > giveUpAt) throw cause;
      await new Promise((resolve) => setTimeout(resolve, SAVE_RETRY_PAUSE_MS));
    }
  }
}

function concluded(
  log: object,
  logger: Logger,
  saved: ReportJob | undefined,
  outcome: AttemptOutcome,
): AttemptOutcome {
  if (saved === undefined) {
    logger.warn(log, 'attempt fenced: the job is no longer this worker’s');
    return { end: 'fenced' };
  }
  logger.info({ ...log, status: saved.status }, `attempt ${outcome.end}`);
  return outcome;
}

function progressWriter(lease: ReturnType<LeaseKeeper['hold']>, onPercent?: (percent: number) => void) {
  let highest = 0;
  let shown = -1;
  return ({ processedRows, estimatedRows }: GenerateProgress): void => {
    if (estimatedRows === null || estimatedRows <= 0) {
      lease.report({ processedRows, totalRows: null, percent: null });
      return;
    }
    // At most 99 until the job is SUCCEEDED, because the estimated number of rows may be too low.
    highest = Math.max(highest, Math.min(99, Math.floor((1000 * processedRows) / estimatedRows) / 10));
    lease.report({ processedRows, totalRows: Math.max(processedRows, estimatedRows), percent: highest });
    if (Math.floor(highest) > shown) {
      shown = Math.floor(highest);
      onPercent?.(shown);
    }
  };
}
