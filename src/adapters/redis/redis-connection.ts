import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../../jobs/ports/logger.js';
import { inTime } from '../in-time.js';
import { OutageLog } from '../outage-log.js';
import { clusterConnector } from './cluster-connector.js';
import { parseRedisUrl } from './redis-address.js';
import { isRedisRefusal, RefusedError } from './redis-refusals.js';

export interface RedisConnectionOptions {
  readonly url: string;
  /** The queue that the connection serves and its purpose, shown by `CLIENT LIST` and in logs. */
  readonly queue: string;
  readonly name: string;
  readonly logger: Logger;
  /**
   * `answer`: every command ends within a second, and at once while Redis is away; for callers that wait. `persist`:
   * commands wait until Redis is back, and are sent again when their answer was lost.
   */
  readonly commands: 'answer' | 'persist';
  /**
   * False where a PING would wait behind a blocking command. The owner then notices a dead connection and calls
   * `reset`.
   */
  readonly heartbeat?: boolean;
}

const TICK_MS = 1000;
/** Missed heartbeats after which the connection counts as down, and after which it is closed. */
const MISSES_UNTIL_DOWN = 2;
const MISSES_UNTIL_RESET = 3;
/** Ticks until a new connection must have answered its first command. */
const GREETING_TICKS = 3;
/** Minimum time between reconnects because the server became a replica or lost the slot. */
const RENEW_MS = 3000;
/** Command timeout in `answer` mode: the caller's 1 s minus network time. */
const COMMAND_TIMEOUT_MS = 900;

/**
 * One connection that is renewed for ever and knows whether it works. To a client library, a TCP connection to a
 * stopped Redis (SIGSTOP) or a lost host looks healthy; only a PING with a deadline shows that it is not.
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
    // Without a listener ioredis prints every failed connection.
    this.client.on('error', (error: Error & { command?: { name: string } }) => {
      this.#lastError = error;
      // ioredis 5.11.1 would go on in database 0.
      if (error.command?.name === 'select') this.#refuseDatabase(address.db, error);
    });
    this.#timer = setInterval(() => this.#tick(heartbeat), TICK_MS);
  }

  /**
   * The state that is known now: false within 3 s after Redis stops answering, at once after it closes the connection.
   */
  isUp(): boolean {
    return this.#up === true && this.client.status === 'ready';
  }

  /** Closes the connection; a new one follows. */
  reset(): void {
    // `disconnect(true)` would wait for the server to close its side, and a stopped server never does.
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
        // The kernel accepted the connection, but the server does not answer.
        this.#greetingTicks += 1;
        if (this.#greetingTicks < GREETING_TICKS) return;
        this.#greetingTicks = 0;
        this.reset();
        return;
      case 'end':
        // ioredis stops for ever when it cannot open a socket, for instance without free file descriptors.
        this.client.connect().catch(() => {});
        return;
      default:
        this.#greetingTicks = 0;
    }
  }

  async #beat(): Promise<void> {
    // An error from Redis counts as an answer.
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
   * Whether the server became the wrong one: a primary became a replica, or the slot moved to another node. The caller
   * that sent the command reports its error.
   */
  #isElsewhere(error: Error): boolean {
    if (!/^(READONLY|MOVED) /.test(error.message)) return false;
    const now = performance.now();
    if (now - this.#renewedAt < RENEW_MS) return false;
    this.#renewedAt = now;
    return true;
  }

  /** Called before the connection is ready, so that no command reaches the wrong database. */
  #refuseDatabase(database: number | undefined, cause: Error): void {
    this.#lastError = new RefusedError(`Redis refuses database ${database}, which its URL names`, { cause });
    this.reset();
    this.#setUp(false);
  }
}

const RECONNECTING: RedisOptions = {
  retryStrategy: (attempt) => Math.min(attempt * 50, 400) + Math.random() * 100,
  connectTimeout: 2000,
  // Pause between checks of a Redis that is still loading its data.
  maxLoadingRetryTime: 250,
  // TCP keep-alive closes a connection to a dead host within about 15 s, also while no command waits.
  keepAlive: 5000,
  disconnectTimeout: 100,
  disableClientInfo: true,
  // The service subscribes again by itself: ioredis 5.11.1 drops the promise of its own SUBSCRIBE, whose rejection then
  // ends the process.
  autoResubscribe: false,
};

const ANSWERING: RedisOptions = {
  enableOfflineQueue: false,
  commandTimeout: COMMAND_TIMEOUT_MS,
  // Without it, ioredis 5.11.1 leaves commands unanswered when their connection breaks.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
};

const PERSISTING: RedisOptions = {
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  autoResendUnfulfilledCommands: true,
};
