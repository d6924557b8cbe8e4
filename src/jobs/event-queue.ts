/**
 * A bounded queue between one writer and one reader, as an async iterable. When the reader leaves more than `limit`
 * values unread, the queue drops all of them, and the next `next()` rejects with `overflow()`.
 */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #limit: number;
  readonly #overflow: () => Error;
  readonly #onClose: () => void;
  readonly #values: T[] = [];
  #end: { error?: Error } | undefined;
  #closed = false;
  #reader: PromiseWithResolvers<IteratorResult<T>> | undefined;

  constructor(options: { limit: number; overflow: () => Error; onClose: () => void }) {
    this.#limit = options.limit;
    this.#overflow = options.overflow;
    this.#onClose = options.onClose;
  }

  push(value: T): void {
    if (this.#end !== undefined) return;
    if (this.#reader !== undefined) {
      this.#resolveReader({ done: false, value });
    } else if (this.#values.length === this.#limit) {
      this.#values.length = 0;
      this.fail(this.#overflow());
    } else {
      this.#values.push(value);
    }
  }

  /** Ends the iteration once the reader has read all queued values. */
  end(): void {
    this.#finish({});
  }

  /** Rejects the reader's `next()` once the reader has read all queued values. */
  fail(error: Error): void {
    this.#finish({ error });
  }

  next(): Promise<IteratorResult<T>> {
    const [value] = this.#values;
    if (this.#values.length > 0) {
      this.#values.shift();
      return Promise.resolve({ done: false, value: value as T });
    }
    if (this.#end === undefined) {
      this.#reader ??= withResolvers<IteratorResult<T>>();
      return this.#reader.promise;
    }
    const { error } = this.#end;
    this.#end = {};
    return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
  }

  return(): Promise<IteratorResult<T>> {
    this.#values.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(end: { error?: Error }): void {
    this.#end ??= end;
    if (this.#reader !== undefined) {
      const { error } = this.#end;
      this.#end = {};
      if (error === undefined) this.#resolveReader({ done: true, value: undefined });
      else this.#takeReader()?.reject(error);
    }
    if (!this.#closed) {
      this.#closed = true;
      this.#onClose();
    }
  }

  #resolveReader(result: IteratorResult<T>): void {
    this.#takeReader()?.resolve(result);
  }

  #takeReader(): PromiseWithResolvers<IteratorResult<T>> | undefined {
    const reader = this.#reader;
    this.#reader = undefined;
    return reader;
  }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: Error) => void;
}

/** `Promise.withResolvers`, which Node.js 20 lacks. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
