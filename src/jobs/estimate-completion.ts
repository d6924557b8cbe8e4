import type { ReportJob } from './job.js';
import type { CanonicalFilter } from '../reports/canonical-filter.js';
import type { JobReader, RecentDuration, StoreHealth } from './ports/job-store.js';

interface EstimateDeps {
  readonly store: Pick<JobReader, 'now' | 'health' | 'queuePosition' | 'recentDurations'>;
}

/** Of the latest jobs of one filter so many count: the table grows, and what it took long ago says little. */
const LATEST = 10;
/** Progress is written once a second: what a reader sees may be so old. */
const PROGRESS_LAG_MS = 1000;
/** A job that is behind by less than this share may only look so. */
const CLEARLY_SLOWER = 1.25;

/** When the job will probably be over, from what the latest successes took. Null when nothing is known; never past. */
export async function estimateCompletion(deps: EstimateDeps, job: ReportJob): Promise<Date | null> {
  const { store } = deps;
  switch (job.status) {
    case 'SUCCEEDED':
    case 'FAILED':
    case 'CANCELED':
      return null;
    case 'RUNNING': {
      const [now, recent] = await Promise.all([store.now(), store.recentDurations(job.kind)]);
      const remaining = remainingMs(job, now, recent);
      return remaining === null ? null : new Date(now.getTime() + Math.max(0, remaining));
    }
    case 'QUEUED':
    case 'RETRYING': {
      const [now, recent, health, position] = await Promise.all([
        store.now(),
        store.recentDurations(job.kind),
        store.health(),
        store.queuePosition(job.id),
      ]);
      const own = ownMs(job, recent);
      if (own === null || health.slots === 0) return null;
      const turn = now.getTime() + waitingMs(position ?? 1, health, recent);
      return new Date(Math.max(turn, job.nextAttemptAt?.getTime() ?? 0) + own);
    }
  }
}

/** Whole seconds for `Retry-After`: until the estimated end, from 1 to 30; 2 when nothing is known. */
export function retryAfterSeconds(estimate: Date | null, now: Date): number {
  return boundedSeconds(estimate === null ? null : estimate.getTime() - now.getTime());
}

/** Milliseconds as a caller is told to wait them: whole seconds from 1 to 30; 2 when nothing is known. */
export function boundedSeconds(milliseconds: number | null): number {
  return milliseconds === null ? 2 : Math.min(30, Math.max(1, Math.ceil(milliseconds / 1000)));
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** Until a slot takes the job, when each job before it takes what jobs take on average. */
function waitingMs(
  position: number,
  { slots, running }: StoreHealth,
  recent: readonly RecentDuration[],
): number {
  const each = recent.reduce((sum, { ranMs }) => sum + ranMs, 0) / recent.length;
  const busy = Math.min(running, slots);
  // How far the running jobs are is not known: as if they had begun one after the other, evenly.
  const freeInMs = Array.from({ length: slots }, (_, slot) =>
    slot < slots - busy ? 0 : (each * (slot - (slots - busy) + 1)) / (busy + 1),
  );
  const before = position - 1;
  return (freeInMs[before % slots] ?? 0) + Math.floor(before / slots) * each;
}

function remainingMs(job: ReportJob, now: Date, recent: readonly RecentDuration[]): number | null {
  const own = ownMs(job, recent);
  const { processedRows, totalRows } = job.progress;
  const alike = alikeOf(job.filter, recent);
  const rows = alike.reduce((sum, { rows }) => sum + rows, 0);
  const perRow = rows === 0 ? null : alike.reduce((sum, { ranMs }) => sum + ranMs, 0) / rows;
  const whole =
    perRow === null || totalRows === null || hasSame(job.filter, recent) ? own : totalRows * perRow;
  // The row knows when the first attempt began; of a later one only how far it is.
  if (job.epoch !== 1 || job.startedAt === null) {
    return perRow === null || totalRows === null ? own : perRow * Math.max(0, totalRows - processedRows);
  }
  const elapsed = now.getTime() - job.startedAt.getTime();
  const atOwnPace =
    totalRows === null || processedRows === 0
      ? null
      : ((elapsed - PROGRESS_LAG_MS) * totalRows) / processedRows;
  if (whole === null) return atOwnPace === null ? null : atOwnPace - elapsed;
  const isSlower = atOwnPace !== null && atOwnPace > whole * CLEARLY_SLOWER;
  return (isSlower ? atOwnPace : whole) - elapsed;
}

/** What the job takes from its claim to its end. */
function ownMs(job: ReportJob, recent: readonly RecentDuration[]): number | null {
  return median(alikeOf(job.filter, recent).map(({ ranMs }) => ranMs));
}

/** The latest jobs with this filter; else with one that narrows alike; else all. */
function alikeOf(filter: CanonicalFilter, recent: readonly RecentDuration[]): readonly RecentDuration[] {
  const { same, alike } = grouped(recent);
  return same.get(JSON.stringify(filter)) ?? alike.get(shapeOf(filter)) ?? recent;
}

function hasSame(filter: CanonicalFilter, recent: readonly RecentDuration[]): boolean {
  return grouped(recent).same.has(JSON.stringify(filter));
}

type Groups = ReadonlyMap<string, readonly RecentDuration[]>;

/** By filter and by shape. Kept with the list, since one list serves the estimates of many jobs. */
function grouped(recent: readonly RecentDuration[]): { readonly same: Groups; readonly alike: Groups } {
  const known = GROUPED.get(recent);
  if (known !== undefined) return known;
  const groups = { same: latestBy(JSON.stringify, recent), alike: latestBy(shapeOf, recent) };
  GROUPED.set(recent, groups);
  return groups;
}

const GROUPED = new WeakMap<readonly RecentDuration[], ReturnType<typeof grouped>>();

function latestBy(keyOf: (filter: CanonicalFilter) => string, recent: readonly RecentDuration[]): Groups {
  const groups = new Map<string, RecentDuration[]>();
  for (const duration of recent) {
    const key = keyOf(duration.filter);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [duration]);
    else if (group.length < LATEST) group.push(duration);
  }
  return groups;
}

/** Which conditions a filter has, and lists of about which length: twice as many users are twice as many posts. */
function shapeOf(filter: CanonicalFilter): string {
  return Object.entries(filter)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => (Array.isArray(value) ? `${name}:${Math.round(Math.log2(value.length))}` : name))
    .sort()
    .join(' ');
}
