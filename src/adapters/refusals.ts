import type { Logger } from '../jobs/ports/logger.js';
import { OutageLog } from './outage-log.js';

/**
 * What a broker answers with an error at the moment, over all connections of a process: missing rights, a full memory,
 * a read-only replica. A broker that refuses any of the work counts as away, although it answers.
 */
export class Refusals<Work extends string> {
  readonly #refused = new Set<Work>();
  readonly #log: OutageLog;

  constructor(logger: Logger, server: string) {
    this.#log = new OutageLog(logger, {
      began: `${server} refuses what this service needs; workers look into MySQL meanwhile (rights: docs/brokers.md)`,
      ended: `${server} takes everything again`,
    });
  }

  get any(): boolean {
    return this.#refused.size > 0;
  }

  anyBut(work: Work): boolean {
    return this.#refused.size > (this.#refused.has(work) ? 1 : 0);
  }

  /** @param cause the broker's answer, or what we say of it */
  add(work: Work, cause: unknown): void {
    this.#refused.add(work);
    this.#log.notice(cause);
  }

  remove(work: Work): void {
    if (this.#refused.delete(work) && !this.any) this.#log.end();
  }
}
