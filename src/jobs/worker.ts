import type { ReportJob } from './job.js';
import type { Broker, Consumer, MessageHandler } from './ports/broker.js';
import { onceAMinute } from './once-a-minute.js';
import type { JobAttempts, JobDispatch, JobReader, WorkerRecord } from './ports/job-store.js';
import { requeueMessage } from './requeue-message.js';
import { runJob, type AttemptOutcome, type RunJobDeps } from './run-job.js';
import { Slots } from './slots.js';

interface WorkerDeps extends RunJobDeps {
  readonly store: RunJobDeps['store'] &
    Pick<JobAttempts, 'claim' | 'claimDue'> &
    Pick<JobDispatch, 'markUnsent'> &
    Pick<JobReader, 'find'>;
  readonly broker: Pick<Broker, 'consume' | 'isUp'>;
  readonly worker: WorkerRecord;
}

type Message = Parameters<MessageHandler>[0];

/** Interval at which the worker polls the store for due jobs while the broker is unreachable. */
const POLL_MS = 1000;
/**
 * While the broker is up, only every third poll is made, and only for overdue jobs, because their message must have
 * been lost.
 */
const POLLS_PER_SAFETY_POLL = 3;
const OVERDUE_MS = 5000;

/**
 * Runs jobs, at most as many at a time as the worker has slots. The broker's messages name the jobs to claim. The
 * worker also polls the store, for jobs whose message was lost, and for all due jobs while the broker is unreachable.
 */
export class Worker {
  readonly #deps: WorkerDeps;
  readonly #slots: Slots;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #consumer: Consumer;
  readonly #timer: NodeJS.Timeout;
  readonly #warnOfUnknownJob: (message: Message) => void;
  #polls = 0;
  #polling: Promise<void> | undefined;

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
    this.#slots = new Slots(deps.worker.slots);
    this.#warnOfUnknownJob = onceAMinute((message: Message) =>
      deps.logger.warn(
        { ...message },
        'a message of a job that this database does not have; it is finished. Either the job was deleted, ' +
          'or another service has the same QUEUE_NAME at this broker.',
      ),
    );
    this.#consumer = deps.broker.consume((message, context) => this.#handle(message, context), {
      concurrency: deps.worker.slots,
    });
    this.#timer = setInterval(() => {
      this.#polls += 1;
      if (!deps.broker.isUp() || this.#polls % POLLS_PER_SAFETY_POLL === 0) this.#poll();
    }, POLL_MS);
  }

  /**
   * Stops claiming jobs and releases the running jobs. A release uses up no attempt of a job. Resolves when all
   * releases are saved.
   */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const closed = this.#consumer.close();
    this.#stopping.abort();
    this.#slots.close();
    await this.#polling;
    await Promise.all(this.#running);
    await closed;
  }

  /**
   * Handles one message of the broker. Rejects when a claimed attempt failed, with an error whose message is the
   * attempt's code.
   */
  async #handle(...[message, { reportProgress }]: Parameters<MessageHandler>): Promise<void> {
    if (!(await this.#slots.acquire())) return await requeueMessage(this.#deps, message);
    try {
      const job = await this.#claim(message);
      if (job === undefined) return;
      const outcome = await this.#run(job, reportProgress);
      if (outcome.end === 'failed') throw new Error(outcome.code);
    } finally {
      this.#slots.release();
    }
  }

  /**
   * Claims the job of a message. Undefined when there is nothing to run. Also undefined when the store is unreachable,
   * because no attempt has failed then.
   */
  async #claim(message: Message): Promise<ReportJob | undefined> {
    const { store, logger } = this.#deps;
    try {
      const { attempt } = message;
      const job = await store.claim(message.jobId, { ...this.#claiming, attempt });
      if (job === undefined) await this.#explainUnclaimed(message);
      return job;
    } catch (cause) {
      logger.warn(
        { ...message, err: cause },
        'the job cannot be claimed now; the poll for overdue jobs will find it',
      );
      return undefined;
    }
  }

  /**
   * Logs why a job was not claimed. When this worker does not know the job's definition, the job is left to another
   * worker by a new message, because the broker would deliver a rejected message to this worker again at once.
   */
  async #explainUnclaimed(message: Message): Promise<void> {
    const { store, worker, logger } = this.#deps;
    const job = await store.find(message.jobId);
    if (job === undefined) {
      this.#warnOfUnknownJob(message);
      return;
    }
    const isWaiting = job.status === 'QUEUED' || job.status === 'RETRYING';
    if (isWaiting && !worker.definitions.includes(job.definition)) {
      logger.info({ ...message, kind: job.kind }, 'this worker does not know the report; left to another');
      await requeueMessage(this.#deps, message);
      return;
    }
    logger.debug({ ...message }, 'nothing to claim: the attempt was made, canceled or is not due');
  }

  get #claiming() {
    const { id, definitions } = this.#deps.worker;
    return { worker: id, definitions };
  }

  #poll(): void {
    this.#polling ??= this.#claimDueJobs().finally(() => {
      this.#polling = undefined;
    });
  }

  /**
   * Fills the free slots with due jobs: with overdue jobs while the broker is up, with all due jobs while it is
   * unreachable.
   */
  async #claimDueJobs(): Promise<void> {
    const { broker, store, logger } = this.#deps;
    const dueForMs = broker.isUp() ? OVERDUE_MS : 0;
    try {
      while (!this.#stopping.signal.aborted && this.#slots.tryAcquire()) {
        const job = await store.claimDue({ ...this.#claiming, dueForMs }).catch((cause: unknown) => {
          this.#slots.release();
          throw cause;
        });
        if (job === undefined) {
          this.#slots.release();
          return;
        }
        void this.#run(job).finally(() => {
          this.#slots.release();
          this.#poll(); // more messages may have been lost
        });
      }
    } catch (cause) {
      logger.warn({ err: cause }, 'due jobs cannot be claimed; trying again');
    }
  }

  #run(job: ReportJob, onPercent?: (percent: number) => void): Promise<AttemptOutcome> {
    const stopping = this.#stopping.signal;
    const running = runJob(this.#deps, job, onPercent === undefined ? { stopping } : { stopping, onPercent });
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
    return running;
  }
}
