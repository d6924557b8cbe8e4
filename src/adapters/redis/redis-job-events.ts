import { RedisPubSub } from 'graphql-redis-subscriptions';
import { inTime } from '../in-time.js';
import type { JobEvent, JobEventListener, JobEvents, Unsubscribe } from '../../jobs/ports/job-events.js';
import type { Logger } from '../../jobs/ports/logger.js';
import { ListenerSet } from '../listener-set.js';
import { RedisConnection } from './redis-connection.js';
import { isRedisRefusal, RedisRefusals } from './redis-refusals.js';

export interface RedisJobEventsOptions {
  readonly url: string;
  readonly logger: Logger;
  /** The queue whose job events are sent and received. Processes with the same queue name get each other's events. */
  readonly queue?: string;
  /** The work that Redis refuses. The job events and the broker of a process share this object. */
  readonly refusals?: RedisRefusals;
}

export function jobEventChannel(queue: string): string {
  return `${queue}:job-events`;
}

/** The longest that `publish` waits for Redis: a worker publishes after each job, and takes its next job only then. */
const PUBLISHING_WAITS_MS = 100;
const SUBSCRIBE_AGAIN_MS = 1000;

/**
 * Job events over Redis pub/sub, with graphql-redis-subscriptions. The process subscribes once, at start, to one
 * channel for all jobs, and passes each event to its listeners. So adding a listener sends no command, and works while
 * Redis is unreachable.
 */
export class RedisJobEvents implements JobEvents {
  readonly #channel: string;
  readonly #logger: Logger;
  readonly #refusals: RedisRefusals;
  readonly #publisher: RedisConnection;
  readonly #subscriber: RedisConnection;
  readonly #pubSub: RedisPubSub;
  readonly #listeners: ListenerSet;
  #subscribed = false;
  #again: NodeJS.Timeout | undefined;

  constructor({
    url,
    logger,
    queue = 'posts-report',
    refusals = new RedisRefusals(logger),
  }: RedisJobEventsOptions) {
    this.#channel = jobEventChannel(queue);
    this.#logger = logger;
    this.#refusals = refusals;
    this.#listeners = new ListenerSet(logger, { channel: this.#channel });
    const connect = (direction: 'in' | 'out'): RedisConnection =>
      new RedisConnection({ url, logger, queue, name: `events-${direction}`, commands: 'answer' });
    this.#publisher = connect('out');
    this.#subscriber = connect('in');
    this.#pubSub = new RedisPubSub({
      publisher: this.#publisher.client,
      subscriber: this.#subscriber.client,
    });
    this.#subscriber.client.on('ready', () => void this.#listen());
  }

  async publish(event: JobEvent): Promise<void> {
    const { jobId, version } = event;
    const published = this.#pubSub.publish(this.#channel, { jobId, version }).catch((cause: unknown) => {
      this.#logger.debug({ jobId, err: cause }, 'event not published; pollers will find the change');
    });
    await inTime(published, PUBLISHING_WAITS_MS);
  }

  subscribe(listener: JobEventListener): Unsubscribe {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    clearTimeout(this.#again);
    // RedisPubSub#close (2.7.0) sends QUIT, which would wait while Redis is unreachable.
    this.#publisher.close();
    this.#subscriber.close();
  }

  /**
   * Called after each connect and reconnect. Events are lost until Redis confirms the subscription, so that listeners
   * are notified of the gap only then.
   */
  async #listen(): Promise<void> {
    clearTimeout(this.#again);
    try {
      if (this.#subscribed) await this.#subscriber.client.subscribe(this.#channel);
      else await this.#subscribeFirst();
      this.#subscribed = true;
    } catch (cause) {
      if (!isRedisRefusal(cause)) return this.#subscriber.reset();
      this.#refusals.add('events', cause);
      this.#again = setTimeout(() => void this.#listen(), SUBSCRIBE_AGAIN_MS);
      return;
    }
    this.#refusals.remove('events');
    this.#listeners.gap();
  }

  /**
   * RedisPubSub 2.7.0 derives a second promise from each SUBSCRIBE and does not handle its rejection, so that a failed
   * SUBSCRIBE would end the process (graphql-redis-subscriptions #593). The second `subscribe` awaits that promise and
   * so handles its rejection.
   */
  async #subscribeFirst(): Promise<void> {
    const first = this.#pubSub.subscribe(this.#channel, (payload: unknown) =>
      this.#listeners.receive(payload),
    );
    const second = this.#pubSub.subscribe(this.#channel, () => {});
    const [result] = await Promise.allSettled([first, second]);
    if (result.status === 'rejected') throw result.reason;
  }
}
