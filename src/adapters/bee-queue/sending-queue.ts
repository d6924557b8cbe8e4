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
      // The default, true, would keep every sent job in the memory of the process for ever (bee-queue issues #54,
      // #255).
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
   * Gives Bee-Queue an ioredis client. Bee-Queue's own client, node_redis 3.1.2, stops reconnecting after one hour, has
   * no timeout for commands, and ends a process that starts while Redis is unreachable (bee-queue issues #409, #691).
   * The ioredis client need not be connected, so the queue is ready at once.
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
 * Name of the ioredis command that runs SEND_JOB by its hash, so that Redis need not hash the text on each call. The
 * command also works after a restart of Redis: ioredis sends the text with the first call on each connection, and again
 * after the error NOSCRIPT.
 */
const SEND_COMMAND = 'sendBeeQueueJob';

interface Sending extends Redis {
  [SEND_COMMAND](keyCount: number, ...keysAndArguments: (string | number)[]): Promise<unknown>;
}
