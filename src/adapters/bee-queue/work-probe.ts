import type { RedisConnection } from '../redis/redis-connection.js';
import { isRedisRefusal, RefusedError, type RedisRefusals } from '../redis/redis-refusals.js';
import { messageCommands, serviceCommands } from './rehearsal.js';

export interface WorkProbeOptions {
  /** Used by the probe alone: any other command sent during a rehearsal would become part of its MULTI. */
  readonly connection: RedisConnection;
  readonly toKey: (name: string) => string;
  readonly eventChannel: string;
  readonly refusals: RedisRefusals;
}

const PROBE_MS = 1000;

/**
 * Once a second, tries all commands that the service sends to Redis without changing a key of the service (see
 * `rehearsal.ts`), so that a command that Redis refuses is known before it affects a job.
 */
export class WorkProbe {
  readonly #options: WorkProbeOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #probe = (): void => void this.#tryProbe();
  #probing = false;
  #passedOnce = false;

  constructor(options: WorkProbeOptions) {
    this.#options = options;
    this.#timer = setInterval(this.#probe, PROBE_MS);
    options.connection.client.on('ready', this.#probe);
  }

  /** Whether at least one rehearsal since the start ended without a refusal. `refusals` holds the current refusals. */
  get passedOnce(): boolean {
    return this.#passedOnce;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#options.connection.client.off('ready', this.#probe);
  }

  async #tryProbe(): Promise<void> {
    const { connection, refusals } = this.#options;
    if (this.#probing || connection.client.status !== 'ready') return;
    this.#probing = true;
    try {
      await this.#checkRights();
      await this.#executeMessageCommands();
      this.#passedOnce = true;
      refusals.remove('probe');
    } catch (cause) {
      if (isRedisRefusal(cause)) refusals.add('probe', cause);
      // An error that is not a refusal means that the connection is lost or silent. RedisConnection detects both
      // itself.
    } finally {
      this.#probing = false;
    }
  }

  /** Sends the commands of `serviceCommands` between MULTI and DISCARD: Redis checks them, and executes none. */
  async #checkRights(): Promise<void> {
    const { connection } = this.#options;
    const { client } = connection;
    try {
      await client.call('multi');
      await this.#queueCommands();
    } catch (cause) {
      await client.call('discard').catch((other: unknown) => {
        if (!isRedisRefusal(other)) connection.reset();
      });
      throw cause;
    }
    await client.call('discard');
  }

  async #queueCommands(): Promise<void> {
    const { connection, toKey, eventChannel } = this.#options;
    const { client } = connection;
    // A server or proxy that does not queue commands would execute them.
    if ((await client.call('ping')) !== 'QUEUED')
      throw new RefusedError('Redis does not queue the commands after MULTI');
    const queued = serviceCommands(toKey, eventChannel).map(([name, ...args]) => client.call(name, ...args));
    const refused = (await Promise.allSettled(queued)).find(({ status }) => status === 'rejected');
    if (refused?.status === 'rejected') throw refused.reason;
  }

  async #executeMessageCommands(): Promise<void> {
    const { connection, toKey } = this.#options;
    const transaction = connection.client.multi();
    for (const [name, ...args] of messageCommands(toKey)) transaction.call(name, ...args);
    const results = await transaction.exec().catch((cause: Error & { previousErrors?: Error[] }) => {
      throw cause.previousErrors?.[0] ?? cause; // `cause` is EXECABORT without a reason
    });
    const refused = results?.find(([error]) => error !== null);
    if (refused !== undefined) throw refused[0];
  }
}
