import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../../jobs/ports/logger.js';
import { inTime } from '../in-time.js';
import { OutageLog } from '../outage-log.js';
import { clusterConnector } from './cluster-connector.js';
import { parseRedisUrl } from './redis-address.js';
import { isRedisRefusal, RefusedError } from './redis-refusals.js';

export interface RedisConnectionOptions {
  readonly url: string;
  /** Which queue it serves, and what for: shown by `CLIENT LIST` and in logs. */
  readonly queue: string;
  readonly name: string;
  readonly logger: Logger;
  /**
   * `answer`: every command ends within a second, at once while Redis is away. For callers with someone waiting.
   * `persist`: commands wait for Redis, however long it is away, and are sent again when their answer was lost.
   */
  readonly commands: 'answer' | 'persist';
  /** False where a PING would wait behind a blocking command. The owner then notices a dead connection and calls `reset`. */
  readonly heartbeat?: boolean;
}

const TICK_MS = 1000;
/** Misses of the heartbeat until the connection counts as down, and until it is given up. */
const MISSES_UNTIL_DOWN = 2;
const MISSES_UNTIL_RESET = 3;
/** How long a fresh connection may take until it answers its first command. */
const GREETING_TICKS = 3;
/** Between connections made anew because the server has become the wrong one. */
const RENEW_MS = 3000;
/** Command timeout in `answer` mode: the caller's 1 s minus network time. */
const COMMAND_TIMEOUT_MS = 900;

/**
 * One connection that comes back by itself, for ever, and knows whether it works. A TCP connection to a Redis that is
 * stopped (SIGSTOP), or to a host that is gone, looks healthy to every client library: only a PING with a deadline finds out.
 */
export class RedisConnection {
  readonly client: Redis;
  readonly #outages: OutageLog;
  readonly #timer: NodeJS.Timeout;
  #up: boolean | undefined;
  #misses = 0;
  #greetingTicks = 0;
  #closed = false;
  #lastError: Error | undefined;
  #renewedAt = -Infinity;

  constructor({ url, queue, name, logger, commands, heartbeat = true }: RedisConnectionOptions) {
    this.#outages = new OutageLog(
      logger,
      { began: 'Redis is away', ended: 'Redis is back' },
      { connection: name },
    );
    const { clusterNodes, ...address } = parseRedisUrl(url);
    this.client = new Redis({
      ...address,
      ...(clusterNodes && {
        Connector: clusterConnector({ ...address, seeds: clusterNodes, key: queue }),
      }),
      ...RECONNECTING,
      ...(commands === 'answer' ? ANSWERING : PERSISTING),
      connectionName: `${queue}:${name}`,
      reconnectOnError: (error) => this.#isElsewhere(error) && (commands === 'answer' ? 1 : 2),
    });
    this.client.on('ready', () => this.#setUp(true));
    this.client.on('close', () => this.#setUp(false));
    // Without a listener ioredis prints every failed try.
    this.client.on('error', (error: Error & { command?: { name: string } }) => {
      this.#lastError = error;
      // ioredis 5.11.1 would go on in database 0.
      if (error.command?.name === 'select') this.#refuseDatabase(address.db, error);
    });
    this.#timer = setInterval(() => this.#tick(heartbeat), TICK_MS);
  }

  /** As far as is known now: false within 3 s of a Redis that stops answering, at once for one that closes. */
  isUp(): boolean {
    return this.#up === true && this.client.status === 'ready';
  }

  /** Drops the connection and makes another. */
  reset(): void {
    // Not `disconnect(true)`: that waits for the other end to say good-bye too, and a stopped one never does.
    this.client.stream?.destroy();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.client.disconnect();
  }

  #tick(heartbeat: boolean): void {
    if (this.#up === false) this.#noticeOutage();
    switch (this.client.status) {
      case 'ready':
        this.#greetingTicks = 0;
        if (heartbeat) void this.#beat();
        return;
      case 'connect':
        // Accepted by the kernel, but no answer comes.
        this.#greetingTicks += 1;
        if (this.#greetingTicks < GREETING_TICKS) return;
        this.#greetingTicks = 0;
        this.reset();
        return;
      case 'end':
        // ioredis gives up for ever when it cannot even try, for instance for want of file handles.
        this.client.connect().catch(() => {});
        return;
      default:
        this.#greetingTicks = 0;
    }
  }

  async #beat(): Promise<void> {
    // A refusal is an answer, too.
    const answer = this.client.ping().catch((cause: unknown) => {
      if (!isRedisRefusal(cause)) throw cause;
    });
    const answered = await inTime(answer, TICK_MS - 50);
    if (this.#closed || this.client.status !== 'ready') return;
    this.#misses = answered ? 0 : this.#misses + 1;
    if (answered) this.#setUp(true);
    if (this.#misses === MISSES_UNTIL_DOWN) this.#setUp(false);
    if (this.#misses >= MISSES_UNTIL_RESET) this.reset();
  }

  #setUp(up: boolean): void {
    if (up) this.#lastError = undefined;
    this.#misses = up || this.client.status !== 'ready' ? 0 : this.#misses;
    if (this.#closed || this.#up === up) return;
    this.#up = up;
    if (up) this.#outages.end();
    else this.#noticeOutage();
  }

  #noticeOutage(): void {
    if (performance.now() - this.#renewedAt > TICK_MS) this.#outages.notice(this.#lastError);
  }

  /**
   * A failover leaves clients connected to what is a replica now, and a slot that moved to a node that has it no more.
   * What is refused is reported by those who sent it.
   */
  #isElsewhere(error: Error): boolean {
    if (!/^(READONLY|MOVED) /.test(error.message)) return false;
    const now = performance.now();
    if (now - this.#renewedAt < RENEW_MS) return false;
    this.#renewedAt = now;
    return true;
  }

  /** Called before the connection is ready: no command is sent to the wrong database. */
  #refuseDatabase(database: number | undefined, cause: Error): void {
    this.#lastError = new RefusedError(`Redis refuses database ${database}, which its URL names`, { cause });
    this.reset();
    this.#setUp(false);
  }
}

const RECONNECTING: RedisOptions = {
  retryStrategy: (attempt) => Math.min(attempt * 50, 400) + Math.random() * 100,
  connectTimeout: 2000,
  // Between looks at a Redis that still loads its data.
  maxLoadingRetryTime: 250,
  // Finds a dead host within about 15 s, also where nothing is waited for.
  keepAlive: 5000,
  disconnectTimeout: 100,
  disableClientInfo: true,
  // Sent again by us where needed: ioredis 5.11.1 drops the promise of its own SUBSCRIBE, whose rejection then
  // takes the process down.
  autoResubscribe: false,
};

const ANSWERING: RedisOptions = {
  enableOfflineQueue: false,
  commandTimeout: COMMAND_TIMEOUT_MS,
  // Without it, ioredis 5.11.1 leaves commands without any answer when their connection breaks.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
};

const PERSISTING: RedisOptions = {
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  autoResendUnfulfilledCommands: true,
};
