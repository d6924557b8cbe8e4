import type { Redis } from 'ioredis';
import { BeeQueueInternals } from './bee-internals.js';
import { SEND_JOB } from './scripts.js';

/** A queue that only adds jobs. */
export class SendingQueue extends BeeQueueInternals {
  readonly #redis: Redis;

  constructor(name: string, redis: Redis) {
    super(name, {
      isWorker: false,
      getEvents: false,
      // True, the default, keeps every job that was sent in memory for ever (bee-queue issues #54, #255).
      storeJobs: false,
      ensureScripts: false,
      quitCommandClient: false,
      autoConnect: false,
    });
    this.#redis = redis;
    redis.defineCommand(SEND_COMMAND, { lua: SEND_JOB });
    void this.connect();
  }

  /**
   * Bee-Queue takes an ioredis client instead of its own node_redis 3.1.2, which gives up for ever after one hour, has
   * no timeout for commands, and ends a process that starts while Redis is away (bee-queue issues #409, #691). The
   * client need not be connected, so the queue is ready at once.
   */
  override makeClient(clientName: 'client' | 'bclient'): Promise<Redis> {
    this[clientName] = this.#redis;
    return Promise.resolve(this.#redis);
  }

  /** Called by Job#save, for the script `addJob` only. */
  override _evalScript(name: string, keyCount: number, ...rest: (string | number)[]): Promise<unknown> {
    if (name !== 'addJob') throw new Error(`A sending queue has no use for the script ${name}`);
    const [jobId = '', data = ''] = rest.slice(keyCount);
    const keys = ['jobs', 'waiting', 'succeeded', 'failed', 'succeededAt', 'failedAt'].map((key) =>
      this.toKey(key),
    );
    return (this.#redis as Sending)[SEND_COMMAND](keys.length, ...keys, jobId, data);
  }
}

/**
 * A command that ioredis runs by the script's hash, so that Redis need not hash the text of each call. It lacks the
 * fault of Bee-Queue's own scripts, because ioredis sends the text with the first call of each connection and again
 * after NOSCRIPT.
 */
const SEND_COMMAND = 'sendBeeQueueJob';

interface Sending extends Redis {
  [SEND_COMMAND](keyCount: number, ...keysAndArguments: (string | number)[]): Promise<unknown>;
}
