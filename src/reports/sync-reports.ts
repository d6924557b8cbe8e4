import { ReportsError, TimeoutError } from './errors.js';
import { getReportKind } from './kinds/index.js';
import type { ReportRunner, ReportTask } from './ports/report-runner.js';
import type { Report } from './report.js';

export interface SyncReportsDeps {
  readonly runner: Pick<ReportRunner, 'run'>;
  /** Reports at once in this process. */
  readonly limit: number;
  readonly timeoutMs: number;
}

interface Running {
  readonly report: Promise<Report>;
  readonly controller: AbortController;
  waiters: number;
}

/** The synchronous door: the report while the caller waits, with a bound on how many run at once. */
export class SyncReports {
  readonly #deps: SyncReportsDeps;
  readonly #running = new Map<string, Running>();
  /** Slots in use: also by reports that everybody left but whose query is still being stopped. */
  #busy = 0;

  constructor(deps: SyncReportsDeps) {
    this.#deps = deps;
  }

  get slots(): { readonly busy: number; readonly limit: number } {
    return { busy: this.#busy, limit: this.#deps.limit };
  }

  /**
   * Runs the report, or shares one with the same filter that is running. It is aborted when its last waiter has gone.
   *
   * @param filter as the caller wrote it (camelCase)
   * @param signal the caller hung up; the promise rejects with its reason
   * @throws BadInputError; ReportsError SYNC_BUSY when all slots are taken; TimeoutError; ServiceUnavailableError
   */
  async run(kindName: string, filter: unknown, signal: AbortSignal): Promise<Report> {
    const kind = getReportKind(kindName);
    const task = { kind: kind.name, filter: kind.parseFilter(filter) };
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
    if (this.#busy >= limit) {
      throw new ReportsError(
        'SYNC_BUSY',
        `All ${limit} slots for synchronous reports are busy. Try again soon, or request the report as a job.`,
      );
    }
    this.#busy += 1;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new TimeoutError(timeoutMs)), timeoutMs);
    timer.unref();
    const report = runner.run(task, { signal: controller.signal, onProgress: () => {} }).finally(() => {
      clearTimeout(timer);
      this.#busy -= 1;
      if (this.#running.get(key) === running) this.#running.delete(key);
    });
    const running: Running = { report, controller, waiters: 0 };
    this.#running.set(key, running);
    return running;
  }

  #abandon(key: string, running: Running): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
    running.controller.abort(new Error('nobody waits for this report any more'));
  }
}
