import type { CanonicalFilter } from '../reports/canonical-filter.js';
import { median, modeledMs, trimmedMean } from './duration-model.js';
import {
  haveSimilarConditions,
  historyOf,
  similarJobs,
  similarModel,
  type History,
} from './duration-history.js';
import type { ReportJob } from './job.js';
import type { RecentDuration, RunningJob, Workload } from './ports/job-store.js';

/** The data from which the end of a job of one kind is estimated. */
export interface KindWorkload extends Omit<Workload, 'now' | 'durations'> {
  readonly durations: readonly RecentDuration[];
  /** The present time by the store's clock. */
  readonly now: () => Date;
}

/**
 * Number of the latest similar jobs whose durations are used. Older jobs say little, because the load and the table
 * change.
 */
const LATEST = 5;
/** The durations of two jobs are compared without scaling when their numbers of rows differ by at most this factor. */
const SAME_SIZE = 1.25;
/** The optimizer's estimate of the rows of a whole table is usually wrong by at most this factor. */
const TABLE_ERROR = 2;
/**
 * The optimizer's estimate of rows that it finds through an index is usually wrong by at most this factor. For lists of
 * 200 values or more, MySQL and MariaDB estimate from the index's average rows per value (wrong by a factor of 2.2 in
 * MariaDB 10.11).
 */
const INDEX_ERROR = 3;
/**
 * Once a job has read this share of the optimizer's estimate, the error of the estimate may exceed the number of
 * remaining rows.
 */
const OPTIMIZER_SHARE = 0.9;
/** Number of the latest durations whose average is the expected duration of each job ahead in the queue. */
const LATEST_OF_QUEUE = 20;
/** The pace of a running job ahead in the queue is used once its progress has reached this percentage. */
const LEAST_PERCENT = 10;
/**
 * Share of the fixed cost that comes before the first row (claim, connect). The rest comes after the last row (save).
 */
const SHARE_BEFORE_ROWS = 0.5;
/** After a job was observed for this long, its own pace and the durations of earlier jobs have equal weight. */
const EVEN_WEIGHTS_MS = 200;

/**
 * The time at which the job will probably end. Null when nothing is known; never in the past.
 *
 * A job's duration, from claim to end, is fixed cost + rows × pace, in milliseconds. `duration-model.ts` derives the
 * fixed cost and the pace from earlier jobs. A running job also has a measured pace: the longer the job is observed,
 * the more weight its measured pace has. A waiting job also waits for the jobs ahead of it in the queue.
 *
 * @param position place in the queue, 1 for the next job to be claimed; null counts as 1
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
      if (own === null || !canStart(job, workload)) return null;
      const startsAt = now.getTime() + waitingMs(position ?? 1, workload, history);
      return new Date(Math.max(startsAt, job.nextAttemptAt?.getTime() ?? 0) + own);
    }
  }
}

/** False while no worker lives, or none that lives knows the job's definition. */
function canStart({ definition }: ReportJob, { slots, definitions }: KindWorkload): boolean {
  return slots > 0 && (definitions === undefined || definitions.includes(definition));
}

/** The time until the estimated end in whole seconds for `Retry-After`, from 1 to 30; 2 when nothing is known. */
export function retryAfterSeconds(estimate: Date | null, now: Date): number {
  return boundedSeconds(estimate === null ? null : estimate.getTime() - now.getTime());
}

/** Rounds milliseconds up to whole seconds for `Retry-After`, from 1 to 30; 2 for null. */
export function boundedSeconds(milliseconds: number | null): number {
  return milliseconds === null ? 2 : Math.min(30, Math.max(1, Math.ceil(milliseconds / 1000)));
}

/** The time until a worker claims the job, if each waiting job ahead of it takes the average duration. */
function waitingMs(position: number, { slots, running, now }: KindWorkload, history: History): number {
  const averageMs = trimmedMean(history.latest.slice(0, LATEST_OF_QUEUE).map(({ ranMs }) => ranMs)) ?? 0;
  const busyMs = running.map((job) => restOf(job, now(), averageMs)).sort((a, b) => a - b);
  const freeInMs = [...Array.from({ length: Math.max(0, slots - busyMs.length) }, () => 0), ...busyMs];
  const before = position - 1;
  return (freeInMs[before % slots] ?? 0) + Math.floor(before / slots) * averageMs;
}

