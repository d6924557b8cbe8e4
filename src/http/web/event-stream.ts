export const EVENT_STREAM = 'text/event-stream';

/** Proxies neither hold events back nor change them. */
export const EVENT_STREAM_HEADERS = {
  'content-type': EVENT_STREAM,
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

const KEEP_ALIVE_MS = 15_000;
const COMMENT = ': still here\n\n';

interface EventStreamOptions<Event> {
  /** Sent at once, before the first event. */
  readonly head: string;
  /** An event as text, with the empty line that ends it. */
  readonly write: (event: Event) => Promise<string> | string;
  /** Between two comments while no event comes, in milliseconds; 15 s unless a test says otherwise. */
  readonly keepAliveMs?: number | undefined;
}

/**
 * The body of an event stream: the events, and comments while there are none, which keep proxies and clients from
 * closing a quiet connection. Not an async generator, because `return()` of one waits for the `next()` that is pending:
 * a client that went away would be kept until the next event.
 */
export function eventStream<Event>(
  events: AsyncIterator<Event>,
  { head, write, keepAliveMs = KEEP_ALIVE_MS }: EventStreamOptions<Event>,
): AsyncIterableIterator<string> {
  let isFirst = true;
  /** The event that is being read; a comment leaves it to a later `next()`. */
  let reading: Promise<IteratorResult<string>> | undefined;
  let isRead = false;
  /** Wakes the `next()` that is pending: with a result of its own, or to take what was read. */
  let wake: ((early?: IteratorResult<string>) => void) | undefined;
  const timer = setInterval(() => wake?.({ value: COMMENT }), keepAliveMs);

  async function read(): Promise<IteratorResult<string>> {
    try {
      const next = await events.next();
      if (next.done !== true) return { value: await write(next.value) };
      clearInterval(timer);
      return OVER;
    } catch (error) {
      clearInterval(timer);
      throw error;
    } finally {
      isRead = true;
      wake?.();
    }
  }

  return {
    async next() {
      if (isFirst) {
        isFirst = false;
        return { value: head };
      }
      if (reading === undefined) {
        isRead = false;
        reading = read();
        reading.catch(() => {}); // rejects for the `next()` that takes it
      }
      const early = isRead
        ? undefined
        : await new Promise<IteratorResult<string> | undefined>((resolve) => (wake = resolve));
      wake = undefined;
      if (early !== undefined) return early;
      const result = await reading;
      reading = undefined;
      return result;
    },
    async return() {
      clearInterval(timer);
      wake?.(OVER);
      await events.return?.();
      return OVER;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const OVER = { done: true, value: undefined } as const;
