import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../../jobs/ports/logger.js';
import { inTime } from '../in-time.js';
import { OutageLog } from '../outage-log.js';
import type { RedisConnection } from '../redis/redis-connection.js';
import { isRedisRefusal, type RedisRefusals } from '../redis/redis-refusals.js';
import { BeeQueueInternals, type BeeJob } from './bee-internals.js';
import { CHECK_STALLED_JOBS, GIVE_BACK, KEEP_PROGRESS } from './scripts.js';

export interface WorkingQueueOptions {
  readonly commands: RedisConnection;
  /** Used for waiting only, because the wait blocks every other command on the connection. */
  readonly blocking: RedisConnection;
  readonly logger: Logger;
  readonly refusals: RedisRefusals;
  /** Interval of the stall check. A message whose worker died is delivered again after one to two intervals. */
  readonly stallIntervalMs: number;
}

/**
 * Each wait for a message ends after this time, also on an empty queue. A connection without an answer is therefore
 * known to be dead.
 */
const BLOCK_SECONDS = 1;
const ANSWER_OVERDUE_MS = 4000;
const DRAIN_MS = 1500;
const RECORD_MS = 1000;
const REFUSED_PAUSE_MS = 300;

/** A queue whose jobs this process handles. It continues after restarts of Redis. */
export class WorkingQueue extends BeeQueueInternals {
  readonly #commands: RedisConnection;
  readonly #blocking: RedisConnection;
  readonly #logger: Logger;
  readonly #refusals: RedisRefusals;
  #draining = false;
  /**
   * The wait that began last. The slots (concurrent handlers) wait one after the other, because they share one blocking
   * connection.
   */
  #latestWait: Promise<unknown> = Promise.resolve();
  #blockingId: number | undefined;

