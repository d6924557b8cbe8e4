import { Worker } from 'node:worker_threads';
import type { GenerateOptions } from '../../reports/generate-report.js';
import type { Logger } from '../../jobs/ports/logger.js';
import type { ReportRunner, ReportTask } from '../../jobs/ports/report-runner.js';
import type { Report } from '../../reports/report.js';
import { revivedError, type FromThread, type ThreadData, type ToThread } from './thread-messages.js';

export interface ThreadReportRunnerOptions extends ThreadData {
  /** The number of idle threads to keep, so that the next report does not wait for a thread to start. */
  readonly keep: number;
  readonly logger: Logger;
}

/** The longest that a thread may take to stop its query after an abort. Then the thread is terminated. */
const ABORT_TAKES_MS = 1500;
/** Maximum JavaScript heap of one report. Typed arrays outside the heap hold the sums of its users. */
const HEAP_MB = 1024;

/**
 * Runs each report in its own thread, with its own database connection. So a report does not block the caller's event
 * loop, and report code that never ends or runs out of memory ends only its thread.
 */
export class ThreadReportRunner implements ReportRunner {
  readonly #options: ThreadReportRunnerOptions;
  readonly #idle: Worker[] = [];
  readonly #threads = new Set<Worker>();
  #closed = false;

  constructor(options: ThreadReportRunnerOptions) {
    this.#options = options;
  }

  async run(task: ReportTask, { signal, onProgress }: GenerateOptions): Promise<Report> {
    signal.throwIfAborted();
    const thread = this.#idle.pop() ?? this.#start();
    thread.ref();
    return await new Promise<Report>((resolve, reject) => {
      let overdue: NodeJS.Timeout | undefined;
      const settle = (end: () => void): void => {
        clearTimeout(overdue);
        signal.removeEventListener('abort', abort);
        thread.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit');
        end();
      };
      const abort = (): void => {
        post(thread, { type: 'abort' });
        overdue = setTimeout(() => {
          this.#options.logger.warn(
            { ...task },
            'a report did not stop when it was aborted; its thread was ended',
          );
          settle(() => reject(signal.reason as Error));
          this.#discard(thread);
        }, ABORT_TAKES_MS);
      };
      const lost = (cause: Error): void => {
        settle(() => reject(signal.aborted ? (signal.reason as Error) : cause));
        this.#discard(thread);
      };
      signal.addEventListener('abort', abort, { once: true });
      thread.on('message', (message: FromThread) => {
        switch (message.type) {
          case 'progress':
            onProgress(message.progress);
            return;
          case 'done':
            settle(() => (signal.aborted ? reject(signal.reason as Error) : resolve(message.report)));
            this.#keep(thread);
            return;
          case 'failed': {
            const error = signal.aborted ? (signal.reason as Error) : revivedError(message.error);
            settle(() => reject(error));
            this.#keep(thread);
          }
        }
      });
      thread.once('error', lost);
      thread.once('exit', (code) => lost(new Error(`the report's thread ended with code ${code}`)));
      post(thread, { type: 'run', task });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#threads].map(async (thread) => await thread.terminate()));
  }

  #start(): Worker {
    const { sourceUrl, databaseUrl, readLimitMs, reportsDir } = this.#options;
    // Tests run the TypeScript sources, so that a thread needs a loader for them too.
    const isSource = import.meta.url.endsWith('.ts');
    const thread = new Worker(
      new URL(isSource ? 'report-thread-main.ts' : 'report-thread-main.js', import.meta.url),
      {
        workerData: { sourceUrl, databaseUrl, readLimitMs, reportsDir } satisfies ThreadData,
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
        execArgv: isSource ? ['--import', 'tsx'] : [],
      },
    );
    this.#threads.add(thread);
    return thread;
  }

  #keep(thread: Worker): void {
    if (this.#closed || this.#idle.length >= this.#options.keep) {
      this.#discard(thread);
      return;
    }
    thread.unref();
    const forget = (): void => {
      this.#threads.delete(thread);
      const index = this.#idle.indexOf(thread);
      if (index >= 0) this.#idle.splice(index, 1);
    };
    thread.once('error', forget).once('exit', forget);
    this.#idle.push(thread);
  }

  #discard(thread: Worker): void {
    this.#threads.delete(thread);
    thread.removeAllListeners().on('error', () => {});
    void thread.terminate();
  }
}

function post(thread: Worker, message: ToThread): void {
  thread.postMessage(message);
}
