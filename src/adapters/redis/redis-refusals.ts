import type { Logger } from '../../jobs/ports/logger.js';
import { OutageLog } from '../outage-log.js';

/** The works that Redis can refuse: what the probe rehearses, to hear events, and to take messages. */
export type RedisWork = 'probe' | 'events' | 'messages';

/**
 * What Redis answers with an error at the moment, over all connections of a process: missing rights, a full memory, a
 * read-only replica. A Redis that refuses any of the work answers PING all the same, and counts as away.
 */
export class RedisRefusals {
  readonly #refused = new Set<RedisWork>();
  readonly #log: OutageLog;

  constructor(logger: Logger) {
    this.#log = new OutageLog(logger, {
      began:
        'Redis refuses what this service needs; workers look into MySQL meanwhile (rights: docs/brokers.md)',
      ended: 'Redis takes everything again',
    });
  }

  get any(): boolean {
    return this.#refused.size > 0;
  }

  anyBut(work: RedisWork): boolean {
    return this.#refused.size > (this.#refused.has(work) ? 1 : 0);
  }

  /** @param cause Redis' answer, or what we say of it. */
  add(work: RedisWork, cause: unknown): void {
    this.#refused.add(work);
    this.#log.notice(cause);
  }

  remove(work: RedisWork): void {
    if (this.#refused.delete(work) && !this.any) this.#log.end();
  }
}

/** Redis answered, and not as work needs it. */
export class RefusedError extends Error {}

/**
 * Whether Redis answered with an error. Any other error is a matter of the connection, as is the last answer to a blocked
 * command when a primary becomes a replica.
 */
export function isRefusal(cause: unknown): cause is Error {
  if (cause instanceof RefusedError) return true;
  return cause instanceof Error && cause.name === 'ReplyError' && !cause.message.startsWith('UNBLOCKED ');
}
