import type { ExecutionResult } from 'graphql';

interface ResultStreamOptions {
  /** Executes the operation for one event of the source. */
  readonly execute: (event: unknown) => Promise<ExecutionResult>;
  readonly onFailure: (error: unknown) => void;
  /** Closes the connection without a final message. */
  readonly cut: () => void;
}

/**
 * The results of a subscription. A client does not reconnect after a stream that ended. So when the source of events
 * fails, the connection is closed without a final message, and the stream stays open until the transport closes it.
 */
export class ResultStream implements AsyncIterableIterator<ExecutionResult> {
  readonly #events: AsyncIterator<unknown>;
  readonly #options: ResultStreamOptions;
  readonly #closed: Promise<IteratorReturnResult<undefined>>;
  #close!: (result: IteratorReturnResult<undefined>) => void;

  constructor(events: AsyncIterable<unknown>, options: ResultStreamOptions) {
    this.#events = events[Symbol.asyncIterator]();
    this.#options = options;
    this.#closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    try {
      const event = await this.#events.next();
      if (event.done === true) return { done: true, value: undefined };
      return { done: false, value: await this.#options.execute(event.value) };
    } catch (error) {
      this.#options.onFailure(error);
      this.#options.cut();
      return await this.#closed;
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#close({ done: true, value: undefined });
    await this.#events.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