  constructor(name: string, { commands, blocking, logger, refusals, stallIntervalMs }: WorkingQueueOptions) {
    super(name, {
      isWorker: true,
      getEvents: false,
      storeJobs: false,
      ensureScripts: false,
      quitCommandClient: false,
      autoConnect: false,
      stallInterval: stallIntervalMs,
    });
    this.#commands = commands;
    this.#blocking = blocking;
    this.#logger = logger;
    this.#refusals = refusals;
    const errors = new OutageLog(logger, {
      began: 'Bee-Queue reports an error; it goes on',
      ended: 'Bee-Queue works again',
    });
    // An 'error' event without a listener would be thrown.
    this.on('error', (cause) => {
      if (isRedisRefusal(cause))
        refusals.add('probe', cause); // until the next rehearsal by WorkProbe passes
      else if (!this.#draining) errors.notice(cause);
    });
    blocking.client.on('ready', () => void this.#learnBlockingId());
    void this.connect();
    // process() looks for jobs of dead workers once and, without this timer, never again (bee-queue 2.0.0).
    void this.checkStalledJobs(Math.ceil(stallIntervalMs / 2));
  }

  /**
   * Takes no more messages. Resolves when the running handlers have ended and, if Redis is up, their ends are recorded.
   */
  async drain(): Promise<void> {
    this.#draining = true;
    if (this.#blockingId !== undefined && this.#commands.isUp()) {
      // CLIENT UNBLOCK ends the current wait at once; without it, the wait lasts up to BLOCK_SECONDS. Queue#close would
      // cut the connection, and a message that Redis had just sent over it would be stuck until the next stall check.
      this.#commands.client.client('UNBLOCK', this.#blockingId).catch(() => {});
    }
    await inTime(this.#latestWait, DRAIN_MS);
  }

  /** Called after the handlers have ended, because Queue#close then neither fails nor hangs. */
  async end(): Promise<void> {
    await inTime(Promise.allSettled(this.activeJobs), RECORD_MS);
    await this.close(1).catch(() => {}); // rejects when a job's end is still unrecorded, because Redis is unreachable
  }

  /**
   * Emits Bee-Queue's progress event and stores the percentage in the job. Errors are ignored, because a job does not
   * wait for Redis to report progress.
   */
  reportProgress(job: BeeJob, percent: number): void {
    if (!this.#commands.isUp()) return;
    const keys = ['jobs', 'succeeded', 'failed'].map((key) => this.toKey(key));
    // Job#reportProgress returns a promise, although its declared return type is void.
    Promise.resolve(job.reportProgress(percent)).catch(() => {});
    this.#commands.client.eval(KEEP_PROGRESS, keys.length, ...keys, job.id, job.toData()).catch(() => {});
  }

  /** See SendingQueue#makeClient. */
  override makeClient(clientName: 'client' | 'bclient'): Promise<Redis> {
    const { client } = clientName === 'bclient' ? this.#blocking : this.#commands;
    this[clientName] = client;
    return Promise.resolve(client);
  }

  override _evalScript(name: string, keyCount: number, ...rest: (string | number)[]): Promise<unknown> {
    if (name !== 'checkStalledJobs') throw new Error(`A working queue has no use for the script ${name}`);
    return this.#commands.client.eval(CHECK_STALLED_JOBS, keyCount, ...rest);
  }

  /** process() begins with this check, and never takes a job after the check fails (bee-queue 2.0.0). */
  override async _doStalledJobCheck(): Promise<number> {
    try {
      return await super._doStalledJobCheck();
    } catch (cause) {
      this.emit('error', cause);
      return 0;
    }
  }

  /**
   * Waits for the next job of one slot. In bee-queue 2.0.0 all slots share one delay after errors, and each error
   * doubles the delay: with eight slots, three still sleep for 30 s after a restart of Redis. In this class each slot
   * has its own short, constant delay.
   *
   * A slot takes no message while Redis refuses another command that the service needs. The slot could not record the
   * end of the job, and the stall check would deliver the message again and again.
   */
  override async _waitForJob(): Promise<BeeJob | null> {
    while (!this.#draining) {
      if (this.#refusals.anyBut('messages')) {
        await delay(REFUSED_PAUSE_MS);
        continue;
      }
      const wait = this.#latestWait.then(() => this.#takeJob());
      this.#latestWait = wait.catch(() => {});
      try {
        const job = await wait;
        this.#refusals.remove('messages');
        if (job !== undefined) return job;
      } catch (cause) {
        if (isRedisRefusal(cause)) {
          this.#refusals.add('messages', cause);
          await delay(REFUSED_PAUSE_MS);
        } else {
          this.emit('error', cause);
          await delay(100 + Math.random() * 200);
        }
      }
    }
    return await new Promise<never>(() => {}); // ends the slot: Bee-Queue waits for ever
  }

  async #takeJob(): Promise<BeeJob | undefined> {
    if (this.#draining) return undefined;
    const jobId = await this.#popId();
    if (jobId === null) return undefined;
    const active = this.toKey('active');
    const { client } = this.#commands;
    if (this.#draining) {
      await client.eval(GIVE_BACK, 2, active, this.toKey('waiting'), jobId);
      return undefined;
    }
    const job = await this.#readJob(jobId);
    if (job !== undefined) return job;
    // The id has no readable job: TRIM deleted the job while a second copy of its message waited, or another program
    // put the id into the queue. Bee-Queue 2.0.0 would leave the id in `active`, and the stall check would deliver the
    // id again for ever.
    await client.lrem(active, 0, jobId);
    return undefined;
  }

  async #readJob(jobId: string): Promise<BeeJob | undefined> {
    try {
      return ((await this.getJob(jobId)) as BeeJob | null) ?? undefined;
    } catch (cause) {
      if (!(cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
      this.#logger.warn({ messageId: jobId, err: cause }, 'a message that cannot be read; it is dropped');
      return undefined;
    }
  }

  async #popId(): Promise<string | null> {
    const overdue = setInterval(() => {
      if (this.#blocking.client.status === 'ready') this.#blocking.reset();
    }, ANSWER_OVERDUE_MS);
    try {
      return await this.#blocking.client.brpoplpush(
        this.toKey('waiting'),
        this.toKey('active'),
        BLOCK_SECONDS,
      );
    } finally {
      clearInterval(overdue);
    }
  }

  async #learnBlockingId(): Promise<void> {
    this.#blockingId = undefined;
    this.#blockingId = await this.#blocking.client.client('ID').catch(() => undefined);
  }
}
