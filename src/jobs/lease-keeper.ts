import type { Claim } from './job.js';
import type { JobEvents } from './ports/job-events.js';
import type { JobAttempts, LeaseRenewal, WorkerRecord } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';

/** Interval at which leases are renewed and progress is written. A lease lasts five seconds. */
const HEARTBEAT_MS = 1000;

interface LeaseKeeperDeps {
  /** Has a connection of its own, so that long reports cannot delay heartbeats. */
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
}

interface Lease {
  /** Reports progress; the latest one is written with the next heartbeat. */
  report(progress: Progress): void;
  letGo(): void;
}

/** Renews the leases of all jobs that run in this process. When a lease is lost, `onLost` of its job is called. */
export class LeaseKeeper {
  readonly #deps: LeaseKeeperDeps;
  readonly #held = new Set<Held>();
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> | undefined;
  #failing = false;

  constructor(deps: LeaseKeeperDeps) {
    this.#deps = deps;
    this.#beat();
    this.#timer = setInterval(() => this.#beat(), deps.heartbeatMs ?? HEARTBEAT_MS);
  }

  /** @param onLost called once, when the store says that the claim is no longer valid */
  hold(claim: Claim, onLost: () => void): Lease {
    const held: Held = { claim, onLost, progress: null };
    this.#held.add(held);
    return {
      report: (progress) => {
        held.progress = progress;
      },
      letGo: () => {
        this.#held.delete(held);
      },
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
  }

  #beat(): void {
    this.#beating ??= this.#renew().finally(() => {
      this.#beating = undefined;
    });
  }

  async #renew(): Promise<void> {
    const { leases, events, logger, worker } = this.#deps;
    const held = [...this.#held];
    const renewals = held.map(({ claim, progress }) => ({ ...claim, progress }));
    for (const one of held) one.progress = null;
    try {
      await leases.recordWorker(worker);
      const versions =
        renewals.length === 0 ? new Map<string, number>() : await leases.extendLeases(renewals);
      for (const [index, one] of held.entries()) {
        const version = versions.get(one.claim.id);
        if (version === undefined) this.#lose(one);
        else if (renewals[index]?.progress) void events.publish({ jobId: one.claim.id, version });
      }
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
