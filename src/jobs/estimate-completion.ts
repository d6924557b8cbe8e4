import type { CanonicalFilter } from '../reports/canonical-filter.js';
import { median, modeledMs, trimmedMean } from './duration-model.js';
import { historyOf, likeJobs, type History } from './duration-history.js';
import type { ReportJob } from './job.js';
import type { RecentDuration, Workload } from './ports/job-store.js';

/** What estimates for jobs of one kind are made from. */
export interface KindWorkload extends Omit<Workload, 'now' | 'durations'> {
  readonly durations: readonly RecentDuration[];
  /** The store's clock. */
  readonly now: () => Date;
}

/** How many of the latest durations of like jobs count: load and table change. */
const LATEST = 5;
/** Durations of jobs whose sizes differ by up to this factor are compared as they are. */
const SAME_SIZE = 1.25;
/** The optimizer's estimate of the rows of a query is mostly right within this factor. */
const OPTIMIZER_ERROR = 2;
/** How many of the latest durations stand for the jobs that wait. */
const LATEST_OF_QUEUE = 20;
/** The report's thread reports ten times a second: on average its progress is this old when it is written. */
const PROGRESS_LAG_MS = 50;
/** After this time of a job, its own pace weighs as much as what earlier jobs took. */
const EVEN_WEIGHTS_MS = 1500;

/**
 * When the job will probably be over, from what the latest successes took. Null when nothing is known; never past.
 *
 * @param position of a QUEUED job, in the queue
 */
export function estimateCompletion(
  job: ReportJob,
  workload: KindWorkload,
  position: number | null,
): Date | null {
  const now = workload.now();
  const history = historyOf(workload.durations);
  switch (job.status) {
    case 'SUCCEEDED':
    case 'FAILED':
    case 'CANCELED':
      return null;
    case 'RUNNING': {
      const remaining = remainingMs(job, now, history);
      return remaining === null ? null : new Date(now.getTime() + Math.max(0, remaining));
    }
    case 'QUEUED':
    case 'RETRYING': {
      const own = expectedMs(job.filter, null, history);
      if (own === null || workload.slots === 0) return null;
      const turn = now.getTime() + waitingMs(position ?? 1, workload, history);
      return new Date(Math.max(turn, job.nextAttemptAt?.getTime() ?? 0) + own);
    }
  }
}

/** Whole seconds for `Retry-After`: until the estimated end, from 1 to 30; 2 when nothing is known. */
export function retryAfterSeconds(estimate: Date | null, now: Date): number {
  return boundedSeconds(estimate === null ? null : estimate.getTime() - now.getTime());
}

/** Milliseconds as whole seconds for `Retry-After`, from 1 to 30; 2 when nothing is known. */
export function boundedSeconds(milliseconds: number | null): number {
  return milliseconds === null ? 2 : Math.min(30, Math.max(1, Math.ceil(milliseconds / 1000)));
}

/** Until a slot takes the job, when each job before it takes what jobs take on average. */
function waitingMs(position: number, { slots, running }: KindWorkload, history: History): number {
  const each = trimmedMean(history.latest.slice(0, LATEST_OF_QUEUE).map(({ ranMs }) => ranMs)) ?? 0;
  const busy = Math.min(running, slots);
  // The progress of the running jobs is not read: as if they had begun one after the other, evenly.
  const freeInMs = Array.from({ length: slots }, (_, slot) =>
    slot < slots - busy ? 0 : (each * (slot - (slots - busy) + 1)) / (busy + 1),
  );
  const before = position - 1;
  return (freeInMs[before % slots] ?? 0) + Math.floor(before / slots) * each;
}

/** What is left of a running job: by earlier jobs at first, by its own pace the more the longer it runs. */
function remainingMs(job: ReportJob, now: Date, history: History): number | null {
  if (job.claimedAt === null) return null;
  const elapsed = now.getTime() - job.claimedAt.getTime();
  const total = totalRows(job, history);
  if (total === null && job.progress.processedRows > 0) return null;
  const expected = expectedMs(job.filter, total, history);
  const own = ownPaceMs(job, total, history);
  if (own !== null) return blendedMs(own, expected) - elapsed;
  // Long overdue without any progress: what is known of earlier jobs does not hold for this one.
  if (expected === null || elapsed > 3 * expected + 1000) return null;
  return expected - elapsed;
}

interface OwnPace {
  /** How long the job's progress was observed. */
  readonly observedMs: number;
  /** What the whole job takes at that pace. */
  readonly wholeMs: number;
}

function ownPaceMs(
  { claimedAt, heartbeatAt, progress }: ReportJob,
  total: number | null,
  history: History,
): OwnPace | null {
  if (claimedAt === null || heartbeatAt === null || total === null || progress.processedRows === 0)
    return null;
  const observedMs = Math.max(1, heartbeatAt.getTime() - claimedAt.getTime() - PROGRESS_LAG_MS);
  const fixedMs = Math.min(history.model?.fixedMs ?? 0, observedMs / 2);
  return { observedMs, wholeMs: fixedMs + ((observedMs - fixedMs) * total) / progress.processedRows };
}

/** Earlier jobs may differ from the job's own pace by a factor that shrinks while it is observed, as their weight does. */
function blendedMs({ wholeMs, observedMs }: OwnPace, expected: number | null): number {
  if (expected === null) return wholeMs;
  const factor = 1 + (EVEN_WEIGHTS_MS / observedMs) ** 2;
  const credible = Math.min(Math.max(expected, wholeMs / factor), wholeMs * factor);
  return credible + (wholeMs - credible) / factor;
}

/**
 * The rows that a running job has to read; null when that is not known. What the latest like job read is exact, but the
 * table may have changed since; what the optimizer says is new, but off by a factor. A job that has read more than
 * either has an unknown number of rows to come.
 */
function totalRows({ progress, filter }: ReportJob, history: History): number | null {
  const { processedRows, totalRows: estimated } = progress;
  if (estimated === null) return null;
  const like = likeJobs(filter, history)[0]?.rows ?? 0;
  const isLikely = isWithin(OPTIMIZER_ERROR, like, estimated) || processedRows >= estimated;
  if (isLikely && processedRows <= like) return like;
  return processedRows < estimated ? estimated : null;
}

/**
 * What a job takes from its claim to its end: what the latest like jobs of its size took, else by the model. Null when
 * neither says anything about a job like this.
 *
 * @param rows what it has to read, where that is known; else what the latest like job read
 */
function expectedMs(filter: CanonicalFilter, rows: number | null, history: History): number | null {
  const like = likeJobs(filter, history);
  const size = rows ?? like[0]?.rows;
  if (size === undefined) return null;
  const ofSize = like.filter(({ rows }) => isWithin(SAME_SIZE, rows, size));
  const { model } = history;
  return median(ofSize.slice(0, LATEST).map(({ ranMs }) => ranMs)) ?? (model && modeledMs(model, size));
}

function isWithin(factor: number, one: number, other: number): boolean {
  return one <= other * factor && other <= one * factor;
}
