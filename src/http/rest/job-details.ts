import { estimateCompletion, retryAfterSeconds } from '../../jobs/estimate-completion.js';
import { isTerminal, type ReportJob } from '../../jobs/job.js';
import type { JobReader } from '../../jobs/ports/job-store.js';
import type { Logger } from '../../jobs/ports/logger.js';
import { findQueuePosition } from '../../jobs/queue-position.js';

type Reader = Pick<JobReader, 'now' | 'health' | 'queuePosition' | 'recentDurations'>;

/** What a job's answer says beside its row. */
export interface JobDetails {
  /** 1 is the next; null unless the job is QUEUED. */
  readonly queuePosition: number | null;
  readonly estimatedCompletionAt: Date | null;
  /** Seconds; undefined once the job is over. */
  readonly retryAfter: number | undefined;
}

const NO_DETAILS: JobDetails = {
  queuePosition: null,
  estimatedCompletionAt: null,
  retryAfter: undefined,
};

/** How long what is common to all jobs (durations, workers, the clock) is taken as known. */
const SHARED_MS = 1000;

/**
 * Finds details for any number of jobs and observers: what is common to all jobs is read once a second, and what is
 * read of one job once while it is asked for again and again.
 */
export class JobDetailsFinder {
  readonly #store: Reader;
  readonly #logger: Logger;
  readonly #sharedMs: number;
  #shared: Reader | undefined;
  #sharedUntil = 0;

  constructor(deps: { store: Reader; logger: Logger; sharedMs?: number }) {
    this.#store = deps.store;
    this.#logger = deps.logger;
    this.#sharedMs = deps.sharedMs ?? SHARED_MS;
  }

  /** Never rejects: a job that is known is shown, also when its place in the queue cannot be had at the moment. */
  async find(job: ReportJob): Promise<JobDetails> {
    if (isTerminal(job.status)) return NO_DETAILS;
    try {
      return await this.#findOpen(job);
    } catch (cause) {
      this.#logger.debug({ jobId: job.id, err: cause }, 'no place in the queue and no estimate can be had');
      return { ...NO_DETAILS, retryAfter: 2 };
    }
  }

  async #findOpen(job: ReportJob): Promise<JobDetails> {
    const store = this.#reader();
    const [position, estimate, now] = await Promise.all([
      findQueuePosition({ store }, job),
      estimateCompletion({ store }, job),
      store.now(),
    ]);
    return {
      queuePosition: position,
      estimatedCompletionAt: estimate,
      retryAfter: retryAfterSeconds(estimate ?? job.nextAttemptAt, now),
    };
  }

  #reader(): Reader {
    const now = performance.now();
    if (this.#shared === undefined || now >= this.#sharedUntil) {
      this.#shared = sharedReader(this.#store);
      this.#sharedUntil = now + this.#sharedMs;
    }
    return this.#shared;
  }
}

function sharedReader(store: Reader): Reader {
  const readNow = once(async () => {
    const now = await store.now();
    return { now: now.getTime(), readAt: performance.now() };
  });
  const durations = new Map<string, ReturnType<Reader['recentDurations']>>();
  const positions = new Map<string, ReturnType<Reader['queuePosition']>>();
  return {
    health: once(() => store.health()),
    recentDurations: (kind) => remembered(durations, kind, () => store.recentDurations(kind)),
    queuePosition: (id) => remembered(positions, id, () => store.queuePosition(id)),
    async now() {
      const { now, readAt } = await readNow();
      return new Date(now + performance.now() - readAt);
    },
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  const cache = new Map<'', Promise<T>>();
  return () => remembered(cache, '', read);
}

/** A read that failed is tried again by the next who asks. */
function remembered<K, T>(cache: Map<K, Promise<T>>, key: K, read: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const reading = read();
  cache.set(key, reading);
  reading.catch(() => cache.delete(key));
  return reading;
}
