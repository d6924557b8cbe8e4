import { NotFoundError, ReportsError } from '../reports/errors.js';
import { EventQueue } from './event-queue.js';
import { isTerminal, type ReportJob } from './job.js';
import type { Requester } from '../reports/requester.js';
import { maySee } from './visibility.js';

/** Maximum number of unread events of a reader. At the next event the reader's stream fails. */
const MAX_WAITING = 100;

interface ObserverOptions {
  readonly requester: Requester;
  /** Called when the buffer overflows. The reader's next `next()` rejects. */
  readonly onOverflow?: (() => void) | undefined;
  /** Called once, when the observer ends: by its reader, by an error or with the end of the job. */
  readonly onClose: () => void;
}

/**
 * An observer of one job. It emits each state whose version is higher than the version of the last emitted state. It
 * checks each time that the requester may see the job.
 */
export class JobObserver {
  readonly id: string;
  readonly events: EventQueue<ReportJob>;
  readonly #requester: Requester;
  #version: number;

  /** @param after the version that the reader already has; only higher versions are emitted */
  constructor(id: string, after: number, options: ObserverOptions) {
    this.id = id;
    this.events = eventQueue(options);
    this.#requester = options.requester;
    this.#version = after;
  }

  notify(job: ReportJob | undefined): void {
    if (job === undefined || !maySee(this.#requester, job)) {
      this.events.fail(new NotFoundError(this.id));
      return;
    }
    if (job.version > this.#version) {
      this.#version = job.version;
      this.events.push(job);
    }
    if (isTerminal(job.status)) this.events.end();
  }
}

/** An observer of the ends of all jobs that its requester may see. It emits each (id, version) once. */
export class EndsObserver {
  readonly events: EventQueue<ReportJob>;
  readonly #requester: Requester;
  /**
   * The emitted ends whose `completedAt` is `#since` or later: (id, version) → `completedAt`, in milliseconds since
   * 1970.
   */
  readonly #emitted = new Map<string, number>();
  #since: Date;

  constructor(since: Date, options: ObserverOptions) {
    this.events = eventQueue(options);
    this.#requester = options.requester;
    this.#since = since;
  }

  /** All ends before this time have been emitted, so the poll need not read them. */
  get since(): Date {
    return this.#since;
  }

  notify(job: ReportJob): void {
    const endedAt = job.completedAt?.getTime() ?? 0;
    const key = `${job.id}:${job.version}`;
    if (endedAt < this.#since.getTime() || this.#emitted.has(key) || !maySee(this.#requester, job)) return;
    this.#emitted.set(key, endedAt);
    this.events.push(job);
  }

  /**
   * Called after the store's clock was set back to `since`. `ended` holds the jobs whose `completedAt` is `since` or
   * later. They ended before the clock was set back, so they are not emitted again.
   */
  restartAt(since: Date, ended: readonly ReportJob[]): void {
    this.#since = since;
    for (const { id, version, completedAt } of ended)
      this.#emitted.set(`${id}:${version}`, completedAt?.getTime() ?? 0);
  }

  /** Called when every end before `settled` has been emitted. */
  advanceTo(settled: Date): void {
    if (settled <= this.#since) return;
    this.#since = settled;
    for (const [key, endedAt] of this.#emitted) if (endedAt < settled.getTime()) this.#emitted.delete(key);
  }
}

function eventQueue({ onOverflow, onClose }: ObserverOptions): EventQueue<ReportJob> {
  return new EventQueue<ReportJob>({
    limit: MAX_WAITING,
    overflow() {
      onOverflow?.();
      return new ReportsError(
        'SERVICE_UNAVAILABLE',
        `More than ${MAX_WAITING} events were waiting to be read; subscribe again.`,
      );
    },
    onClose,
  });
}
