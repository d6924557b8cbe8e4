import { NotFoundError, ReportsError } from './errors.js';
import { EventQueue } from './event-queue.js';
import { isJobId } from './find-jobs.js';
import { isTerminal, type ReportJob } from './job.js';
import { ObserverCount } from './observer-count.js';
import type { JobEvents } from './ports/job-events.js';
import type { JobReader } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';
import { maySee, type Requester } from './requester.js';

export interface JobWatcherDeps {
  readonly store: Pick<JobReader, 'findMany' | 'listEndedSince' | 'now'>;
  readonly events: Pick<JobEvents, 'subscribe'>;
  readonly logger: Logger;
  /** How often every watched row is read without being told to; 2,000 unless a test says otherwise. */
  readonly pollMs?: number;
  /** Of one requester in this process; enough unless a test says otherwise. */
  readonly maxObservers?: number;
}

export interface WatchOptions {
  /** The reader is too slow and will be told so with his next read, if ever; whoever holds his connection ends it now. */
  readonly onOverflow?: (() => void) | undefined;
}

/** Events that a reader may leave unread before he is cut. */
const MAX_WAITING = 100;
/** Observers that are served before other work of the process gets its turn. */
const SLICE = 50;
const IDS_PER_READ = 500;
const ENDS_PER_READ = 500;
/** How far back the poll for ends looks: a row's `completedAt` is older than its COMMIT. */
const COMMIT_DELAY_MS = 10_000;

/**
 * Tells whoever waits. One subscription to the bus and one poll serve every observer of the process, and a changed
 * row is read once for all of them. The order that leaves no hole: listen on the bus → read the row → emit → emit
 * what is newer → read again after every gap of the bus → a slow poll. Rights are checked again with each row.
 */
export class JobWatcher {
  readonly #deps: JobWatcherDeps;
  readonly #byJob = new Map<string, Set<JobWatch>>();
  readonly #ends = new Set<EndsWatch>();
  readonly #observers: ObserverCount;
  readonly #unread = new Set<string>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #reading = false;
  #polling = false;
  #failing = false;
  #clock: Promise<Date> | undefined;

