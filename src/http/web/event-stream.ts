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
  let reading: Promise<IteratorResult<string>> | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** Settles the `next()` that is pending. */
  let give: ((result: IteratorResult<string> | Promise<IteratorResult<string>>) => void) | undefined;

  async function read(): Promise<IteratorResult<string>> {
    const next = await events.next();
    return next.done === true ? OVER : { value: await write(next.value) };
  }

  /** Reads one event, which the `next()` of a comment leaves to a later one. */
  async function take(): Promise<void> {
    reading = read();
    const result = reading;
    await Promise.allSettled([result]);
    reading = undefined;
    settle(result);
  }

  function settle(result: IteratorResult<string> | Promise<IteratorResult<string>>): void {
    clearTimeout(timer);
    give?.(result);
    give = undefined;
  }

  return {
    next() {
      if (isFirst) {
        isFirst = false;
        return Promise.resolve({ value: head });
      }
      return new Promise((resolve) => {
        give = resolve;
        timer = setTimeout(() => settle({ value: COMMENT }), keepAliveMs);
        if (reading === undefined) void take();
      });
    },
    async return() {
      settle(OVER);
      await events.return?.();
      return OVER;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const OVER = { done: true, value: undefined } as const;
