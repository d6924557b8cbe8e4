import type { ReportJob } from './job.js';
import type { JobReader, RecentDuration } from './ports/job-store.js';

export interface EstimateDeps {
  readonly store: Pick<JobReader, 'now' | 'health' | 'queuePosition' | 'recentDurations'>;
}

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
      const remaining = remainingMs(job, recent);
      return remaining === null ? null : new Date(now.getTime() + remaining);
    }
    case 'QUEUED':
    case 'RETRYING': {
      const [now, recent, health, position] = await Promise.all([
        store.now(),
        store.recentDurations(job.kind),
        store.health(),
        store.queuePosition(job.id),
      ]);
      const typical = medianMs(recent);
      if (typical === null || health.slots === 0) return null;
      const rounds = Math.ceil((position ?? 1) / health.slots);
      const start = Math.max(now.getTime(), job.nextAttemptAt?.getTime() ?? 0);
      return new Date(start + rounds * typical);
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

function remainingMs(job: ReportJob, recent: readonly RecentDuration[]): number | null {
  const typical = medianMs(recent);
  const { processedPosts, totalPosts } = job.progress;
  const posts = recent.reduce((sum, { posts }) => sum + posts, 0);
  if (totalPosts === null || posts === 0) return typical;
  const durations = recent.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return (durations / posts) * Math.max(0, totalPosts - processedPosts);
}

function medianMs(recent: readonly RecentDuration[]): number | null {
  return median(recent.map(({ durationMs }) => durationMs));
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
