import type { ReportJob } from './job.js';
import type { Broker, Consumer, MessageHandler } from './ports/broker.js';
import { onceAMinute } from './once-a-minute.js';
import type { JobAttempts, JobDispatch, JobReader, WorkerRecord } from './ports/job-store.js';
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

/** While the broker is away, MySQL is looked into this often for anything due. */
const LOOK_MS = 1000;
/** With the broker there, every third look is made, for jobs whose message must have been lost. */
const LOOKS_PER_SAFETY_LOOK = 3;
const OVERDUE_MS = 5000;

/** Takes work from the broker, and from MySQL where the broker lost it or is away; never more than its slots. */
export class Worker {
  readonly #deps: WorkerDeps;
  readonly #slots: Slots;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #consumer: Consumer;
  readonly #timer: NodeJS.Timeout;
  readonly #warnOfUnknownJob: (message: Message) => void;
  #looks = 0;
  #looking: Promise<void> | undefined;

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
      this.#looks += 1;
      if (!deps.broker.isUp() || this.#looks % LOOKS_PER_SAFETY_LOOK === 0) this.#look();
    }, LOOK_MS);
  }

  /** Takes no more work, hands back what runs (no attempt is lost), and resolves when all of it is saved. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const closed = this.#consumer.close();
    this.#stopping.abort();
    this.#slots.close();
    await this.#looking;
    await Promise.all(this.#running);
    await closed;
  }

  /** One message of the broker. Rejects with the attempt's code when a claimed attempt failed. */
  async #handle(...[message, { reportProgress }]: Parameters<MessageHandler>): Promise<void> {
    if (!(await this.#slots.take())) return await this.#passOn(message);
    try {
      const job = await this.#claim(message);
      if (job === undefined) return;
      const outcome = await this.#run(job, reportProgress);
      if (outcome.end === 'failed') throw new Error(outcome.code);
    } finally {
      this.#slots.give();
    }
  }

  /** Undefined when there is nothing to run, also when the store cannot say so: then no attempt has failed. */
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
        'the job cannot be claimed now; a look for what is overdue will find it',
      );
      return undefined;
    }
  }

  /**
   * A job of a definition that this worker does not know goes to another one: by a new message, since the broker would
   * give this one back to the same worker at once.
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
      await this.#passOn(message);
      return;
    }
    logger.debug({ ...message }, 'nothing to claim: the attempt was made, canceled or is not due');
  }

  get #claiming() {
    const { id, definitions } = this.#deps.worker;
    return { worker: id, definitions };
  }

  /** The message goes to another worker. */
  async #passOn(message: Message): Promise<void> {
    const { store, logger } = this.#deps;
    try {
      await store.markUnsent(message);
    } catch (cause) {
      logger.warn(
        { ...message, err: cause },
        'the message stays marked as sent; it will be sent again in 15 s',
      );
    }
  }

  #look(): void {
    this.#looking ??= this.#fillSlots().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Claims jobs that are due for so long that their message must have been lost, or all while the broker is away. */
  async #fillSlots(): Promise<void> {
    const { broker, store, logger } = this.#deps;
    const dueForMs = broker.isUp() ? OVERDUE_MS : 0;
    try {
      while (!this.#stopping.signal.aborted && this.#slots.tryTake()) {
        const job = await store.claimDue({ ...this.#claiming, dueForMs }).catch((cause: unknown) => {
          this.#slots.give();
          throw cause;
        });
        if (job === undefined) {
          this.#slots.give();
          return;
        }
        void this.#run(job).finally(() => {
          this.#slots.give();
          this.#look(); // where one was left lying there may be more
        });
      }
    } catch (cause) {
      logger.warn({ err: cause }, 'due jobs cannot be looked for; trying again');
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
