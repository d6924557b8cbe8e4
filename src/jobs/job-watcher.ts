import { ReportsError } from '../reports/errors.js';
import { isJobId } from './find-jobs.js';
import { isTerminal, type ReportJob } from './job.js';
import { ObserverCount } from './observer-count.js';
import { EndsObserver, JobObserver } from './job-observer.js';
import type { JobEvents } from './ports/job-events.js';
import type { JobReader } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';
import type { Requester } from '../reports/requester.js';

export interface JobWatcherDeps {
  readonly store: Pick<JobReader, 'findMany' | 'listEndedSince' | 'now'>;
  readonly events: Pick<JobEvents, 'subscribe'>;
  readonly logger: Logger;
  /** Interval in milliseconds at which every watched row is read even if no event arrived. Default: 2,000. */
  readonly pollMs?: number;
  /**
   * Maximum number of streams and waits of one requester in this process. Default: the maximum of the whole process.
   */
  readonly maxObservers?: number | undefined;
}

interface WatchOptions {
  /** Called when the buffer overflows: close the connection. The reader's next `next()` rejects. */
  readonly onOverflow?: (() => void) | undefined;
}

/** Number of observers that are notified before the event loop runs other work. */
const OBSERVERS_PER_TURN = 50;
const IDS_PER_READ = 500;
const ENDS_PER_READ = 500;
/** The store's clock counts as set back when it goes back by more than this. Smaller corrections are ordinary. */
const CLOCK_STEP_MS = 1000;
/**
 * Each poll reads the ends from this long before the previous poll on, because `completedAt` is set before the
 * transaction commits.
 */
const COMMIT_DELAY_MS = 10_000;

/**
 * Notifies observers. One subscription to the bus and one poll serve all observers of the process, and a changed row is
 * read once for all of them. The order of the steps ensures that no change is missed: subscribe to the bus, read the
 * row, emit its state, emit newer states, read the row again after every gap in the events and at every poll.
 */
export class JobWatcher {
  readonly #deps: JobWatcherDeps;
  readonly #ofJob = new Map<string, Set<JobObserver>>();
  readonly #ofEnds = new Set<EndsObserver>();
  readonly #count: ObserverCount;
  readonly #unread = new Set<string>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #reading = false;
  #polling = false;
  #failing = false;
  #closed = false;
  #clock: Promise<Date> | undefined;
  /** The latest time that the store's clock has shown. */
  #latest = -Infinity;