/** The remaining time of a running job, by the job's own pace; by the average duration while it has little progress. */
function restOf({ claimedAt, heartbeatAt, percent }: RunningJob, now: Date, averageMs: number): number {
  const observedMs = heartbeatAt.getTime() - claimedAt.getTime();
  const wholeMs = percent === null || percent < LEAST_PERCENT ? averageMs : (observedMs * 100) / percent;
  return Math.max(0, wholeMs - (now.getTime() - claimedAt.getTime()));
}

/**
 * The remaining time of a running job. At first it is derived from earlier jobs; the longer the job runs, the more
 * weight the job's own pace has.
 */
function remainingMs(job: ReportJob, now: Date, history: History): number | null {
  if (job.claimedAt === null) return null;
  const elapsed = now.getTime() - job.claimedAt.getTime();
  const total = totalRows(job, history);
  if (total === null && job.progress.processedRows > 0) return null;
  const expected = expectedMs(job.filter, total, history);
  const own = ownPaceMs(job, total, history);
  if (own !== null) return blendedMs(own, expected) - elapsed;
  // The job is long overdue and has no progress, so the durations of earlier jobs do not apply to it.
  if (expected === null || elapsed > 3 * expected + 1000) return null;
  return expected - elapsed;
}

interface OwnPace {
  /** Time from the claim to the latest progress. */
  readonly observedMs: number;
  /** Duration of the whole job, extrapolated from its own pace. */
  readonly wholeMs: number;
}

/** Whole duration = fixed cost + time spent reading × total rows / rows read. */
function ownPaceMs(
  { claimedAt, heartbeatAt, progress, filter }: ReportJob,
  total: number | null,
  history: History,
): OwnPace | null {
  if (claimedAt === null || heartbeatAt === null || total === null || progress.processedRows === 0)
    return null;
  const observedMs = Math.max(1, heartbeatAt.getTime() - claimedAt.getTime());
  const fixedMs = similarModel(filter, history)?.fixedMs ?? 0;
  const readingMs = observedMs - Math.min(fixedMs * SHARE_BEFORE_ROWS, observedMs / 2);
  return { observedMs, wholeMs: fixedMs + (readingMs * total) / progress.processedRows };
}

/**
 * Combines the job's own pace with the expected duration from earlier jobs. The longer the job was observed, the less
 * weight the expected duration has, and the closer it is clamped to the duration at the job's own pace.
 */
function blendedMs({ wholeMs, observedMs }: OwnPace, expected: number | null): number {
  if (expected === null) return wholeMs;
  const factor = 1 + EVEN_WEIGHTS_MS / observedMs;
  const credible = Math.min(Math.max(expected, wholeMs / factor), wholeMs * factor);
  return credible + (wholeMs - credible) / factor;
}

/**
 * The number of rows that a running job has to read; null when it is unknown. The row count of the latest similar job
 * is exact but may be outdated. The optimizer's estimate is current but inexact. The number becomes unknown when the
 * job has read almost all of the estimated rows and the similar job's count is implausible or exceeded.
 */
function totalRows({ progress, filter }: ReportJob, history: History): number | null {
  const { processedRows, totalRows: estimated } = progress;
  if (estimated === null) return null;
  const [latest] = similarJobs(filter, history);
  const similarRows = latest?.rows ?? 0;
  const error =
    latest !== undefined && haveSimilarConditions(filter, latest.filter) ? INDEX_ERROR : TABLE_ERROR;
  const isLikely = isWithin(error, similarRows, estimated) || processedRows >= estimated;
  if (isLikely && processedRows <= similarRows) return similarRows;
  return processedRows < OPTIMIZER_SHARE * estimated ? estimated : null;
}

/**
 * The expected duration of a job, from claim to end: the median of the latest similar jobs with a similar number of
 * rows; without such jobs, by the model of similar jobs; without that model, by the model of all jobs. Null when none
 * of the three covers the number of rows.
 *
 * @param rows number of rows to read; null: as many as the latest similar job
 */
function expectedMs(filter: CanonicalFilter, rows: number | null, history: History): number | null {
  const similar = similarJobs(filter, history);
  const size = rows ?? similar[0]?.rows;
  if (size === undefined) return null;
  const ofSize = similar.filter(({ rows }) => isWithin(SAME_SIZE, rows, size));
  return (
    median(ofSize.slice(0, LATEST).map(({ ranMs }) => ranMs)) ??
    modeledMs(similarModel(filter, history), size) ??
    modeledMs(history.model, size)
  );
}

function isWithin(factor: number, one: number, other: number): boolean {
  return one <= other * factor && other <= one * factor;
}
