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
  /** Name of the queue whose jobs the events concern. Processes with the same name get each other's events. */
  readonly queue?: string;
  /** Shared with the broker of the process. */
  readonly refusals?: RedisRefusals;
}

export function jobEventChannel(queue: string): string {
  return `${queue}:job-events`;
}

/** A publisher waits no longer than this for Redis, for instance a worker's slot after each job. */
const PUBLISHING_WAITS_MS = 100;
const SUBSCRIBE_AGAIN_MS = 1000;

/**
 * Events over Redis pub/sub, by graphql-redis-subscriptions. The process subscribes once, at boot, to one channel for
 * all jobs and passes events on to its listeners. So a listener costs Redis nothing, and can be added while Redis is
 * away.
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
    // RedisPubSub#close (2.7.0) sends QUIT, which would wait for a Redis that is away.
    this.#publisher.close();
    this.#subscriber.close();
  }

  /** Called after each (re)connect. The gap in the events ends when Redis confirms the subscription. */
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
   * RedisPubSub 2.7.0 makes a second promise of each SUBSCRIBE and leaves its rejection unhandled, so that a failed one
   * ends the process (its issue #593). A second subscription awaits that promise and thereby handles it.
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