  constructor(deps: JobWatcherDeps) {
    this.#deps = deps;
    this.#count = new ObserverCount({ ofRequester: deps.maxObservers });
    this.#unsubscribe = deps.events.subscribe({
      onEvent: ({ jobId }) => {
        if (this.#ofJob.has(jobId) || this.#ofEnds.size > 0) this.#read([jobId]);
      },
      onGap: () => void this.#poll(),
    });
    this.#timer = setInterval(() => void this.#poll(), deps.pollMs ?? 2000);
    this.#timer.unref();
  }

  /** Number of observers. */
  get size(): number {
    return this.#count.total;
  }

  /**
   * Emits the job's present state, then each newer state, and ends after the terminal state. With `after`, only states
   * with a higher version are emitted; when the job is over and has no higher version, the iterator ends at once. The
   * iterator rejects with NotFoundError when the job does not exist or the requester may not see it, and with
   * SERVICE_UNAVAILABLE when the watcher closes or the reader is too slow.
   *
   * @throws ReportsError RATE_LIMITED when the requester, or the process, has too many observers
   */
  watchJob(
    requester: Requester,
    id: string,
    options: { readonly after?: number } & WatchOptions = {},
  ): AsyncIterableIterator<ReportJob> {
    const leave = this.#count.enter(requester);
    const observer = new JobObserver(id, options.after ?? 0, {
      requester,
      onOverflow: options.onOverflow,
      onClose: () => {
        this.#forget(observer);
        leave();
      },
    });
    if (this.#closed) {
      observer.events.fail(leaving());
      return observer.events;
    }
    if (!isJobId(id)) {
      observer.notify(undefined);
      return observer.events;
    }
    const observers = this.#ofJob.get(id) ?? new Set();
    this.#ofJob.set(id, observers.add(observer));
    this.#read([id]);
    return observer.events;
  }

  /**
   * Emits every end, from now on, of the jobs that the requester may see, once per (id, version). The iterator never
   * ends by itself.
   *
   * @throws ReportsError RATE_LIMITED when the requester, or the process, has too many observers
   */
  async watchEnds(
    requester: Requester,
    options: WatchOptions = {},
  ): Promise<AsyncIterableIterator<ReportJob>> {
    const leave = this.#count.enter(requester);
    const since = await this.#readClock().catch((cause: unknown) => {
      leave();
      throw cause;
    });
    const observer = new EndsObserver(since, {
      requester,
      onOverflow: options.onOverflow,
      onClose: () => {
        this.#ofEnds.delete(observer);
        leave();
      },
    });
    if (this.#closed) {
      observer.events.fail(leaving());
      return observer.events;
    }
    this.#ofEnds.add(observer);
    void this.#poll();
    return observer.events;
  }

  /**
   * Fails every present and later observer with SERVICE_UNAVAILABLE, because a normal end would mean that the job is
   * over.
   */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#unsubscribe();
    for (const observers of [...this.#ofJob.values()])
      for (const observer of [...observers]) observer.events.fail(leaving());
    for (const observer of [...this.#ofEnds]) observer.events.fail(leaving());
  }

  #forget(observer: JobObserver): void {
    const observers = this.#ofJob.get(observer.id);
    if (observers?.delete(observer) === true && observers.size === 0) this.#ofJob.delete(observer.id);
  }

  /** Concurrent callers share one read of the clock, because all clients reconnect at the same time after a restart. */
  #readClock(): Promise<Date> {
    this.#clock ??= this.#nowOfStore().finally(() => {
      this.#clock = undefined;
    });
    return this.#clock;
  }

  async #nowOfStore(): Promise<Date> {
    const now = await this.#deps.store.now();
    const isSetBack = now.getTime() < this.#latest - CLOCK_STEP_MS;
    this.#latest = isSetBack ? now.getTime() : Math.max(this.#latest, now.getTime());
    if (isSetBack) await this.#startEndsAnew(now);
    return now;
  }

  async #startEndsAnew(now: Date): Promise<void> {
    const ended: ReportJob[] = [];
    for await (const jobs of this.#endedSince(now)) ended.push(...jobs);
    for (const observer of this.#ofEnds) observer.restartAt(now, ended);
  }

  /** Reads rows and notifies their observers. Ids that arrive during a read are read next. */
  #read(ids: Iterable<string>): void {
    for (const id of ids) this.#unread.add(id);
    if (this.#reading) return;
    this.#reading = true;
    void this.#readAll();
  }

  async #readAll(): Promise<void> {
    try {
      while (this.#unread.size > 0) {
        const ids = [...this.#unread].slice(0, IDS_PER_READ);
        for (const id of ids) this.#unread.delete(id);
        const jobs = new Map((await this.#deps.store.findMany(ids)).map((job) => [job.id, job]));
        for (const id of ids) await this.#serve(id, jobs.get(id));
        this.#recovered();
      }
    } catch (cause) {
      this.#failed(cause); // the poll reads every watched row again
    } finally {
      this.#reading = false;
    }
  }

  async #poll(): Promise<void> {
    this.#read(this.#ofJob.keys());
    if (this.#ofEnds.size === 0 || this.#polling) return;
    this.#polling = true;
    try {
      const polledAt = await this.#nowOfStore();
      const oldest = Math.min(...[...this.#ofEnds].map(({ since }) => since.getTime()));
      for await (const jobs of this.#endedSince(new Date(oldest))) {
        for (const job of jobs) await this.#serve(job.id, job);
      }
      // This poll has seen every job that ended at least COMMIT_DELAY_MS before the poll began.
      const settled = new Date(polledAt.getTime() - COMMIT_DELAY_MS);
      for (const observer of this.#ofEnds) observer.advanceTo(settled);
      this.#recovered();
    } catch (cause) {
      this.#failed(cause);
    } finally {
      this.#polling = false;
    }
  }

  async *#endedSince(start: Date): AsyncGenerator<readonly ReportJob[]> {
    const { store } = this.#deps;
    let since = start;
    for (;;) {
      const jobs = await store.listEndedSince(since, { limit: ENDS_PER_READ });
      yield jobs;
      const last = jobs.at(-1)?.completedAt;
      if (jobs.length < ENDS_PER_READ || !last) return;
      since = last.getTime() === since.getTime() ? new Date(last.getTime() + 1) : last;
    }
  }

  async #serve(id: string, job: ReportJob | undefined): Promise<void> {
    let served = 0;
    const takeTurns = async (): Promise<void> => {
      served += 1;
      if (served % OBSERVERS_PER_TURN === 0) await new Promise(setImmediate);
    };
    for (const observer of [...(this.#ofJob.get(id) ?? [])]) {
      observer.notify(job);
      await takeTurns();
    }
    if (job === undefined || !isTerminal(job.status)) return;
    for (const observer of [...this.#ofEnds]) {
      observer.notify(job);
      await takeTurns();
    }
  }

  #failed(cause: unknown): void {
    if (!this.#failing) this.#deps.logger.warn({ err: cause }, 'watched jobs cannot be read; trying again');
    this.#failing = true;
  }

  #recovered(): void {
    if (this.#failing) this.#deps.logger.info({}, 'watched jobs can be read again');
    this.#failing = false;
  }
}

function leaving(): ReportsError {
  return new ReportsError('SERVICE_UNAVAILABLE', 'The service is shutting down; subscribe again.');
}
