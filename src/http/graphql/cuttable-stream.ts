/**
 * A stream of results as its transport takes it. `complete` tells a subscriber that it is over; a stream that fails is
 * not over, and the subscriber has to come back. So when the source rejects, the connection is cut instead, and the
 * transport, which would turn an end or an error into a message, is told nothing until it closes the stream.
 */
export class CuttableStream<T> implements AsyncIterableIterator<T> {
  readonly #source: AsyncIterator<T>;
  readonly #onFailure: (error: unknown) => void;
  readonly #cut: (() => void) | undefined;
  readonly #closed: Promise<IteratorReturnResult<undefined>>;
  #close!: (result: IteratorReturnResult<undefined>) => void;

  /** @param cut undefined: there is no connection at hand, and reading the stream rejects with an AbortError */
  constructor(source: AsyncIterable<T>, onFailure: (error: unknown) => void, cut: (() => void) | undefined) {
    this.#source = source[Symbol.asyncIterator]();
    this.#onFailure = onFailure;
    this.#cut = cut;
    this.#closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  async next(): Promise<IteratorResult<T>> {
    try {
      return await this.#source.next();
    } catch (error) {
      this.#onFailure(error);
      // Yoga passes on nothing but an AbortError; everything else becomes an event.
      if (this.#cut === undefined) throw new DOMException('The stream was cut.', 'AbortError');
      this.#cut();
      return await this.#closed;
    }
  }

  async return(): Promise<IteratorResult<T>> {
    this.#close({ done: true, value: undefined });
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
