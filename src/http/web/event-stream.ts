export const EVENT_STREAM = 'text/event-stream';

/** Keeps proxies from buffering events and from changing them. */
export const EVENT_STREAM_HEADERS = {
  'content-type': EVENT_STREAM,
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

const KEEP_ALIVE_MS = 15_000;
const COMMENT = ': still here\n\n';

interface EventStreamOptions<Event> {
  /** Text that is sent at once, before the first event. */
  readonly head: string;
  /** Returns an event as text, with an empty line at its end. */
  readonly write: (event: Event) => Promise<string> | string;
  /** The interval of comments while there are no events, in milliseconds; 15,000 by default. */
  readonly keepAliveMs?: number | undefined;
}

/**
 * The body of an event stream. While there are no events it has comments, so that proxies and clients keep the silent
 * connection open. Not an async generator, because its `return()` waits for the pending `next()`: after the client has
 * gone, `events` would stay open until the next event.
 */
export function eventStream<Event>(
  events: AsyncIterator<Event>,
  { head, write, keepAliveMs = KEEP_ALIVE_MS }: EventStreamOptions<Event>,
): AsyncIterableIterator<string> {
  let isFirst = true;
  /** The read of the next event. When `next()` returns a comment instead, a later `next()` returns the event. */
  let reading: Promise<IteratorResult<string>> | undefined;
  let isRead = false;
  /** Ends the wait of the pending `next()`. With `early`, `next()` returns it; without, the event that was read. */
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
        reading.catch(() => {}); // a later `next()` gets the error
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
