import type { Logger } from '../../jobs/ports/logger.js';
import type { RedisConnection } from '../redis/redis-connection.js';

export interface WriteProbeOptions {
  readonly connection: RedisConnection;
  /** Of its own, in the queue's name space; it expires by itself. */
  readonly key: string;
  readonly logger: Logger;
}

const PROBE_MS = 1000;
/** Full (maxmemory under noeviction), a disk that takes nothing, a replica by now, too few replicas; also from a script. */
const REFUSALS = /\b(OOM|MISCONF|READONLY|NOREPLICAS)\b/;

/** Knows whether Redis takes what is written: one that refuses it still answers PING, and reads. */
export class WriteProbe {
  readonly #options: WriteProbeOptions;
  readonly #timer: NodeJS.Timeout;
  #refused = false;

  constructor(options: WriteProbeOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#probe(), PROBE_MS);
  }

  /** As far as is known now: within a second or two of what happens. */
  get isRefused(): boolean {
    return this.#refused;
  }

  /** Learns from the error of somebody else's write. */
  learn(cause: unknown): void {
    if (cause instanceof Error && REFUSALS.test(cause.message)) this.#setRefused(true, cause);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #probe(): Promise<void> {
    const { connection, key } = this.#options;
    if (!connection.isUp()) return; // which says enough
    try {
      await connection.client.set(key, '1', 'PX', PROBE_MS);
      this.#setRefused(false);
    } catch (cause) {
      this.learn(cause);
    }
  }

  #setRefused(refused: boolean, cause?: Error): void {
    if (this.#refused === refused) return;
    this.#refused = refused;
    const { logger } = this.#options;
    if (refused)
      logger.warn({ err: cause }, 'Redis refuses what is written; workers look into MySQL meanwhile');
    else logger.info({}, 'Redis takes what is written again');
  }
}
