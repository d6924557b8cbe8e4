import { logAttemptFailure } from './attempt-failure.js';
import { RESEND_AFTER_MS, type Broker } from './ports/broker.js';
import type { JobEvents } from './ports/job-events.js';
import type { JobDispatch } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';
import type { MessageSender } from './message-sender.js';

interface DispatcherDeps {
  readonly store: Pick<JobDispatch, 'pullBackTimes' | 'takeBackExpired' | 'takeDueMessages' | 'sweep'>;
  readonly broker: Pick<Broker, 'isUp'>;
  readonly sender: Pick<MessageSender, 'send'>;
  readonly events: Pick<JobEvents, 'publish'>;
  readonly logger: Logger;
  readonly jobRetentionSeconds: number;
  readonly roundMs?: number;
}

const ROUND_MS = 500;
const ROUNDS_PER_SWEEP = 60;
const ROUNDS_PER_CLOCK_CHECK = 20;
const BATCH = 200;
const SWEEP_BATCH = 500;

/**
 * Every half second, takes back jobs whose worker is lost, and sends the messages of due jobs. Any number of processes
 * may run a dispatcher, because the store makes each change only while the job is in the expected state.
 */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | undefined;
  #rounds = 0;
  #failing = false;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => {
      this.#round ??= this.#tryRound().finally(() => {
        this.#round = undefined;
      });
    }, deps.roundMs ?? ROUND_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  async #tryRound(): Promise<void> {
    const { logger, store, jobRetentionSeconds } = this.#deps;
    this.#rounds += 1;
    try {
      if (this.#rounds % ROUNDS_PER_CLOCK_CHECK === 1) await this.#pullBack();
      await this.#takeBack();
      await this.#send();
      if (this.#rounds % ROUNDS_PER_SWEEP === 0) {
        await store.sweep({ retentionSeconds: jobRetentionSeconds, limit: SWEEP_BATCH });
      }
      if (this.#failing) logger.info({}, 'jobs are dispatched again');
      this.#failing = false;
    } catch (cause) {
      if (!this.#failing) logger.warn({ err: cause }, 'jobs cannot be dispatched; trying again');
      this.#failing = true;
    }
  }

  async #pullBack(): Promise<void> {
    const { store, logger } = this.#deps;
    for (;;) {
      const jobs = await store.pullBackTimes(SWEEP_BATCH);
      if (jobs > 0)
        logger.warn({ jobs }, 'the clock of the database was set back; jobs that waited for it are due now');
      if (jobs < SWEEP_BATCH) return;
    }
  }

  async #takeBack(): Promise<void> {
    const { store, events, logger } = this.#deps;
    for (const job of await store.takeBackExpired(BATCH)) {
      logAttemptFailure(logger, job, 'WORKER_LOST');
      void events.publish({ jobId: job.id, version: job.version });
    }
  }

  async #send(): Promise<void> {
    const { store, broker, sender } = this.#deps;
    if (!broker.isUp()) return; // workers poll MySQL until the broker is up
    for (;;) {
      const messages = await store.takeDueMessages({ limit: BATCH, resendAfterMs: RESEND_AFTER_MS });
      const sent = await Promise.all(messages.map(async (message) => await sender.send(message)));
      if (messages.length < BATCH || sent.includes(false)) return;
    }
  }
}
