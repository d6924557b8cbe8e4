import DataLoader from 'dataloader';
import type { KindWorkload } from '../../jobs/estimate-completion.js';
import type { ReportJob } from '../../jobs/job.js';
import type { JobReader } from '../../jobs/ports/job-store.js';

/** The minimum time between two reads of a workload, so that many short jobs do not cost a read each. */
const MIN_VALID_MS = 100;

interface Known {
  /** The time of the read, by the store's clock. */
  readonly now: Date;
  readonly readAt: number;
  validForMs: number;
}

/**
 * Caches the workload of each kind for `forMs` milliseconds. Kinds that are requested in one turn of the event loop
 * share a read.
 */
export class KnownWorkloads {
  readonly #known = new Map<string, Known>();
  readonly #loader: DataLoader<string, KindWorkload>;

  constructor(store: Pick<JobReader, 'workload'>, forMs: number) {
    this.#loader = new DataLoader<string, KindWorkload>(async (kinds) => {
      try {
        const { now, durations, ...workload } = await store.workload(kinds);
        const readAt = performance.now();
        for (const kind of kinds) this.#known.set(kind, { now, readAt, validForMs: forMs });
        return kinds.map((kind) => ({
          ...workload,
          durations: durations.get(kind) ?? [],
          now: () => new Date(now.getTime() + performance.now() - readAt),
        }));
      } catch (error) {
        for (const kind of kinds) this.#loader.clear(kind);
        throw error;
      }
    });
  }

  of(kind: string): Promise<KindWorkload> {
    const known = this.#known.get(kind);
    if (known !== undefined && performance.now() >= known.readAt + known.validForMs) {
      this.#known.delete(kind);
      this.#loader.clear(kind);
    }
    return this.#loader.load(kind);
  }

  /**
   * Takes jobs that were just read. When one of them ended after the workload of its kind was read, the workload lacks
   * the duration of this job, and is soon read again.
   */
  noteEnds(jobs: readonly Pick<ReportJob, 'kind' | 'completedAt'>[]): void {
    for (const { kind, completedAt } of jobs) {
      const known = this.#known.get(kind);
      if (known !== undefined && completedAt !== null && completedAt >= known.now)
        known.validForMs = Math.min(known.validForMs, MIN_VALID_MS);
    }
  }
}
