import type { Logger } from '../jobs/ports/logger.js';
import { OutageLog } from './outage-log.js';

/**
 * The kinds of work that the broker refuses now, on any connection of the process, because of missing rights, full
 * memory or a read-only replica. While the broker refuses any work, the service treats it as unreachable.
 */
export class Refusals<Work extends string> {
  readonly #refused = new Set<Work>();
  readonly #log: OutageLog;

  constructor(logger: Logger, server: string) {
    this.#log = new OutageLog(logger, {
      began: `${server} refuses what this service needs; workers poll MySQL until then (rights: docs/brokers.md)`,
      ended: `${server} takes everything again`,
    });
  }

  get any(): boolean {
    return this.#refused.size > 0;
  }

  anyBut(work: Work): boolean {
    return this.#refused.size > (this.#refused.has(work) ? 1 : 0);
  }

  /** @param cause the broker's error, or the service's own error about an unusable reply */
  add(work: Work, cause: unknown): void {
    this.#refused.add(work);
    this.#log.notice(cause);
  }

  remove(work: Work): void {
    if (this.#refused.delete(work) && !this.any) this.#log.end();
  }
}
