import type { CanonicalFilter } from '../reports/canonical-filter.js';
import { median, modeledMs, trimmedMean } from './duration-model.js';
import { historyOf, likeJobs, likeModel, narrowAlike, type History } from './duration-history.js';
import type { ReportJob } from './job.js';
import type { RecentDuration, RunningJob, Workload } from './ports/job-store.js';

/** The data for estimates of jobs of one kind. */
export interface KindWorkload extends Omit<Workload, 'now' | 'durations'> {
  readonly durations: readonly RecentDuration[];
  /** The present time by the store's clock. */
  readonly now: () => Date;
}

/** Number of the latest similar jobs whose durations are used; older ones say little, because load and table change. */
const LATEST = 5;
/** Up to this factor between their sizes, durations of jobs are compared without scaling. */
const SAME_SIZE = 1.25;
/** The optimizer's estimate of all rows is mostly right within this factor. */
const TABLE_ERROR = 2;
/** For rows that an index finds: from 200 values on, both servers go by its averages (off by 2.2 in MariaDB 10.11). */
const INDEX_ERROR = 3;
/** Once this share of the optimizer's estimate was read, its error may be more than the rows that are left. */
const OPTIMIZER_SHARE = 0.9;
/** Number of the latest durations from which the average of waiting jobs is made. */
const LATEST_OF_QUEUE = 20;
/** With less progress than this, in percent, the pace of a job before this one is not used. */
const LEAST_PERCENT = 10;
/** Share of the fixed cost that comes before the first row (claim, connect); the rest comes after the last one (save). */
const SHARE_BEFORE_ROWS = 0.5;
/** After a job was observed for this long, its own pace has the same weight as earlier jobs. */
const EVEN_WEIGHTS_MS = 200;

/**
 * When the job will probably be over. Null when nothing is known; never in the past.
 *
 * A duration, from claim to end, is fixed cost + rows × pace, in milliseconds. Both come from earlier jobs, by
 * `duration-model.ts`. A running job has a pace of its own, which outweighs that of earlier jobs as it is observed
 * longer. A waiting job also waits for the jobs before it.
 *
 * @param position place in the queue, for a QUEUED job
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
      const startsAt = now.getTime() + waitingMs(position ?? 1, workload, history);
      return new Date(Math.max(startsAt, job.nextAttemptAt?.getTime() ?? 0) + own);
    }
  }
}

/** Whole seconds for `Retry-After`: the time until the estimated end, from 1 to 30; 2 when nothing is known. */
export function retryAfterSeconds(estimate: Date | null, now: Date): number {
  return boundedSeconds(estimate === null ? null : estimate.getTime() - now.getTime());
}

/** Milliseconds as whole seconds for `Retry-After`, from 1 to 30; 2 when nothing is known. */
export function boundedSeconds(milliseconds: number | null): number {
  return milliseconds === null ? 2 : Math.min(30, Math.max(1, Math.ceil(milliseconds / 1000)));
}

/** The time until a slot claims the job, if each job before it takes the average duration. */
function waitingMs(position: number, { slots, running, now }: KindWorkload, history: History): number {
  const each = trimmedMean(history.latest.slice(0, LATEST_OF_QUEUE).map(({ ranMs }) => ranMs)) ?? 0;
  const busyMs = running.map((job) => restOf(job, now(), each)).sort((a, b) => a - b);
  const freeInMs = [...Array.from({ length: Math.max(0, slots - busyMs.length) }, () => 0), ...busyMs];
  const before = position - 1;
  return (freeInMs[before % slots] ?? 0) + Math.floor(before / slots) * each;
}

/** The remaining time of a job of any kind: by its own pace, at first by the average duration. */
function restOf({ claimedAt, heartbeatAt, percent }: RunningJob, now: Date, each: number): number {
  const observedMs = heartbeatAt.getTime() - claimedAt.getTime();
  const wholeMs = percent === null || percent < LEAST_PERCENT ? each : (observedMs * 100) / percent;
  return Math.max(0, wholeMs - (now.getTime() - claimedAt.getTime()));
}

