import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../../jobs/ports/logger.js';
import { inTime } from '../in-time.js';
import { OutageLog } from '../outage-log.js';
import { clusterConnector } from './cluster-connector.js';
import { parseRedisUrl } from './redis-address.js';
import { isRedisRefusal, RefusedError } from './redis-refusals.js';

export interface RedisConnectionOptions {
  readonly url: string;
  /** `CLIENT LIST` shows the connection as `queue:name`. */
  readonly queue: string;
  readonly name: string;
  readonly logger: Logger;
  /**
   * `answer`, for callers that wait for a reply: each command ends within 1 s, or at once while Redis is unreachable.
   * `persist`: commands wait until Redis is reachable again, and a command whose reply was lost is sent again.
   */
  readonly commands: 'answer' | 'persist';
  /**
   * False for a connection with blocking commands, behind which a PING would wait. Its owner must detect a dead
   * connection and call `reset`.
   */
  readonly heartbeat?: boolean;
}

const TICK_MS = 1000;
/** Missed heartbeats after which `isUp` is false. */
const MISSES_UNTIL_DOWN = 2;
/** Missed heartbeats after which the connection is closed. */
const MISSES_UNTIL_RESET = 3;
/** Ticks of TICK_MS within which Redis must answer the first command of a new connection. */
const GREETING_TICKS = 3;
/** Minimum time between two reconnects that READONLY or MOVED replies cause. */
const RENEW_MS = 3000;
/** Command timeout in `answer` mode: the caller's 1 s minus network time. */
const COMMAND_TIMEOUT_MS = 900;

/**
 * A connection that reconnects without limit and knows whether Redis answers. To a client library, a TCP connection to
 * a stopped Redis (SIGSTOP) or a lost host looks healthy: only a PING with a timeout detects that Redis is silent.
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
      reconnectOnError: (error) => this.#shouldReconnect(error) && (commands === 'answer' ? 1 : 2),
    });
    this.client.on('ready', () => this.#setUp(true));
    this.client.on('close', () => this.#setUp(false));
    // Without an error listener, ioredis prints every failed connection.
    this.client.on('error', (error: Error & { command?: { name: string } }) => {
      this.#lastError = error;
      // When SELECT fails, ioredis 5.11.1 would continue in database 0.
      if (error.command?.name === 'select') this.#refuseDatabase(address.db, error);
    });
    this.#timer = setInterval(() => this.#tick(heartbeat), TICK_MS);
  }

  /** False within 3 s after Redis stops answering, and at once after Redis closes the connection. Sends no command. */
  isUp(): boolean {
    return this.#up === true && this.client.status === 'ready';
  }

  /** Closes the connection, so that ioredis opens a new one. */
  reset(): void {
    // `disconnect(true)` would wait until the server closes its side, which a stopped server never does.
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
        // ioredis does not reconnect after it failed to open a socket, for example without free file descriptors.
        this.client.connect().catch(() => {});
        return;
      default:
        this.#greetingTicks = 0;
    }
  }

  async #beat(): Promise<void> {
    // An error reply also shows that Redis answers.
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
   * Whether to reconnect because of an error: READONLY means that the primary became a replica, MOVED that the slot is
   * on another node. The reconnect itself is not logged, because the sender of the command logs the error.
   */
  #shouldReconnect(error: Error): boolean {
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
  // Maximum time between two checks of a Redis that is still loading its data, in milliseconds.
  maxLoadingRetryTime: 250,
  // TCP keep-alive closes a connection to a dead host within about 15 s, also while no command waits.
  keepAlive: 5000,
  disconnectTimeout: 100,
  disableClientInfo: true,
  // The service sends SUBSCRIBE after each reconnect. If ioredis 5.11.1 did, nothing would handle the rejection of that
  // SUBSCRIBE, and the process would end.
  autoResubscribe: false,
};

const ANSWERING: RedisOptions = {
  enableOfflineQueue: false,
  commandTimeout: COMMAND_TIMEOUT_MS,
  // Without this option, ioredis 5.11.1 never settles the pending commands of a connection that breaks.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
};

const PERSISTING: RedisOptions = {
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  autoResendUnfulfilledCommands: true,
};
