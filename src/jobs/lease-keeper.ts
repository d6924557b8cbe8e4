import type { Claim } from './job.js';
import type { JobEvents } from './ports/job-events.js';
import type { JobAttempts, LeaseRenewal, WorkerRecord } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';

/** Interval at which leases are renewed and progress is written. A lease lasts five seconds. */
const HEARTBEAT_MS = 1000;
/**
 * Age of a job at which its progress is written for the first time, without waiting for a heartbeat. Progress is
 * written again each time the age has doubled, because estimates need a progress that is recent in proportion to the
 * job's age.
 */
const FIRST_PROGRESS_MS = 100;

interface LeaseKeeperDeps {
  /**
   * The store's methods for leases. They use a database connection of their own, so that long reports cannot delay
   * heartbeats.
   */
  readonly leases: Pick<JobAttempts, 'extendLeases' | 'recordWorker'>;
  readonly events: Pick<JobEvents, 'publish'>;
  readonly logger: Logger;
  readonly worker: WorkerRecord;
  readonly heartbeatMs?: number;
}

type Progress = NonNullable<LeaseRenewal['progress']>;

interface Held {
  readonly claim: Claim;
  readonly onLost: () => void;
  progress: Progress | null;
  /** Start of the lease, as a value of `performance.now()`. */
  readonly startedAt: number;
  writeAtAge: number;
}

interface Lease {
  /** Reports progress. The latest progress is written with the next heartbeat, or earlier while the job is young. */
  report(progress: Progress): void;
  stopRenewing(): void;
}

/** Renews the leases of all jobs that run in this process. Calls a job's `onLost` when its lease is lost. */
export class LeaseKeeper {
  readonly #deps: LeaseKeeperDeps;
  readonly #held = new Set<Held>();
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> | undefined;
  readonly #writing = new Set<Promise<void>>();
  #failing = false;

  constructor(deps: LeaseKeeperDeps) {
    this.#deps = deps;
    this.#beat();
    this.#timer = setInterval(() => this.#beat(), deps.heartbeatMs ?? HEARTBEAT_MS);
  }

  /** @param onLost called once, when the store reports that the claim is no longer valid */
  hold(claim: Claim, onLost: () => void): Lease {
    const startedAt = performance.now();
    const held: Held = { claim, onLost, progress: null, startedAt, writeAtAge: FIRST_PROGRESS_MS };
    this.#held.add(held);
    return {
      report: (progress) => {
        held.progress = progress;
        const age = performance.now() - held.startedAt;
        if (age < held.writeAtAge) return;
        held.writeAtAge = 2 * age;
        this.#write(held);
      },
      stopRenewing: () => {
        this.#held.delete(held);
      },
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.#beating, ...this.#writing]);
  }

  #beat(): void {
    const { leases, worker } = this.#deps;
    this.#beating ??= this.#warnOnFailure(async () => {
      await leases.recordWorker(worker);
      await this.#renew([...this.#held]);
    }).finally(() => {
      this.#beating = undefined;
    });
  }

  #write(held: Held): void {
    const writing = this.#warnOnFailure(() => this.#renew([held])).finally(() =>
      this.#writing.delete(writing),
    );
    this.#writing.add(writing);
  }

  async #renew(held: readonly Held[]): Promise<void> {
    if (held.length === 0) return;
    const { leases, events } = this.#deps;
    const renewals = held.map(({ claim, progress }) => ({ ...claim, progress }));
    for (const one of held) one.progress = null;
    const versions = await leases.extendLeases(renewals);
    for (const [index, one] of held.entries()) {
      const version = versions.get(one.claim.id);
      if (version === undefined) this.#lose(one);
      else if (renewals[index]?.progress) void events.publish({ jobId: one.claim.id, version });
    }
  }

  async #warnOnFailure(renew: () => Promise<void>): Promise<void> {
    const { logger } = this.#deps;
    try {
      await renew();
      if (this.#failing) logger.info({}, 'leases are renewed again');
      this.#failing = false;
    } catch (cause) {
      if (!this.#failing) logger.warn({ err: cause }, 'leases cannot be renewed; trying again');
      this.#failing = true;
    }
  }

  #lose(held: Held): void {
    if (this.#held.delete(held)) held.onLost();
  }
}
