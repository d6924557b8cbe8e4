import { ReportsError, TimeoutError } from '../reports/errors.js';
import { median } from './duration-model.js';
import { boundedSeconds } from './estimate-completion.js';
import type { GenerateProgress } from '../reports/generate-report.js';
import type { ReportRunner, ReportTask } from './ports/report-runner.js';
import type { Report } from '../reports/report.js';

interface SyncReportsDeps {
  readonly runner: Pick<ReportRunner, 'run'>;
  /** The maximum number of reports that run at a time in this process. */
  readonly limit: number;
  readonly timeoutMs: number;
}

interface Running {
  readonly report: Promise<Report>;
  readonly controller: AbortController;
  waiters: number;
}

/** A slot in use. A report that all callers have left keeps its slot until its query is stopped. */
interface BusySlot {
  /** A value of `performance.now()`. */
  readonly startedAt: number;
  readonly controller: AbortController;
  progress: GenerateProgress | undefined;
}

/** Number of the latest durations that are kept. */
const REMEMBERED = 20;
/** `Retry-After`, in milliseconds, for a report that timed out at an unknown pace: the maximum of `Retry-After`. */
const UNKNOWN_PACE_MS = 30_000;

/** Runs synchronous reports, for which the caller waits. The number of reports that run at a time is limited. */
export class SyncReports {
  readonly #deps: SyncReportsDeps;
  readonly #running = new Map<string, Running>();
  readonly #busy = new Set<BusySlot>();
  readonly #latestMs: number[] = [];

  constructor(deps: SyncReportsDeps) {
    this.#deps = deps;
  }

  get slots(): { readonly busy: number; readonly limit: number } {
    return { busy: this.#busy.size, limit: this.#deps.limit };
  }

  /**
   * Runs the report, or joins a running report of the same task. A report is aborted when its last caller has left.
   *
   * @param task with the filter that `admitFilter` returned
   * @param signal aborted when the caller disconnects; the promise then rejects with the signal's reason
   * @throws ReportsError SYNC_BUSY when all slots are in use; TimeoutError; ServiceUnavailableError
   */
  async run(task: ReportTask, signal: AbortSignal): Promise<Report> {
    signal.throwIfAborted();
    const key = JSON.stringify(task);
    const running = this.#running.get(key) ?? this.#start(key, task);
    running.waiters += 1;
    return await new Promise<Report>((resolve, reject) => {
      const leave = (): void => {
        running.waiters -= 1;
        reject(signal.reason as Error);
        if (running.waiters === 0) this.#abandon(key, running);
      };
      signal.addEventListener('abort', leave, { once: true });
      const stay = (): void => signal.removeEventListener('abort', leave);
      running.report.then(resolve, reject).finally(stay);
    });
  }

  #start(key: string, task: ReportTask): Running {
    const { runner, limit, timeoutMs } = this.#deps;
    if (this.#busy.size >= limit) {
      throw new ReportsError(
        'SYNC_BUSY',
        `All ${limit} slots for synchronous reports are busy. Try again soon, or request the report as a job.`,
        { retryAfterSeconds: boundedSeconds(this.#untilSlotMs()) },
      );
    }
    const controller = new AbortController();
    const slot: BusySlot = { startedAt: performance.now(), controller, progress: undefined };
    this.#busy.add(slot);
    const giveUp = (): void => {
      const missingMs = atPaceMs(slot, timeoutMs) ?? UNKNOWN_PACE_MS;
      controller.abort(new TimeoutError(timeoutMs, { retryAfterSeconds: boundedSeconds(missingMs) }));
    };
    const timer = setTimeout(giveUp, timeoutMs);
    timer.unref();
    const onProgress = (progress: GenerateProgress): void => void (slot.progress = progress);
    const report = runner
      .run(task, { signal: controller.signal, onProgress })
      .then((done) => {
        this.#remember(performance.now() - slot.startedAt);
        return done;
      })
      .finally(() => {
        clearTimeout(timer);
        this.#busy.delete(slot);
        if (this.#running.get(key) === running) this.#running.delete(key);
      });
    const running: Running = { report, controller, waiters: 0 };
    this.#running.set(key, running);
    return running;
  }

  #remember(durationMs: number): void {
    this.#latestMs.push(durationMs);
    if (this.#latestMs.length > REMEMBERED) this.#latestMs.shift();
  }

  /** Estimated time until a slot is free; null when nothing is known. */
  #untilSlotMs(): number | null {
    const known = [...this.#busy].map((slot) => this.#remainingMs(slot)).filter((ms) => ms !== null);
    return known.length === 0 ? null : Math.min(...known);
  }

  /**
   * Estimated remaining time of a report, by its own pace, or by the latest durations while its pace is unknown. At
   * most the time until the report's timeout.
   */
  #remainingMs(slot: BusySlot): number | null {
    if (slot.controller.signal.aborted) return 0;
    const elapsedMs = performance.now() - slot.startedAt;
    const typical = median(this.#latestMs);
    const remaining = atPaceMs(slot, elapsedMs) ?? (typical === null ? null : typical - elapsedMs);
    return remaining === null ? null : Math.min(remaining, this.#deps.timeoutMs - elapsedMs);
  }

  #abandon(key: string, running: Running): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
    running.controller.abort(new Error('no caller waits for this report any more'));
  }
}

/**
 * The remaining time at the pace so far. Null before the first row is read, and without an estimate of the number of
 * rows.
 */
function atPaceMs({ progress }: BusySlot, elapsedMs: number): number | null {
  if (progress === undefined || progress.estimatedRows === null || progress.processedRows === 0) return null;
  const { processedRows, estimatedRows } = progress;
  return (elapsedMs * Math.max(0, estimatedRows - processedRows)) / processedRows;
}
