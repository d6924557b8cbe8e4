import type { ReportJob } from './job.js';
import type { AttemptMessage, Broker } from './ports/broker.js';
import type { JobDispatch } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';

/** The longest that an answer waits for the broker, in milliseconds. */
const ANSWER_WAITS_MS = 20;

export interface SenderDeps {
  readonly broker: Pick<Broker, 'send'>;
  readonly store: Pick<JobDispatch, 'markUnsent'>;
  readonly logger: Logger;
}

/** Rings the broker for jobs that the store already holds as sent. What cannot be sent is left to the dispatcher. */
export class MessageSender {
  readonly #deps: SenderDeps;
  #lastFailed = false;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  /** For callers with someone waiting: 20 ms at most, and not at all while the last send has failed. Never rejects. */
  async sendBriefly(message: AttemptMessage): Promise<void> {
    const sent = this.send(message);
    if (this.#lastFailed) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ANSWER_WAITS_MS);
    });
    await Promise.race([sent, patience]);
    clearTimeout(timer);
  }

  /** Whether the broker has the message now. Never rejects. */
  async send(message: AttemptMessage): Promise<boolean> {
    const { broker, store, logger } = this.#deps;
    const { jobId, attempt } = message;
    try {
      await broker.send(message);
      this.#lastFailed = false;
      return true;
    } catch (cause) {
      this.#lastFailed = true;
      logger.warn(
        { jobId, attempt, err: cause },
        'the broker did not take the message; it will be sent again',
      );
    }
    try {
      await store.markUnsent(message);
    } catch (cause) {
      logger.warn(
        { jobId, attempt, err: cause },
        'the message stays marked as sent; it will be sent again in 15 s',
      );
    }
    return false;
  }
}

/** The message of the attempt that the job waits for. */
export function nextMessage(job: Pick<ReportJob, 'id' | 'epoch' | 'kind' | 'filter'>): AttemptMessage {
  return { jobId: job.id, attempt: job.epoch + 1, kind: job.kind, filter: job.filter };
}
