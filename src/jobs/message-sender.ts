import type { ReportJob } from './job.js';
import { BrokerAwayError, type AttemptMessage, type Broker } from './ports/broker.js';
import type { JobDispatch } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';
import { requeueMessage } from './requeue-message.js';

interface SenderDeps {
  readonly broker: Pick<Broker, 'send'>;
  readonly store: Pick<JobDispatch, 'markUnsent'>;
  readonly logger: Logger;
}

/**
 * Sends messages that the store has already marked as sent. When sending fails, the sender removes the mark, and the
 * dispatcher sends the message later. Requests do not wait for their message, because their job is already committed.
 */
export class MessageSender {
  readonly #deps: SenderDeps;
  readonly #sending = new Set<Promise<boolean>>();

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  /** Resolves with whether the broker has accepted the message. Never rejects. */
  send(message: AttemptMessage): Promise<boolean> {
    const sending = this.#send(message).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
    return sending;
  }

  /** Resolves when every message in flight was sent or has failed. Call it before the broker is closed. */
  async drain(): Promise<void> {
    await Promise.all(this.#sending);
  }

  async #send(message: AttemptMessage): Promise<boolean> {
    const { broker, logger } = this.#deps;
    const { jobId, attempt } = message;
    try {
      await broker.send(message);
      return true;
    } catch (cause) {
      // The broker logs an outage once. A warning for each job would hide that line.
      const level = cause instanceof BrokerAwayError ? 'debug' : 'warn';
      logger[level](
        { jobId, attempt, err: cause },
        'the broker did not take the message; it will be sent again',
      );
    }
    await requeueMessage(this.#deps, message);
    return false;
  }
}

/** The message for the job's next attempt. */
export function nextMessage(job: Pick<ReportJob, 'id' | 'epoch' | 'kind' | 'filter'>): AttemptMessage {
  return { jobId: job.id, attempt: job.epoch + 1, kind: job.kind, filter: job.filter };
}