  constructor(deps: JobWatcherDeps) {
    this.#deps = deps;
    this.#observers = new ObserverCount(deps.maxObservers);
    this.#unsubscribe = deps.events.subscribe({
      onEvent: ({ jobId }) => {
        if (this.#byJob.has(jobId) || this.#ends.size > 0) this.#read([jobId]);
      },
      onGap: () => void this.#poll(),
    });
    this.#timer = setInterval(() => void this.#poll(), deps.pollMs ?? 2000);
    this.#timer.unref();
  }

  /** Observers at present. */
  get size(): number {
    return this.#observers.total;
  }

  /**
   * The job's state now, then each newer one; over after the terminal one. With `after`, nothing up to that version,
   * and over at once when a terminal state is not newer. The iterator rejects with NotFoundError for a job that there
   * is not (or not for this requester), and with SERVICE_UNAVAILABLE when the watcher closes or the reader is too slow.
   *
   * @throws ReportsError RATE_LIMITED when the requester has too many observers
   */
  watchJob(
    requester: Requester,
    id: string,
    options: { readonly after?: number } & WatchOptions = {},
  ): AsyncIterableIterator<ReportJob> {
    const leave = this.#observers.enter(requester);
    const watch: JobWatch = {
      requester,
      id,
      version: options.after ?? 0,
      queue: new EventQueue<ReportJob>({
        limit: MAX_WAITING,
        overflow: () => tooSlow(options),
        onClose: () => {
          this.#forget(watch);
          leave();
        },
      }),
    };
    if (!isJobId(id)) {
      watch.queue.fail(new NotFoundError(id));
      return watch.queue;
    }
    const watches = this.#byJob.get(id) ?? new Set();
    this.#byJob.set(id, watches.add(watch));
    this.#read([id]);
    return watch.queue;
  }

  /**
   * Every end among the jobs that the requester may see, from now on, once per (id, version). Never over.
   *
   * @throws ReportsError RATE_LIMITED when the requester has too many observers
   */
  async watchEnds(
    requester: Requester,
    options: WatchOptions = {},
  ): Promise<AsyncIterableIterator<ReportJob>> {
    const leave = this.#observers.enter(requester);
    const since = await this.#readClock().catch((cause: unknown) => {
      leave();
      throw cause;
    });
    const watch: EndsWatch = {
      requester,
      since,
      seen: new Map(),
      queue: new EventQueue<ReportJob>({
        limit: MAX_WAITING,
        overflow: () => tooSlow(options),
        onClose: () => {
          this.#ends.delete(watch);
          leave();
        },
      }),
    };
    this.#ends.add(watch);
    void this.#poll();
    return watch.queue;
  }

  /** Cuts every observer: what they wait for is not over. */
  close(): void {
    clearInterval(this.#timer);
    this.#unsubscribe();
    const error = new ReportsError('SERVICE_UNAVAILABLE', 'The service is shutting down; subscribe again.');
    for (const watches of [...this.#byJob.values()])
      for (const watch of [...watches]) watch.queue.fail(error);
    for (const watch of [...this.#ends]) watch.queue.fail(error);
  }

  #forget(watch: JobWatch): void {
    const watches = this.#byJob.get(watch.id);
    if (watches?.delete(watch) === true && watches.size === 0) this.#byJob.delete(watch.id);
  }

  /** One read for all who begin at once: after a restart that may be everybody. */
  #readClock(): Promise<Date> {
    this.#clock ??= this.#deps.store.now().finally(() => {
      this.#clock = undefined;
    });
    return this.#clock;
  }

  /** Reads rows and serves their observers; ids that come while a read is under way make up the next one. */
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
    this.#read(this.#byJob.keys());
    if (this.#ends.size === 0 || this.#polling) return;
    this.#polling = true;
    try {
      const oldest = Math.min(...[...this.#ends].map(({ since }) => since.getTime()));
      const polledAt = await this.#deps.store.now();
      await this.#readEndsSince(new Date(oldest));
      // Whatever ended well before this poll began has been seen by it.
      const settled = new Date(polledAt.getTime() - COMMIT_DELAY_MS);
      for (const watch of this.#ends) moveOn(watch, settled);
      this.#recovered();
    } catch (cause) {
      this.#failed(cause);
    } finally {
      this.#polling = false;
    }
  }

  async #readEndsSince(start: Date): Promise<void> {
    const { store } = this.#deps;
    let since = start;
    for (;;) {
      const jobs = await store.listEndedSince(since, { limit: ENDS_PER_READ });
      for (const job of jobs) await this.#serve(job.id, job);
      const last = jobs.at(-1)?.completedAt;
      if (jobs.length < ENDS_PER_READ || !last) return;
      since = last.getTime() === since.getTime() ? new Date(last.getTime() + 1) : last;
    }
  }

  async #serve(id: string, job: ReportJob | undefined): Promise<void> {
    let served = 0;
    const takeTurns = async (): Promise<void> => {
      served += 1;
      if (served % SLICE === 0) await new Promise(setImmediate);
    };
    for (const watch of [...(this.#byJob.get(id) ?? [])]) {
      emit(watch, job);
      await takeTurns();
    }
    if (job === undefined || !isTerminal(job.status)) return;
    for (const watch of [...this.#ends]) {
      emitEnd(watch, job);
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

interface JobWatch {
  readonly requester: Requester;
  readonly id: string;
  readonly queue: EventQueue<ReportJob>;
  /** The newest that was emitted. */
  version: number;
}

interface EndsWatch {
  readonly requester: Requester;
  readonly queue: EventQueue<ReportJob>;
  /** Ends before this moment need no more looking for. */
  since: Date;
  /** (id, version) → completedAt of what was emitted since then. */
  readonly seen: Map<string, number>;
}

function emit(watch: JobWatch, job: ReportJob | undefined): void {
  if (job === undefined || !maySee(watch.requester, job)) {
    watch.queue.fail(new NotFoundError(watch.id));
    return;
  }
  if (job.version > watch.version) {
    watch.version = job.version;
    watch.queue.push(job);
  }
  if (isTerminal(job.status)) watch.queue.end();
}

function emitEnd(watch: EndsWatch, job: ReportJob): void {
  const endedAt = job.completedAt?.getTime() ?? 0;
  const key = `${job.id}:${job.version}`;
  if (endedAt < watch.since.getTime() || watch.seen.has(key) || !maySee(watch.requester, job)) return;
  watch.seen.set(key, endedAt);
  watch.queue.push(job);
}

function moveOn(watch: EndsWatch, settled: Date): void {
  if (settled <= watch.since) return;
  watch.since = settled;
  for (const [key, endedAt] of watch.seen) if (endedAt < settled.getTime()) watch.seen.delete(key);
}

function tooSlow({ onOverflow }: WatchOptions): ReportsError {
  onOverflow?.();
  return new ReportsError(
    'SERVICE_UNAVAILABLE',
    `More than ${MAX_WAITING} events were waiting to be read; subscribe again.`,
  );
}