/** The remaining time of a running job: at first by earlier jobs, and the longer it runs, the more by its own pace. */
function remainingMs(job: ReportJob, now: Date, history: History): number | null {
  if (job.claimedAt === null) return null;
  const elapsed = now.getTime() - job.claimedAt.getTime();
  const total = totalRows(job, history);
  if (total === null && job.progress.processedRows > 0) return null;
  const expected = expectedMs(job.filter, total, history);
  const own = ownPaceMs(job, total, history);
  if (own !== null) return blendedMs(own, expected) - elapsed;
  // The job is long overdue and has no progress, so earlier jobs say nothing about it.
  if (expected === null || elapsed > 3 * expected + 1000) return null;
  return expected - elapsed;
}

interface OwnPace {
  /** Time from the claim to the latest progress. */
  readonly observedMs: number;
  /** The duration of the whole job at that pace. */
  readonly wholeMs: number;
}

/** Whole duration = fixed cost + time of reading so far × rows in total / rows so far. */
function ownPaceMs(
  { claimedAt, heartbeatAt, progress, filter }: ReportJob,
  total: number | null,
  history: History,
): OwnPace | null {
  if (claimedAt === null || heartbeatAt === null || total === null || progress.processedRows === 0)
    return null;
  const observedMs = Math.max(1, heartbeatAt.getTime() - claimedAt.getTime());
  const fixedMs = likeModel(filter, history)?.fixedMs ?? 0;
  const readingMs = observedMs - Math.min(fixedMs * SHARE_BEFORE_ROWS, observedMs / 2);
  return { observedMs, wholeMs: fixedMs + (readingMs * total) / progress.processedRows };
}

/**
 * Combines the job's own pace with the duration of earlier jobs. The longer the job was observed, the less weight
 * earlier jobs have, and the less they may differ from its pace.
 */
function blendedMs({ wholeMs, observedMs }: OwnPace, expected: number | null): number {
  if (expected === null) return wholeMs;
  const factor = 1 + EVEN_WEIGHTS_MS / observedMs;
  const credible = Math.min(Math.max(expected, wholeMs / factor), wholeMs * factor);
  return credible + (wholeMs - credible) / factor;
}

/**
 * The rows that a running job has to read; null when unknown. The count of the latest similar job is exact but may be
 * outdated; the optimizer's estimate is current but inexact. Near the end of the estimate, or after more rows than like
 * jobs had, an unknown number is left.
 */
function totalRows({ progress, filter }: ReportJob, history: History): number | null {
  const { processedRows, totalRows: estimated } = progress;
  if (estimated === null) return null;
  const [latest] = likeJobs(filter, history);
  const like = latest?.rows ?? 0;
  const error = latest !== undefined && narrowAlike(filter, latest.filter) ? INDEX_ERROR : TABLE_ERROR;
  const isLikely = isWithin(error, like, estimated) || processedRows >= estimated;
  if (isLikely && processedRows <= like) return like;
  return processedRows < OPTIMIZER_SHARE * estimated ? estimated : null;
}

/**
 * The duration of a job from claim to end: the median of the latest similar jobs of its size, else by the model of
 * similar jobs, else by that of all jobs. Null when none of them covers such a job.
 *
 * @param rows the rows to read, if known; else those of the latest similar job count
 */
function expectedMs(filter: CanonicalFilter, rows: number | null, history: History): number | null {
  const like = likeJobs(filter, history);
  const size = rows ?? like[0]?.rows;
  if (size === undefined) return null;
  const ofSize = like.filter(({ rows }) => isWithin(SAME_SIZE, rows, size));
  return (
    median(ofSize.slice(0, LATEST).map(({ ranMs }) => ranMs)) ??
    modeledMs(likeModel(filter, history), size) ??
    modeledMs(history.model, size)
  );
}

function isWithin(factor: number, one: number, other: number): boolean {
  return one <= other * factor && other <= one * factor;
}
